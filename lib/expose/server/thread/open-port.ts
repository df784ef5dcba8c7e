import { type IncomingMessage, type ServerResponse } from 'node:http';
import { clearTimeout, setTimeout } from 'node:timers';
import { type ThreadSettings } from '../thread-settings.js';
import { OwnPort } from './own-port.js';
import { type Post } from './post.js';

/** How often a port that was not free is tried again. */
const TRY_AGAIN_MS = 2000;

/** Errors that another port would not change. */
const ADDRESS_FAULTS = ['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL'];

/** Opens the port, and goes on trying while somebody else holds it. */
export class OpenPort {
  private own: OwnPort | undefined;
  private bound = 0;
  private timer: NodeJS.Timeout | undefined;
  private hasSaid = false;

  constructor(
    private readonly settings: ThreadSettings,
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
      this.own ??= this.createPort();
      const address = await this.own.listen();
      this.bound = address.port;
      this.post({ kind: 'listening', address });
    } catch (error) {
      const isFinal = this.own === undefined;
      const isAddress = ADDRESS_FAULTS.includes(String((error as NodeJS.ErrnoException).code));
      if (!this.hasSaid) this.post({ kind: 'notListening', fault: { reason: textOf(error), isFinal, isAddress } });
      this.hasSaid = true;
      this.timer = setTimeout(() => void this.open(), TRY_AGAIN_MS);
    }
  }

  private createPort(): OwnPort {
    const { server, limits, formerPort } = this.settings;
    const failed = (error: unknown) => this.report.failed(error);
    return new OwnPort(server, limits.scrapeTimeoutSeconds, this.answer, failed, formerPort);
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
