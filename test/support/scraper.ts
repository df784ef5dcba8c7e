import { type CollectorSource } from '../../lib/expose/collector.js';
import { type CollectionReport, Collectors } from '../../lib/expose/collectors.js';
import { type FamilyGroups } from '../../lib/expose/family-groups.js';
import { readEngine } from '../../lib/expose/read-engine.js';
import { Scraper, type TakeReading } from '../../lib/expose/scraper.js';
import { engineOf, type MetricStore } from '../../lib/metrics/store.js';

const NO_GROUPS: FamilyGroups = { known: [], ofFamily: new Map() };

/** A scraper of a store without an application around it. What is not reported to anybody is ignored. */
export function scraperOf(
  store: MetricStore,
  sources: readonly CollectorSource[] = [],
  report: Partial<CollectionReport> = {},
  longestSeconds?: number,
  groups: FamilyGroups = NO_GROUPS,
): Scraper {
  const quiet = { collected: () => undefined, failed: () => undefined };
  const collectors = new Collectors({ ...quiet, ...report }, longestSeconds);
  const take: TakeReading = async (timeoutSeconds, givenUp, filter) => {
    const { foreign, isComplete } = await collectors.run(sources, timeoutSeconds, givenUp, filter);
    return { reading: readEngine(engineOf(store), foreign), isComplete };
  };
  return new Scraper(take, groups);
}
