import { bucketAt, bucketStartMs } from '../history/bucket.js';
import { type Counts } from '../history/counts.js';
import { type RouteCounts } from '../history/route-history.js';
import { MemoryStore } from '../memory-store.js';
import { type MonitorStore, type StoredCounts } from '../store.js';
import { bucketIncrements, routeIncrements, totalIncrements } from './booking.js';
import { Delivery, type DeliveryOptions } from './delivery.js';
import { type Connection } from './open-client.js';
import { type Outages } from './outages.js';
import { Readings } from './readings.js';
import { RedisClock } from './redis-clock.js';
import { type Refusals } from './refusals.js';
import { RoundTrips } from './round-trips.js';
import { SharedHistory } from './shared-history.js';

export interface RedisStoreParts extends Omit<DeliveryOptions, 'client'> {
  readonly totalsOnly: boolean;
  readonly outages: Outages;
  readonly refusals: Refusals;
  readonly connection: Connection;
}

/** Other processes deliver their part of a bucket within a second, and the round trip takes some of the next. */
const SETTLING_MS = 2000;
const DELIVER_MS = 500;
const STOP_MS = 2000;

/** Keeps the counts of all processes in the Redis that they share. What Redis does not have yet is kept here. */
export class RedisStore implements MonitorStore {
  private readonly clock = new RedisClock();
  private readonly delivery: Delivery;
  private readonly shared: SharedHistory;
  private readonly readings: Readings;
  private readonly roundTrips: RoundTrips;
  /** The counts of this process, which are shown while Redis is away. */
  private readonly own: MemoryStore;
  private flush: () => void = () => undefined;
  private isRunning = false;

  constructor(private readonly options: RedisStoreParts) {
    const { process, retentionHours, totalsOnly, refusals, connection } = options;
    const { clock } = this;
    this.shared = new SharedHistory(retentionHours, totalsOnly, refusals);
    this.own = new MemoryStore(retentionHours, process);
    const delivery = (this.delivery = new Delivery({ ...options, client: connection.client }));
    const readings = (this.readings = new Readings(this.shared));
    this.roundTrips = new RoundTrips({ ...options, clock, delivery, readings });
  }

  now(): number {
    return this.clock.now();
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
    this.isRunning = true;
    this.roundTrips.start(this.options.connection.open(), flush);
  }

  async read(): Promise<StoredCounts> {
    this.flush();
    this.readings.looked();
    const isRead = this.readings.isFresh || (await this.nextReading());
    return isRead && !this.roundTrips.isAway ? this.readShared() : this.readOwn();
  }

  async deliver(): Promise<void> {
    if (!this.roundTrips.isAway) await this.roundTrips.deliverRest(DELIVER_MS);
  }

  async stop(): Promise<void> {
    if (!this.isRunning) return;
    this.isRunning = false;
    this.roundTrips.stop();
    await this.roundTrips.deliverRest(STOP_MS);
    if (!this.delivery.isDone) this.options.outages.ended();
    this.options.connection.close();
  }

  /** True with the next reading, false when none comes in time. */
  private nextReading(): Promise<boolean> {
    const reading = this.readings.next();
    this.roundTrips.hurry();
    return reading;
  }

  private readShared(): StoredCounts {
    const nowMs = this.now();
    const { buckets, routes, totals, isComplete } = this.shared;
    return {
      scope: 'fleet',
      store: { kind: 'redis', reachable: true, unreachableSince: null },
      nowMs,
      incompleteFrom: bucketAt(nowMs - SETTLING_MS),
      totals,
      processes: this.roundTrips.processes,
      buckets,
      routes,
      isComplete,
      firstMs: bucketStartMs(buckets.firstUsed(bucketAt(nowMs))),
    };
  }

  private readOwn(): StoredCounts {
    const unreachableSince = new Date(this.roundTrips.awaySince).toISOString();
    return { ...this.own.readAt(this.now()), store: { kind: 'redis', reachable: false, unreachableSince } };
  }
}
