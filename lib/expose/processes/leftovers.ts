import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '../../host/life-socket.js';
import { listFiles, ProcessFiles } from './process-files.js';

/** A process that starts has its sockets first and its numbers later. */
const OLD_MS = 60_000;

/** Removes what processes have left that ended before they had numbers. */
export async function removeLeftovers(directory: string, ownId: string): Promise<void> {
  const { numbers, others } = await listFiles(directory);
  const known = new Set([ownId, ...numbers.map(({ id }) => id)]);
  for (const { id, name } of others) {
    if (known.has(id) || (await isAlive(new ProcessFiles(directory, id).life))) continue;
    const path = join(directory, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > OLD_MS) await rm(path, { force: true });
  }
}
