import { type IncomingMessage, type ServerResponse } from 'node:http';
import { clearTimeout, setTimeout } from 'node:timers';
import { groupKey } from '../../processes/group-key.js';
import { type ResolvedServerOptions } from '../server.options.js';
import { type ThreadSettings } from '../thread-settings.js';
import { askProcess } from './ask-process.js';
import { OwnPort } from './own-port.js';
import { type Post } from './post.js';

/** How often a port that was not free is tried again. */
const TRY_AGAIN_MS = 2000;
/** The same for one that another process of the application holds: the first one that sees it free takes it. */
const TAKE_OVER_MS = 250;
/** That process is asked who it is every so many times. */
const ASK_EVERY = 20;

/** Errors that another port would not change. */
const ADDRESS_FAULTS = ['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL'];

/** Opens the port, and goes on trying while somebody else holds it. */
export class OpenPort {
  private own: OwnPort | undefined;
  private bound = 0;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;
  /** Another process of the application holds the port. */
  private isShared = false;
  private tries = 0;
  /** What was said last; undefined before. */
  private said: string | undefined;

  constructor(
    private readonly server: ResolvedServerOptions,
    private readonly settings: Pick<ThreadSettings, 'limits' | 'formerPort' | 'processes'>,
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
      this.isShared = await this.isHeldForAll(error);
      if (this.isClosed) return;
      this.say(error);
      this.timer = setTimeout(() => void this.open(), this.isShared ? TAKE_OVER_MS : TRY_AGAIN_MS);
    }
  }

  /** Once, until somebody else holds the port. */
  private say(error: unknown): void {
    const reason = textOf(error);
    const { isShared } = this;
    if (this.said === `${reason} ${isShared}`) return;
    this.said = `${reason} ${isShared}`;
    const isFinal = this.own === undefined;
    const isAddress = ADDRESS_FAULTS.includes(String((error as NodeJS.ErrnoException).code));
    this.post({ kind: 'notListening', fault: { reason, isFinal, isAddress, isShared } });
  }

  /** Whether another process of the same application and directory holds the port, and so answers for this one too. */
  private async isHeldForAll(error: unknown): Promise<boolean> {
    const { processes } = this.settings;
    if (processes === undefined || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return false;
    this.tries += 1;
    if (this.isShared && this.tries % ASK_EVERY !== 0) return true;
    const holder = await askProcess(this.server, this.server.ports[1]);
    return holder?.group === groupKey(processes);
  }

  private createPort(): OwnPort {
    const { limits, formerPort } = this.settings;
    const failed = (error: unknown) => this.report.failed(error);
    return new OwnPort(this.server, limits.scrapeTimeoutSeconds, this.answer, failed, formerPort);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.own?.close();
  }
}

function textOf(error: unknown): string {
  const { message, code, cause } = error as NodeJS.ErrnoException & { readonly cause?: Error };
  if (code === 'EADDRINUSE') return 'another process holds the port (EADDRINUSE)';
  return cause === undefined ? message : `${message}: ${cause.message}`;
}
