import { TEXT } from '../expose/formats/text.js';
import { type CollectionReport, Scraper } from '../expose/scrape.js';
import { type MetricStore } from '../metrics/store.js';

/** Nothing is collected, so nothing can fail. */
const NOBODY: CollectionReport = {
  collected: () => undefined,
  beforeReading: () => undefined,
  failed: () => undefined,
};

/** The metrics of a store in the text format. */
export async function storeText(store: MetricStore): Promise<string> {
  const scrape = await new Scraper(store, [], NOBODY).scrape(1);
  return Buffer.concat(await scrape.as(TEXT)).toString();
}
