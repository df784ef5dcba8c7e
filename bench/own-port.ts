import { setTimeout as wait } from 'node:timers/promises';
import { alternate } from './alternate.js';
import { type Child, startChild } from './child.js';
import { type BootRunner } from './children/boot-runner.js';
import { type OwnPortServer } from './children/own-port-server.js';
import { type Scraper } from './children/scraper.js';
import { type Effort } from './effort.js';
import { sendRequests } from './load.js';
import { scrape } from './scrape.js';
import { LINES_PER_SET } from './series/label-sets.js';
import { median, summarize } from './statistics.js';
import { figure, printTable, range } from './table.js';
import { atLeast, atMost, type Target } from './target.js';
import { type VariantName } from './variants/variants.js';

const BLOCKED_LINES = 10_000;
const LOADED_LINES = 100_000;

/** The endpoint with a port and a thread of its own. */
export async function ownPort(effort: Effort): Promise<readonly Target[]> {
  return [
    ...(await whileBlocked(effort)),
    ...(await underLoad(effort)),
    ...(await memoryOfThread(effort)),
    ...(await bootWithThread(effort)),
  ];
}

/** Scrapes of an application whose event loop does not turn. */
async function whileBlocked({ blockedSeconds }: Effort): Promise<readonly Target[]> {
  const child = await start('own port', BLOCKED_LINES, blockedSeconds);
  const port = await child.ask('metricsPort');
  await scrape(port);
  await child.ask('block');
  await wait(500);
  const times: number[] = [];
  for (let second = 1; second < blockedSeconds; second += 1) {
    times.push((await scrape(port)).milliseconds);
    await wait(1000 - (times.at(-1) ?? 0));
  }
  await child.stop();
  const target = atMost(Math.max(...times), 250, ' ms');
  printTable(
    `Own port: scrapes of ${BLOCKED_LINES.toLocaleString('en')} lines while the event loop is blocked for ${blockedSeconds} s`,
    ['scrapes', 'ms', 'min–max', 'slowest'],
    [[String(times.length), figure(summarize(times).median), range(summarize(times)), target.text]],
  );
  return [target];
}

/** What a scrape every second from the own port costs requests. */
async function underLoad({ ownPortRounds, requestsPerSlice, warmUpRequests }: Effort): Promise<readonly Target[]> {
  const child = await start('own port', LOADED_LINES);
  const [port, metricsPort] = [await child.ask('port'), await child.ask('metricsPort')];
  await sendRequests(port, warmUpRequests);
  const scraper = await startChild<Scraper>('scraper', { args: [String(metricsPort)], flags: [] });
  const delays: Record<'scraped' | 'not scraped', number[]> = { scraped: [], 'not scraped': [] };
  const run = (name: keyof typeof delays) => async () => {
    await child.ask('watchEventLoop');
    if (name === 'scraped') await scraper.ask('start');
    const startedAt = performance.now();
    await sendRequests(port, requestsPerSlice * 10);
    const perSecond = (requestsPerSlice * 10) / ((performance.now() - startedAt) / 1000);
    await scraper.ask('stop');
    delays[name].push(await child.ask('delay'));
    return perSecond;
  };
  const requests = await alternate(ownPortRounds, { 'not scraped': run('not scraped'), scraped: run('scraped') });
  await Promise.all([child, scraper].map((one) => one.stop()));
  const delay = atMost(median(delays.scraped) - median(delays['not scraped']), 2, ' ms');
  const throughput = atLeast(median(requests.scraped) / median(requests['not scraped']), 0.98);
  const row = (name: keyof typeof delays) => [
    name,
    figure(median(delays[name])),
    range(summarize(delays[name])),
    name === 'scraped' ? delay.text : '',
    figure(median(requests[name])),
    range(summarize(requests[name])),
    name === 'scraped' ? throughput.text : '',
  ];
  printTable(
    `Own port: requests while ${LOADED_LINES.toLocaleString('en')} lines are scraped every second (${ownPortRounds} rounds)`,
    ['', 'event-loop delay p99 ms', 'min–max', 'more', 'requests/s', 'min–max', 'ratio'],
    [row('not scraped'), row('scraped')],
  );
  return [delay, throughput];
}

async function memoryOfThread({ memoryRuns }: Effort): Promise<readonly Target[]> {
  const measure = (variant: 'own port' | 'route') => async () => {
    const child = await start(variant, LINES_PER_SET * 10);
    const port = await child.ask(variant === 'own port' ? 'metricsPort' : 'port');
    for (let i = 0; i < 5; i += 1) await scrape(port);
    const megabytes = await child.ask('memory');
    await child.stop();
    return megabytes;
  };
  const all = await alternate(memoryRuns, { route: measure('route'), 'own port': measure('own port') });
  const target = atMost(median(all['own port']) - median(all.route), 20, ' MB');
  printTable(
    'Own port: resident memory of the process after five scrapes',
    ['', 'MB', 'min–max', 'more'],
    [
      ['route only', figure(median(all.route)), range(summarize(all.route)), ''],
      ['own port', figure(median(all['own port'])), range(summarize(all['own port'])), target.text],
    ],
  );
  return [target];
}

async function bootWithThread({ bootRuns }: Effort): Promise<readonly Target[]> {
  const boot = (name: VariantName) => async () => {
    const child = await startChild<BootRunner>('boot-runner', { args: [name, 'express'], flags: [] });
    const { totalMs } = await child.ask('times');
    await child.stop();
    return totalMs;
  };
  const all = await alternate(bootRuns, { ours: boot('ours'), 'own port': boot('ours with own port') });
  const target = atMost(median(all['own port']) - median(all.ours), 60, ' ms');
  printTable(
    `Own port: milliseconds until the application listens (${bootRuns} starts each, on express)`,
    ['', 'ms', 'min–max', 'more'],
    [
      ['route only', figure(median(all.ours)), range(summarize(all.ours)), ''],
      ['own port', figure(median(all['own port'])), range(summarize(all['own port'])), target.text],
    ],
  );
  return [target];
}

function start(variant: 'own port' | 'route', lines: number, blockedSeconds = 0): Promise<Child<OwnPortServer>> {
  const labelSets = String(Math.round(lines / LINES_PER_SET));
  return startChild<OwnPortServer>('own-port-server', {
    args: [variant, labelSets, String(blockedSeconds)],
    flags: ['--expose-gc'],
  });
}
