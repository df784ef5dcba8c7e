import { type FamilyGroups } from './family-groups.js';
import { type Filter } from './filter.js';
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

/**
 * Runs the collectors of the groups that the filter asks for, and takes a reading when they have answered or the deadline
 * has passed. The reading may have families that the filter leaves out.
 */
export type TakeReading = (
  timeoutSeconds: number,
  givenUp: AbortSignal,
  filter: Filter | undefined,
) => Promise<CollectedReading>;

/** Readings for scrapes, shared by those that come together. */
export class Scraper {
  /** By the groups that are collected; an entry goes when its work has ended. */
  private readonly current = new Map<string, Started>();

  constructor(
    private readonly take: TakeReading,
    private readonly groups: FamilyGroups,
  ) {}

  /**
   * Scrapes that arrive while another one collects the same groups share it, unless it ends after their deadline or has
   * less time than they have. If it gives up on collectors, scrapes with a later deadline go on waiting for these.
   * Rejects when `gone` is aborted first.
   */
  async scrape(timeoutSeconds: number, gone?: AbortSignal, filter?: Filter): Promise<Scrape> {
    const deadlineAt = performance.now() + timeoutSeconds * 1000;
    const shared = this.sharedBy(timeoutSeconds, deadlineAt, filter);
    const scrape = await (shared ?? this.begin(timeoutSeconds, deadlineAt, filter)).work.for(gone);
    if (shared === undefined || scrape.isComplete || shared.deadlineAt === deadlineAt) return scrape;
    return this.scrape((deadlineAt - performance.now()) / 1000, gone, filter);
  }

  private sharedBy(timeoutSeconds: number, deadlineAt: number, filter: Filter | undefined): Started | undefined {
    const current = this.current.get(collectedBy(filter));
    if (current === undefined || current.work.isGivenUp) return undefined;
    return current.deadlineAt <= deadlineAt && current.timeoutSeconds >= timeoutSeconds ? current : undefined;
  }

  private begin(timeoutSeconds: number, deadlineAt: number, filter: Filter | undefined): Started {
    const work = new SharedWork((givenUp) => this.work(timeoutSeconds, givenUp, filter));
    const mine = { timeoutSeconds, deadlineAt, work };
    const key = collectedBy(filter);
    this.current.set(key, mine);
    const forget = () => {
      if (this.current.get(key) === mine) this.current.delete(key);
    };
    work.result.then(forget, forget);
    return mine;
  }

  private async work(timeoutSeconds: number, givenUp: AbortSignal, filter: Filter | undefined): Promise<Scrape> {
    const { reading, isComplete } = await this.take(timeoutSeconds, givenUp, filter);
    return new Scrape(reading, isComplete, this.groups);
  }
}

/** Scrapes that ask for other names of the same groups need the same collectors. */
function collectedBy(filter: Filter | undefined): string {
  return JSON.stringify(filter?.groups ?? null);
}
