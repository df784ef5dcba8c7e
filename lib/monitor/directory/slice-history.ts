import { BUCKETS_PER_HOUR } from '../history/bucket.js';
import { BucketHistory } from '../history/bucket-history.js';
import { WIDTH } from '../history/counts.js';
import { type RouteCounts, RouteHistory } from '../history/route-history.js';
import { type Sheet } from './sheet.js';
import { hourOfSlice, minutesOfSlice, type Slice } from './slices.js';

/** The history that the page shows, out of the sheets of its slices. */
export class SliceHistory {
  buckets: BucketHistory;
  routes: RouteHistory;

  constructor(private readonly hours: number) {
    this.buckets = new BucketHistory(hours);
    this.routes = new RouteHistory(hours);
  }

  /** Replaces what is known of a slice. False when there are too many routes to show them all. */
  take(slice: Slice, sum: Sheet): boolean {
    const hour = hourOfSlice(slice);
    return hour === undefined ? this.takeMinutes(slice, sum) : this.takeHour(hour, sum);
  }

  /** The keys of an hour are buckets in it, and routes. */
  private takeHour(hour: number, { rows }: Sheet): boolean {
    const cells = new Float64Array(BUCKETS_PER_HOUR * WIDTH);
    const table = new Map<string, RouteCounts>();
    for (const [key, counts] of rows) {
      if (key.includes(' ')) table.set(key, counts);
      else if (isBucket(Number(key))) cells.set(counts, Number(key) * WIDTH);
    }
    this.buckets.replaceHour(hour, cells);
    return this.routes.replaceHour(hour, table);
  }

  /** The keys of ten minutes are routes, each with its minute in front. */
  private takeMinutes(slice: Slice, { rows }: Sheet): boolean {
    const tables = new Map(minutesOfSlice(slice).map((minute) => [minute, new Map<string, RouteCounts>()]));
    for (const [key, counts] of rows) {
      const space = key.indexOf(' ');
      tables.get(Number(key.slice(0, space)))?.set(key.slice(space + 1), counts);
    }
    return [...tables].every(([minute, table]) => this.routes.replaceMinute(minute, table));
  }

  restart(): void {
    this.buckets = new BucketHistory(this.hours);
    this.routes = new RouteHistory(this.hours);
  }
}

function isBucket(inHour: number): boolean {
  return Number.isInteger(inHour) && inHour >= 0 && inHour < BUCKETS_PER_HOUR;
}
