import { type MetricStore } from '../metrics/store.js';
import { type Collector, type CollectorSource } from './collector.js';
import { CollectorRun } from './collector-run.js';
import { type ExpositionFormat } from './formats/format.js';
import { render } from './formats/render.js';
import { type Reading } from './reading.js';
import { SharedWork, unlessGone } from './shared-work.js';

/** Who hears how the collectors did, before their reading is taken. */
export interface CollectionReport {
  collected(collector: string, success: boolean, seconds: number): void;
  /** There is no collector of this name any more. */
  dropped?(collector: string): void;
  /** The last call before the numbers are copied. */
  beforeReading(): void;
  failed(error: unknown): void;
}

/** A reading and what was rendered from it: rendered once per format, however many ask. */
export class Scrape {
  private readonly rendered = new Map<string, SharedWork<readonly Buffer[]>>();

  /** `isComplete` says that more time would have brought nothing more. */
  constructor(
    private readonly reading: Reading,
    readonly isComplete: boolean,
  ) {}

  /** Rejects when `gone` is aborted first; the rendering ends when all who wait for it are gone. */
  as(format: ExpositionFormat, gone?: AbortSignal): Promise<readonly Buffer[]> {
    const key = format.contentType;
    const known = this.rendered.get(key);
    if (known !== undefined && !known.isGivenUp) return known.for(gone);
    const made = new SharedWork((givenUp) => render(this.reading, format, givenUp));
    this.rendered.set(key, made);
    return made.for(gone);
  }
}

/** A scrape whose collectors are at it. */
interface Collection {
  readonly timeoutSeconds: number;
  readonly deadlineAt: number;
  readonly work: SharedWork<Scrape>;
}

/**
 * Runs the collectors under a deadline and takes the reading. A collector that throws, rejects or hangs costs what it
 * would have brought and nothing else.
 */
export class Scraper {
  private readonly runs = new Map<string, CollectorRun>();
  private current: Collection | undefined;

  /** `longestSeconds` is the most that any scrape waits: a collector that takes longer is waited for no more. */
  constructor(
    private readonly store: MetricStore,
    private readonly sources: readonly CollectorSource[],
    private readonly report: CollectionReport,
    private readonly longestSeconds = Infinity,
  ) {}

  /**
   * Scrapes that come while one is collecting share it, unless it ends after their deadline or has less time than they
   * have. Where it gives up on collectors, those with a later deadline go on waiting for them. Rejects when `gone` is
   * aborted first.
   */
  async scrape(timeoutSeconds: number, gone?: AbortSignal): Promise<Scrape> {
    const now = performance.now();
    const deadlineAt = now + timeoutSeconds * 1000;
    const shared = this.sharedBy(timeoutSeconds, deadlineAt);
    const scrape = await (shared ?? this.begin(timeoutSeconds, now)).work.for(gone);
    if (shared === undefined || scrape.isComplete || shared.deadlineAt === deadlineAt) return scrape;
    return this.scrape((deadlineAt - performance.now()) / 1000, gone);
  }

  private sharedBy(timeoutSeconds: number, deadlineAt: number): Collection | undefined {
    const { current } = this;
    if (current === undefined || current.work.isGivenUp) return undefined;
    return current.deadlineAt <= deadlineAt && current.timeoutSeconds >= timeoutSeconds ? current : undefined;
  }

  private begin(timeoutSeconds: number, now: number): Collection {
    const deadlineAt = now + timeoutSeconds * 1000;
    const work = new SharedWork((givenUp) => this.collect(deadlineAt, now, givenUp));
    const mine = { timeoutSeconds, deadlineAt, work };
    this.current = mine;
    const forget = () => {
      if (this.current === mine) this.current = undefined;
    };
    work.result.then(forget, forget);
    return mine;
  }

  private async collect(deadlineAt: number, now: number, givenUp: AbortSignal): Promise<Scrape> {
    const runs = this.start(now);
    const awaited = [...runs.values()].filter((run) => !run.isLate);
    const waitsUntil = Math.min(deadlineAt, Math.max(...awaited.map((run) => run.lateAt)));
    await before(waitsUntil, Promise.all(awaited.map((run) => run.done)), givenUp);
    for (const [name, run] of runs) {
      run.waitedUntil(waitsUntil);
      // One that is gone was dropped by a scrape that began later and has ended already.
      if (this.runs.has(name)) this.report.collected(name, run.succeeded, run.seconds);
    }
    this.drop(runs);
    this.report.beforeReading();
    const all = [...runs.values()];
    return new Scrape(this.read(all), !all.some((run) => run.isRunning && !run.isLate));
  }

  /** A collector that is still at it from an earlier scrape is not started a second time. */
  private start(now: number): ReadonlyMap<string, CollectorRun> {
    const collectors = this.sources.flatMap((source) => this.collectorsOf(source));
    const runs = new Map<string, CollectorRun>();
    const lateAt = now + this.longestSeconds * 1000;
    for (const collector of collectors) {
      const name = freeName(collector.name, runs);
      const earlier = this.runs.get(name);
      earlier?.waitedUntil(now);
      const failed = (error: unknown) => this.report.failed(error);
      const run = earlier?.isRunning ? earlier : new CollectorRun(collector, lateAt, failed);
      this.runs.set(name, run);
      runs.set(name, run);
    }
    return runs;
  }

  private drop(current: ReadonlyMap<string, CollectorRun>): void {
    for (const [name, run] of this.runs) {
      if (current.has(name) || run.isRunning) continue;
      this.runs.delete(name);
      this.report.dropped?.(name);
    }
  }

  private collectorsOf(source: CollectorSource): readonly Collector[] {
    try {
      return source.collectors();
    } catch (error) {
      this.report.failed(error);
      return [];
    }
  }

  private read(runs: readonly CollectorRun[]): Reading {
    const own = this.store.families.map((family) => ({
      family,
      series: family.series,
      seriesCount: family.series.length,
      overflow: family.overflow,
    }));
    return { own, snapshot: this.store.snapshot(), foreign: runs.flatMap((run) => run.families) };
  }
}

/** A metric of the user's may be called like a collector of ours; both are asked, and each has a name. */
function freeName(name: string, taken: ReadonlyMap<string, unknown>): string {
  return taken.has(name) ? freeName(`${name}_`, taken) : name;
}

/** Waits for `done`, at most until `deadlineAt`, and leaves no timer behind. Rejects when it is given up before. */
async function before(deadlineAt: number, done: Promise<unknown>, givenUp: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, deadlineAt - performance.now()));
  });
  try {
    await unlessGone(Promise.race([done, deadline]), givenUp);
  } finally {
    clearTimeout(timer);
  }
}
