import { BUCKET_SECONDS, bucketAt, bucketStartMs } from './history/bucket.js';
import {
  ABORTED,
  type Counts,
  ERRORS,
  FAILED_STATEMENTS,
  JUDGED_REQUESTS,
  REQUEST_MICROS,
  REQUESTS,
  STATEMENT_MICROS,
  STATEMENTS,
} from './history/counts.js';
import { FAILURES, HITS, MICROS, QUERIES, type RouteTable } from './history/route-history.js';
import { type Figures, type RouteFigures, type Routes, type Running, type Series, type Window } from './state.js';
import { type StoredCounts } from './store.js';

/** Seconds between two points of the chart of a window. */
const STEP_SECONDS: Readonly<Record<Window, number>> = { '10m': 10, '1h': 60, '24h': 600 };

const ROUTES_SHOWN = 10;

/** The figures of the last `seconds` of complete buckets, or since the counting began if that was later. */
export function figuresOf(reading: StoredCounts, seconds: number): Figures {
  const { incompleteFrom } = reading;
  return figuresBetween(reading, incompleteFrom - seconds / BUCKET_SECONDS, incompleteFrom);
}

function figuresBetween({ buckets, firstMs }: StoredCounts, begin: number, end: number): Figures {
  const endMs = bucketStartMs(end);
  const fromMs = Math.min(Math.max(bucketStartMs(begin), firstMs), endMs);
  return figures(buckets.sum(Math.min(bucketAt(fromMs), end), end), fromMs, (endMs - fromMs) / 1000);
}

function figures(counts: Counts, fromMs: number, seconds: number): Figures {
  const requests = counts[REQUESTS]!;
  const statements = counts[STATEMENTS]!;
  return {
    from: iso(fromMs),
    seconds,
    requests: {
      count: requests,
      perSecond: perSecond(requests, seconds),
      averageSeconds: averageSeconds(counts[REQUEST_MICROS]!, requests),
      errors: counts[ERRORS]!,
      errorShare: shareOf(counts[ERRORS]!, counts[JUDGED_REQUESTS]!),
      aborted: counts[ABORTED]!,
    },
    statements: {
      count: statements,
      perSecond: perSecond(statements, seconds),
      averageSeconds: averageSeconds(counts[STATEMENT_MICROS]!, statements),
      errors: counts[FAILED_STATEMENTS]!,
    },
    statementsPerRequest: shareOf(statements, requests),
  };
}

/** The figures of the buckets that are not complete yet. */
export function runningOf({ buckets, incompleteFrom, nowMs }: StoredCounts): Running {
  const counts = buckets.sum(incompleteFrom, bucketAt(nowMs) + 1);
  return {
    from: iso(bucketStartMs(incompleteFrom)),
    seconds: Math.max(0, (nowMs - bucketStartMs(incompleteFrom)) / 1000),
    requests: counts[REQUESTS]!,
    errors: counts[ERRORS]!,
    statements: counts[STATEMENTS]!,
  };
}

/** The points of a chart: whole steps, so that a point does not change from one look to the next. */
export function seriesOf(reading: StoredCounts, window: Window, windowSeconds: number): Series {
  const stepSeconds = STEP_SECONDS[window];
  const size = stepSeconds / BUCKET_SECONDS;
  const end = Math.floor(reading.incompleteFrom / size) * size;
  const begin = end - windowSeconds / BUCKET_SECONDS;
  const points = Array.from({ length: windowSeconds / stepSeconds }, (_, i) => stepOf(reading, begin + i * size, size));
  return {
    from: iso(bucketStartMs(begin)),
    stepSeconds,
    requestsPerSecond: points.map((point) => point && point.requests.perSecond),
    requestSeconds: points.map((point) => point && point.requests.averageSeconds),
    errorsPerSecond: points.map((point) => point && perSecond(point.requests.errors, point.seconds)),
    statementsPerSecond: points.map((point) => point && point.statements.perSecond),
    statementSeconds: points.map((point) => point && point.statements.averageSeconds),
  };
}

/** Null before the counting began; the step in which it did is as long as it was counted. */
function stepOf(reading: StoredCounts, begin: number, size: number): Figures | null {
  return bucketStartMs(begin + size) <= reading.firstMs ? null : figuresBetween(reading, begin, begin + size);
}

export function routesOf({ routes, nowMs }: StoredCounts, windowSeconds: number): Routes {
  const table = routes.last(windowSeconds, bucketAt(nowMs));
  const all = routeFigures(table);
  const top = (by: (route: RouteFigures) => number) =>
    all.toSorted((one, other) => by(other) - by(one)).slice(0, ROUTES_SHOWN);
  return { count: all.length, busiest: top(({ count }) => count), slowest: top((route) => route.averageSeconds) };
}

function routeFigures(table: RouteTable): readonly RouteFigures[] {
  // With `http.queriesPerRequest` off no request has statements.
  const areQueriesCounted = [...table.values()].some((counts) => counts[QUERIES] !== 0);
  return [...table].map(([name, counts]) => {
    const space = name.indexOf(' ');
    const count = counts[HITS]!;
    return {
      method: name.slice(0, space),
      route: name.slice(space + 1),
      count,
      averageSeconds: averageSeconds(counts[MICROS]!, count) ?? 0,
      errors: counts[FAILURES]!,
      statementsPerRequest: areQueriesCounted ? shareOf(counts[QUERIES]!, count) : null,
    };
  });
}

/** Counts of less than a second are not scaled up to a second. */
function perSecond(count: number, seconds: number): number {
  return count / Math.max(1, seconds);
}

function averageSeconds(micros: number, count: number): number | null {
  return count === 0 ? null : micros / count / 1e6;
}

function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

export function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
