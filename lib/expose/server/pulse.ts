import { clearInterval, setInterval } from 'node:timers';

/** How often a loop that turns says so. */
const BEAT_MS = 1000;

/** Milliseconds of a monotonic clock that all threads of a process share. `performance.now()` begins anew in each. */
function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

/** The last turn of the application's event loop, in memory that the thread of the endpoint reads. */
export class Pulse {
  private readonly beatAt: Float64Array;
  private timer: NodeJS.Timeout | undefined;

  constructor(readonly memory = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT)) {
    this.beatAt = new Float64Array(memory);
  }

  /** In the application's thread. The timer does not keep the process alive. */
  start(): void {
    this.beat();
    this.timer = setInterval(() => this.beat(), BEAT_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  secondsSince(): number {
    return Math.max(0, now() - this.beatAt[0]!) / 1000;
  }

  private beat(): void {
    this.beatAt[0] = now();
  }
}
