import { type ExpositionSource } from '../exposition-source.js';
import { Deadline } from './deadline.js';
import { deliver, type Undelivered } from './delivery.js';
import { type Receiver, shownReceiver } from './receiver.js';

/** Is told what came of the pushes. */
export interface PushReport {
  pushed(outcome: 'success' | 'error'): void;
  /** `reason` is the same for failures that are alike, and `message` tells more. */
  refused(reason: string, message: string): void;
  /** Reading the metrics failed. */
  failed(error: unknown): void;
}

/** How long a push may take. */
export interface PushBounds {
  readonly timeoutSeconds: number;
  /** The part of it that collectors may take. */
  readonly collectSeconds: number;
}

/** Reads the metrics and delivers them, once per call. */
export class Pusher {
  constructor(
    private readonly receiver: Receiver,
    private readonly source: ExpositionSource,
    private readonly bounds: PushBounds,
    private readonly report: PushReport,
  ) {}

  /**
   * Whether the receiver took them. Never rejects.
   *
   * @param hurry ends the tries when newer numbers wait
   * @param givenUp ends the push at once
   */
  async push(hurry: AbortSignal, givenUp: AbortSignal): Promise<boolean> {
    const startedAt = performance.now();
    const undelivered = await this.delivered(hurry, givenUp);
    this.report.pushed(undelivered === undefined ? 'success' : 'error');
    if (undelivered !== undefined) this.refused(undelivered, performance.now() - startedAt);
    return undelivered === undefined;
  }

  private async delivered(hurry: AbortSignal, givenUp: AbortSignal): Promise<Undelivered> {
    const wholeMs = this.bounds.timeoutSeconds * 1000;
    const deadline = new Deadline(wholeMs, givenUp);
    try {
      const body = await this.read(deadline.signal);
      return await deliver(this.receiver, body, { deadline, wholeMs, hurry });
    } catch (error) {
      if (deadline.signal.aborted) return { reason: 'the metrics could not be read in time', tries: 0 };
      this.report.failed(error);
      return { reason: 'the metrics could not be read', tries: 0 };
    } finally {
      deadline.end();
    }
  }

  private async read(signal: AbortSignal): Promise<Uint8Array> {
    const { receiver, bounds } = this;
    const wanted = { acceptsGzip: false, timeoutSeconds: bounds.collectSeconds, filter: undefined };
    const { pieces } = await this.source.answer({ ...wanted, ...receiver.format }, signal);
    return Buffer.concat(receiver.body(pieces));
  }

  private refused({ reason, tries }: Exclude<Undelivered, undefined>, tookMs: number): void {
    const effort = `${tries} ${tries === 1 ? 'try' : 'tries'}, ${(tookMs / 1000).toFixed(1)} s`;
    this.report.refused(
      reason,
      `The metrics could not be pushed to ${shownReceiver(this.receiver)} (${effort}): ${reason}`,
    );
  }
}
