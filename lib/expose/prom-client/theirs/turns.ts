import { setImmediate } from 'node:timers/promises';

/** Long enough that switching costs nothing, short enough that no request notices. */
const TURN_MS = 5;

/** Lets the application have its turn while we convert what may be a hundred thousand samples. */
export class Turns {
  private since = performance.now();

  constructor(private readonly signal: AbortSignal) {}

  get isOver(): boolean {
    return performance.now() - this.since > TURN_MS;
  }

  /** Rejects when nobody waits for the result any more. */
  async yield(): Promise<void> {
    await setImmediate();
    this.signal.throwIfAborted();
    this.since = performance.now();
  }
}
