import { type Collector, type CollectorResult } from './collector.js';
import { type ForeignFamily } from './foreign-family.js';

/** One call of a collector. Scrapes that come together share it. */
export class CollectorRun {
  /** Every scrape has given up on it; no later one waits for it again. */
  late = false;

  private readonly done: Promise<void>;
  private readonly abort = new AbortController();
  private readonly startedAt = performance.now();
  private waitedUntil = 0;
  private settled:
    { readonly families: readonly ForeignFamily[]; readonly seconds: number; readonly failed: boolean } | undefined;

  constructor(
    private readonly collector: Collector,
    private readonly onError: (error: unknown) => void,
  ) {
    this.done = this.run();
  }

  get isRunning(): boolean {
    return this.settled === undefined;
  }

  get succeeded(): boolean {
    return this.settled?.failed === false;
  }

  get families(): readonly ForeignFamily[] {
    return this.settled?.families ?? [];
  }

  get seconds(): number {
    return this.settled?.seconds ?? (performance.now() - this.startedAt) / 1000;
  }

  /** Resolves when the run has ended; who waits no longer says so with `giveUp`. */
  until(deadlineAt: number): Promise<void> {
    this.waitedUntil = Math.max(this.waitedUntil, deadlineAt);
    return this.done;
  }

  /** A deadline has passed. Only the last one ends the run: a scrape with more time may still wait for it. */
  giveUp(deadlineAt: number): void {
    if (!this.isRunning || this.late || deadlineAt < this.waitedUntil) return;
    this.late = true;
    this.onError(new Error(`The collector ${this.collector.name} did not answer before the deadline of the scrape.`));
    this.abort.abort();
  }

  private async run(): Promise<void> {
    try {
      this.settle(familiesOf(await this.collector.collect(this.abort.signal)), false);
    } catch (error) {
      this.settle([], true);
      // Late, it was told to stop, and that it was late has been reported.
      if (!this.late) this.onError(error);
    }
  }

  private settle(families: readonly ForeignFamily[], failed: boolean): void {
    this.settled = { families, seconds: this.seconds, failed };
  }
}

/** A collector that gives anything else would cost the whole scrape when it is written. */
function familiesOf(result: CollectorResult): readonly ForeignFamily[] {
  if (result === undefined) return [];
  if (Array.isArray(result)) return result as readonly ForeignFamily[];
  throw new TypeError(`Expected a collector to give a list of families or nothing, got ${typeof result}.`);
}
