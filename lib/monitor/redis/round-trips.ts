import { setTimeout as pause } from 'node:timers/promises';
import { bucketAt } from '../history/bucket.js';
import { type OwnProcess } from '../own-process.js';
import { type ProcessState } from '../state.js';
import { type Delivery } from './delivery.js';
import { type Outages } from './outages.js';
import { type Readings, SLOW_MS } from './readings.js';
import { type RedisClock } from './redis-clock.js';
import { noteRefusals, type Refusals } from './refusals.js';
import { type Answer } from './round-trip.js';
import { readProcesses } from './seen-processes.js';

export interface RoundTripParts {
  readonly process: OwnProcess;
  readonly outages: Outages;
  readonly refusals: Refusals;
  readonly clock: RedisClock;
  readonly delivery: Delivery;
  readonly readings: Readings;
}

/** Between two round trips. */
const TICK_MS = 1000;
/** A process without new counts reports this often that it is alive. */
const HEARTBEAT_MS = 10_000;

/** At most one round trip to Redis a second, which delivers, reports that this process is alive and reads. */
export class RoundTrips {
  /** The processes that reported, as of the last reading. */
  processes: readonly ProcessState[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;
  private beforeEach: () => void = () => undefined;
  private current: Promise<unknown> = Promise.resolve();
  private askedAt = -Infinity;
  private answeredAt = -Infinity;
  /** In the last answered round trip Redis was told that this process ends. */
  private hasLeft = false;

  constructor(private readonly parts: RoundTripParts) {}

  /**
   * @param opening settles once the connection is open, or could not be opened and is tried again
   * @param beforeEach called before each round trip, to add what it is to deliver
   */
  start(opening: Promise<void>, beforeEach: () => void): void {
    this.beforeEach = beforeEach;
    this.current = opening.catch((error: unknown) => this.parts.outages.failed(error));
    void this.current.then(() => this.startTicking());
  }

  stop(): void {
    this.isStopped = true;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** For a caller that waits: makes the next round trip now, unless the last one was within a second. */
  hurry(): void {
    if (performance.now() - this.askedAt < TICK_MS || this.timer === undefined) return;
    this.timer.refresh();
    this.tick();
  }

  /** Redis does not answer, or takes nothing. */
  get isAway(): boolean {
    const { since, refusedSince } = this.parts.outages;
    return !this.hasAnswered || since !== undefined || refusedSince !== undefined || this.isSlow;
  }

  /** Since when, in milliseconds since 1970; now where it is not away. */
  get awaySince(): number {
    const { delivery, outages } = this.parts;
    const { waitingSince = performance.now() } = delivery;
    return outages.since ?? outages.refusedSince ?? Date.now() - (performance.now() - waitingSince);
  }

  /** Delivers what is left as a process that ends, and once more only if something has come since. */
  async deliverRest(mostMs: number): Promise<void> {
    const signal = AbortSignal.timeout(mostMs);
    await Promise.race([this.leave(signal), pause(mostMs, undefined, { ref: false })]);
  }

  private startTicking(): void {
    if (this.isStopped) return;
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.timer.unref();
    this.tick();
  }

  private tick(): void {
    const { clock, delivery, outages, readings } = this.parts;
    this.beforeEach();
    delivery.forget(clock.now());
    if (this.isSlow) outages.failed(new Error('It does not answer.'));
    if (delivery.isBusy) return;
    const isHeartbeatDue = performance.now() - this.answeredAt >= HEARTBEAT_MS;
    const isReadWanted = readings.isAwaited || (this.hasAnswered && readings.isWanted);
    if (isReadWanted || !delivery.isDone || isHeartbeatDue) this.current = this.make(false);
  }

  private async leave(signal: AbortSignal): Promise<void> {
    const { delivery } = this.parts;
    await this.current;
    if (this.hasLeft && delivery.isDone) return;
    while ((await this.make(true)) && !delivery.isDone && !signal.aborted);
  }

  /** Never rejects; false when Redis did not answer, or did not take everything. */
  private async make(isLeaving: boolean): Promise<boolean> {
    const { clock, delivery, outages, readings } = this.parts;
    const askedAt = (this.askedAt = performance.now());
    try {
      // Until Redis has answered once its clock is not known, and so not which hours to ask for.
      const isReading = this.hasAnswered && readings.isWanted;
      const reader = isReading ? readings.reader(bucketAt(clock.now())) : undefined;
      const answer = await delivery.exchange(clock.now(), reader?.wanted ?? [], isLeaving);
      if (answer === undefined) return false;
      this.hasLeft = isLeaving;
      this.answered(answer, askedAt);
      reader?.take(answer.hashes);
      if (reader !== undefined) readings.arrived(askedAt);
      return answer.error === undefined;
    } catch (error) {
      outages.failed(error);
      readings.failed(askedAt);
      return false;
    }
  }

  private answered(answer: Answer, askedAt: number): void {
    const { clock, outages, process, refusals } = this.parts;
    this.answeredAt = performance.now();
    clock.set(answer.redisMs, askedAt, this.answeredAt);
    if (answer.processes !== undefined) this.processes = readProcesses(answer.processes, refusals);
    noteRefusals(answer, process.id, refusals);
    outages.answered(answer);
  }

  private get hasAnswered(): boolean {
    return this.answeredAt !== -Infinity;
  }

  private get isSlow(): boolean {
    const { waitingSince } = this.parts.delivery;
    return waitingSince !== undefined && performance.now() - waitingSince >= SLOW_MS;
  }
}
