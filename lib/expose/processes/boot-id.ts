import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * The kernel that this process runs on, since its start: containers of one host have the same one. On its own kernel a
 * process finds out by a socket whether another one lives; of one on another host it cannot be known.
 */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return hostname();
  }
}
