import { type CollectorSource } from './collector.js';
import { type Collectors } from './collectors.js';
import { type ForeignFamily } from './foreign-family.js';
import { type Reading } from './reading.js';
import { Scrape } from './scrape.js';
import { SharedWork } from './shared-work.js';

/** A scrape whose collectors are running. */
interface Started {
  readonly timeoutSeconds: number;
  readonly deadlineAt: number;
  readonly work: SharedWork<Scrape>;
}

/** Runs the collectors, and takes a reading when they have answered or the deadline has passed. */
export class Scraper {
  private current: Started | undefined;

  constructor(
    private readonly collectors: Collectors,
    private readonly sources: readonly CollectorSource[],
    /** Gives all numbers of this instant. */
    private readonly read: (foreign: readonly ForeignFamily[]) => Reading,
  ) {}

  /**
   * Scrapes that come while one is collecting share it, unless it ends after their deadline or has less time than they
   * have. Where it gives up on collectors, those with a later deadline go on waiting for them. Rejects when `gone` is
   * aborted first.
   */
  async scrape(timeoutSeconds: number, gone?: AbortSignal): Promise<Scrape> {
    const deadlineAt = performance.now() + timeoutSeconds * 1000;
    const shared = this.sharedBy(timeoutSeconds, deadlineAt);
    const scrape = await (shared ?? this.begin(timeoutSeconds, deadlineAt)).work.for(gone);
    if (shared === undefined || scrape.isComplete || shared.deadlineAt === deadlineAt) return scrape;
    return this.scrape((deadlineAt - performance.now()) / 1000, gone);
  }

  private sharedBy(timeoutSeconds: number, deadlineAt: number): Started | undefined {
    const { current } = this;
    if (current === undefined || current.work.isGivenUp) return undefined;
    return current.deadlineAt <= deadlineAt && current.timeoutSeconds >= timeoutSeconds ? current : undefined;
  }

  private begin(timeoutSeconds: number, deadlineAt: number): Started {
    const work = new SharedWork((givenUp) => this.work(timeoutSeconds, givenUp));
    const mine = { timeoutSeconds, deadlineAt, work };
    this.current = mine;
    const forget = () => {
      if (this.current === mine) this.current = undefined;
    };
    work.result.then(forget, forget);
    return mine;
  }

  private async work(timeoutSeconds: number, givenUp: AbortSignal): Promise<Scrape> {
    const { foreign, isComplete } = await this.collectors.run(this.sources, timeoutSeconds, givenUp);
    return new Scrape(this.read(foreign), isComplete);
  }
}
