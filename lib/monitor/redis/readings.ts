import { type Reader, type SharedHistory } from './shared-history.js';
import { Waiters } from './waiters.js';

/** A reading is that fresh. */
const FRESH_MS = 1000;
/** Readers give up after this. */
export const SLOW_MS = 2000;
/** After a minute without a reading some minutes were never read; after 50 minutes hours were not. */
const STALE_MS = 60_000;
const FORGOTTEN_MS = 50 * 60_000;
/** For so long after a read request the older history is read as well, as far as it is missing. */
const LOOKING_MS = 10_000;

/** Decides when Redis is read, and how much: only while the monitor is open. All times are of the monotonic clock. */
export class Readings {
  private readonly waiters = new Waiters(SLOW_MS);
  private readAt = -Infinity;
  private lookedAt = -Infinity;

  constructor(private readonly shared: SharedHistory) {}

  get isFresh(): boolean {
    return performance.now() - this.readAt < FRESH_MS;
  }

  get isAwaited(): boolean {
    return this.waiters.areThere;
  }

  get isWanted(): boolean {
    const isLookedAt = performance.now() - this.lookedAt < LOOKING_MS;
    return this.isAwaited || (isLookedAt && !this.shared.isComplete);
  }

  /** The monitor was opened, or asked for new figures. */
  looked(): void {
    this.lookedAt = performance.now();
  }

  /** True with the next reading, false when none comes in time. */
  next(): Promise<boolean> {
    return this.waiters.wait();
  }

  /** What to ask for when `bucket` is running. */
  reader(bucket: number): Reader {
    const ageMs = performance.now() - this.readAt;
    if (ageMs >= FORGOTTEN_MS) this.shared.restart();
    else if (ageMs >= STALE_MS) this.shared.catchUp();
    return this.shared.reader(bucket);
  }

  /** The reading that was asked for at `askedAt` is there. */
  arrived(askedAt: number): void {
    this.readAt = askedAt;
    this.waiters.answer(askedAt);
  }

  /** Redis did not answer. When it is back it may have other data, so everything is stale. */
  failed(askedAt: number): void {
    this.readAt = -Infinity;
    this.waiters.answer(askedAt);
  }
}
