import { type MetricStore } from '../metrics/store.js';
import { type Collector, type CollectorSource } from './collector.js';
import { CollectorRun } from './collector-run.js';
import { type ExpositionFormat } from './formats/format.js';
import { render } from './formats/render.js';
import { type Reading } from './reading.js';

/** Who hears how the collectors did, before their reading is taken. */
export interface CollectionReport {
  collected(collector: string, success: boolean, seconds: number): void;
  /** The last call before the numbers are copied. */
  beforeReading(): void;
  failed(error: unknown): void;
}

/** A reading and what was rendered from it: rendered once per format, however many ask. */
export class Scrape {
  private readonly rendered = new Map<string, Promise<readonly Buffer[]>>();

  constructor(private readonly reading: Reading) {}

  as(format: ExpositionFormat): Promise<readonly Buffer[]> {
    const key = format.contentType;
    const known = this.rendered.get(key);
    if (known !== undefined) return known;
    const made = render(this.reading, format);
    this.rendered.set(key, made);
    return made;
  }
}

/** A scrape whose collectors are at it. */
interface Collection {
  readonly timeoutSeconds: number;
  readonly deadlineAt: number;
  readonly scrape: Promise<Scrape>;
}

/**
 * Runs the collectors under a deadline and takes the reading. A collector that throws, rejects or hangs costs what it
 * would have brought and nothing else.
 */
export class Scraper {
  private readonly runs = new Map<string, CollectorRun>();
  private current: Collection | undefined;

  constructor(
    private readonly store: MetricStore,
    private readonly sources: readonly CollectorSource[],
    private readonly report: CollectionReport,
  ) {}

  /**
   * Scrapes that come while one is collecting share it, unless it ends after their deadline or gives up on collectors for
   * which they still have time.
   */
  scrape(timeoutSeconds: number): Promise<Scrape> {
    const deadlineAt = performance.now() + timeoutSeconds * 1000;
    const { current } = this;
    if (current !== undefined && current.deadlineAt <= deadlineAt && current.timeoutSeconds >= timeoutSeconds) {
      return current.scrape;
    }
    const scrape = this.collect(deadlineAt);
    const mine = { timeoutSeconds, deadlineAt, scrape };
    this.current = mine;
    const forget = () => {
      if (this.current === mine) this.current = undefined;
    };
    scrape.then(forget, forget);
    return scrape;
  }

  private async collect(deadlineAt: number): Promise<Scrape> {
    const runs = this.start();
    const awaited = [...runs.values()].filter((run) => !run.late);
    await before(deadlineAt, Promise.all(awaited.map((run) => run.until(deadlineAt))));
    for (const [name, run] of runs) {
      run.giveUp(deadlineAt);
      this.report.collected(name, run.succeeded, run.seconds);
    }
    this.report.beforeReading();
    return new Scrape(this.read([...runs.values()]));
  }

  /** A collector that is still at it from an earlier scrape is not started a second time. */
  private start(): ReadonlyMap<string, CollectorRun> {
    const collectors = this.sources.flatMap((source) => this.collectorsOf(source));
    const runs = new Map<string, CollectorRun>();
    for (const collector of collectors) {
      const name = freeName(collector.name, runs);
      const earlier = this.runs.get(name);
      const run = earlier?.isRunning ? earlier : new CollectorRun(collector, (error) => this.report.failed(error));
      this.runs.set(name, run);
      runs.set(name, run);
    }
    return runs;
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

/** Waits for `done`, at most until `deadlineAt`, and leaves no timer behind. */
async function before(deadlineAt: number, done: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, deadlineAt - performance.now()));
  });
  await Promise.race([done, deadline]);
  clearTimeout(timer);
}
