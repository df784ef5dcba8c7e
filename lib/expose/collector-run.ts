import { type Collector, type CollectorResult } from './collector.js';
import { type ForeignFamily } from './foreign-family.js';

/** One call of a collector. Scrapes that come together share it. */
export class CollectorRun {
  /** It took longer than any scrape may wait: no later one waits for it again. */
  isLate = false;
  /** Resolves when it has ended, whichever way. */
  readonly done: Promise<void>;

  private readonly abort = new AbortController();
  private readonly startedAt = performance.now();
  private settled:
    { readonly families: readonly ForeignFamily[]; readonly seconds: number; readonly failed: boolean } | undefined;

  constructor(
    private readonly collector: Collector,
    /** When it becomes late, by `performance.now()`. */
    readonly lateAt: number,
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

  /** It was waited for until then. A scrape with less time than others ends nothing: they may still wait for it. */
  waitedUntil(time: number): void {
    if (!this.isRunning || this.isLate || time < this.lateAt) return;
    this.isLate = true;
    this.onError(new Error(`The collector ${this.collector.name} did not answer before the deadline of the scrape.`));
    this.abort.abort();
  }

  private async run(): Promise<void> {
    try {
      this.settle(familiesOf(await this.collector.collect(this.abort.signal)), false);
    } catch (error) {
      this.settle([], true);
      // Late, it was told to stop, and that it was late has been reported.
      if (!this.isLate) this.onError(error);
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
