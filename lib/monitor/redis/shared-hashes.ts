import { BUCKETS_PER_HOUR } from '../history/bucket.js';
import { WIDTH } from '../history/counts.js';
import { ROUTE_WIDTH, type RouteCounts } from '../history/route-history.js';
import { type TotalCounts } from '../store.js';
import { MOST_DIGITS, MOST_NAME_LENGTH } from './bounds.js';
import { type Hash } from './round-trip.js';
import { HOURLY, hourKey, readSlot, ROUTE_FIELDS, TOTALS } from './layout.js';
import { type Refusals } from './refusals.js';

const COLUMNS: ReadonlyMap<string, number> = new Map(ROUTE_FIELDS.map(({ name, column }) => [name, column]));

/** Makes counts of the hashes of Redis, which is shared: what is no count is none. */
export class SharedHashes {
  constructor(private readonly refusals: Refusals) {}

  totals(hashes: readonly Hash[]): TotalCounts {
    const [requests, statements] = TOTALS.map(({ key }, i) => {
      const fields = new Map(fieldsOf(hashes[i]));
      return { hits: this.count(key, fields.get('hits')), weight: this.count(key, fields.get('weight')) };
    });
    return {
      requests: requests!.hits,
      requestMicros: requests!.weight,
      statements: statements!.hits,
      statementMicros: statements!.weight,
    };
  }

  /** The rows of an hour, out of its hashes. */
  rows(hour: number, hashes: readonly Hash[]): Float64Array {
    const rows = new Float64Array(BUCKETS_PER_HOUR * WIDTH);
    for (const [i, { prefix, fields }] of HOURLY.entries()) {
      const key = hourKey(prefix, hour);
      for (const [field, value] of fieldsOf(hashes[i])) {
        const slot = readSlot(field);
        const column = fields.find(({ suffix }) => suffix === slot?.suffix)?.column;
        if (slot === undefined || column === undefined) continue;
        rows[slot.inHour * WIDTH + column] = this.count(key, value);
      }
    }
    return rows;
  }

  /** A table of routes. */
  table(key: string, hash: Hash): Map<string, RouteCounts> {
    const table = new Map<string, RouteCounts>();
    for (const [field, value] of fieldsOf(hash)) {
      const space = field.indexOf(' ');
      const column = COLUMNS.get(field.slice(0, space));
      if (column === undefined) continue;
      const route = field.slice(space + 1);
      if (route.length > MOST_NAME_LENGTH) {
        this.refusals.add('names', key);
        continue;
      }
      let counts = table.get(route);
      if (counts === undefined) table.set(route, (counts = new Float64Array(ROUTE_WIDTH)));
      counts[column] = this.count(key, value);
    }
    return table;
  }

  private count(key: string, value = '0'): number {
    if (value.length <= MOST_DIGITS && /^\d+$/.test(value)) return Number(value);
    this.refusals.add('counts', key);
    return 0;
  }
}

function* fieldsOf(hash: Hash = []): Generator<readonly [string, string]> {
  if (typeof hash === 'string') return;
  for (let i = 1; i < hash.length; i += 2) yield [hash[i - 1]!, hash[i]!];
}
