import { type DatabaseListener, type DataSourceInfo } from '../../database-events.js';

/**
 * The last numbers of a data source are in so many readings: with the same interval, each of two Prometheus servers gets
 * one. A scrape that is aborted counts as well, for nobody tells us whether it has arrived.
 */
const READINGS = 2;
/** With more, the oldest go, read or not: there may be no scrapes. Until then they use up a part of the budgets. */
const MAX_WAITING = 10;

interface Ended {
  readonly info: DataSourceInfo;
  readings: number;
}

/** Data sources that have ended and are kept until their last numbers were scraped. */
export class EndedDataSources {
  private waiting: Ended[] = [];

  constructor(private readonly listeners: () => Required<DatabaseListener> | undefined) {}

  get areWaiting(): boolean {
    return this.waiting.length > 0;
  }

  add(info: DataSourceInfo): void {
    this.waiting.push({ info, readings: 0 });
    const first = this.waiting.length > MAX_WAITING ? this.waiting.shift() : undefined;
    if (first !== undefined) this.listeners()?.dataSourceEnded(first.info);
  }

  /** What waits is in the numbers that are being read, unless it was in enough of them. */
  read(): void {
    const done = this.waiting.filter(({ readings }) => readings >= READINGS);
    this.waiting = this.waiting.filter(({ readings }) => readings < READINGS);
    for (const one of this.waiting) one.readings += 1;
    for (const { info } of done) this.listeners()?.dataSourceEnded(info);
  }

  stop(): void {
    this.waiting = [];
  }
}
