import { clearInterval, setInterval } from 'node:timers';
import { setTimeout as pause } from 'node:timers/promises';
import { bucketAt, bucketStartMs } from '../history/bucket.js';
import { type Counts } from '../history/counts.js';
import { type RouteCounts } from '../history/route-history.js';
import { MemoryStore } from '../memory-store.js';
import { type OwnProcess } from '../own-process.js';
import { type StoreState } from '../state.js';
import { type MonitorStore, type StoredCounts } from '../store.js';
import { Jobs } from './jobs.js';
import { Membership } from './membership.js';
import { type Outages } from './outages.js';
import { type Refusals } from './refusals.js';
import { SharedCounts } from './shared-counts.js';
import { type SharedDirectory } from './shared-directory.js';

export interface DirectoryStoreParts {
  readonly directory: SharedDirectory;
  readonly process: OwnProcess;
  readonly retentionHours: number;
  readonly totalsOnly: boolean;
  readonly outages: Outages;
  readonly refusals: Refusals;
}

/** Between two writes. */
const TICK_MS = 1000;
/** A reading is that fresh. */
const FRESH_MS = 1000;
/** Readers give up after this, and get what was read last, or the numbers of this process. */
const SLOW_MS = 1500;
/** Other processes write their part of a bucket within a second. */
const SETTLING_MS = 2000;
const DELIVER_MS = 500;
const STOP_MS = 2000;

/** Keeps the counts of all processes of a host in files of a directory that they share. */
export class DirectoryStore implements MonitorStore {
  private readonly jobs = new Jobs();
  private readonly membership: Membership;
  private readonly shared: SharedCounts;
  /** The counts of this process, which are shown while the directory cannot be read. */
  private readonly alone: MemoryStore;
  private flush: () => void = () => undefined;
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> | undefined;
  private readAt = -Infinity;
  private readMs = 0;
  private hasReadFailed = false;
  private working: Promise<void> | undefined;

  constructor(private readonly parts: DirectoryStoreParts) {
    const { directory, process, retentionHours, totalsOnly, refusals, outages } = parts;
    this.membership = new Membership(directory, process, retentionHours, outages);
    this.shared = new SharedCounts(directory, retentionHours, totalsOnly, refusals);
    this.alone = new MemoryStore(retentionHours, process);
  }

  now(): number {
    return Date.now();
  }

  book(bucket: number, counts: Counts): void {
    this.alone.book(bucket, counts);
    const { own } = this.membership;
    own.bookTotals(counts);
    if (!this.parts.totalsOnly) own.book(bucket, counts);
  }

  bookRoute(bucket: number, route: string, counts: RouteCounts): void {
    this.alone.bookRoute(bucket, route, counts);
    if (!this.parts.totalsOnly) this.membership.own.bookRoute(bucket, route, counts);
  }

  start(flush: () => void): void {
    this.flush = flush;
    this.timer = setInterval(() => this.tick(), TICK_MS).unref();
    this.tick();
  }

  async read(): Promise<StoredCounts> {
    if (performance.now() - this.readAt < FRESH_MS) return this.readShared();
    this.flush();
    this.reading ??= this.jobs.run(() => this.refresh()).finally(() => (this.reading = undefined));
    const isRead = await Promise.race([
      this.reading.then(
        () => true,
        (error: unknown) => this.failed(error),
      ),
      pause(SLOW_MS, false, { ref: false }),
    ]);
    return isRead ? this.readShared() : this.readOwn();
  }

  async deliver(): Promise<void> {
    // After a boot that failed nothing may be opened.
    if (this.timer !== undefined) await this.writeWithin(DELIVER_MS);
  }

  async stop(): Promise<void> {
    if (this.timer === undefined) return;
    clearInterval(this.timer);
    this.timer = undefined;
    await this.writeWithin(STOP_MS);
    if (!this.membership.own.isWritten) this.parts.outages.ended();
    await this.membership.leave();
  }

  /** While one job takes longer than a second, there is one more that waits. */
  private tick(): void {
    this.working ??= this.jobs.run(() => this.work()).finally(() => (this.working = undefined));
  }

  private async work(): Promise<void> {
    if (this.timer === undefined) return;
    try {
      await this.membership.enter();
      this.flush();
      await this.membership.write();
      await this.membership.tidy();
      if (!this.hasReadFailed) this.parts.outages.recovered();
    } catch (error) {
      this.failed(error);
    }
  }

  /** Settles after so many milliseconds at most. */
  private async writeWithin(mostMs: number): Promise<void> {
    const written = this.jobs.run(async () => {
      await this.membership.enter();
      await this.membership.write();
    });
    await Promise.race([
      written.catch((error: unknown) => this.failed(error)),
      pause(mostMs, undefined, { ref: false }),
    ]);
  }

  private async refresh(): Promise<void> {
    const nowMs = this.now();
    this.hasReadFailed = true;
    await this.shared.refresh(this.membership.own, nowMs);
    this.hasReadFailed = false;
    this.readAt = performance.now();
    this.readMs = nowMs;
  }

  private failed(error: unknown): false {
    this.parts.outages.failed(error);
    return false;
  }

  private readShared(): StoredCounts {
    const nowMs = this.now();
    const { history, totals, processes, isComplete } = this.shared;
    const { buckets, routes } = history;
    return {
      scope: 'fleet',
      store: this.state,
      nowMs,
      incompleteFrom: bucketAt(Math.min(nowMs, this.readMs) - SETTLING_MS),
      totals,
      processes,
      buckets,
      routes,
      isComplete,
      firstMs: bucketStartMs(buckets.firstUsed(bucketAt(nowMs))),
    };
  }

  private readOwn(): StoredCounts {
    const unreachableSince = new Date(this.parts.outages.since ?? this.now()).toISOString();
    return { ...this.alone.readAt(this.now()), store: { kind: 'directory', reachable: false, unreachableSince } };
  }

  private get state(): StoreState {
    const { since } = this.parts.outages;
    const unreachableSince = since === undefined ? null : new Date(since).toISOString();
    return { kind: 'directory', reachable: since === undefined, unreachableSince };
  }
}
