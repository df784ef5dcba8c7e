import { alternate } from './alternate.js';
import { startChild } from './child.js';
import { type SeriesServer } from './children/series-server.js';
import { type Effort } from './effort.js';
import { scrape } from './scrape.js';
import { type Library } from './series/expositions.js';
import { median, summarize } from './statistics.js';
import { figure, printTable, range } from './table.js';
import { atMost, type Target } from './target.js';

const LABEL_SETS = 10_000;

/** The number of scrapes until code compiled during the first ones no longer changes the memory. */
const SCRAPES = 5;

/** The memory of one label set of a histogram, before the first scrape and after it. */
export async function memory(effort: Effort): Promise<readonly Target[]> {
  const before: Record<Library, number[]> = { ours: [], 'prom-client': [] };
  const measure = (library: Library) => async () => {
    const bytes = await measureOnce(library);
    before[library].push(bytes.beforeScrapes);
    return bytes.afterScrapes;
  };
  const after = await alternate(effort.memoryRuns, { ours: measure('ours'), 'prom-client': measure('prom-client') });
  const target = atMost(median(after.ours) / median(after['prom-client']), 1 / 3);
  const row = (library: Library) => {
    const [unread, read] = [summarize(before[library]), summarize(after[library])];
    return [
      library,
      figure(unread.median),
      range(unread),
      figure(read.median),
      range(read),
      library === 'ours' ? target.text : '',
    ];
  };
  printTable(
    `Memory: bytes per label set of a histogram with 14 buckets (${LABEL_SETS.toLocaleString('en')} sets)`,
    ['library', 'before scrapes', 'min–max', `after ${SCRAPES}`, 'min–max', 'ratio after scrapes'],
    [row('ours'), row('prom-client')],
  );
  return [target];
}

/**
 * Each measurement has its own process, and one scrape before it starts, so that code loaded by the first scrape does
 * not count as memory of the series.
 */
async function measureOnce(library: Library): Promise<{ beforeScrapes: number; afterScrapes: number }> {
  const child = await startChild<SeriesServer>('series-server', {
    args: [library, String(LABEL_SETS)],
    flags: ['--expose-gc'],
  });
  try {
    const port = await child.ask('port');
    await scrape(port);
    const empty = await child.ask('memory');
    await child.ask('observe');
    const filled = await child.ask('memory');
    for (let i = 0; i < SCRAPES; i += 1) await scrape(port);
    const scraped = await child.ask('memory');
    return { beforeScrapes: (filled - empty) / LABEL_SETS, afterScrapes: (scraped - empty) / LABEL_SETS };
  } finally {
    await child.stop();
  }
}
