import { setImmediate as nextTurn } from 'node:timers/promises';

/** A request that comes meanwhile waits no longer than this. */
const SLICE_MS = 2;
/** To look at the clock costs as much as a small step of the work. */
const STEPS_PER_LOOK = 8;

/**
 * Work in slices of time, between which the event loop is free for the application.
 *
 * ```ts
 * for (const step of steps) {
 *   work(step);
 *   if (slices.isOverAfterStep()) await slices.next();
 * }
 * ```
 */
export class TimeSlices {
  private steps = 0;
  private startedAt = performance.now();

  constructor(private readonly givenUp: AbortSignal) {}

  /** Whether this slice has lasted long enough. */
  get isOver(): boolean {
    return performance.now() - this.startedAt >= SLICE_MS;
  }

  /** The same, for work in steps of some microseconds: it looks at the clock after a few of them. */
  isOverAfterStep(): boolean {
    this.steps += 1;
    if (this.steps < STEPS_PER_LOOK) return false;
    this.steps = 0;
    return this.isOver;
  }

  /** Lets the event loop turn. Rejects when the work has been given up. */
  async next(): Promise<void> {
    await nextTurn();
    this.givenUp.throwIfAborted();
    this.startedAt = performance.now();
  }
}
