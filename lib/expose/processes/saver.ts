import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers';
import { type CountSignal } from './count-signal.js';

/** What was counted without a request is written this often. */
const EVERY_MS = 250;
/** Between two writes. */
const PAUSE_MS = 1;
/** Of the time of this thread, writing takes a tenth, if it is not slow because the machine is busy. */
const PAUSE_PER_WRITE = 9;
const LONGEST_PAUSE_MS = 10;
/** A full disk is tried again. */
const AFTER_ERROR_MS = 1000;

/**
 * Writes the numbers soon after they were counted: at once when a request has ended after a quiet time, and then every
 * few milliseconds while there is something to write.
 */
export class Saver {
  private interval: NodeJS.Timeout | undefined;
  private pause: NodeJS.Timeout | undefined;
  private hasFailed = false;

  /** @param save tells whether there was something to write */
  constructor(
    private readonly signal: CountSignal,
    private readonly save: () => boolean,
    private readonly failed: (error: unknown) => void,
  ) {}

  start(): void {
    this.interval = setInterval(() => this.saveSoon(), EVERY_MS);
    this.saveSoon();
  }

  stop(): void {
    clearInterval(this.interval);
    clearTimeout(this.pause);
    this.interval = undefined;
  }

  /** Something was counted. */
  saveSoon(): void {
    if (this.pause !== undefined || this.interval === undefined) return;
    // Before the cells are read: what is counted from now on is told.
    this.signal.ask();
    const startedAt = performance.now();
    const hasChanged = this.trySave();
    if (!hasChanged) return;
    const tookMs = performance.now() - startedAt;
    const pauseMs = this.hasFailed ? AFTER_ERROR_MS : Math.min(PAUSE_MS + PAUSE_PER_WRITE * tookMs, LONGEST_PAUSE_MS);
    this.pause = setTimeout(() => {
      this.pause = undefined;
      this.saveSoon();
    }, pauseMs);
  }

  /** Without waiting, because somebody is told of the numbers. */
  saveNow(): void {
    this.trySave();
  }

  private trySave(): boolean {
    try {
      const hasChanged = this.save();
      this.hasFailed = false;
      return hasChanged;
    } catch (error) {
      // Once: it is tried again and again.
      if (!this.hasFailed) this.failed(error);
      this.hasFailed = true;
      return true;
    }
  }
}
