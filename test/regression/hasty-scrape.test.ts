import { expect, it } from 'vitest';
import { type Collector } from '../../lib/expose/collector.js';
import { MetricStore } from '../../lib/metrics/store.js';
import { scraperOf } from '../support/scraper.js';

it('a scrape with little time neither stops a collector for one with more, nor shares what it has not got', async () => {
  const aborted: boolean[] = [];
  const ends: (() => void)[] = [];
  const slow: Collector = {
    name: 'slow',
    collect: async (signal) => {
      await new Promise<void>((resolve) => ends.push(resolve));
      aborted.push(signal.aborted);
    },
  };
  const successes: boolean[] = [];
  const scraper = scraperOf(new MetricStore(), [{ collectors: () => [slow] }], {
    collected: (_, success) => successes.push(success),
  });
  const before = scraper.scrape(60);
  const hasty = scraper.scrape(0.001);
  const after = scraper.scrape(60);
  await hasty;
  for (const end of ends) end();
  await Promise.all([before, after]);
  expect(aborted).toEqual([false]);
  expect(successes).toEqual([false, true, true]);
});
