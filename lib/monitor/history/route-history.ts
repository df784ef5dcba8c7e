import { hourOf, minuteOf } from './bucket.js';
import { MOST_HOURS } from './bucket-history.js';

/** What is counted of a route: requests, their microseconds, errors, SQL statements. */
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

/** What routes were asked, by minute and by hour: finer than that nobody wants to know it, and it would cost most of all. */
export class RouteHistory {
  private readonly minutes = new Map<number, Map<string, RouteCounts>>();
  private readonly hours = new Map<number, Map<string, RouteCounts>>();

  private readonly hoursKept: number;

  constructor(hours: number) {
    this.hoursKept = Math.min(hours, MOST_HOURS);
  }

  add(bucket: number, route: string, counts: RouteCounts): void {
    addTo(tableOf(this.minutes, minuteOf(bucket)), route, counts);
    addTo(tableOf(this.hours, hourOf(bucket)), route, counts);
  }

  replaceMinute(minute: number, table: Map<string, RouteCounts>): void {
    this.minutes.set(minute, table);
  }

  replaceHour(hour: number, table: Map<string, RouteCounts>): void {
    this.hours.set(hour, table);
  }

  /** Lets go of what no window reaches when `bucket` is running. */
  forget(bucket: number): void {
    forgetBefore(this.minutes, minuteOf(bucket) - MINUTES_KEPT + 1);
    forgetBefore(this.hours, hourOf(bucket) - this.hoursKept);
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
      for (const [route, counts] of table) addTo(sum, route, counts);
    }
    return sum;
  }
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
