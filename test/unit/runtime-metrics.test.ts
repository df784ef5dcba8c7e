import { open } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMetrics } from '../../lib/expose/formats/openmetrics.js';
import { TEXT } from '../../lib/expose/formats/text.js';
import { type Scraper } from '../../lib/expose/scraper.js';
import { MetricStore } from '../../lib/metrics/store.js';
import { EventLoopWindow, RESOLUTION_MS } from '../../lib/runtime/event-loop-window.js';
import { softLimit, statusNumber } from '../../lib/runtime/proc-status.js';
import { RuntimeMetrics } from '../../lib/runtime/runtime-metrics.js';
import { type Exposition, readExposition } from '../support/exposition.js';
import { collectGarbage } from '../support/garbage.js';
import { checkMetrics } from '../support/promtool.js';
import { scraperOf } from '../support/scraper.js';
import { waitUntil } from '../support/wait-until.js';

const isLinux = process.platform === 'linux';

/** An application that has its runtime metrics on. */
class Application {
  readonly runtime: RuntimeMetrics;
  readonly failures: unknown[] = [];
  private readonly scraper: Scraper;

  constructor() {
    const store = new MetricStore();
    this.runtime = new RuntimeMetrics(store);
    this.scraper = scraperOf(store, [{ collectors: () => [this.runtime] }], {
      failed: (error) => this.failures.push(error),
    });
  }

  async page(format = TEXT): Promise<string> {
    const scrape = await this.scraper.scrape(5);
    return Buffer.concat(await scrape.as(format)).toString();
  }

  async scrape(): Promise<Exposition> {
    return readExposition(await this.page(), 'text');
  }
}

/** What a dashboard relies on. */
function shapeOf({ families }: Exposition, name: string): unknown {
  const family = families.get(name);
  return { name, type: family?.type, labels: Object.keys(family?.samples[0]?.labels ?? {}).toSorted() };
}

/** Keeps the event loop from turning. */
function block(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

/** Uses up CPU time, however much of it others want. */
function burn(milliseconds: number): void {
  const before = process.cpuUsage();
  for (
    let used = process.cpuUsage(before);
    used.user + used.system < milliseconds * 1000;
    used = process.cpuUsage(before)
  );
}

/** How many timers of JavaScript keep this process alive. */
function referencedTimers(): number {
  return process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length;
}

/** How many timers of libuv run, those that keep nothing alive included: Node's histograms have one each. */
function activeNativeTimers(): number {
  const { libuv } = JSON.parse(JSON.stringify(process.report.getReport())) as {
    readonly libuv: readonly { readonly type: string; readonly is_active: boolean }[];
  };
  return libuv.filter(({ type, is_active }) => type === 'timer' && is_active).length;
}

/** Node has read the delay of the event loop so many times; who began to read before has as many at least. */
async function readings(count: number): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  await waitUntil('the delay was read', () => delay.count >= count);
  delay.disable();
}

describe('runtime metrics', () => {
  let application: Application;

  beforeEach(() => {
    application = new Application();
    application.runtime.start();
  });

  afterEach(() => application.runtime.stop());

  it('satisfies promtool and a strict reader', async () => {
    await readings(1);
    expect(await checkMetrics(await application.page())).toBe('');
    const page = await application.page(openMetrics('underscores'));
    expect(readExposition(page, 'openmetrics').seriesCount).toBeGreaterThan(60);
  });

  it.runIf(isLinux)('has the names and labels of prom-client, but for those that break the rules', async () => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    await registry.metrics();
    await readings(1);
    const theirs = readExposition(await registry.metrics(), 'text');
    const ours = await application.scrape();
    const missing = [...theirs.families.keys()].filter((name) => !ours.families.has(name));
    expect(missing).toEqual([
      'nodejs_active_resources_total',
      'nodejs_active_handles',
      'nodejs_active_handles_total',
      'nodejs_active_requests',
      'nodejs_active_requests_total',
    ]);
    const shared = [...theirs.families.values()].filter(({ name, samples }) => ours.families.has(name) && samples[0]);
    expect(shared.map(({ name }) => shapeOf(ours, name))).toEqual(shared.map(({ name }) => shapeOf(theirs, name)));
    expect(shared.length).toBeGreaterThan(20);
    registry.clear();
  });

  it('counts the CPU time of the process from its start', async () => {
    burn(100);
    const exposition = await application.scrape();
    const used = process.cpuUsage();
    const user = exposition.value('process_cpu_user_seconds_total') ?? NaN;
    const system = exposition.value('process_cpu_system_seconds_total') ?? NaN;
    expect(user).toBeGreaterThan(0);
    expect(user).toBeLessThanOrEqual(used.user / 1e6);
    expect(exposition.value('process_cpu_seconds_total')).toBeCloseTo(user + system, 6);
    burn(100);
    expect((await application.scrape()).value('process_cpu_seconds_total')).toBeGreaterThan(user + system + 0.09);
  });

  it('knows when the process started, which Node it runs on and what its heap consists of', async () => {
    const exposition = await application.scrape();
    const started = Date.now() / 1000 - process.uptime();
    expect(exposition.value('process_start_time_seconds')).toBeCloseTo(started, 0);
    const [, major, minor, patch] = /^v(\d+)\.(\d+)\.(\d+)/.exec(process.version) ?? [];
    const labels = { version: process.version, major: major ?? '', minor: minor ?? '', patch: patch ?? '' };
    expect(exposition.value('nodejs_version_info', labels)).toBe(1);
    expect(exposition.series('nodejs_version_info')).toHaveLength(1);
    expect(exposition.value('nodejs_heap_space_size_used_bytes', { space: 'old' })).toBeGreaterThan(1e6);
    expect(exposition.sum('nodejs_heap_space_size_total_bytes')).toBeGreaterThan(1e6);
    expect(exposition.value('nodejs_heap_size_used_bytes')).toBeLessThanOrEqual(
      exposition.value('nodejs_heap_size_total_bytes') ?? 0,
    );
    expect(exposition.value('nodejs_external_memory_bytes')).toBeGreaterThan(0);
  });

  it('has no series that stand for nothing', async () => {
    await readings(1);
    expect(
      [...(await application.scrape())].filter(({ labels }) => Object.values(labels).includes('_overflow')),
    ).toEqual([]);
  });

  it.runIf(isLinux)('reads from the operating system what the process has and may have', async () => {
    const before = await application.scrape();
    const files = await Promise.all(Array.from({ length: 20 }, () => open('/dev/null')));
    const after = await application.scrape();
    await Promise.all(files.map((file) => file.close()));
    const opened = (after.value('process_open_fds') ?? NaN) - (before.value('process_open_fds') ?? NaN);
    expect(opened).toBeGreaterThanOrEqual(18);
    expect(opened).toBeLessThanOrEqual(22);
    expect(after.value('process_max_fds')).toBeGreaterThan(20);
    expect(after.value('process_threads')).toBeGreaterThan(4);
    const resident = after.value('process_resident_memory_bytes') ?? NaN;
    expect(resident / process.memoryUsage.rss()).toBeCloseTo(1, 0);
    expect(after.value('process_virtual_memory_bytes')).toBeGreaterThan(resident);
    expect(after.value('process_heap_bytes')).toBeGreaterThan(1e6);
  });

  it('counts active resources by kind, and says 0 of a kind that is gone', async () => {
    const type = 'TCPServerWrap';
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    expect((await application.scrape()).value('nodejs_active_resources', { type })).toBeGreaterThanOrEqual(1);
    server.close();
    await once(server, 'close');
    // Node counts a server for a moment longer than it listens.
    await waitUntil('it is gone', async () => {
      return (await application.scrape()).value('nodejs_active_resources', { type }) === 0;
    });
  });

  it('sees how long the event loop was stuck, and two scrapers see the same', async () => {
    await readings(2);
    block(400);
    await readings(1);
    const first = await application.scrape();
    const second = await application.scrape();
    const stuck = first.value('nodejs_eventloop_lag_max_seconds') ?? NaN;
    expect(stuck).toBeGreaterThan(0.25);
    expect(stuck).toBeLessThan(2);
    expect(second.value('nodejs_eventloop_lag_max_seconds')).toBe(stuck);
    expect(first.value('nodejs_eventloop_lag_p50_seconds')).toBeLessThan(0.1);
    expect(first.value('nodejs_eventloop_lag_min_seconds')).toBeLessThan(0.05);
    expect(first.value('nodejs_eventloop_lag_mean_seconds')).toBeGreaterThan(0);
    expect(first.value('nodejs_eventloop_lag_stddev_seconds')).toBeGreaterThan(0);
    expect(first.value('nodejs_eventloop_lag_seconds')).toBeGreaterThan(0);
  });

  it('measures how busy the event loop is', async () => {
    await application.scrape();
    const before = await application.scrape();
    block(200);
    const blocked = performance.eventLoopUtilization();
    await waitUntil('it was idle', () => performance.eventLoopUtilization(blocked).idle > 150);
    const after = await application.scrape();
    const grown = (state: string) =>
      after.sum('nodejs_eventloop_time_seconds_total', { state }) -
      before.sum('nodejs_eventloop_time_seconds_total', { state });
    expect(grown('active')).toBeGreaterThan(0.15);
    expect(grown('idle')).toBeGreaterThan(0.1);
    const ratio = after.value('nodejs_eventloop_utilization_ratio') ?? NaN;
    expect(ratio).toBeGreaterThan(0.1);
    expect(ratio).toBeLessThan(1);
  });

  it('has no fault of its own', async () => {
    await application.page();
    expect(application.failures).toEqual([]);
  });

  it('leaves the delays out until there is one', async () => {
    const exposition = await application.scrape();
    expect(exposition.series('nodejs_eventloop_lag_max_seconds')).toEqual([]);
    expect(exposition.series('nodejs_eventloop_lag_seconds')).toHaveLength(1);
  });

  it('notes the turns of the event loop without being scraped', async () => {
    const name = 'nodejs_eventloop_last_turn_timestamp_seconds';
    const first = (await application.scrape()).value(name) ?? NaN;
    expect(Math.abs(first - Date.now() / 1000)).toBeLessThan(1.5);
    await waitUntil('the loop has turned', async () => ((await application.scrape()).value(name) ?? NaN) > first);
  });

  it('observes every garbage collection', async () => {
    for (let i = 0; i < 5; i += 1) collectGarbage();
    const major = { kind: 'major' };
    await waitUntil(
      'they are counted',
      async () => (await application.scrape()).sum('nodejs_gc_duration_seconds_count', major) >= 5,
    );
    const exposition = await application.scrape();
    expect(exposition.sum('nodejs_gc_duration_seconds_sum', major)).toBeGreaterThan(0);
    expect(exposition.series('nodejs_gc_duration_seconds_count')).toHaveLength(4);
  });

  it('keeps no process alive and leaves nothing behind, started twice or not at all', async () => {
    application.runtime.stop();
    const before = { referenced: referencedTimers(), native: activeNativeTimers() };
    const other = new Application();
    other.runtime.stop();
    other.runtime.start();
    other.runtime.start();
    expect(referencedTimers()).toBe(before.referenced);
    expect(activeNativeTimers()).toBe(before.native + 2);
    other.runtime.stop();
    other.runtime.stop();
    expect(activeNativeTimers()).toBe(before.native);

    const stopped = await other.scrape();
    const running = new Application();
    running.runtime.start();
    const started = await running.scrape();
    collectGarbage();
    for (const name of ['nodejs_eventloop_last_turn_timestamp_seconds', 'nodejs_gc_duration_seconds_count']) {
      await waitUntil(
        'one that runs has seen more',
        async () => (await running.scrape()).sum(name) > started.sum(name),
      );
      expect((await other.scrape()).sum(name)).toBe(stopped.sum(name));
    }
    running.runtime.stop();
  });

  it('starts again after it was stopped', async () => {
    application.runtime.stop();
    block(600);
    application.runtime.start();
    await readings(1);
    expect((await application.scrape()).value('nodejs_eventloop_lag_max_seconds')).toBeLessThan(0.4);
  });

  it('keeps the metrics of two applications apart', async () => {
    const other = new Application();
    other.runtime.start();
    await readings(1);
    application.runtime.stop();
    const exposition = await other.scrape();
    expect(exposition.series('nodejs_eventloop_lag_max_seconds')).toHaveLength(1);
    expect(exposition.value('process_cpu_seconds_total')).toBeGreaterThan(0);
    other.runtime.stop();
  });

  it.runIf(isLinux)('leaves out what it was not told in time', async () => {
    const store = new MetricStore();
    const runtime = new RuntimeMetrics(store);
    const late = new AbortController();
    const collecting = runtime.collect(late.signal);
    late.abort();
    await collecting;
    const page = Buffer.concat(await (await scraperOf(store).scrape(1)).as(TEXT)).toString();
    const exposition = readExposition(page, 'text');
    expect(exposition.series('process_resident_memory_bytes')).toEqual([]);
    expect(exposition.series('process_cpu_seconds_total')).toHaveLength(1);
  });
});

describe('the window over the event loop', () => {
  it('shows a delay for one turnover at least and two at most, and misses none in between', async () => {
    const window = new EventLoopWindow(RESOLUTION_MS);
    window.start();
    const stuck = () => window.delays()?.maxSeconds ?? NaN;
    const turnOver = async () => {
      await readings(1);
      window.tick();
    };
    await readings(1);
    block(600);
    await turnOver();
    expect(stuck()).toBeGreaterThan(0.4);
    await turnOver();
    expect(stuck()).toBeLessThan(0.4);
    block(600);
    await readings(1);
    expect(stuck()).toBeGreaterThan(0.4);
    window.stop();
  });
});

describe('the files of /proc', () => {
  const status = 'Name:\tnode\nVmPeak:\t  9 kB\nVmRSS:\t    1704 kB\nThreads:\t11\n';
  const limits =
    'Max open files            20000                40000                files\nMax address space         unlimited            unlimited            bytes\n';

  it('gives numbers, and nothing where there is none', () => {
    expect(statusNumber(status, 'VmRSS')).toBe(1704);
    expect(statusNumber(status, 'Threads')).toBe(11);
    expect(statusNumber(status, 'VmSize')).toBeUndefined();
    expect(statusNumber(undefined, 'VmSize')).toBeUndefined();
    expect(softLimit(limits, 'Max open files')).toBe(20_000);
    expect(softLimit(limits, 'Max address space')).toBeUndefined();
    expect(softLimit(undefined, 'Max open files')).toBeUndefined();
  });
});
