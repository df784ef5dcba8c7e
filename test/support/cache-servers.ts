import { DatabaseProcess } from './database-process.js';

export { startRedis } from './redis/redis-server.js';

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
