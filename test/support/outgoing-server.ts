import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { once } from 'node:events';
import { listen } from './listen.js';

/** How a request is treated, by its path; `/status/404` answers with that status, and any other path as `/ok`. */
const TREATMENTS: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => unknown>> = {
  '/ok': (_request, response) => response.end('ok'),
  '/early': (_request, response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' });
    response.end('ok');
  },
  '/redirect': (_request, response) => {
    response.writeHead(302, { location: '/ok' });
    response.write('elsewhere');
    setTimeout(() => response.end(), 30);
  },
  '/pieces': (_request, response) => {
    response.write('one');
    setTimeout(() => response.end('two'), 60);
  },
  '/large': (_request, response) => response.end(Buffer.alloc(8 * 1024 * 1024)),
  '/hang': () => undefined,
  '/half': (_request, response) => response.write('one'),
  '/reset': ({ socket }) => socket.resetAndDestroy(),
  '/close': ({ socket }) => socket.end(),
  '/cut': ({ socket }, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('one', () => socket.end());
  },
  '/garbage': ({ socket }) => socket.end('what?\r\n\r\n'),
};

/** A server that answers, resets, hangs … as the path of a request says, and counts. */
export class OutgoingServer {
  /** The requests that came in, by method and path without a query. */
  readonly received = new Map<string, number>();
  private readonly server = createServer((request, response) => this.treat(request, response));

  static async start(): Promise<OutgoingServer> {
    const started = new OutgoingServer();
    started.server.on('upgrade', (_request, socket) => {
      socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    });
    return Object.assign(started, { port: await listen(started.server) });
  }

  readonly port: number = 0;

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  url(path: string): string {
    return `http://${this.host}${path}`;
  }

  /** Closes every connection, the ones that hang too. */
  drop(): void {
    this.server.closeAllConnections();
  }

  close(): void {
    this.server.close();
    this.drop();
  }

  private treat(request: IncomingMessage, response: ServerResponse): void {
    const path = String(request.url).replace(/\?.*/, '');
    const key = `${request.method} ${path}`;
    this.received.set(key, (this.received.get(key) ?? 0) + 1);
    const status = /^\/status\/(\d+)$/.exec(path)?.[1];
    if (status !== undefined) response.writeHead(Number(status)).end();
    else (TREATMENTS[path] ?? TREATMENTS['/ok']!)(request, response);
  }
}

/** A port of this host on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createTcpServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  return port;
}
