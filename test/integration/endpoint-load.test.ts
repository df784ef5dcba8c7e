import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  boundedBy,
  defineCounter,
  defineHistogram,
  MetricStore,
  PrometheusModule,
  type PrometheusOptions,
} from 'nestjs-prometheus-exporter';
import { Gauge, Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { engineOf } from '../../lib/metrics/store.js';
import { storeText } from '../../lib/testing/store-text.js';
import { doorsOf, OWN_PORT, ROUTES } from '../support/doors.js';
import { delta, type Exposition, readExposition } from '../support/exposition.js';
import { abortAfter } from '../support/http-client.js';
import { ADAPTERS, MetricsApp, PROMETHEUS_ACCEPT } from '../support/metrics-app.js';
import { requestText, sendUnread } from '../support/raw-socket.js';
import { waitUntil } from '../support/wait-until.js';
import { whilePending } from '../support/while-pending.js';

const BARKS = defineCounter({ name: 'barks_total', help: 'Barks.', labels: { dog: boundedBy('the test') } });
const WALKS = defineHistogram({
  name: 'walk_duration_seconds',
  help: 'Walks.',
  unit: 'seconds',
  labels: { dog: boundedBy('the test') },
  buckets: [1, 2, 3, 4, 5, 6, 7, 8],
});

/** A metric of prom-client whose `collect` waits until it is told to go on. */
function gate(registry: Registry, name = 'hanging'): { readonly open: () => void; readonly entered: () => number } {
  const waiting: (() => void)[] = [];
  let entered = 0;
  const gauge = new Gauge({
    name,
    help: 'Hangs.',
    registers: [registry],
    collect: async () => {
      entered += 1;
      await new Promise<void>((resolve) => waiting.push(resolve));
      gauge.set(entered);
    },
  });
  return { open: () => waiting.splice(0).forEach((open) => open()), entered: () => entered };
}

function exceptScrapes(exposition: Exposition): number {
  return (
    exposition.sum('nestjs_metrics_errors_total') - exposition.sum('nestjs_metrics_errors_total', { part: 'collector' })
  );
}

function throwSecret(): never {
  throw new Error('a secret');
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}

const NOT_SECONDS = ['', 'ten', '-1', '0', 'NaN', 'Infinity', '1e999', '0x', '1,1', '5s', '\u00e4'];

describe.each(ADAPTERS)('the endpoint on %s', { timeout: 30_000 }, (adapter) => {
  let metricsApp: MetricsApp;
  let registry: Registry;

  async function start(options: PrometheusOptions = {}, isOwnPort = false): Promise<void> {
    registry = new Registry();
    const module = PrometheusModule.forRoot({ registry: registry as never, ...options });
    metricsApp = await MetricsApp.start({ adapter, imports: [module], isOwnPort });
  }

  function fill(dogs: number): void {
    const walks = metricsApp.app.get(MetricStore).histogram(WALKS);
    for (let dog = 0; dog < dogs; dog += 1) walks.known({ dog: `dog number ${dog}` }).observe(dog % 10);
  }

  /** What the application counts, read without a place and without collectors. */
  async function inside(): Promise<Exposition> {
    return readExposition(await storeText(metricsApp.app.get(MetricStore)), 'text');
  }

  afterEach(() => metricsApp.close());

  describe.each(doorsOf(adapter))('at $door', ({ door, options, isOwnPort }) => {
    it('refuses what exceeds concurrentScrapes, says when to come again, and counts it', async () => {
      // One of the three is for other addresses.
      await start({ ...options, limits: { concurrentScrapes: 3 } }, isOwnPort);
      const hanging = gate(registry);
      const first = [metricsApp.send('/metrics'), metricsApp.send('/metrics')];
      await waitUntil('both are under way', async () => (await metricsApp.send('/metrics')).status === 503);
      // A thread may not have asked for the collectors yet.
      await waitUntil('the collector waits', () => hanging.entered() === 1);
      const refused = await metricsApp.send('/metrics', { headers: { 'accept-encoding': 'gzip' } });
      expect(refused).toMatchObject({
        status: 503,
        body: 'Too many scrapes at once.\n',
        headers: {
          'retry-after': '1',
          'content-type': 'text/plain; charset=utf-8',
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
        },
      });
      hanging.open();
      const answers = await Promise.all(first);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(hanging.entered()).toBe(1);
      await waitUntil('the refused ones are counted', async () => {
        return (await inside()).sum('nestjs_metrics_scrapes_rejected_total', { reason: 'busy' }) >= 2;
      });
      // The client can have its answer before the server knows that all of it was sent.
      const again = waitUntil('a place is free again', async () => {
        const answer = await metricsApp.send('/metrics');
        if (answer.status !== 200) throw new Error(`The scrape was refused with ${answer.status}.`);
        return answer;
      });
      await waitUntil('it is under way', () => hanging.entered() === 2);
      hanging.open();
      const exposition = readExposition((await again).bytes, 'text');
      expect(exposition.sum('nestjs_metrics_scrapes_rejected_total', { reason: 'busy' })).toBeGreaterThanOrEqual(2);
      expect(exposition.value('hanging')).toBe(2);
      expect(exceptScrapes(exposition)).toBe(0);
    });

    it('answers within the deadline of its options without a collector that hangs', async () => {
      await start({ ...options, limits: { scrapeTimeoutSeconds: 0.3 } }, isOwnPort);
      gate(registry);
      const started = performance.now();
      const exposition = await metricsApp.scrape();
      expect(performance.now() - started).toBeGreaterThan(250);
      expect(performance.now() - started).toBeLessThan(5000);
      expect(exposition.value('nestjs_metrics_collector_success', { collector: 'hanging' })).toBe(0);
      expect(exposition.value('hanging')).toBeUndefined();
      expect(exposition.value('nestjs_metrics_scrapes_rejected_total', { reason: 'busy' })).toBe(0);
    });

    it('answers before the deadline that Prometheus announces', async () => {
      await start({ ...options, limits: { scrapeTimeoutSeconds: 3600 } }, isOwnPort);
      gate(registry);
      for (const timeout of ['0.75', '1e-1', ' 0.5 ', '0.000001']) {
        const headers = { 'x-prometheus-scrape-timeout-seconds': timeout };
        const answer = await metricsApp.send('/metrics', { headers });
        expect(
          readExposition(answer.bytes, 'text').value('nestjs_metrics_collector_success', { collector: 'hanging' }),
        ).toBe(0);
      }
    });

    // The header is read by the same code at every door.
    it.each(door === ROUTES[0]?.door ? NOT_SECONDS : ['ten'])(
      'takes its own deadline when Prometheus announces %j',
      async (timeout) => {
        await start({ ...options, limits: { scrapeTimeoutSeconds: 0.1 } }, isOwnPort);
        gate(registry);
        const answer = await metricsApp.send('/metrics', {
          headers: { 'x-prometheus-scrape-timeout-seconds': timeout },
        });
        expect(answer.status).toBe(200);
        const exposition = readExposition(answer.bytes, 'text');
        expect(exposition.value('nestjs_metrics_collector_success', { collector: 'hanging' })).toBe(0);
        expect(exceptScrapes(exposition)).toBe(0);
      },
    );

    it('goes on when clients leave in the middle', async () => {
      await start({ ...options, limits: { concurrentScrapes: 1 } }, isOwnPort);
      fill(5000);
      for (const how of ['close', 'reset'] as const) {
        for (const encoding of ['identity', 'gzip']) {
          const headers = { 'accept-encoding': encoding };
          await abortAfter(metricsApp.metricsPort, 'first body byte', { path: '/metrics', headers }, { how });
          await abortAfter(metricsApp.metricsPort, 'request sent', { path: '/metrics', headers }, { how });
        }
      }
      const exposition = await waitUntil('its place is free', async () => {
        const answer = await metricsApp.send('/metrics');
        return answer.status === 200 && readExposition(answer.bytes, 'text');
      });
      expect(exposition && exceptScrapes(exposition)).toBe(0);
    });
  });

  it.each([
    { encoding: 'identity', door: ROUTES[0]! },
    { encoding: 'gzip', door: ROUTES[0]! },
    { encoding: 'identity', door: OWN_PORT },
  ])('cuts off at the deadline who never reads: $encoding at $door.door', async ({ encoding, door }) => {
    const { options, isOwnPort } = door;
    await start({ ...options, limits: { concurrentScrapes: 1, scrapeTimeoutSeconds: 2 } }, isOwnPort);
    const barks = metricsApp.app.get(MetricStore).counter(BARKS);
    // More than the system takes off our hands, compressed too.
    for (let mebibytes = 0; mebibytes < 24; mebibytes += 1) {
      for (let dog = 0; dog < 4096; dog += 1) barks.known({ dog: randomBytes(190).toString('base64url') });
    }
    const request = requestText({ path: '/metrics', headers: { 'accept-encoding': encoding } });
    const socket = sendUnread(metricsApp.metricsPort, request);
    const refused = () => metricsApp.send('/metrics', { method: 'HEAD' });
    await waitUntil('its place is taken', async () => (await refused()).status === 503, { intervalMs: 1 });
    await waitUntil('its place is free', async () => (await refused()).status === 200);
    socket.resume();
    if (!socket.closed) await once(socket, 'close');
    expect(socket.bytesRead).toBeGreaterThan(0);
  });

  it('says no more than that it failed when our code throws, and the application goes on', async () => {
    await start();
    const engine = engineOf(metricsApp.app.get(MetricStore));
    Object.defineProperty(engine, 'families', { configurable: true, get: throwSecret });
    for (const headers of [{}, { 'accept-encoding': 'gzip' }, { accept: PROMETHEUS_ACCEPT }]) {
      expect(await metricsApp.send('/metrics', { headers })).toMatchObject({
        status: 500,
        headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
        body: 'The metrics could not be written; the log of the application says why.\n',
      });
    }
    expect((await metricsApp.send('/dogs')).status).toBe(404);
    Reflect.deleteProperty(engine, 'families');
    const exposition = await metricsApp.scrape();
    expect(exposition.value('nestjs_metrics_errors_total', { part: 'exposition' })).toBe(3);
  });

  it('leaves no timer behind when it has answered', async () => {
    await start({ limits: { scrapeTimeoutSeconds: 3600 }, runtimeMetrics: false });
    await metricsApp.scrape();
    const before = timers();
    for (let i = 0; i < 20; i += 1) await metricsApp.send('/metrics', { headers: { 'accept-encoding': 'gzip' } });
    expect(timers()).toBeLessThan(before + 20);
  });

  it('lets the event loop turn while it writes a hundred thousand lines', async () => {
    await start();
    fill(10_000);
    const longestShares: number[] = [];
    // Collecting garbage may take long once, but not each time.
    for (let round = 0; round < 3; round += 1) {
      const turns = [performance.now()];
      const scraped = metricsApp.send('/metrics');
      await whilePending(scraped, () => turns.push(performance.now()));
      const { body } = await scraped;
      expect(body.split('\n').length).toBeGreaterThan(100_000);
      const longest = Math.max(...turns.slice(1).map((at, index) => at - (turns[index] ?? at)));
      longestShares.push(longest / ((turns.at(-1) ?? 0) - (turns[0] ?? 0)));
    }
    // Written in one go, it would be nearly all of the time in one turn, on a fast machine and on a slow one.
    expect(Math.min(...longestShares)).toBeLessThan(0.5);
  });

  it('gives numbers of one instant while the application counts', async () => {
    await start();
    const store = metricsApp.app.get(MetricStore);
    fill(2000);
    const walks = store.histogram(WALKS);
    const barks = store.counter(BARKS);
    const [first, last] = [walks.known({ dog: 'dog number 0' }), walks.known({ dog: 'dog number 1999' })];
    const before = await metricsApp.scrape();
    const dogs = ['Rex', 'Bello', 'Hasso'].map((dog) => barks.known({ dog }));
    const scrapes = Promise.all([metricsApp.scrape(), metricsApp.scrape(), metricsApp.scrape()]);
    await whilePending(scrapes, (turn) => {
      // Always together, so that they must be equal in every reading.
      for (const dog of dogs) dog.inc();
      for (const walk of [first, last]) walk.observe(turn % 10);
      barks.labels({ dog: `new ${turn % 500}` });
    });
    const after = await metricsApp.scrape();
    for (const exposition of [...(await scrapes), after]) {
      const counts = dogs.map((_, index) =>
        exposition.value('barks_total', { dog: ['Rex', 'Bello', 'Hasso'][index] ?? '' }),
      );
      expect(new Set(counts).size).toBe(1);
      const walked = (dog: string) => delta(before, exposition).value('walk_duration_seconds_count', { dog });
      expect(walked('dog number 0')).toBe(counts[0] ?? 0);
      expect(walked('dog number 1999')).toBe(counts[0] ?? 0);
    }
    expect(after.value('barks_total', { dog: 'Rex' })).toBeGreaterThan(0);
  });

  it('answers two hundred scrapes at once with at most as many readings as there are places', async () => {
    await start({ limits: { concurrentScrapes: 201 } });
    let collected = 0;
    const gauge: Gauge = new Gauge({
      name: 'collected',
      help: 'How often.',
      registers: [registry],
      collect: () => gauge.set((collected += 1)),
    });
    const answers = await Promise.all(Array.from({ length: 200 }, () => metricsApp.send('/metrics')));
    expect(answers.map(({ status }) => status).every((status) => status === 200)).toBe(true);
    for (const { bytes } of answers) readExposition(bytes, 'text');
    expect(collected).toBeLessThanOrEqual(200);
  });
});
