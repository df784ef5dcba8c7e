import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Worker } from 'node:worker_threads';
import { Controller, Get, Logger } from '@nestjs/common';
import {
  boundedBy,
  defineCounter,
  defineGauge,
  defineHistogram,
  MetricsServer,
  MetricStore,
  PrometheusModule,
  type PrometheusOptions,
} from 'nestjs-prometheus-exporter';
import { Counter, Gauge, Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LifeSocket } from '../../lib/host/life-socket.js';
import { type Exposition, readExposition } from '../support/exposition.js';
import { freePortsInARow } from '../support/free-ports.js';
import { ADAPTERS, MetricsApp } from '../support/metrics-app.js';
import { waitUntil } from '../support/wait-until.js';

const BARKS = defineCounter({ name: 'barks_total', help: 'Barks.', labels: { dog: boundedBy('the test') } });
const WALKS = defineHistogram({
  name: 'walk_duration_seconds',
  help: 'Walks.',
  unit: 'seconds',
  buckets: [1, 2, 3],
});
const OLDEST = defineGauge({ name: 'oldest_dog_years', help: 'Age.', merge: 'max' });
const HUNGRY = defineGauge({ name: 'hungry_dogs', help: 'Dogs.', merge: 'each' });

@Controller()
class DogsController {
  @Get('dogs')
  dogs(): string {
    return 'Rex';
  }
}

describe.each(ADAPTERS)('processes with one directory, on %s', { timeout: 60_000 }, (adapter) => {
  let parent: string;
  let directory: string;
  let apps: MetricsApp[];

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'processes-'));
    directory = join(parent, 'shop');
    apps = [];
  });

  afterEach(async () => {
    await Promise.all(apps.map((app) => app.close()));
    rmSync(parent, { recursive: true, force: true });
  });

  async function start(options: PrometheusOptions = {}): Promise<MetricsApp> {
    const module = PrometheusModule.forRoot({ processes: { directory }, registry: false, ...options });
    const app = await MetricsApp.start({ adapter, imports: [module], controllers: [DogsController] });
    apps.push(app);
    return app;
  }

  async function close(app: MetricsApp): Promise<void> {
    apps = apps.filter((other) => other !== app);
    await app.close();
  }

  const storeOf = ({ app }: MetricsApp) => app.get(MetricStore);
  const processes = (exposition: Exposition) => [
    exposition.value('nestjs_metrics_processes'),
    exposition.value('nestjs_metrics_processes_unanswered'),
  ];

  it('answer for all, whichever is asked, each metric by its type and mode', async () => {
    const three = [await start(), await start(), await start()];
    for (const [i, app] of three.entries()) {
      const store = storeOf(app);
      store.counter(BARKS).known({ dog: 'Rex' }).inc(1);
      store
        .counter(BARKS)
        .known({ dog: `Bello ${i}` })
        .inc(i);
      store
        .histogram(WALKS)
        .known({})
        .observe(i + 0.5);
      store
        .gauge(OLDEST)
        .known({})
        .set(10 + i);
      store.gauge(HUNGRY).known({}).set(i);
      for (let requests = 0; requests <= i; requests += 1) await app.send('/dogs');
    }
    for (const app of three) {
      const exposition = await app.scrape();
      expect(processes(exposition)).toEqual([3, 0]);
      expect(exposition.value('barks_total', { dog: 'Rex' })).toBe(3);
      expect(exposition.value('barks_total', { dog: 'Bello 2' })).toBe(2);
      expect(exposition.value('walk_duration_seconds_bucket', { le: '1' })).toBe(1);
      expect(exposition.value('walk_duration_seconds_count')).toBe(3);
      expect(exposition.value('oldest_dog_years')).toBe(12);
      expect([0, 1, 2].map((slot) => exposition.value('hungry_dogs', { process: String(slot) }))).toEqual([0, 1, 2]);
      expect(exposition.series('process_start_time_seconds')).toHaveLength(3);
      expect(exposition.series('nestjs_metrics_info')).toHaveLength(1);
      expect(exposition.sum('nestjs_http_requests_total', { route: '/dogs' })).toBe(6);
      expect(exposition.sum('nestjs_metrics_errors_total')).toBe(0);
    }
  });

  it('answer also when a client asks for what is no name, and long', async () => {
    const [first] = [await start(), await start()];
    const names = [
      'barks_total',
      'nestjs_metrics_processes',
      'nestjs_metrics_processes_unanswered',
      'für ü€',
      '\u0001'.repeat(4000),
    ];
    const query = names.map((name) => `name[]=${encodeURIComponent(name)}`).join('&');
    const { bytes } = await first.send(`/metrics?${query}`);
    expect(processes(readExposition(bytes, 'text'))).toEqual([2, 0]);
  });

  it('answer a scraper whose time is no whole number of milliseconds', async () => {
    const [first] = [await start(), await start()];
    const { bytes } = await first.send('/metrics', {
      headers: { 'X-Prometheus-Scrape-Timeout-Seconds': '3.1234567' },
    });
    expect(processes(readExposition(bytes, 'text'))).toEqual([2, 0]);
  });

  it('keep what those have counted that ended, and leave a small directory', async () => {
    const stays = await start();
    storeOf(stays).counter(BARKS).known({ dog: 'Rex' }).inc(1);
    for (let times = 1; times <= 5; times += 1) {
      const goes = await start();
      storeOf(goes).counter(BARKS).known({ dog: 'Rex' }).inc(10);
      storeOf(goes).gauge(OLDEST).known({}).set(99);
      expect((await goes.scrape()).value('barks_total', { dog: 'Rex' })).toBe(1 + 10 * times);
      await close(goes);
      const exposition = await stays.scrape();
      expect(exposition.value('barks_total', { dog: 'Rex' })).toBe(1 + 10 * times);
      expect(exposition.value('oldest_dog_years')).toBeUndefined();
      expect(processes(exposition)).toEqual([1, 0]);
    }
    expect(readdirSync(directory)).toHaveLength(3);
    await close(stays);
    const [file, ...others] = readdirSync(directory);
    expect(file).toMatch(/^0-\d+-[\da-f]{12}\.numbers$/);
    expect(others).toEqual([]);
    const next = await start();
    expect((await next.scrape()).value('barks_total', { dog: 'Rex' })).toBe(51);
  });

  it('take the number that became free', async () => {
    const two = [await start(), await start()];
    await close(two[0]!);
    const third = await start();
    const numbers = (await third.scrape()).series('process_start_time_seconds').map(({ labels }) => labels['process']);
    expect(new Set(numbers)).toEqual(new Set(['0', '1']));
  });

  it('take different numbers when they start together', async () => {
    await Promise.all(Array.from({ length: 6 }, () => start()));
    const exposition = await apps[0]!.scrape();
    const numbers = exposition.series('process_start_time_seconds').map(({ labels }) => labels['process']);
    expect(new Set(numbers).size).toBe(6);
    expect(processes(exposition)).toEqual([6, 0]);
  });

  it('add up metrics of prom-client by their aggregator, and keep their counters', async () => {
    const registries = [new Registry(), new Registry()];
    const two = await Promise.all(registries.map((registry) => start({ registry: registry as never })));
    for (const [i, registry] of registries.entries()) {
      new Counter({ name: 'purrs_total', help: 'Purrs.', registers: [registry] }).inc(i + 1);
      new Gauge({ name: 'cats', help: 'Cats.', registers: [registry], aggregator: 'max' }).set(i + 1);
    }
    for (const app of two) {
      const exposition = await app.scrape();
      expect([exposition.value('purrs_total'), exposition.value('cats')]).toEqual([3, 2]);
    }
    await close(two[1]!);
    const exposition = await two[0]!.scrape();
    expect([exposition.value('purrs_total'), exposition.value('cats')]).toEqual([3, 1]);
  });

  it('share a port: one answers for all, and another one takes it when that one ends', async () => {
    const port = await freePortsInARow(1);
    const two = [await start({ server: { port } }), await start({ server: { port } })];
    const [first, second] = two.map(({ app }) => app.get(MetricsServer));
    expect([first?.port, second?.port]).toEqual([port, undefined]);
    storeOf(two[0]!).counter(BARKS).known({ dog: 'Rex' }).inc(2);
    storeOf(two[1]!).counter(BARKS).known({ dog: 'Rex' }).inc(3);
    await close(two[0]!);
    const closedAt = performance.now();
    await waitUntil('the other one has the port', () => second?.port === port);
    // A second where the machine has time: it is tried four times a second.
    expect(performance.now() - closedAt).toBeLessThan(3000);
    const exposition = await two[1]!.scrape();
    expect(exposition.value('barks_total', { dog: 'Rex' })).toBe(5);
    expect(exposition.sum('nestjs_metrics_errors_total')).toBe(0);
  });

  it('do not take a process of another directory for one that answers for them', async () => {
    const port = await freePortsInARow(1);
    await start({ server: { port } });
    const said: string[] = [];
    const log = vi.spyOn(Logger.prototype, 'error').mockImplementation((text: string) => void said.push(text));
    const other = await start({ server: { port }, processes: { directory: join(parent, 'kennel') } });
    log.mockRestore();
    expect(other.app.get(MetricsServer).port).toBeUndefined();
    expect(said.join('\n')).toContain('another process holds the port (EADDRINUSE)');
  });

  it('go on with their numbers when their thread is replaced', async () => {
    const two = [await start(), await start()];
    const gone = await start();
    storeOf(gone).counter(BARKS).known({ dog: 'Rex' }).inc(100);
    await close(gone);
    for (const app of two) storeOf(app).counter(BARKS).known({ dog: 'Rex' }).inc(1);
    expect((await two[0]!.scrape()).value('barks_total', { dog: 'Rex' })).toBe(102);
    for (const app of two) {
      const { thread } = app.app.get(MetricsServer);
      const worker = Reflect.get(thread!, 'worker') as Worker;
      const ended = once(worker, 'exit');
      await worker.terminate();
      await ended;
      const exposition = await waitUntil('all of them answer again', async () => {
        const scraped = await app.scrape();
        return processes(scraped).join(' ') === '2 0' && scraped;
      });
      expect(exposition && exposition.value('barks_total', { dog: 'Rex' })).toBe(102);
    }
  });

  describe('and something else in it', () => {
    /** A process that lives, and has this file of numbers. */
    async function stranger(content: string | Buffer): Promise<{ readonly close: () => Promise<void> }> {
      const life = await LifeSocket.open(join(directory, 'aaaaaaaaaaaa.life'));
      writeFileSync(join(directory, '7-1-aaaaaaaaaaaa.numbers'), content);
      return life;
    }

    /** A socket that treats its connections like this. */
    async function listener(answer: Parameters<typeof createServer>[1] & object): Promise<Server> {
      const server = createServer(answer).listen(join(directory, 'aaaaaaaaaaaa.sock'));
      await once(server, 'listening');
      return server;
    }

    const numbersFile = () =>
      join(
        directory,
        readdirSync(directory).find((name) => name.endsWith('.numbers'))!,
      );

    it.each([
      { what: 'nothing', of: () => '', counts: [1, 0], stays: false },
      { what: 'garbage', of: () => 'x'.repeat(5000), counts: [2, 1], stays: false },
      {
        what: 'numbers of a later version',
        of: (own: Buffer) => own.toString('latin1').replace('"format":1', '"format":2'),
        counts: [2, 1],
        stays: true,
      },
    ])('leave a process with $what alone while it lives', async ({ of, counts, stays }) => {
      const app = await start();
      storeOf(app).counter(BARKS).known({ dog: 'Rex' }).inc(3);
      await app.scrape();
      const life = await stranger(Buffer.from(of(readFileSync(numbersFile())), 'latin1'));
      const exposition = await app.scrape();
      expect(exposition.value('barks_total', { dog: 'Rex' })).toBe(3);
      expect(processes(exposition)).toEqual(counts);
      await life.close();
      const afterwards = await app.scrape();
      expect(processes(afterwards)).toEqual([1, 0]);
      expect(afterwards.value('barks_total', { dog: 'Rex' })).toBe(3);
      expect(readdirSync(directory).includes('7-1-aaaaaaaaaaaa.numbers')).toBe(stays);
    });

    it.each([
      { what: 'says nothing', answer: () => undefined },
      { what: 'sends garbage', answer: (socket: { end(text: string): void }) => socket.end('garbage\r\n\r\n') },
      {
        what: 'stops in the middle of its answer',
        answer: (socket: { write(text: string): void }) =>
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc'),
      },
      {
        what: 'answers with other bytes',
        answer: (socket: { end(text: string): void }) =>
          socket.end('HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n0123456789abcdef'),
      },
    ])('use the last known numbers of a process that $what', async ({ answer }) => {
      const app = await start({ limits: { scrapeTimeoutSeconds: 2 } });
      storeOf(app).counter(BARKS).known({ dog: 'Rex' }).inc(3);
      await app.scrape();
      const other = readFileSync(numbersFile()).toString('latin1');
      const id = /[\da-f]{12}/.exec(readdirSync(directory).find((name) => name.endsWith('.sock'))!)![0];
      const life = await stranger(Buffer.from(other.replaceAll(id, 'aaaaaaaaaaaa'), 'latin1'));
      const server = await listener(answer);
      const exposition = await app.scrape();
      expect(exposition.value('barks_total', { dog: 'Rex' })).toBe(6);
      expect(processes(exposition)).toEqual([2, 1]);
      expect(exposition.sum('nestjs_metrics_errors_total')).toBe(0);
      server.close();
      await life.close();
      expect((await app.scrape()).value('barks_total', { dog: 'Rex' })).toBe(6);
    });

    it('leave files with other names alone', async () => {
      mkdirSync(directory, { mode: 0o700 });
      writeFileSync(join(directory, 'README'), 'mine');
      const app = await start();
      await close(app);
      expect(readFileSync(join(directory, 'README'), 'utf8')).toBe('mine');
    });
  });

  describe('do not start', () => {
    const failure = (options: PrometheusOptions) =>
      start(options).then(
        () => undefined,
        (error: Error) => error,
      );

    it('in a directory with numbers of another application', async () => {
      await start({ processes: { directory, name: 'kennel' } });
      const error = await failure({ processes: { directory, name: 'shop' } });
      expect(error?.message).toContain('Expected `processes.directory` to be a directory of the application shop, got');
      expect(error?.message).toContain('which has numbers of kennel: give each application a directory of its own');
      // What has not started is gone.
      expect(processes(await apps[0]!.scrape())).toEqual([1, 0]);
      expect(readdirSync(directory)).toHaveLength(3);
    });

    it('in a directory that others may write', async () => {
      mkdirSync(directory);
      chmodSync(directory, 0o777);
      const error = await failure({});
      expect(error?.message).toContain(
        'The options of PrometheusModule are not valid.\n  - Expected `processes.directory`',
      );
      expect(error?.message).toContain('with mode 0777');
    });

    it('with a path that is too long for a socket', async () => {
      const error = await failure({ processes: { directory: join(parent, 'x'.repeat(100)) } });
      expect(error?.message).toContain('because the path of a Unix socket in it is limited');
    });

    it('beside a range of ports, with which they would be counted several times', async () => {
      const error = await failure({ server: { ports: [30_000, 30_010] } });
      expect(error?.message).toContain('Expected `server.port` beside `processes`, got `server.ports`');
    });

    it('beside a default label of the name that tells them apart', async () => {
      const error = await failure({ defaultLabels: { process: 'mine' } });
      expect(error?.message).toContain('Expected `defaultLabels` to be without `process` beside `processes`');
    });

    it.each([
      [{ directory: '' }, 'the path of a directory'],
      [{}, 'an object with directory'],
      ['/run/shop', 'an object with directory'],
      [{ directory: '/run/shop', name: '' }, 'the name of the application'],
    ])('with %j', async (given, expected) => {
      const error = await failure({ processes: given as never });
      expect(error?.message).toContain(expected);
    });
  });
});
