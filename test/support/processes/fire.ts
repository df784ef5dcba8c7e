import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { waitUntil } from '../wait-until.js';
import { FireDriver } from './fire-driver.js';
import { FireScraper, scrapeOf, workCounted } from './fire-scraper.js';

const CONCURRENCY = 20;
const PROCESSES = 4;
const BETWEEN_KILLS_MS = [50, 400] as const;
/** The others answer while a process starts. */
const LEAST_RUNNING = 2;

const SHOWN_FAULTS = 20;

export interface FirePorts {
  readonly port: number;
  readonly metricsPort: number;
}

/** What became of the load, the kills and the scrapes. */
export interface FireResult {
  readonly started: number;
  readonly answered: number;
  readonly broken: number;
  readonly unexplained: readonly unknown[];
  readonly kills: number;
  readonly scrapes: number;
  readonly failedScrapes: number;
  readonly longestGapMs: number;
  /** What became less from one scrape to the next. */
  readonly less: readonly string[];
  /** Scrapes with more than was sent, or less than was answered. */
  readonly faults: readonly string[];
  readonly counted: number;
  readonly allowance: number;
}

/** Sends load, kills processes at random and scrapes, all for so many seconds. Then compares the counts. */
export async function underFire({ port, metricsPort }: FirePorts, seconds: number): Promise<FireResult> {
  await waitUntil('all processes are in a scrape', () => areAllThere(metricsPort), { timeoutMs: 60_000 });
  const driver = new FireDriver(port, CONCURRENCY);
  const scraper = new FireScraper([metricsPort, port], driver);
  await killAtRandom(driver, seconds);
  await driver.stop();
  await scraper.stop();
  const counted = await finalCount(metricsPort);
  return {
    started: driver.started,
    answered: driver.answered,
    broken: driver.broken,
    unexplained: driver.unexplained,
    kills: driver.kills.length,
    scrapes: scraper.scrapes,
    failedScrapes: scraper.failed,
    longestGapMs: scraper.longestGapMs,
    less: scraper.neverLess.faults.slice(0, SHOWN_FAULTS),
    faults: scraper.faults.slice(0, SHOWN_FAULTS),
    counted,
    allowance: driver.allowance,
  };
}

async function killAtRandom(driver: FireDriver, seconds: number): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    await pause(randomInt(...BETWEEN_KILLS_MS));
    const { running } = driver;
    const pid = running[randomInt(running.length || 1)];
    if (running.length >= LEAST_RUNNING && pid !== undefined) driver.kill(pid);
  }
}

async function areAllThere(port: number): Promise<boolean> {
  return (await scrapeOf(port)).value('nestjs_metrics_processes') === PROCESSES;
}

/** The count when all processes run again and no request is in flight. */
async function finalCount(port: number): Promise<number> {
  return waitUntil(
    'all processes run and are idle',
    async () => {
      const scrape = await scrapeOf(port);
      const isQuiet =
        scrape.value('nestjs_metrics_processes') === PROCESSES &&
        scrape.value('nestjs_metrics_processes_unanswered') === 0 &&
        scrape.sum('nestjs_http_requests_in_flight') === 0;
      return isQuiet ? workCounted(scrape) : 0;
    },
    { timeoutMs: 60_000, intervalMs: 100 },
  );
}

/** The result as a table for whoever reads the output of the test. */
export function fireTable(title: string, result: FireResult): string {
  const difference = result.counted - result.answered;
  const rows: readonly (readonly [string, number])[] = [
    ['requests', result.started],
    ['answered', result.answered],
    ['broken by a kill', result.broken],
    ['kills', result.kills],
    ['scrapes', result.scrapes],
    ['failed scrapes', result.failedScrapes],
    ['longest time without a scrape, ms', Math.round(result.longestGapMs)],
    ['counted at the end', result.counted],
    ['difference from the answered', difference],
    ['allowance', result.allowance],
  ];
  return [title, ...rows.map(([name, value]) => `  ${name.padEnd(36)}${String(value).padStart(8)}`)].join('\n');
}
