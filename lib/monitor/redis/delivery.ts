import { randomUUID } from 'node:crypto';
import { type OwnProcess } from '../own-process.js';
import { type RedisClient } from './client.js';
import { type Answer, type Batch, roundTrip, type Wanted } from './round-trip.js';
import { fenceKey, PROCESSES_KEY } from './layout.js';
import { type Increment, Pending } from './pending.js';

export interface DeliveryOptions {
  readonly client: RedisClient;
  /** Before every key. */
  readonly keyPrefix: string;
  readonly process: OwnProcess;
  readonly retentionHours: number;
}

/** Redis does nothing else while it takes one, which is a few milliseconds. */
const BATCH_SIZE = 5000;

/** After so long without an answer the same batch is sent again, after twice as long again, and so on. */
const LOST_AFTER_MS = 30_000;

/** One round trip on its way. */
interface Attempt {
  readonly startedAt: number;
}

/**
 * Brings increments to Redis in batches, one after the other: what is added while one is on its way goes with the next,
 * and a batch is sent again, under its number, until Redis is known to have it.
 */
export class Delivery {
  private readonly pending = new Pending();
  private readonly member: string;
  private batch: Batch | undefined;
  private sequence = 0;
  private nonce = newNonce();
  /** The batch was sent, and perhaps added. */
  private isDoubtful = false;
  private attempt: Attempt | undefined;
  private lostAfterMs = LOST_AFTER_MS;

  constructor(private readonly options: DeliveryOptions) {
    const { id, host, pid, startedAt } = options.process;
    this.member = JSON.stringify([id, host, pid, startedAt]);
  }

  /** Everything has arrived. */
  get isDone(): boolean {
    return this.batch === undefined && this.pending.isEmpty;
  }

  /** Since when an answer is awaited, by the monotonic clock; undefined when none is. */
  get waitingSince(): number | undefined {
    return this.attempt?.startedAt;
  }

  /** An answer is awaited, and not for so long that it must be lost. */
  get isBusy(): boolean {
    return this.attempt !== undefined && performance.now() - this.attempt.startedAt < this.lostAfterMs;
  }

  add(increments: readonly Increment[]): void {
    for (const increment of increments) this.pending.add(increment);
  }

  /** Drops what is older than the history. */
  forget(nowMs: number): void {
    this.pending.forget(nowMs);
  }

  /**
   * One round trip: brings the next batch, tells that this process is there, and reads. Resolves to undefined when an
   * answer is still awaited, or came too late to be of use.
   *
   * @errors rejects when Redis cannot be reached; the batch is kept
   */
  async exchange(nowMs: number, read: readonly Wanted[], isLeaving = false): Promise<Answer | undefined> {
    if (this.isBusy) return undefined;
    // A client may keep what we gave it until it is connected again: it must not become much.
    if (this.attempt !== undefined) {
      this.lostAfterMs *= 2;
      this.isDoubtful = true;
    }
    const attempt = (this.attempt = { startedAt: performance.now() });
    const batch = (this.batch ??= this.nextBatch());
    try {
      const answer = await this.ask(batch, nowMs, read, isLeaving);
      this.settle(batch, answer);
      this.lostAfterMs = LOST_AFTER_MS;
      return attempt === this.attempt ? answer : undefined;
    } catch (error) {
      if (batch === this.batch) this.isDoubtful = true;
      if (attempt === this.attempt) throw error;
      return undefined;
    } finally {
      if (attempt === this.attempt) this.attempt = undefined;
    }
  }

  private nextBatch(): Batch | undefined {
    const increments = this.pending.take(BATCH_SIZE);
    if (increments.length === 0) return undefined;
    this.sequence += 1;
    this.isDoubtful = false;
    return { sequence: this.sequence, increments };
  }

  private ask(batch: Batch | undefined, nowMs: number, read: readonly Wanted[], isLeaving: boolean): Promise<Answer> {
    const { client, keyPrefix, process, retentionHours } = this.options;
    return roundTrip(client, {
      batch,
      keyPrefix,
      fenceKey: fenceKey(process.id),
      nonce: this.nonce,
      isAgain: this.isDoubtful,
      fenceSeconds: (retentionHours + 1) * 3600,
      processesKey: PROCESSES_KEY,
      member: this.member,
      nowMs,
      isLeaving,
      read,
    });
  }

  /** What Redis could not add, for there is something else under its key, is brought again with a later batch. */
  private settle(batch: Batch | undefined, { isDelivered, failed, fence }: Answer): void {
    if (batch === undefined || batch !== this.batch) return;
    // By another nonce it is known that the fence is not ours.
    if (fence === 'ahead') this.nonce = newNonce();
    if (!isDelivered) return;
    this.batch = undefined;
    this.add(failed);
  }
}

/** A text that no other program writes by chance. */
function newNonce(): string {
  return randomUUID().replaceAll('-', '');
}
