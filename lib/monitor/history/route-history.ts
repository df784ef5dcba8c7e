import { hourOf, minuteOf } from './bucket.js';
import { HISTORY_HOURS } from './bucket-history.js';

/** The counts of a route: requests, their microseconds, errors, SQL statements. */
export type RouteCounts = Float64Array;

export const HITS = 0;
export const MICROS = 1;
export const FAILURES = 2;
export const QUERIES = 3;
export const ROUTE_WIDTH = 4;

/** The counts of routes by `GET /dogs/:id`: the method cannot contain a space, whatever the route does. */
export type RouteTable = ReadonlyMap<string, RouteCounts>;

/** Minutes, the running one included, are kept for the windows up to an hour, hours for the others. */
export const MINUTES_KEPT = 61;

/** In all minutes and hours together: 30 MB, and a thousand routes that are all asked for in every minute. */
export const MOST_ROWS = 100_000;

/** Routes of a window; further ones are left out. An application with two thousand is large. */
const MOST_ROUTES = 5000;

/** The counts of routes by minute and by hour: by bucket they would take the most memory of all. */
export class RouteHistory {
  private readonly minutes = new Map<number, Map<string, RouteCounts>>();
  private readonly hours = new Map<number, Map<string, RouteCounts>>();

  private readonly hoursKept: number;

  constructor(hours: number) {
    this.hoursKept = Math.min(hours, HISTORY_HOURS);
  }

  add(bucket: number, route: string, counts: RouteCounts): void {
    addTo(tableOf(this.minutes, minuteOf(bucket)), route, counts);
    addTo(tableOf(this.hours, hourOf(bucket)), route, counts);
  }

  /** False, and left as it was, when there would be more rows than may be kept. */
  replaceMinute(minute: number, table: Map<string, RouteCounts>): boolean {
    return this.replace(this.minutes, minute, table);
  }

  /** As {@link replaceMinute}. */
  replaceHour(hour: number, table: Map<string, RouteCounts>): boolean {
    return this.replace(this.hours, hour, table);
  }

  /** Lets go of what no window reaches when `bucket` is running. */
  forget(bucket: number): void {
    forgetBefore(this.minutes, minuteOf(bucket) - MINUTES_KEPT + 1);
    forgetBefore(this.hours, hourOf(bucket) - this.hoursKept);
  }

  /** Forgets what is from `bucket` on, when the clock was put back. */
  forgetFrom(bucket: number): void {
    forgetFrom(this.minutes, minuteOf(bucket));
    forgetFrom(this.hours, hourOf(bucket));
  }

  /** The last so many minutes or hours, and the running one, added up. */
  last(seconds: number, bucket: number): RouteTable {
    const byMinute = seconds <= 3600;
    const tables = byMinute ? this.minutes : this.hours;
    const running = byMinute ? minuteOf(bucket) : hourOf(bucket);
    const from = running - seconds / (byMinute ? 60 : 3600);
    const sum = new Map<string, RouteCounts>();
    for (const [at, table] of tables) {
      if (at < from || at > running) continue;
      for (const [route, counts] of table) if (sum.size < MOST_ROUTES || sum.has(route)) addTo(sum, route, counts);
    }
    return sum;
  }

  private replace(tables: Map<number, Map<string, RouteCounts>>, at: number, table: Map<string, RouteCounts>): boolean {
    const others = rowsOf(this.minutes) + rowsOf(this.hours) - (tables.get(at)?.size ?? 0);
    if (others + table.size > MOST_ROWS) return false;
    tables.set(at, table);
    return true;
  }
}

function rowsOf(tables: ReadonlyMap<number, ReadonlyMap<string, unknown>>): number {
  let rows = 0;
  for (const table of tables.values()) rows += table.size;
  return rows;
}

function tableOf(tables: Map<number, Map<string, RouteCounts>>, at: number): Map<string, RouteCounts> {
  let table = tables.get(at);
  if (table === undefined) tables.set(at, (table = new Map()));
  return table;
}

function addTo(table: Map<string, RouteCounts>, route: string, counts: RouteCounts): void {
  const cells = table.get(route);
  if (cells === undefined) table.set(route, Float64Array.from(counts));
  else for (let i = 0; i < ROUTE_WIDTH; i += 1) cells[i]! += counts[i]!;
}

function forgetBefore(tables: Map<number, unknown>, first: number): void {
  for (const at of tables.keys()) if (at < first) tables.delete(at);
}

function forgetFrom(tables: Map<number, unknown>, first: number): void {
  for (const at of tables.keys()) if (at >= first) tables.delete(at);
}
