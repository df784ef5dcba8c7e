import { bucketAt, bucketStartMs, BUCKETS_PER_HOUR } from './history/bucket.js';
import { BucketHistory } from './history/bucket-history.js';
import {
  addCounts,
  type Counts,
  noCounts,
  REQUEST_MICROS,
  REQUESTS,
  STATEMENT_MICROS,
  STATEMENTS,
} from './history/counts.js';
import { type RouteCounts, RouteHistory } from './history/route-history.js';
import { type OwnProcess } from './own-process.js';
import { type ProcessState } from './state.js';
import { type MonitorStore, type StoredCounts, type TotalCounts } from './store.js';

/** Keeps the numbers of this process in its memory: half a megabyte for a day. */
export class MemoryStore implements MonitorStore {
  private readonly buckets: BucketHistory;
  private readonly routes: RouteHistory;
  private readonly totals = noCounts();
  private firstMs = Date.now();
  private lastBucket = 0;
  private flush: () => void = () => undefined;

  constructor(
    retentionHours: number,
    private readonly process: OwnProcess,
  ) {
    this.buckets = new BucketHistory(retentionHours);
    this.routes = new RouteHistory(retentionHours);
  }

  now(): number {
    return Date.now();
  }

  book(bucket: number, counts: Counts): void {
    // The clock may have been put back.
    if (bucket < bucketAt(this.firstMs)) this.firstMs = bucketStartMs(bucket);
    if (bucket < this.lastBucket) this.forgetFrom(bucket + BUCKETS_PER_HOUR);
    this.lastBucket = bucket;
    this.buckets.add(bucket, counts);
    addCounts(this.totals, counts);
  }

  bookRoute(bucket: number, route: string, counts: RouteCounts): void {
    this.routes.add(bucket, route, counts);
    this.routes.forget(bucket);
  }

  start(flush: () => void): void {
    this.flush = flush;
  }

  read(): Promise<StoredCounts> {
    this.flush();
    return Promise.resolve(this.readAt(this.now()));
  }

  readAt(nowMs: number): StoredCounts {
    const running = bucketAt(nowMs);
    const seen: ProcessState = { ...this.process, lastSeenAt: new Date(nowMs).toISOString() };
    return {
      scope: 'process',
      store: { kind: 'memory', reachable: true, unreachableSince: null },
      nowMs,
      incompleteFrom: running,
      totals: totalsOf(this.totals),
      processes: [seen],
      isComplete: true,
      buckets: this.buckets,
      routes: this.routes,
      firstMs: Math.max(this.firstMs, bucketStartMs(this.buckets.firstKept(running))),
    };
  }

  deliver(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  private forgetFrom(bucket: number): void {
    this.buckets.forgetFrom(bucket);
    this.routes.forgetFrom(bucket);
  }
}

export function totalsOf(counts: Counts): TotalCounts {
  return {
    requests: counts[REQUESTS]!,
    requestMicros: counts[REQUEST_MICROS]!,
    statements: counts[STATEMENTS]!,
    statementMicros: counts[STATEMENT_MICROS]!,
  };
}
