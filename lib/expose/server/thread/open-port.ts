import { type IncomingMessage, type ServerResponse } from 'node:http';
import { clearTimeout, setTimeout } from 'node:timers';
import { type ResolvedServerOptions } from '../server.options.js';
import { OwnPort } from './own-port.js';
import { type Post } from './post.js';

/** How often a port that was not free is tried again. */
const TRY_AGAIN_MS = 2000;

/** Opens the port, and goes on trying while somebody else holds it. */
export class OpenPort {
  private own: OwnPort | undefined;
  private bound = 0;
  private timer: NodeJS.Timeout | undefined;
  private hasSaid = false;

  constructor(
    private readonly options: ResolvedServerOptions,
    private readonly formerPort: number | undefined,
    private readonly answer: (request: IncomingMessage, response: ServerResponse) => void,
    private readonly report: { failed(error: unknown): void },
    private readonly post: Post,
  ) {}

  /** The port that was taken, 0 until then. */
  get number(): number {
    return this.bound;
  }

  async open(): Promise<void> {
    try {
      this.own ??= new OwnPort(this.options, this.answer, (error) => this.report.failed(error), this.formerPort);
      const address = await this.own.listen();
      this.bound = address.port;
      this.post({ kind: 'listening', address });
    } catch (error) {
      const isFinal = this.own === undefined;
      if (!this.hasSaid) this.post({ kind: 'notListening', reason: textOf(error), isFinal });
      this.hasSaid = true;
      this.timer = setTimeout(() => void this.open(), TRY_AGAIN_MS);
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.own?.close();
  }
}

function textOf(error: unknown): string {
  const { message, code, cause } = error as NodeJS.ErrnoException & { readonly cause?: Error };
  if (code === 'EADDRINUSE') return 'another process holds the port (EADDRINUSE)';
  return cause === undefined ? message : `${message}: ${cause.message}`;
}
