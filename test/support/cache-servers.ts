import { DatabaseProcess } from './database-process.js';

/** A real Redis, without persistence: what it held is gone after a restart. */
export function startRedis(): Promise<DatabaseProcess> {
  return DatabaseProcess.start({
    name: 'Redis',
    binary: 'redis-server',
    create: () => Promise.resolve(),
    flags: (folder, port) => [
      '--port',
      `${port}`,
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      '--save',
      '',
      '--appendonly',
      'no',
    ],
    logs: { ready: /Ready to accept connections/, portTaken: /Address already in use/ },
    endSignal: 'SIGKILL',
  });
}

/** A real memcached. It tells that it listens only when it tells everything. */
export function startMemcached(): Promise<DatabaseProcess> {
  return DatabaseProcess.start({
    name: 'memcached',
    binary: 'memcached',
    create: () => Promise.resolve(),
    flags: (_folder, port) => ['-p', `${port}`, '-l', '127.0.0.1', '-u', 'nobody', '-vv'],
    logs: { ready: /server listening/, portTaken: /Address already in use/ },
    endSignal: 'SIGKILL',
  });
}
