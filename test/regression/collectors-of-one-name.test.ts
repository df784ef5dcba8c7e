import { expect, it } from 'vitest';
import { type Collector } from '../../lib/expose/collector.js';
import { MetricStore } from '../../lib/metrics/store.js';
import { scraperOf } from '../support/scraper.js';

/** A prom-client metric called `runtime` was never asked: our own collector has that name. */
it('asks two collectors of one name both, and one that gives nonsense costs only itself', async () => {
  const asked: string[] = [];
  const success: Record<string, boolean> = {};
  const collector = (name: string, id: string): Collector => ({ name, collect: () => void asked.push(id) });
  const nonsense = { name: 'nonsense', collect: () => 'text' as never };
  const scraper = scraperOf(
    new MetricStore(),
    [{ collectors: () => [collector('runtime', 'ours'), collector('runtime', 'theirs'), nonsense] }],
    { collected: (name, isSuccess) => (success[name] = isSuccess) },
  );
  await scraper.scrape(5);
  expect(asked).toEqual(['ours', 'theirs']);
  expect(success).toEqual({ runtime: true, runtime_: true, nonsense: false });
});
