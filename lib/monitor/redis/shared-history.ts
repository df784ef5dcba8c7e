import { BUCKETS_PER_HOUR, hourOf, minuteOf } from '../history/bucket.js';
import { BucketHistory, HISTORY_HOURS } from '../history/bucket-history.js';
import { MINUTES_KEPT, type RouteCounts, RouteHistory } from '../history/route-history.js';
import { type TotalCounts } from '../store.js';
import { MOST_HOUR_FIELDS, MOST_ROUTE_FIELDS } from './bounds.js';
import { type Hash, type Wanted } from './round-trip.js';
import { type Refusals } from './refusals.js';
import { type Pace, Rotation } from './rotation.js';
import { HOURLY, hourKey, routesHourKey, routesMinuteKey, TOTALS } from './layout.js';
import { SharedHashes } from './shared-hashes.js';

/** What to read, and how to take it. */
export interface Reader {
  readonly wanted: readonly Wanted[];
  take(hashes: readonly Hash[]): void;
}

/** Of the hours of buckets, of the minutes of routes, and of their hours: some thousand fields at a time. */
const HOURS_PACE: Pace = { first: 3, later: 1 };
const MINUTES_PACE: Pace = { first: 10, later: 1 };
const ROUTE_HOURS_PACE: Pace = { first: 3, later: 1 };

/**
 * What Redis knows, read bit by bit, for Redis does nothing else meanwhile: the newest each time, the rest of a day
 * within some ten times and then again and again, since what others could not deliver for a while comes late.
 */
export class SharedHistory {
  buckets: BucketHistory;
  routes: RouteHistory;
  totals: TotalCounts = { requests: 0, requestMicros: 0, statements: 0, statementMicros: 0 };
  private later: Reader[] = [];
  private lastBucket = 0;
  private readonly hashes: SharedHashes;
  private readonly hourRotation: Rotation;
  private readonly minuteRotation = new Rotation(MINUTES_KEPT, MINUTES_PACE);
  private readonly routeHourRotation: Rotation;

  constructor(
    private readonly hours: number,
    private readonly totalsOnly: boolean,
    private readonly refusals: Refusals,
  ) {
    this.hashes = new SharedHashes(refusals);
    this.buckets = new BucketHistory(hours);
    this.routes = new RouteHistory(hours);
    const kept = Math.min(hours, HISTORY_HOURS) + 1;
    this.hourRotation = new Rotation(kept, HOURS_PACE);
    this.routeHourRotation = new Rotation(kept, ROUTE_HOURS_PACE);
  }

  /** Everything that Redis knows was read. */
  get isComplete(): boolean {
    return this.totalsOnly || (this.later.length === 0 && this.rotations.every(({ isComplete }) => isComplete));
  }

  /** What to ask for when `bucket` is running: a turn, or what of the last one was too much for one round trip. */
  reader(bucket: number): Reader {
    // The clock of Redis was put back: what was read by it would be in the way.
    if (bucket + BUCKETS_PER_HOUR < this.lastBucket) this.restart();
    this.lastBucket = bucket;
    const readers = this.later.length > 0 ? this.later : this.historyReaders(bucket);
    readers.unshift(this.totalsReader());
    this.later = [];
    return {
      wanted: readers.flatMap(({ wanted }) => wanted),
      take: (hashes) => {
        let at = 0;
        for (const one of readers) this.takeOrAskAgain(one, hashes.slice(at, (at += one.wanted.length)));
        this.routes.forget(bucket);
      },
    };
  }

  /** Goes on where it was left, some minutes later: the hours between were the last and the running one, which are read. */
  catchUp(): void {
    this.minuteRotation.restart();
    this.later = [];
  }

  /** Forgets what was read, because it may not be there any more. */
  restart(): void {
    this.buckets = new BucketHistory(this.hours);
    this.routes = new RouteHistory(this.hours);
    this.later = [];
    for (const rotation of this.rotations) rotation.restart();
  }

  private takeOrAskAgain(reader: Reader, hashes: readonly Hash[]): void {
    if (hashes.includes(undefined)) this.later.push(reader);
    else reader.take(hashes);
  }

  private get rotations(): readonly Rotation[] {
    return [this.hourRotation, this.minuteRotation, this.routeHourRotation];
  }

  private historyReaders(bucket: number): Reader[] {
    if (this.totalsOnly) return [];
    const hour = hourOf(bucket);
    const minute = minuteOf(bucket);
    return [
      ...this.hourRotation.turn().map((age) => this.hourReader(hour - age)),
      ...this.minuteRotation.turn().map((age) => this.minuteReader(minute - age)),
      ...this.routeHourRotation.turn().map((age) => this.routeHourReader(hour - age)),
    ];
  }

  private hourReader(hour: number): Reader {
    return {
      wanted: HOURLY.map(({ prefix, fields }) => ({
        key: hourKey(prefix, hour),
        mostFields: MOST_HOUR_FIELDS,
        named: fields.map(({ suffix }) => `*${suffix}`),
      })),
      take: (hashes) => this.buckets.replaceHour(hour, this.hashes.rows(hour, hashes)),
    };
  }

  private minuteReader(minute: number): Reader {
    return this.routesReader(routesMinuteKey(minute), (table) => this.routes.replaceMinute(minute, table));
  }

  private routeHourReader(hour: number): Reader {
    return this.routesReader(routesHourKey(hour), (table) => this.routes.replaceHour(hour, table));
  }

  /** @param replace false when there are too many routes already */
  private routesReader(key: string, replace: (table: Map<string, RouteCounts>) => boolean): Reader {
    return {
      wanted: [{ key, mostFields: MOST_ROUTE_FIELDS, named: [] }],
      take: ([hash]) => {
        if (typeof hash === 'string') this.refusals.add('large', key, hash);
        else if (!replace(this.hashes.table(key, hash))) this.refusals.add('routes', key);
      },
    };
  }

  private totalsReader(): Reader {
    return {
      wanted: TOTALS.map(({ key }) => ({ key, mostFields: 0, named: ['hits', 'weight'] })),
      take: (hashes) => {
        const before = this.totals;
        this.totals = this.hashes.totals(hashes);
        // Redis was emptied.
        if (this.totals.requests < before.requests || this.totals.statements < before.statements) this.restart();
      },
    };
  }
}
