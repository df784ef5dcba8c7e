import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rename, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { resolve } from 'node:path';

/** What is behind the path while the socket is being opened. It counts for the longest path that a socket may have. */
export const OPENING_SUFFIX = '~';

/** Opening a named pipe waits as long as it is busy, and only Windows has them. */
const CONNECT_MS = 1000;

/** Errors by which it is known that nobody listens. After any other one, such as EMFILE or EAGAIN, somebody may. */
const DEAD: readonly unknown[] = ['ECONNREFUSED', 'ENOENT', 'ENOTSOCK'];

/**
 * A Unix socket that nobody answers: it can be connected to exactly as long as the process lives, however the process
 * ends. Unlike a PID it is not given to another process afterwards, and other containers can ask it on a shared volume
 * of their host. It does not keep the process alive. On Windows it is a named pipe, derived from the path.
 */
export class LifeSocket {
  private constructor(
    private readonly path: string,
    private readonly server: Server,
  ) {}

  /**
   * Whoever finds a file at `path` can connect to it: the socket is opened under another name first.
   *
   * @errors rejects with the error of the operating system, `EADDRINUSE` when a socket at `path~` is left over
   */
  static async open(path: string): Promise<LifeSocket> {
    const server = createServer((connection) => connection.on('error', () => undefined).destroy());
    server.unref();
    // A worker of `cluster` would otherwise get a socket of the primary, which lives longer.
    server.listen({ path: IS_WINDOWS ? pipeOf(path) : path + OPENING_SUFFIX, exclusive: true });
    await once(server, 'listening');
    // Such as EMFILE when somebody connects: whoever does so has been answered by then.
    server.on('error', () => undefined);
    const socket = new LifeSocket(path, server);
    try {
      if (!IS_WINDOWS) await rename(path + OPENING_SUFFIX, path);
    } catch (error) {
      await socket.close();
      throw error;
    }
    return socket;
  }

  /** Whoever asks from now on finds nobody. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    this.server.close();
    if (!IS_WINDOWS) await unlink(this.path).catch(() => undefined);
  }
}

/** False when it is certain that the process has ended. Takes a second at most, on Unix some microseconds. Never fails. */
export function isAlive(path: string): Promise<boolean> {
  return new Promise((answer) => {
    const connection = connect(socketAddress(path));
    const settle = (lives: boolean): void => {
      connection.destroy();
      answer(lives);
    };
    connection.setTimeout(CONNECT_MS, () => settle(true));
    connection.once('connect', () => settle(true));
    connection.on('error', (error: NodeJS.ErrnoException) => settle(!DEAD.includes(error.code)));
  });
}

const IS_WINDOWS = process.platform === 'win32';

/** What to listen on, and to connect to, for a socket at this path: Windows has named pipes instead. */
export function socketAddress(path: string): string {
  return IS_WINDOWS ? pipeOf(path) : path;
}

function pipeOf(path: string): string {
  const key = createHash('sha256').update(resolve(path)).digest('hex').slice(0, 32);
  return `\\\\.\\pipe\\nestjs-prometheus-exporter-${key}`;
}
