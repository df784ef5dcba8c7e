import { setTimeout as pause } from 'node:timers/promises';
import { bucketAt, bucketStartMs } from '../history/bucket.js';
import { type Counts } from '../history/counts.js';
import { type RouteCounts } from '../history/route-history.js';
import { MemoryStore } from '../memory-store.js';
import { type ProcessState } from '../state.js';
import { type MonitorStore, type StoredCounts } from '../store.js';
import { bucketIncrements, routeIncrements, totalIncrements } from './booking.js';
import { Delivery, type DeliveryOptions } from './delivery.js';
import { type Connection } from './open-client.js';
import { type Answer } from './round-trip.js';
import { fenceKey, PROCESSES_KEY } from './layout.js';
import { type Outages } from './outages.js';
import { type Refusals } from './refusals.js';
import { readProcesses } from './seen-processes.js';
import { type Reader, SharedHistory } from './shared-history.js';

export interface RedisStoreParts extends Omit<DeliveryOptions, 'client'> {
  readonly totalsOnly: boolean;
  readonly outages: Outages;
  readonly refusals: Refusals;
  readonly connection: Connection;
}

/** Between two round trips. */
const TICK_MS = 1000;
/** A process that has nothing to tell tells that it is there. */
const HEARTBEAT_MS = 10_000;
/** Who looks does not wait longer. */
const SLOW_MS = 2000;
/** After so long without a look minutes have passed that nobody has read; after so much longer hours have. */
const STALE_MS = 60_000;
const FORGOTTEN_MS = 50 * 60_000;
/** For so long after somebody looked the rest is read as well, where it was not yet. */
const LOOKING_MS = 10_000;
/** Others deliver their part of a bucket within a second, and need some of the next for the way. */
const SETTLING_MS = 2000;
/** A longer way to Redis and back says little about its clock. */
const TRUSTED_WAY_MS = 1000;
const DELIVER_MS = 500;
const STOP_MS = 2000;

/** Somebody who looks, and since when. */
interface Waiting {
  readonly since: number;
  resolve: () => void;
}

/** Keeps the numbers of all processes that share a Redis there; what has not arrived yet is kept here. */
export class RedisStore implements MonitorStore {
  private readonly delivery: Delivery;
  private readonly shared: SharedHistory;
  /** What there is to see while Redis is away. */
  private readonly own: MemoryStore;
  private readonly waiting = new Set<Waiting>();
  private timer: NodeJS.Timeout | undefined;
  private flush: () => void = () => undefined;
  /** When our monotonic clock was 0, by the clock of Redis; by our own until Redis has told. */
  private clockBeganMs = Date.now() - performance.now();
  private isStarted = false;
  private isStopped = false;
  /** The last that Redis heard is that this process goes. */
  private hasLeft = false;
  private exchanging: Promise<unknown> = Promise.resolve();
  private askedAt = -Infinity;
  private answeredAt = -Infinity;
  private readAt = -Infinity;
  private lookedAt = -Infinity;
  private processes: readonly ProcessState[] = [];

  constructor(private readonly options: RedisStoreParts) {
    const { process, retentionHours, totalsOnly, refusals } = options;
    this.delivery = new Delivery({ ...options, client: options.connection.client });
    this.shared = new SharedHistory(retentionHours, totalsOnly, refusals);
    this.own = new MemoryStore(retentionHours, process);
  }

  /** By the clock of Redis, as far as it is known: then all hosts mean the same bucket. */
  now(): number {
    return this.clockBeganMs + performance.now();
  }

  book(bucket: number, counts: Counts): void {
    this.own.book(bucket, counts);
    this.delivery.add(totalIncrements(counts));
    if (this.options.totalsOnly) return;
    this.delivery.add(bucketIncrements(bucket, counts, this.options.retentionHours));
  }

  bookRoute(bucket: number, route: string, counts: RouteCounts): void {
    this.own.bookRoute(bucket, route, counts);
    if (this.options.totalsOnly) return;
    this.delivery.add(routeIncrements(bucket, route, counts, this.options.retentionHours));
  }

  start(flush: () => void): void {
    this.flush = flush;
    this.isStarted = true;
    const { connection, outages } = this.options;
    this.exchanging = connection.open().catch((error: unknown) => outages.failed(error));
    void this.exchanging.then(() => this.startTicking());
  }

  async read(): Promise<StoredCounts> {
    this.flush();
    this.lookedAt = performance.now();
    const isRecent = performance.now() - this.readAt < TICK_MS;
    const isRead = isRecent || (await this.nextReading());
    return isRead && !this.isAway ? this.readShared() : this.readOwn();
  }

  async deliver(): Promise<void> {
    if (!this.isStarted || this.isAway) return;
    const signal = AbortSignal.timeout(DELIVER_MS);
    await Promise.race([this.deliverRest(signal), pause(DELIVER_MS, undefined, { ref: false })]);
  }

  async stop(): Promise<void> {
    if (this.isStopped || !this.isStarted) return;
    this.isStopped = true;
    clearInterval(this.timer);
    this.timer = undefined;
    const signal = AbortSignal.timeout(STOP_MS);
    await Promise.race([this.deliverRest(signal), pause(STOP_MS, undefined, { ref: false })]);
    if (!this.delivery.isDone) this.options.outages.ended();
    this.options.connection.close();
  }

  private startTicking(): void {
    if (this.isStopped) return;
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.timer.unref();
    this.tick();
  }

  /** At most one round trip a second: everything that there is to tell and to read goes with it. */
  private tick(): void {
    this.flush();
    this.delivery.forget(this.now());
    if (this.isSlow) this.options.outages.failed(new Error('It does not answer.'));
    if (this.delivery.isBusy) return;
    const isRested = performance.now() - this.answeredAt < HEARTBEAT_MS;
    const isWanted = this.isReadWanted || this.waiting.size > 0;
    if (isWanted || !this.delivery.isDone || !isRested) this.exchanging = this.exchange();
  }

  /** Never rejects; false when Redis did not answer, or not take everything. */
  private async exchange(isLeaving = false): Promise<boolean> {
    const askedAt = (this.askedAt = performance.now());
    try {
      const reader = this.isReadWanted ? this.nextReader() : undefined;
      const answer = await this.delivery.exchange(this.now(), reader?.wanted ?? [], isLeaving);
      if (answer === undefined) return false;
      this.hasLeft = isLeaving;
      this.heard(answer, askedAt);
      if (reader === undefined) return answer.error === undefined;
      this.readAt = askedAt;
      reader.take(answer.hashes);
      this.answerWaiting(askedAt);
      return answer.error === undefined;
    } catch (error) {
      this.options.outages.failed(error);
      // Who knows what it still has when it is back.
      this.readAt = -Infinity;
      this.answerWaiting(askedAt);
      return false;
    }
  }

  private nextReader(): Reader {
    const age = performance.now() - this.readAt;
    if (age >= FORGOTTEN_MS) this.shared.restart();
    else if (age >= STALE_MS) this.shared.catchUp();
    return this.shared.reader(bucketAt(this.now()));
  }

  /** Until the clock of Redis is known, nobody knows which hours to ask for. */
  private get isReadWanted(): boolean {
    const isLookedAt = performance.now() - this.lookedAt < LOOKING_MS;
    const isWanted = this.waiting.size > 0 || (isLookedAt && !this.shared.isComplete);
    return isWanted && this.answeredAt !== -Infinity;
  }

  /** Those who came later wait for what is read after them. */
  private answerWaiting(askedAt: number): void {
    for (const one of this.waiting) if (one.since <= askedAt) one.resolve();
  }

  private heard(answer: Answer, sentAt: number): void {
    const wayMs = performance.now() - sentAt;
    this.answeredAt = performance.now();
    if (wayMs < TRUSTED_WAY_MS) this.clockBeganMs = answer.redisMs + wayMs / 2 - this.answeredAt;
    const { outages, process, refusals } = this.options;
    if (answer.processes !== undefined) this.processes = readProcesses(answer.processes, refusals);
    if (answer.removed !== undefined) refusals.add('removed', PROCESSES_KEY, answer.removed);
    if (answer.fence === 'lost') refusals.add('lost', fenceKey(process.id));
    else if (answer.fence !== 'ours') refusals.add('replaced', fenceKey(process.id));
    outages.answered(answer);
  }

  /** True with the next answer, false when none comes in time. */
  private async nextReading(): Promise<boolean> {
    const waiting: Waiting = { since: performance.now(), resolve: () => undefined };
    const read = new Promise<boolean>((resolve) => (waiting.resolve = () => resolve(true)));
    this.waiting.add(waiting);
    if (performance.now() - this.askedAt >= TICK_MS && this.timer !== undefined) {
      this.timer.refresh();
      this.tick();
    }
    const isRead = await Promise.race([read, pause(SLOW_MS, false, { ref: false })]);
    this.waiting.delete(waiting);
    return isRead;
  }

  private get isAway(): boolean {
    const { since, refusedSince } = this.options.outages;
    return this.answeredAt === -Infinity || since !== undefined || refusedSince !== undefined || this.isSlow;
  }

  private get isSlow(): boolean {
    const { waitingSince } = this.delivery;
    return waitingSince !== undefined && performance.now() - waitingSince >= SLOW_MS;
  }

  private readShared(): StoredCounts {
    const nowMs = this.now();
    const running = bucketAt(nowMs);
    const { buckets, routes, totals } = this.shared;
    return {
      scope: 'fleet',
      store: { kind: 'redis', reachable: true, unreachableSince: null },
      nowMs,
      incompleteFrom: bucketAt(nowMs - SETTLING_MS),
      totals,
      processes: this.processes,
      buckets,
      routes,
      isComplete: this.shared.isComplete,
      firstMs: bucketStartMs(buckets.firstUsed(running)),
    };
  }

  private readOwn(): StoredCounts {
    const { waitingSince = performance.now() } = this.delivery;
    const { since: awaySince, refusedSince } = this.options.outages;
    const since = awaySince ?? refusedSince ?? Date.now() - (performance.now() - waitingSince);
    const store = { kind: 'redis', reachable: false, unreachableSince: new Date(since).toISOString() } as const;
    return { ...this.own.readAt(this.now()), store };
  }

  /** As somebody who goes, and once more only if something has come since. */
  private async deliverRest(signal: AbortSignal): Promise<void> {
    await this.exchanging;
    if (this.hasLeft && this.delivery.isDone) return;
    while ((await this.exchange(true)) && !this.delivery.isDone && !signal.aborted);
  }
}
