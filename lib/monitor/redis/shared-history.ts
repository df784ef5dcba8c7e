import { BUCKETS_PER_HOUR, hourOf, minuteOf } from '../history/bucket.js';
import { BucketHistory, MOST_HOURS } from '../history/bucket-history.js';
import { WIDTH } from '../history/counts.js';
import { ROUTE_WIDTH, type RouteCounts, RouteHistory } from '../history/route-history.js';
import { type TotalCounts } from '../store.js';
import { pairs } from './exchange.js';
import { HOURLY, hourKey, readSlot, ROUTE_FIELDS, routesHourKey, routesMinuteKey, TOTALS } from './layout.js';

type Hash = readonly string[];

/** Keys to be read, and what is to be done with what is under them. */
interface Reader {
  readonly keys: readonly string[];
  take(hashes: readonly Hash[]): void;
}

/** A reader of everything that is asked for at one time. */
interface WholeReader {
  readonly keys: readonly string[];
  /** True when Redis knows less than it did: then everything has to be read anew. */
  take(hashes: readonly Hash[]): boolean;
}

/** For how many minutes back routes are told by the minute. */
const MINUTES = 60;

/** What Redis knows, read bit by bit: everything now and then, otherwise what is likely to have grown. */
export class SharedHistory {
  readonly buckets: BucketHistory;
  readonly routes: RouteHistory;
  totals: TotalCounts = { requests: 0, requestMicros: 0, statements: 0, statementMicros: 0 };

  constructor(
    private readonly hours: number,
    private readonly totalsOnly: boolean,
  ) {
    this.buckets = new BucketHistory(hours);
    this.routes = new RouteHistory(hours);
  }

  /** What to ask for when `bucket` is running. */
  reader(bucket: number, everything: boolean): WholeReader {
    const before = this.totals;
    const readers = [this.totalsReader()];
    if (!this.totalsOnly) readers.push(...this.historyReaders(bucket, everything));
    return {
      keys: readers.flatMap(({ keys }) => keys),
      take: (hashes) => {
        let at = 0;
        for (const one of readers) one.take(hashes.slice(at, (at += one.keys.length)));
        this.routes.forget(bucket);
        return this.totals.requests < before.requests || this.totals.statements < before.statements;
      },
    };
  }

  private historyReaders(bucket: number, everything: boolean): readonly Reader[] {
    const hour = hourOf(bucket);
    const minute = minuteOf(bucket);
    const hours = everything ? this.buckets.hoursUntil(bucket) : [hour - 1, hour];
    const minutes = everything ? MINUTES : 1;
    const routeHours = everything ? Math.min(this.hours, MOST_HOURS) : 1;
    return [
      ...hours.map((one) => this.hourReader(one)),
      ...lastOf(minute, minutes).map((one) =>
        this.routesReader(routesMinuteKey(one), (t) => this.routes.replaceMinute(one, t)),
      ),
      ...lastOf(hour, routeHours).map((one) =>
        this.routesReader(routesHourKey(one), (t) => this.routes.replaceHour(one, t)),
      ),
    ];
  }

  private hourReader(hour: number): Reader {
    return {
      keys: HOURLY.map(({ prefix }) => hourKey(prefix, hour)),
      take: (hashes) => this.buckets.replaceHour(hour, rowsOf(hashes)),
    };
  }

  private routesReader(key: string, take: (table: Map<string, RouteCounts>) => void): Reader {
    return { keys: [key], take: ([hash = []]) => take(tableOf(hash)) };
  }

  private totalsReader(): Reader {
    return {
      keys: TOTALS.map(({ key }) => key),
      take: (hashes) => {
        const [requests, statements] = hashes.map((hash) => new Map(pairs(hash)));
        this.totals = {
          requests: countOf(requests?.get('hits')),
          requestMicros: countOf(requests?.get('weight')),
          statements: countOf(statements?.get('hits')),
          statementMicros: countOf(statements?.get('weight')),
        };
      },
    };
  }
}

/** `last` and so many before it. */
function lastOf(last: number, before: number): readonly number[] {
  return Array.from({ length: before + 1 }, (_, i) => last - before + i);
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
