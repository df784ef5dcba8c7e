import { type CollectorSource } from '../../lib/expose/collector.js';
import { type CollectionReport, Collectors } from '../../lib/expose/collectors.js';
import { readEngine } from '../../lib/expose/read-engine.js';
import { Scraper } from '../../lib/expose/scraper.js';
import { engineOf, type MetricStore } from '../../lib/metrics/store.js';

/** A scraper of a store without an application around it. What is not reported to anybody is ignored. */
export function scraperOf(
  store: MetricStore,
  sources: readonly CollectorSource[] = [],
  report: Partial<CollectionReport> = {},
  longestSeconds?: number,
): Scraper {
  const quiet = { collected: () => undefined, failed: () => undefined };
  const collectors = new Collectors({ ...quiet, ...report }, longestSeconds);
  return new Scraper(async (timeoutSeconds, givenUp) => {
    const { foreign, isComplete } = await collectors.run(sources, timeoutSeconds, givenUp);
    return { reading: readEngine(engineOf(store), foreign), isComplete };
  });
}
