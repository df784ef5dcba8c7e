import { BUCKETS_PER_HOUR, hourOf, minuteOf } from '../history/bucket.js';
import { BucketHistory, MOST_HOURS } from '../history/bucket-history.js';
import { WIDTH } from '../history/counts.js';
import { MINUTES_KEPT, ROUTE_WIDTH, type RouteCounts, RouteHistory } from '../history/route-history.js';
import { type TotalCounts } from '../store.js';
import { pairs } from './exchange.js';
import { type Pace, Rotation } from './rotation.js';
import { HOURLY, hourKey, readSlot, ROUTE_FIELDS, routesHourKey, routesMinuteKey, TOTALS } from './layout.js';

type Hash = readonly string[];

/** Keys to be read, and what is to be done with what is under them. */
export interface Reader {
  readonly keys: readonly string[];
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
  private readonly hourRotation: Rotation;
  private readonly minuteRotation = new Rotation(MINUTES_KEPT, MINUTES_PACE);
  private readonly routeHourRotation: Rotation;

  constructor(
    private readonly hours: number,
    private readonly totalsOnly: boolean,
  ) {
    this.buckets = new BucketHistory(hours);
    this.routes = new RouteHistory(hours);
    const kept = Math.min(hours, MOST_HOURS) + 1;
    this.hourRotation = new Rotation(kept, HOURS_PACE);
    this.routeHourRotation = new Rotation(kept, ROUTE_HOURS_PACE);
  }

  /** Everything that Redis knows was read. */
  get isComplete(): boolean {
    return this.totalsOnly || this.rotations.every(({ isComplete }) => isComplete);
  }

  /** What to ask for when `bucket` is running. */
  reader(bucket: number): Reader {
    const readers = [this.totalsReader()];
    if (!this.totalsOnly) readers.push(...this.historyReaders(bucket));
    return {
      keys: readers.flatMap(({ keys }) => keys),
      take: (hashes) => {
        let at = 0;
        for (const one of readers) one.take(hashes.slice(at, (at += one.keys.length)));
        this.routes.forget(bucket);
      },
    };
  }

  /** Goes on where it was left, some minutes later: the hours between were the last and the running one, which are read. */
  catchUp(): void {
    this.minuteRotation.restart();
  }

  /** Forgets what was read: who knows whether it is still there. */
  restart(): void {
    this.buckets = new BucketHistory(this.hours);
    this.routes = new RouteHistory(this.hours);
    for (const rotation of this.rotations) rotation.restart();
  }

  private get rotations(): readonly Rotation[] {
    return [this.hourRotation, this.minuteRotation, this.routeHourRotation];
  }

  private historyReaders(bucket: number): readonly Reader[] {
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
      keys: HOURLY.map(({ prefix }) => hourKey(prefix, hour)),
      take: (hashes) => this.buckets.replaceHour(hour, rowsOf(hashes)),
    };
  }

  private minuteReader(minute: number): Reader {
    return {
      keys: [routesMinuteKey(minute)],
      take: ([hash = []]) => this.routes.replaceMinute(minute, tableOf(hash)),
    };
  }

  private routeHourReader(hour: number): Reader {
    return { keys: [routesHourKey(hour)], take: ([hash = []]) => this.routes.replaceHour(hour, tableOf(hash)) };
  }

  private totalsReader(): Reader {
    return {
      keys: TOTALS.map(({ key }) => key),
      take: (hashes) => {
        const [requests, statements] = hashes.map((hash) => new Map(pairs(hash)));
        const before = this.totals;
        this.totals = {
          requests: countOf(requests?.get('hits')),
          requestMicros: countOf(requests?.get('weight')),
          statements: countOf(statements?.get('hits')),
          statementMicros: countOf(statements?.get('weight')),
        };
        // Somebody has emptied it.
        if (this.totals.requests < before.requests || this.totals.statements < before.statements) this.restart();
      },
    };
  }
}

/** The rows of an hour, out of its hashes. */
function rowsOf(hashes: readonly Hash[]): Float64Array {
  const rows = new Float64Array(BUCKETS_PER_HOUR * WIDTH);
  for (const [i, { fields }] of HOURLY.entries()) {
    for (const [field, value] of pairs(hashes[i] ?? [])) {
      const slot = readSlot(field);
      const column = fields.find(({ suffix }) => suffix === slot?.suffix)?.column;
      if (slot !== undefined && column !== undefined) rows[slot.inHour * WIDTH + column] = countOf(value);
    }
  }
  return rows;
}

function tableOf(hash: Hash): Map<string, RouteCounts> {
  const table = new Map<string, RouteCounts>();
  for (const [field, value] of pairs(hash)) {
    const space = field.indexOf(' ');
    const column = ROUTE_FIELDS.find(({ name }) => name === field.slice(0, space))?.column;
    if (column === undefined) continue;
    const route = field.slice(space + 1);
    let counts = table.get(route);
    if (counts === undefined) table.set(route, (counts = new Float64Array(ROUTE_WIDTH)));
    counts[column] = countOf(value);
  }
  return table;
}

/** Redis is shared: what is no count is none. */
function countOf(value: string | undefined): number {
  const count = Number(value ?? 0);
  return Number.isFinite(count) && count > 0 ? count : 0;
}
