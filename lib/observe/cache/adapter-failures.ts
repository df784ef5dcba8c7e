import { type CacheOperation } from '../cache-events.js';

/**
 * The failures of an adapter that the Keyv before it keeps to itself: it reports a failed `get` as a miss. An adapter
 * either throws, or it emits `error` and returns as if there were nothing; then the event belongs to the call that
 * ends next, in the same turn of the event loop. Failures are kept by operation until the Keyv's call asks for them.
 */
export class AdapterFailures {
  private readonly failed: Record<CacheOperation, number> = { get: 0, set: 0, delete: 0, clear: 0 };
  private underWay = 0;
  /** Errors that the adapter has emitted in this turn of the event loop and that belong to no call yet. */
  private emitted = 0;

  /** Takes failures of the operation that were not taken yet, at most so many. */
  take(operation: CacheOperation, atMost: number): number {
    const taken = Math.max(0, Math.min(this.failed[operation], atMost));
    this.failed[operation] -= taken;
    return taken;
  }

  /** Forgets failures that were not taken: they are of calls that the application made to the adapter itself. */
  forget(): void {
    for (const operation of Object.keys(this.failed) as CacheOperation[]) this.failed[operation] = 0;
  }

  began(): void {
    this.underWay += 1;
  }

  ended(operation: CacheOperation, keys: number, result: unknown): void {
    this.underWay -= 1;
    const missing = missingIn(result, keys);
    if (this.emitted === 0 || missing === 0) return;
    this.emitted -= 1;
    this.failed[operation] += missing;
  }

  /** An adapter that throws may have emitted its error as well. */
  threw(operation: CacheOperation, keys: number): void {
    this.underWay -= 1;
    this.emitted = Math.max(0, this.emitted - 1);
    this.failed[operation] += keys;
  }

  /** The adapter has emitted an error. */
  heard(): void {
    if (this.underWay === 0) return;
    if (this.emitted === 0) setImmediate(() => (this.emitted = 0));
    this.emitted += 1;
  }
}

/** How many entries of a result are not there, or were not written: all of what an adapter that failed gives. */
function missingIn(result: unknown, keys: number): number {
  if (Array.isArray(result)) return result.filter((one) => one === undefined || one === null || one === false).length;
  return result === undefined || result === null || result === false ? keys : 0;
}
