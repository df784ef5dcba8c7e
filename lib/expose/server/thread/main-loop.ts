import { setTimeout as after } from 'node:timers/promises';
import { type Filter } from '../../filter.js';
import { unlessGone } from '../../shared-work.js';
import { type FamilyReading } from '../../reading.js';
import { type Collected } from '../messages.js';
import { PendingAnswers } from '../pending-answers.js';
import { type Post } from './post.js';

/** An event loop that does not answer a ping within this time is taken for stuck. */
const PATIENCE_MS = 120;
/** One that has begun to collect may be kept busy by the collectors: for this long, and at most for half of the time. */
const COLLECTING_MS = 1000;
/** How often a loop that works on an answer is asked whether it still turns. */
const PING_EVERY_MS = 100;

/** The application gives up on its collectors at the deadline, and says so. This is the time for the message. */
const MARGIN_MS = 500;

/** What was collected, and the series of that instant. */
export interface CollectedFamilies extends Collected {
  readonly families: readonly FamilyReading[];
}

/** The event loop of the application's thread, as this thread sees it: it answers, or it is stuck. */
export class MainLoop {
  private readonly collections = new PendingAnswers<CollectedFamilies>();
  private readonly pings = new PendingAnswers<boolean>();
  /** The ping that is under way. A stuck loop gets no second one, so that its messages do not pile up. */
  private ping: Promise<boolean> | undefined;
  private isStuck = false;
  /** The collections that the loop is known to have begun. */
  private readonly begun = new Set<number>();

  constructor(private readonly post: Post) {}

  collected(id: number, collected: CollectedFamilies): void {
    this.collections.resolve(id, collected);
  }

  turned(id: number): void {
    this.pings.resolve(id, true);
  }

  /**
   * Has the collectors run and the cells copied. Gives undefined if the loop is stuck, or if the deadline has passed.
   * Rejects when `givenUp` is aborted before.
   */
  async collect(
    timeoutSeconds: number,
    givenUp: AbortSignal,
    filter: Filter | undefined,
  ): Promise<CollectedFamilies | undefined> {
    if (this.isStuck) return undefined;
    const longestMs = Math.min(COLLECTING_MS, timeoutSeconds * 500);
    return this.collection(timeoutSeconds, givenUp, filter, (id, ended) => this.stuck(id, ended, longestMs));
  }

  /** As `collect`, for those to whom a loop that is stuck cannot pass the answer on: waits until the deadline. */
  async collectPatiently(
    timeoutSeconds: number,
    givenUp: AbortSignal,
    filter: Filter | undefined,
  ): Promise<CollectedFamilies | undefined> {
    return this.collection(timeoutSeconds, givenUp, filter);
  }

  private async collection(
    timeoutSeconds: number,
    givenUp: AbortSignal,
    filter: Filter | undefined,
    stuck?: (id: number, ended: AbortSignal) => Promise<undefined>,
  ): Promise<CollectedFamilies | undefined> {
    const { id, answer } = this.collections.ask();
    const ended = new AbortController();
    try {
      // Its ping goes before the collectors.
      const silence = stuck === undefined ? [] : [stuck(id, ended.signal)];
      this.post({ kind: 'collect', id, timeoutSeconds, filter });
      const late = after(timeoutSeconds * 1000 + MARGIN_MS, undefined, { signal: ended.signal });
      return await unlessGone(Promise.race([answer, ...silence, late]), givenUp);
    } finally {
      ended.abort();
      this.begun.delete(id);
      if (this.collections.forget(id)) this.post({ kind: 'abandon', id });
    }
  }

  /** Resolves once the loop does not turn. Rejects when the collection has ended. */
  private async stuck(id: number, ended: AbortSignal, longestMs: number): Promise<undefined> {
    while (await this.answersPing(this.begun.size === 0 ? PATIENCE_MS : longestMs)) {
      ended.throwIfAborted();
      this.begun.add(id);
      await after(PING_EVERY_MS, undefined, { signal: ended });
    }
    return undefined;
  }

  private async answersPing(patienceMs: number): Promise<boolean> {
    const patience = new AbortController();
    const silence = after(patienceMs, false, { signal: patience.signal });
    silence.catch(() => undefined);
    const answers = await Promise.race([(this.ping ??= this.sendPing()), silence]);
    patience.abort();
    this.isStuck = !answers;
    return answers;
  }

  private sendPing(): Promise<boolean> {
    const { id, answer } = this.pings.ask();
    this.post({ kind: 'ping', id });
    return answer.finally(() => {
      this.ping = undefined;
      this.isStuck = false;
    });
  }
}
