import { join } from 'node:path';
import { DatabaseProcess, type Settings } from '../database-process.js';
import { freeze } from '../faults/frozen-server.js';

const PID_FILE = 'redis.pid';

/** Every write is on the disk before its answer leaves, so that a crash loses nothing that was answered. */
export const DURABLE: Settings = { appendonly: 'yes', appendfsync: 'always' };

/** A real Redis, by default without persistence: what it held is gone after a restart. */
export function startRedis(settings: Settings = {}): Promise<DatabaseProcess> {
  return DatabaseProcess.start({
    name: 'Redis',
    binary: 'redis-server',
    create: () => Promise.resolve(),
    flags: (folder, port) =>
      Object.entries({
        port,
        bind: '127.0.0.1',
        dir: folder,
        pidfile: join(folder, PID_FILE),
        save: '',
        appendonly: 'no',
        ...settings,
      }).flatMap(([name, value]) => [`--${name}`, `${value}`]),
    // One of a cluster needs the port that is higher by 10,000 as well.
    logs: { ready: /Ready to accept connections/, portTaken: /Address already in use|port number too high/ },
    endSignal: 'SIGKILL',
  });
}

/** It accepts connections, which is the kernel's doing, and never answers. Gives the way back. */
export function freezeRedis(server: DatabaseProcess): () => void {
  return freeze(join(server.folder, PID_FILE));
}

export function urlOf(server: Pick<DatabaseProcess, 'port'>): string {
  return `redis://127.0.0.1:${server.port}`;
}
