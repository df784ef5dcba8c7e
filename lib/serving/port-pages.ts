import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type LockPlan } from '../access/lock-plan.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Where the thread of the endpoint finds the pages. Plain data. */
export interface PagesAddress {
  /** The path of the pages; everything below it belongs to them. */
  readonly path: string;
  /** A port of the loopback address. */
  readonly port: number;
  /** Whoever sends it speaks for the thread. */
  readonly secret: string;
  /** A lock of these pages, besides that of the port. */
  readonly lock: LockPlan | undefined;
}

/** The pages of one module. */
export interface Pages {
  readonly path: string;
  readonly answer: Answer;
  readonly lock?: LockPlan | undefined;
  /** Asks the function of the lock, if it has one. */
  readonly askToken?: ((token: string) => unknown) | undefined;
}

/** The header that carries the secret. */
export const SECRET_HEADER = 'nestjs-prometheus-exporter-secret';

/**
 * Pages that are answered in the application's thread and served on the endpoint's own port. The thread of that port
 * passes the requests on, over a loopback port that answers to nobody else.
 */
export class PortPages {
  private readonly secret = randomBytes(32).toString('hex');
  private pages: Pages | undefined;
  private server: Server | undefined;

  /**
   * @param isWanted whether the own port should have such pages
   * @param failed is told of errors; the application never sees one
   */
  constructor(
    readonly isWanted: boolean,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** From now on, these are the pages. Who asks is checked in the thread, before. */
  serve(pages: Pages): void {
    this.pages = pages;
  }

  /** The path of the pages. */
  get path(): string {
    return this.pages?.path ?? '/';
  }

  askToken(token: string): unknown {
    return this.pages?.askToken?.(token);
  }

  /** Undefined if nobody has given any pages. */
  async open(): Promise<PagesAddress | undefined> {
    if (this.pages === undefined) return undefined;
    const { path, answer, lock } = this.pages;
    this.server = createServer((request, response) => void this.answer(answer, request, response));
    this.server.on('connection', (socket) => socket.unref());
    this.server.listen(0, '127.0.0.1').unref();
    await once(this.server, 'listening');
    // Of connections that cannot be accepted, for example because the process has no file descriptor left.
    this.server.on('error', this.failed);
    return { path, port: (this.server.address() as AddressInfo).port, secret: this.secret, lock };
  }

  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  /** Never rejects. */
  private async answer(answer: Answer, request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (this.isFromThread(request)) await answer(request, response);
      else response.destroy();
    } catch (error) {
      this.failed(error);
      response.destroy();
    }
  }

  private isFromThread({ headers }: IncomingMessage): boolean {
    const given = Buffer.from(String(headers[SECRET_HEADER]));
    const expected = Buffer.from(this.secret);
    return given.byteLength === expected.byteLength && timingSafeEqual(given, expected);
  }
}
