import { type ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { hasEnded } from '../serving/turn.js';
import { type Snapshots } from './snapshots.js';
import { type Window, WINDOWS } from './state.js';

/** Between two events. */
export const PERIOD_MS = 2000;
/** More pages than that are asked to poll. */
export const MOST_PAGES = 1000;
/** After so many the application has its turn. */
const PAGES_PER_TURN = 50;
/** A page that has not taken the last events for so long is given up; it comes back by itself. */
const STUCK_MS = 30_000;

interface Page {
  readonly response: ServerResponse;
  readonly window: Window;
  takenAt: number;
  /** It has not taken everything that it was sent. */
  isFull: boolean;
}

/** The pages that are open, each of which is sent the state every two seconds. Without any, nothing runs. */
export class LivePages {
  private readonly pages = new Set<Page>();
  private timer: NodeJS.Timeout | undefined;
  private isSending = false;
  private isClosed = false;

  constructor(
    private readonly snapshots: Snapshots,
    private readonly failed: (error: unknown) => void,
  ) {}

  get isFull(): boolean {
    return this.isClosed || this.pages.size >= MOST_PAGES;
  }

  /** Sends events through a response whose turn it is and whose headers are written, until its client leaves. */
  add(response: ServerResponse, window: Window): void {
    if (hasEnded(response)) return;
    const page: Page = { response, window, takenAt: performance.now(), isFull: false };
    this.pages.add(page);
    response.on('close', () => this.remove(page));
    response.on('drain', () => (page.isFull = false));
    // Writing to a client that has left is no error of the application's.
    response.on('error', () => this.remove(page));
    this.timer ??= setInterval(() => void this.sendAll(), PERIOD_MS).unref();
    void this.sendFirst(page);
  }

  /** Ends all, so that the server can close. */
  close(): void {
    this.isClosed = true;
    for (const { response } of this.pages) response.end();
  }

  private remove(page: Page): void {
    this.pages.delete(page);
    if (this.pages.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async sendFirst(page: Page): Promise<void> {
    try {
      send(page, await this.eventOf(page.window));
    } catch (error) {
      this.failed(error);
    }
  }

  private async sendAll(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    try {
      for (const window of WINDOWS)
        await this.sendTo(
          [...this.pages].filter((page) => page.window === window),
          window,
        );
    } catch (error) {
      this.failed(error);
    } finally {
      this.isSending = false;
    }
  }

  private async sendTo(pages: readonly Page[], window: Window): Promise<void> {
    if (pages.length === 0) return;
    const event = await this.eventOf(window);
    for (const [i, page] of pages.entries()) {
      if (i > 0 && i % PAGES_PER_TURN === 0) await turn();
      send(page, event);
    }
  }

  private async eventOf(window: Window): Promise<string> {
    return `data: ${await this.snapshots.of(window)}\n\n`;
  }
}

/** A page that has not taken the last event yet is left out: each event has all figures. */
function send(page: Page, event: string): void {
  const { response } = page;
  if (hasEnded(response)) return;
  if (page.isFull) {
    if (performance.now() - page.takenAt > STUCK_MS) response.destroy();
    return;
  }
  page.takenAt = performance.now();
  page.isFull = !response.write(event);
}
