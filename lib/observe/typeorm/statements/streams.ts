import { connectionKey, type QueryRunnerLike } from '../typeorm-types.js';

/** The streams under way, by connection: a stream that is not read to its end ends with its connection. */
export class Streams {
  private readonly underWay = new Map<object, Set<() => unknown>>();

  /** @returns the function that forgets it again */
  add(runner: QueryRunnerLike, end: () => unknown): () => void {
    const key = connectionKey(runner);
    const ends = this.underWay.get(key) ?? new Set();
    this.underWay.set(key, ends.add(end));
    return () => {
      ends.delete(end);
      if (ends.size === 0) this.underWay.delete(key);
    };
  }

  has(runner: QueryRunnerLike): boolean {
    return this.underWay.size > 0 && this.underWay.has(connectionKey(runner));
  }

  released(runner: QueryRunnerLike): void {
    if (runner.isReleased) this.endOf(connectionKey(runner));
  }

  endAll(): void {
    for (const key of Array.from(this.underWay.keys())) this.endOf(key);
  }

  private endOf(key: object): void {
    const ends = this.underWay.get(key);
    // Each takes itself out of the set.
    if (ends !== undefined) for (const end of Array.from(ends)) end();
  }
}
