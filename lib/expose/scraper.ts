import { type Reading } from './reading.js';
import { Scrape } from './scrape.js';
import { SharedWork } from './shared-work.js';

/** A reading that was taken after the collectors have run. */
export interface CollectedReading {
  readonly reading: Reading;
  /** More time would have brought nothing more. */
  readonly isComplete: boolean;
}

/** A scrape whose collectors are running. */
interface Started {
  readonly timeoutSeconds: number;
  readonly deadlineAt: number;
  readonly work: SharedWork<Scrape>;
}

/** Readings for scrapes, shared by those that come together. */
export class Scraper {
  private current: Started | undefined;

  /** @param collect runs the collectors, and takes a reading when they have answered or the deadline has passed */
  constructor(private readonly collect: (timeoutSeconds: number, givenUp: AbortSignal) => Promise<CollectedReading>) {}

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
    const { reading, isComplete } = await this.collect(timeoutSeconds, givenUp);
    return new Scrape(reading, isComplete);
  }
}
