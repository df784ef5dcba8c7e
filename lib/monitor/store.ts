import { type BucketHistory } from './history/bucket-history.js';
import { type Counts } from './history/counts.js';
import { type RouteCounts, type RouteHistory } from './history/route-history.js';
import { type ProcessState, type StoreState } from './state.js';

/** Everything since the store was made: microseconds, like all durations in here. */
export interface TotalCounts {
  readonly requests: number;
  readonly requestMicros: number;
  readonly statements: number;
  readonly statementMicros: number;
}

/** What a store knows at one moment. */
export interface StoredCounts {
  readonly scope: 'fleet' | 'process';
  readonly store: StoreState;
  readonly nowMs: number;
  /** The first bucket that may still grow. */
  readonly incompleteFrom: number;
  readonly totals: TotalCounts;
  readonly processes: readonly ProcessState[];
  /** False while the older part is still being read. */
  readonly isComplete: boolean;
  readonly buckets: BucketHistory;
  readonly routes: RouteHistory;
  /** When the counting began, as far as it is remembered: in milliseconds since 1970. */
  readonly firstMs: number;
}

/** Where the numbers of the monitor are kept. Nothing here waits for anything, but for `read` and `stop`. */
export interface MonitorStore {
  /** Now, in milliseconds since 1970, by the clock that all processes of the store share. */
  now(): number;
  /** Takes what was counted in a bucket since the last time. The row is the caller's again afterwards. */
  book(bucket: number, counts: Counts): void;
  bookRoute(bucket: number, route: string, counts: RouteCounts): void;
  /** Begins its work. `flush` makes the recorder book what it has so far. */
  start(flush: () => void): void;
  /** The counts, a second old at most; those of this process when Redis is away. Takes two seconds at most. Never fails. */
  read(): Promise<StoredCounts>;
  /** Delivers what it has by now, within half a second or not at all. */
  deliver(): Promise<void>;
  /** Delivers what it has, within two seconds or not at all, and leaves no timer and no connection of its own. */
  stop(): Promise<void>;
}
