import { type Statement } from '../observe/database-events.js';
import { type HttpExchange, type HttpRequest, type Listener, UNMATCHED } from '../observe/events.js';
import { ignoredPaths } from '../observe/http/ignored-paths.js';
import { bucketAt, bucketStartMs } from './history/bucket.js';
import {
  ABORTED,
  ERRORS,
  FAILED_STATEMENTS,
  JUDGED_REQUESTS,
  noCounts,
  REQUEST_MICROS,
  REQUESTS,
  STATEMENT_MICROS,
  STATEMENTS,
} from './history/counts.js';
import { FAILURES, HITS, MICROS, QUERIES, ROUTE_WIDTH, type RouteCounts } from './history/route-history.js';
import { ROUTES } from './own-routes.js';
import { type MonitorStore } from './store.js';

export interface RecorderOptions {
  /** Where the monitor itself is served: what is asked there is not counted. */
  readonly path: string;
  readonly ignore: readonly (string | RegExp)[];
}

interface SeenRoute {
  readonly name: string;
  /** Of the monitor itself. */
  readonly isOwn: boolean;
  readonly isMatched: boolean;
  readonly counts: RouteCounts;
}

/**
 * Hears of requests and statements and counts them in the running bucket, which the store takes bit by bit. Runs while
 * requests and statements end: one look at the clock and a few additions.
 */
export class Recorder implements Listener {
  private readonly counts = noCounts();
  /** By the index of their route. */
  private readonly routes: (SeenRoute | undefined)[] = [];
  private readonly isIgnored: ((url: string | undefined) => boolean) | undefined;
  private bucket = 0;
  private bucketFrom = 0;
  private bucketUntil = 0;

  constructor(
    private readonly store: MonitorStore,
    private readonly options: RecorderOptions,
  ) {
    this.isIgnored = ignoredPaths(options.ignore);
  }

  requestAnswered(exchange: HttpExchange): void {
    const { status } = exchange;
    this.count(exchange, status >= 500, false);
  }

  requestAborted(exchange: HttpExchange): void {
    this.count(exchange, false, true);
  }

  statementEnded(statement: Statement): void {
    this.turn();
    const { counts } = this;
    counts[STATEMENTS]! += 1;
    counts[STATEMENT_MICROS]! += statement.durationSeconds * 1e6;
    if (statement.error !== undefined) counts[FAILED_STATEMENTS]! += 1;
  }

  /** Books what was counted since the last time; what routes were asked only once their bucket is over. */
  flush(): void {
    this.turn();
    this.flushCounts();
  }

  /** Books everything. */
  flushAll(): void {
    this.flush();
    this.flushRoutes();
  }

  private count(exchange: HttpExchange, failed: boolean, aborted: boolean): void {
    const route = this.routes[exchange.route.index] ?? this.meet(exchange);
    if (route.isOwn || this.isLeftOut(exchange.request, route)) return;
    this.turn();
    const micros = exchange.durationSeconds * 1e6;
    const { counts } = this;
    counts[REQUESTS]! += 1;
    counts[REQUEST_MICROS]! += micros;
    if (failed) counts[ERRORS]! += 1;
    if (aborted) counts[ABORTED]! += 1;
    const ofRoute = route.counts;
    ofRoute[HITS]! += 1;
    ofRoute[MICROS]! += micros;
    if (failed) ofRoute[FAILURES]! += 1;
    ofRoute[QUERIES]! += exchange.databaseQueries;
  }

  /** The clock may go back, too: then a bucket is continued. */
  private turn(): void {
    const now = this.store.now();
    if (now < this.bucketUntil && now >= this.bucketFrom) return;
    this.flushCounts();
    this.flushRoutes();
    this.bucket = bucketAt(now);
    this.bucketFrom = bucketStartMs(this.bucket);
    this.bucketUntil = bucketStartMs(this.bucket + 1);
  }

  private flushCounts(): void {
    const { counts } = this;
    if (counts[REQUESTS] === 0 && counts[STATEMENTS] === 0) return;
    counts[JUDGED_REQUESTS] = counts[REQUESTS]!;
    this.store.book(this.bucket, counts);
    counts.fill(0);
  }

  private flushRoutes(): void {
    for (const route of this.routes) {
      if (route === undefined || route.counts[HITS] === 0) continue;
      this.store.bookRoute(this.bucket, route.name, route.counts);
      route.counts.fill(0);
    }
  }

  private meet({ route }: HttpExchange): SeenRoute {
    const { index, method, template } = route;
    const { path } = this.options;
    const isRead = method === 'GET' || method === 'HEAD';
    const isOwn = isRead && (template === path || Object.values(ROUTES).some((own) => template === `${path}/${own}`));
    const isMatched = template !== UNMATCHED;
    return (this.routes[index] = {
      name: `${method} ${template}`,
      isOwn,
      isMatched,
      counts: new Float64Array(ROUTE_WIDTH),
    });
  }

  /** By what the client asked for: middleware may have rewritten it. */
  private isLeftOut(request: HttpRequest & { readonly originalUrl?: string }, { isMatched }: SeenRoute): boolean {
    if (isMatched && this.isIgnored === undefined) return false;
    const url = request.originalUrl ?? request.url ?? '';
    return this.isIgnored?.(url) === true || (!isMatched && this.isBelowOwn(url));
  }

  /** Other requests below the path of the monitor are not counted either. */
  private isBelowOwn(url: string): boolean {
    const { path } = this.options;
    const begin = url.slice(0, path.length);
    const next = url[path.length];
    return begin.toLowerCase() === path.toLowerCase() && (next === undefined || '/?#'.includes(next));
  }
}
