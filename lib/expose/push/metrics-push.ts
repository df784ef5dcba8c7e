import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers';
import { type ResolvedPushOptions } from './push.options.js';
import { type Pusher } from './pusher.js';
import { Turns } from './turns.js';

/** When it pushes, and how long the end of the process waits for it. */
export type PushTimes = Pick<ResolvedPushOptions, 'intervalSeconds' | 'onExit' | 'timeoutSeconds'>;

/**
 * Pushes the metrics to the receiver of option `push`. Inject it where a process ends with `process.exit()`, or where a
 * serverless handler is frozen after its answer.
 */
export class MetricsPush {
  private readonly turns: Turns<boolean>;
  private readonly stopped = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  /** A process that has nothing left to do, with an application that nobody has closed. */
  private readonly atEnd = () => void this.push();

  /** @internal made by Nest */
  constructor(
    private readonly times: PushTimes,
    /** Undefined without option `push`. */
    private readonly pusher: Pusher | undefined,
  ) {
    this.turns = new Turns(async (hurry) => (await pusher?.push(hurry, this.stopped.signal)) ?? false);
  }

  /**
   * Pushes what a scrape would answer now. Calls while a push is under way share the one after it, which begins when the
   * try at hand has ended. It never rejects, and takes `push.timeoutSeconds` at most, or half as long again behind
   * another push.
   *
   * @returns whether the receiver took it; false without option `push`. A failure is logged once per cause and counted in
   *   `nestjs_metrics_pushes_total{outcome="error"}`
   */
  push(): Promise<boolean> {
    return this.pusher === undefined ? Promise.resolve(false) : this.turns.next();
  }

  /** @internal */
  start(): void {
    if (this.pusher === undefined) return;
    const { intervalSeconds, onExit } = this.times;
    if (onExit) process.once('beforeExit', this.atEnd);
    if (intervalSeconds === undefined) return;
    this.timer = setInterval(() => {
      if (!this.turns.isBusy) void this.push();
    }, intervalSeconds * 1000);
    this.timer.unref();
  }

  /**
   * Pushes a last time, and gives up what takes longer than a push may.
   *
   * @internal
   */
  async stop(): Promise<void> {
    process.off('beforeExit', this.atEnd);
    clearInterval(this.timer);
    if (this.pusher === undefined) return;
    const giveUp = setTimeout(() => this.stopped.abort(), this.times.timeoutSeconds * 1000);
    if (this.times.onExit) void this.push();
    await this.turns.idle();
    clearTimeout(giveUp);
  }
}
