import { type Collector, type CollectorSource } from './collector.js';
import { CollectorRun } from './collector-run.js';
import { type Filter, wantsGroup } from './filter.js';
import { type ForeignFamily } from './foreign-family.js';
import { unlessGone } from './shared-work.js';

/** Is told which collectors succeeded, and how long they took. */
export interface CollectionReport {
  collected(collector: string, success: boolean, seconds: number): void;
  /** There is no collector of this name any more. */
  dropped?(collector: string): void;
  failed(error: unknown): void;
}

/** What the collectors brought before the deadline. */
export interface Collection {
  readonly foreign: readonly ForeignFamily[];
  /** More time would have brought nothing more. */
  readonly isComplete: boolean;
}

/** A run, and the source that its collector came from. */
interface SourceRun {
  readonly source: CollectorSource;
  readonly run: CollectorRun;
}

/**
 * The collectors of one application, which are run under a deadline. One that throws, rejects or hangs costs what it
 * would have brought and nothing else. It takes no reading: whoever needs one does that afterwards.
 */
export class Collectors {
  private readonly runs = new Map<string, SourceRun>();

  /** `longestSeconds` is the most that any scrape waits: a collector that takes longer is waited for no more. */
  constructor(
    private readonly report: CollectionReport,
    private readonly longestSeconds = Infinity,
  ) {}

  /**
   * Runs the collectors of these sources, and waits for them until the timeout. A collector that another call has
   * started and that is still running is shared, not started a second time. With a filter, collectors of other groups
   * are not run and nothing is reported about them. Rejects when `givenUp` is aborted.
   */
  async run(
    sources: readonly CollectorSource[],
    timeoutSeconds: number,
    givenUp?: AbortSignal,
    filter?: Filter,
  ): Promise<Collection> {
    const now = performance.now();
    const wanted = sources.filter(({ group }) => wantsGroup(filter, group));
    const runs = this.start(sources, wanted, now);
    const awaited = [...runs.values()].filter((run) => !run.isLate);
    const waitsUntil = Math.min(now + timeoutSeconds * 1000, Math.max(...awaited.map((run) => run.lateAt)));
    await before(waitsUntil, Promise.all(awaited.map((run) => run.done)), givenUp);
    for (const [name, run] of runs) {
      run.waitedUntil(waitsUntil);
      // One that is gone was dropped by a call that began later and has ended already.
      if (this.runs.has(name)) this.report.collected(name, run.succeeded, run.seconds);
    }
    this.drop(wanted, runs);
    const all = [...runs.values()];
    return {
      foreign: all.flatMap((run) => run.families),
      isComplete: !all.some((run) => run.isRunning && !run.isLate),
    };
  }

  /** Collectors that are not wanted have their names even so: a name means the same collector in every scrape. */
  private start(
    sources: readonly CollectorSource[],
    wanted: readonly CollectorSource[],
    now: number,
  ): ReadonlyMap<string, CollectorRun> {
    const runs = new Map<string, CollectorRun>();
    const taken = new Set<string>();
    for (const source of sources) {
      for (const collector of this.collectorsOf(source)) {
        const name = freeName(collector.name, taken);
        taken.add(name);
        if (!wanted.includes(source)) continue;
        const run = this.runningOf(name, source, now) ?? this.begin(collector, now);
        this.runs.set(name, { source, run });
        runs.set(name, run);
      }
    }
    return runs;
  }

  private runningOf(name: string, source: CollectorSource, now: number): CollectorRun | undefined {
    const earlier = this.runs.get(name);
    earlier?.run.waitedUntil(now);
    return earlier?.source === source && earlier.run.isRunning ? earlier.run : undefined;
  }

  private begin(collector: Collector, now: number): CollectorRun {
    return new CollectorRun(collector, now + this.longestSeconds * 1000, (error) => this.report.failed(error));
  }

  /** Collectors of other sources were not asked for, and so are not gone. */
  private drop(sources: readonly CollectorSource[], current: ReadonlyMap<string, CollectorRun>): void {
    for (const [name, { source, run }] of this.runs) {
      if (current.has(name) || run.isRunning || !sources.includes(source)) continue;
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
}

/** A metric of the user's may have the name of a collector of ours: both are run, and each has a name of its own. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name) ? freeName(`${name}_`, taken) : name;
}

/** Waits for `done`, at most until `deadlineAt`, and leaves no timer behind. Rejects when `givenUp` is aborted before. */
async function before(deadlineAt: number, done: Promise<unknown>, givenUp: AbortSignal | undefined): Promise<void> {
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
