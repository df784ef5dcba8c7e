import { BUCKETS_PER_HOUR } from './bucket.js';
import { addCounts, type Counts, noCounts, REQUESTS, STATEMENTS, WIDTH } from './counts.js';

/** No bucket has this number. */
const NONE = -1;

/** No window is longer. */
export const HISTORY_HOURS = 24;

/** The counts of the last so many hours, bucket by bucket, in memory that never grows. */
export class BucketHistory {
  private readonly cells: Float64Array;
  /** Which bucket a place holds: they are used in turn. */
  private readonly buckets: Float64Array;
  private readonly places: number;

  constructor(hours: number) {
    // One more: an hour is complete only when the next one has begun.
    this.places = (Math.min(hours, HISTORY_HOURS) + 1) * BUCKETS_PER_HOUR;
    this.cells = new Float64Array(this.places * WIDTH);
    this.buckets = new Float64Array(this.places).fill(NONE);
  }

  /** Forgets what is from `bucket` on: the clock was put back, and it would be in the way of what comes. */
  forgetFrom(bucket: number): void {
    for (let place = 0; place < this.places; place += 1) if (this.buckets[place]! >= bucket) this.buckets[place] = NONE;
  }

  /** Adds to a bucket; does nothing for one that is too old to be kept. */
  add(bucket: number, counts: Counts): void {
    const place = this.placeOf(bucket);
    if (place !== undefined) addCounts(this.cells, counts, place * WIDTH);
  }

  /** Replaces the counts of an hour by those of the store: its rows, one after the other. */
  replaceHour(hour: number, rows: Float64Array): void {
    for (let i = 0; i < BUCKETS_PER_HOUR; i += 1) {
      const place = this.placeOf(hour * BUCKETS_PER_HOUR + i);
      if (place !== undefined) this.cells.set(rows.subarray(i * WIDTH, (i + 1) * WIDTH), place * WIDTH);
    }
  }

  /** The counts of the buckets from `from` up to and without `to`. */
  sum(from: number, to: number): Counts {
    const sum = noCounts();
    for (let bucket = from; bucket < to; bucket += 1) {
      const place = bucket % this.places;
      if (this.buckets[place] !== bucket) continue;
      for (let i = 0; i < WIDTH; i += 1) sum[i]! += this.cells[place * WIDTH + i]!;
    }
    return sum;
  }

  /** The first bucket that is kept when `running` is. */
  firstKept(running: number): number {
    return running - this.places + 1;
  }

  /** The first bucket in which anything happened; `running` when there is none before it. */
  firstUsed(running: number): number {
    for (let bucket = this.firstKept(running); bucket < running; bucket += 1) {
      const place = bucket % this.places;
      if (this.buckets[place] !== bucket) continue;
      if (this.cells[place * WIDTH + REQUESTS] !== 0 || this.cells[place * WIDTH + STATEMENTS] !== 0) return bucket;
    }
    return running;
  }

  private placeOf(bucket: number): number | undefined {
    const place = bucket % this.places;
    const held = this.buckets[place]!;
    if (held > bucket) return undefined;
    if (held < bucket) {
      this.cells.fill(0, place * WIDTH, (place + 1) * WIDTH);
      this.buckets[place] = bucket;
    }
    return place;
  }
}
