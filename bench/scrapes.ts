import { type Child, startChild } from './child.js';
import { type SeriesServer } from './children/series-server.js';
import { type Effort } from './effort.js';
import { type Scrape, scrape } from './scrape.js';
import { type Library } from './series/expositions.js';
import { LINES_PER_SET } from './series/label-sets.js';
import { summarize } from './statistics.js';
import { figure, printTable, range } from './table.js';
import { atLeast, atMost, type Target } from './target.js';

const LIBRARIES: readonly Library[] = ['ours', 'prom-client'];
const LINES = [1000, 10_000, 100_000];

/** The cost of a scrape, and how long it delays the requests of the application. */
export async function scrapes(effort: Effort): Promise<readonly Target[]> {
  const targets: Target[] = [];
  const rows: string[][] = [];
  for (const lines of LINES) {
    const [ours, peer] = await measureBoth(lines, effort.scrapes);
    if (ours === undefined || peer === undefined) continue;
    const ratio = summarize(peer.times).median / summarize(ours.times).median;
    const faster = lines === 100_000 ? atLeast(ratio, 5, '×') : undefined;
    const delay = atMost(Math.max(...ours.delays), 20, ' ms');
    targets.push(...(faster === undefined ? [] : [faster]), delay);
    rows.push(row('ours', ours, faster?.text ?? `${figure(ratio)}×`, delay.text), row('prom-client', peer));
  }
  printTable(
    `Scrapes: GET /metrics, uncompressed text (${effort.scrapes} scrapes after a first, cold one)`,
    [
      'library',
      'lines',
      'KB',
      'ms',
      'min–max',
      'first',
      'faster',
      'event-loop delay ms',
      'idle',
      'first',
      'worst delay',
    ],
    rows,
  );
  return targets;
}

interface Measured {
  /** The first scrape, with code that is not compiled yet. Its delay counts like that of any other. */
  readonly first: Scrape;
  readonly times: number[];
  readonly delays: number[];
  /** The longest delay of the same process while it was idle: the share of the machine itself. */
  readonly idleDelay: number;
}

/** Both processes run at the same time and are scraped alternately. */
async function measureBoth(lines: number, count: number): Promise<readonly Measured[]> {
  const children = await Promise.all(LIBRARIES.map((library) => startSeries(library, lines)));
  try {
    const measured: Measured[] = [];
    for (const child of children) measured.push(await coldScrape(child));
    for (let i = 0; i < count; i += 1) {
      for (const [which, child] of children.entries()) {
        const { milliseconds, delay } = await watchedScrape(child);
        measured[which]?.times.push(milliseconds);
        measured[which]?.delays.push(delay);
      }
    }
    return measured;
  } finally {
    await Promise.all(children.map((child) => child.stop()));
  }
}

function startSeries(library: Library, lines: number): Promise<Child<SeriesServer>> {
  const labelSets = String(Math.round(lines / LINES_PER_SET));
  return startChild<SeriesServer>('series-server', { args: [library, labelSets], flags: [] });
}

async function coldScrape(child: Child<SeriesServer>): Promise<Measured> {
  await child.ask('watchEventLoop');
  const idleDelay = await child.ask('longestDelay');
  const first = await watchedScrape(child);
  return { first, times: [], delays: [first.delay], idleDelay };
}

async function watchedScrape(child: Child<SeriesServer>): Promise<Scrape & { readonly delay: number }> {
  await child.ask('observe');
  const port = await child.ask('port');
  await child.ask('watchEventLoop');
  const scraped = await scrape(port);
  return { ...scraped, delay: await child.ask('longestDelay') };
}

function row(library: Library, { first, times, delays, idleDelay }: Measured, faster = '', worst = ''): string[] {
  const time = summarize(times);
  const [firstDelay = NaN, ...others] = delays;
  const delay = summarize(others);
  return [
    library,
    (first.body.toString().split('\n').length - 1).toLocaleString('en'),
    figure(first.body.length / 1000),
    figure(time.median),
    range(time),
    figure(first.milliseconds),
    faster,
    `${figure(delay.median)} (${range(delay)})`,
    figure(idleDelay),
    figure(firstDelay),
    worst,
  ];
}
