import { setTimeout as pause } from 'node:timers/promises';
import { type Exposition, readExposition } from '../exposition.js';
import { send } from '../http-client.js';
import { type FireDriver } from './fire-driver.js';
import { NeverLess } from './never-less.js';

const PAUSE_MS = 20;
const TIMEOUT_MS = 5000;

export function workCounted(scrape: Exposition): number {
  return scrape.sum('nestjs_http_requests_total', { route: '/work', status: '200' });
}

export async function scrapeOf(port: number): Promise<Exposition> {
  const { status, bytes, body } = await send(port, { path: '/metrics', timeoutMs: TIMEOUT_MS });
  if (status !== 200) throw new Error(`A scrape was answered with ${status}: ${body.slice(0, 200)}`);
  return readExposition(bytes, 'text');
}

/** Scrapes all the time, from each port in turn, and compares what it gets with what was sent. */
export class FireScraper {
  readonly neverLess = new NeverLess();
  scrapes = 0;
  failed = 0;
  /** Scrapes with more requests than were sent, or with less than were answered. */
  readonly faults: string[] = [];
  /** The longest time without a scrape from the first port. */
  longestGapMs = 0;
  readonly #work: Promise<void>;
  #firstPortAt = performance.now();
  #isStopping = false;

  constructor(
    private readonly ports: readonly number[],
    private readonly driver: FireDriver,
  ) {
    this.#work = this.#scrape();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#work;
  }

  async #scrape(): Promise<void> {
    while (!this.#isStopping) {
      for (const port of this.ports) await this.#scrapeOne(port);
      await pause(PAUSE_MS);
    }
  }

  async #scrapeOne(port: number): Promise<void> {
    const { answered, allowance } = this.driver;
    const scrape = await scrapeOf(port).catch(() => undefined);
    if (scrape === undefined) {
      this.failed += 1;
      return;
    }
    this.scrapes += 1;
    this.neverLess.see(scrape);
    if (port === this.ports[0]) this.#noteGap();
    const counted = workCounted(scrape);
    // Clients have an answer a moment before it is counted. The allowance is that from before the scrape and during it.
    const least = answered - Math.max(allowance, this.driver.allowance) - this.driver.concurrency;
    if (counted > this.driver.started) this.faults.push(`${counted} counted, ${this.driver.started} sent`);
    if (counted < least) this.faults.push(`${counted} counted, ${answered} answered before the scrape`);
  }

  #noteGap(): void {
    const now = performance.now();
    this.longestGapMs = Math.max(this.longestGapMs, now - this.#firstPortAt);
    this.#firstPortAt = now;
  }
}
