import { type ForeignFamily } from '../../lib/expose/foreign-family.js';
import { openMetrics } from '../../lib/expose/formats/openmetrics.js';
import { TEXT } from '../../lib/expose/formats/text.js';
import { type MetricStore } from '../../lib/metrics/store.js';
import { scraperOf } from './scraper.js';
import { type Exposition, type ExpositionFormat, readExposition } from './exposition.js';

/** What a scrape of the store gives, with families of others if any are given. */
export async function rendered(
  store: MetricStore,
  format: ExpositionFormat,
  foreign: readonly ForeignFamily[] = [],
): Promise<string> {
  const source = { collectors: () => [{ name: 'foreign', collect: () => foreign }] };
  const scraper = scraperOf(store, [source], {
    failed: (error) => {
      throw error;
    },
  });
  const pieces = await (await scraper.scrape(10)).as(format === 'text' ? TEXT : openMetrics('underscores'));
  return Buffer.concat(pieces).toString();
}

/** The same, held against the rules of its format. */
export async function readStore(store: MetricStore, format: ExpositionFormat = 'text'): Promise<Exposition> {
  return readExposition(await rendered(store, format), format);
}
