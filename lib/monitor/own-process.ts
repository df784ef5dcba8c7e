import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** How this process is called among others. */
export interface OwnProcess {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly startedAt: string;
}

export function ownProcess(): OwnProcess {
  const startedAt = new Date(Date.now() - process.uptime() * 1000).toISOString();
  return { id: randomUUID(), host: hostname(), pid: process.pid, startedAt };
}
