import { setTimeout as pause } from 'node:timers/promises';
import { type Child, startChild } from './child.js';
import { type MonitorRunner } from './children/monitor-runner.js';
import { type Effort } from './effort.js';
import { median, summarize } from './statistics.js';
import { figure, printTable, range } from './table.js';
import { atMost, type Target } from './target.js';

const VARIANTS = ['metrics', 'monitor'] as const;
const EVENTS = ['request', 'statement'] as const;
const FILES = ['/monitor', '/monitor/page.js', '/monitor/page.css'];
const WINDOWS = ['10m', '1h', '24h'];

const WARM_UPS = 2;
/** The monitor creates a state at most once a second, for all clients. */
const STATE_KEPT_MS = 1000;

/** The cost of the monitor on top of the metrics, the time to create its states, and the size of its page. */
export async function monitor(effort: Effort): Promise<readonly Target[]> {
  return [...(await events(effort)), ...(await states(effort))];
}

async function events(effort: Effort): Promise<readonly Target[]> {
  const added: Record<(typeof EVENTS)[number], number[]> = { request: [], statement: [] };
  const costs = new Map<string, number[]>();
  for (let round = 0; round < effort.statementRounds; round += 1) {
    const children = await Promise.all(VARIANTS.map(start));
    for (const event of EVENTS) {
      const samples: number[][] = VARIANTS.map(() => []);
      for (let sample = 0; sample < WARM_UPS + effort.statementSamples; sample += 1) {
        for (const [i, child] of children.entries()) {
          const ns = await child.ask(event);
          if (sample >= WARM_UPS) samples[i]?.push(ns);
        }
      }
      const [alone = NaN, both = NaN] = samples.map((ofVariant) => median(ofVariant));
      added[event].push(both - alone);
      for (const [variant, ns] of [
        ['metrics', alone],
        ['monitor', both],
      ] as const) {
        costs.set(`${event} ${variant}`, [...(costs.get(`${event} ${variant}`) ?? []), ns]);
      }
    }
    await Promise.all(children.map((child) => child.stop()));
  }
  const targets = EVENTS.map((event) => atMost(median(added[event]), 300, ' ns'));
  printTable(
    `Monitor: ns to hear of one event (${effort.statementRounds} rounds of new processes)`,
    ['event', 'metrics alone', 'min–max', 'with the monitor', 'min–max', 'added'],
    EVENTS.map((event, i) => {
      const [alone, both] = VARIANTS.map((variant) => summarize(costs.get(`${event} ${variant}`) ?? []));
      if (alone === undefined || both === undefined) return [event];
      return [event, figure(alone.median), range(alone), figure(both.median), range(both), targets[i]?.text ?? ''];
    }),
  );
  return targets;
}

/** The time until a state is received, over the network, with one day of data for fifty routes in memory. */
async function states(effort: Effort): Promise<readonly Target[]> {
  const child = await start('monitor');
  try {
    const port = await child.ask('port');
    await child.ask('liveThroughADay');
    // Excludes the extra cost of an application's first request.
    await sizeOf(port, '/monitor/page.css');
    const samples = new Map(WINDOWS.map((window) => [window, [] as number[]]));
    for (let i = 0; i < effort.scrapes; i += 1) {
      for (const window of WINDOWS) samples.get(window)?.push(await timed(port, `/monitor/data.json?window=${window}`));
      await pause(STATE_KEPT_MS);
    }
    const sizes = await Promise.all(FILES.map((path) => sizeOf(port, path)));
    const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1000;
    const worst = summarize(samples.get('10m') ?? []).max;
    const targets = [atMost(worst, 50, ' ms'), atMost(kilobytes, 120, ' kB')];
    printTable(
      `Monitor: ms to make and fetch a state, the greatest of ${effort.scrapes} first; size of the page`,
      ['what', 'greatest', 'median', 'target'],
      [
        ...WINDOWS.map((window) => {
          const ms = summarize(samples.get(window) ?? []);
          return [
            `state, ${window}`,
            figure(ms.max),
            figure(ms.median),
            window === '10m' ? (targets[0]?.text ?? '') : '',
          ];
        }),
        ['page, script and style', `${figure(kilobytes)} kB`, '', targets[1]?.text ?? ''],
      ],
    );
    return targets;
  } finally {
    await child.stop();
  }
}

function start(variant: (typeof VARIANTS)[number]): Promise<Child<MonitorRunner>> {
  return startChild<MonitorRunner>('monitor-runner', { args: [variant], flags: [] });
}

async function timed(port: number, path: string): Promise<number> {
  const begin = performance.now();
  await sizeOf(port, path);
  return performance.now() - begin;
}

async function sizeOf(port: number, path: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  if (!response.ok) throw new Error(`Expected ${path} to be answered, got ${response.status}.`);
  return (await response.arrayBuffer()).byteLength;
}
