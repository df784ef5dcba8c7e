import { Agent } from 'node:http';
import { Controller, Get, HttpException, Inject, Param, Res } from '@nestjs/common';
import { MonitorModule, type MonitorOptions } from 'nestjs-prometheus-exporter';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Listener } from '../../lib/observe/events.js';
import { MemoryStore } from '../../lib/monitor/memory-store.js';
import { Recorder } from '../../lib/monitor/recorder.js';
import { PrometheusCore } from '../../lib/prometheus.core.js';
import { abortAfter, sendPipelined, sendRaw } from '../support/http-client.js';
import { Dog } from '../support/kennel-entities.js';
import { memoryDataSource } from '../support/memory-data-source.js';
import { freshState, readState, totalsOf } from '../support/monitor-client.js';
import { NestApp, type NestAppOptions, PLATFORMS } from '../support/nest-app.js';
import { waitUntil } from '../support/wait-until.js';

const HOSTILE = '<img/src=x/onerror=alert`1`>"\'';

@Controller()
class KennelController {
  @Get('dogs')
  list(): readonly string[] {
    return ['Rex'];
  }

  @Get('dogs/:id')
  one(@Param('id') id: string) {
    return { id };
  }

  @Get('failing')
  failing() {
    throw new Error('failing');
  }

  @Get('status/:status')
  status(@Param('status') status: string) {
    throw new HttpException('so be it', Number(status));
  }

  @Get('never')
  never(@Res() _response: unknown) {
    // Until the client leaves.
  }

  @Get(['monitoring', 'monitor-2', 'ops/monitor'])
  alike() {
    return 'counted';
  }

  @Get(HOSTILE)
  hostile() {
    return 'harmless';
  }
}

@Controller('sql')
class SqlController {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  @Get('three')
  async three() {
    await this.dataSource.getRepository(Dog).find();
    await Promise.all([this.dataSource.query('SELECT 1'), this.dataSource.query('SELECT 2')]);
  }

  @Get('none')
  none() {
    return 'none';
  }

  @Get('fails')
  async fails() {
    await this.dataSource.query('SELEC 1');
  }
}

const QUIET = { http: { ignore: ['/metrics'] } } as const;
const SECOND = 1000;

describe.each(PLATFORMS)('what the monitor counts on %s', (platform) => {
  let app: NestApp;

  async function start(options: MonitorOptions = {}, more: NestAppOptions = {}): Promise<void> {
    app = await NestApp.start(platform, {
      controllers: [KennelController],
      metrics: QUIET,
      ...more,
      imports: [MonitorModule.forRoot(options), ...(more.imports ?? [])],
    });
  }

  /** The state after so much time by the clock of the application, which stands still otherwise. */
  async function stateAfter(seconds: number, window = '10m') {
    await app.settled();
    vi.setSystemTime(Date.now() + seconds * SECOND);
    return freshState(app, window);
  }

  /** How many requests what `act` does adds. */
  async function counted(act: () => Promise<unknown>): Promise<number> {
    const before = await totalsOf(app);
    await act();
    await app.settled();
    return (await totalsOf(app)).requests - before.requests;
  }

  const times = (count: number, act: () => Promise<unknown>) => Promise.all(Array.from({ length: count }, act));

  afterEach(async () => {
    vi.useRealTimers();
    await app.close();
  });

  describe('of requests, in all', () => {
    it('is each of them once, however it came and ended', async () => {
      await start();
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      try {
        const kinds: (readonly [number, () => Promise<unknown>])[] = [
          [3, () => times(3, () => app.send('/dogs'))],
          [2, () => times(2, () => app.send('/nowhere'))],
          [2, () => times(2, () => app.send('/failing'))],
          [1, () => app.send({ path: '/dogs', method: 'HEAD' })],
          [1, () => app.send({ path: '/dogs', method: 'POST', body: '{' })],
          [100, () => times(100, () => app.send('/dogs/1'))],
          [20, () => times(20, () => app.send({ path: '/dogs/2', agent }))],
          [
            10,
            () =>
              sendPipelined(
                app.port,
                Array.from({ length: 10 }, () => ({ path: '/dogs' })),
              ),
          ],
          [4, () => abortAll(4)],
        ];
        for (const [expected, act] of kinds) expect(await counted(act)).toBe(expected);
      } finally {
        agent.destroy();
      }
    });

    it('is nothing before there was one, and as much as the metrics say afterwards', async () => {
      await start();
      expect(await totalsOf(app)).toEqual({ requests: 0, requestMillis: 0, statements: 0, statementMillis: 0 });
      await times(30, () => app.send('/dogs'));
      await times(5, () => app.send('/status/503'));
      const metrics = await app.settled();
      const own = metrics.sum('nestjs_http_requests_total', { route: '/monitor/nagios.xml' });
      const totals = await totalsOf(app);
      expect(totals.requests).toBe(35);
      expect(metrics.sum('nestjs_http_requests_total')).toBe(totals.requests + own);
      const seconds = metrics.sum('nestjs_http_request_duration_seconds_sum');
      const ownSeconds = metrics.sum('nestjs_http_request_duration_seconds_sum', { route: '/monitor/nagios.xml' });
      expect(totals.requestMillis).toBe(Math.round((seconds - ownSeconds) * 1000));
      const { totals: same } = await freshState(app);
      expect(same.requests.count).toBe(35);
      expect(Math.round(same.requests.seconds * 1000)).toBe(totals.requestMillis);
    });

    /** Leaves so many requests once all of them are held by the application. */
    async function abortAll(count: number): Promise<void> {
      const held = waitUntil(`${count} requests are under way`, async () => {
        return (await app.scrape()).sum('nestjs_http_requests_in_flight') === count;
      });
      await times(count, () => abortAfter(app.port, held, { path: '/never' }));
    }
  });

  describe('of requests, that are left out', () => {
    it.each([
      '/monitor',
      '/monitor?window=1h',
      '/monitor/',
      '/monitor/data.json',
      '/monitor/data.json?window=hostile',
      '/monitor/page.js',
      '/monitor/page.css',
      '/monitor/nagios.xml',
      '/monitor/unknown',
      '/monitor/unknown/deeper?x=/dogs',
      '/monitor/%FF',
      '/monitor/page.html#x',
    ])('are the own ones of the monitor: %s', async (path) => {
      await start();
      expect(await counted(() => app.send(path))).toBe(0);
      expect(await counted(() => app.send({ path, method: 'HEAD' }))).toBe(0);
      expect(await counted(() => app.send({ path, method: 'POST' }))).toBe(0);
      expect(await counted(() => app.send({ path, headers: { via: 'refused' } }))).toBe(0);
    });

    it.runIf(platform === 'express')('are its own in whatever case, for Express takes them all', async () => {
      await start();
      expect((await app.send('/MONITOR/data.json')).status).toBe(200);
      for (const path of ['/MONITOR', '/Monitor/data.json', '/mOnItOr/nagios.xml?x', '/MONITOR/unknown']) {
        expect([path, await counted(() => app.send(path))]).toEqual([path, 0]);
      }
    });

    it('are its own where it is told to be', async () => {
      await start({ path: 'ops/live/' });
      const totals = () => totalsOf(app, '/ops/live');
      for (const path of ['/ops/live', '/ops/live/data.json', '/ops/live/unknown']) await app.send(path);
      await app.settled();
      expect((await totals()).requests).toBe(0);
      for (const path of ['/ops', '/monitor', '/ops/lives', '/ops/monitor']) await app.send(path);
      await app.settled();
      expect((await totals()).requests).toBe(4);
    });

    it('are not those that are only called alike', async () => {
      await start();
      for (const path of [
        '/monitoring',
        '/monitor-2',
        '/monitors',
        '/ops/monitor',
        '/dogs?x=/monitor',
        '/monitor.json',
      ]) {
        expect([path, await counted(() => app.send(path))]).toEqual([path, 1]);
      }
    });

    it('are exact paths and what regular expressions find, without their query', async () => {
      await start({ ignore: ['/dogs', /^\/status\/4/g, /\/(?:failing|health)$/y, /NOWHERE/i] });
      const expected = {
        '/dogs': 0,
        '/dogs?x=1': 0,
        '/dogs?': 0,
        '/dogs/1': 1,
        '/dogs/1?/dogs': 1,
        '/status/404': 0,
        '/status/503': 1,
        '/status/503?/status/404': 1,
        '/nowhere': 0,
        '/elsewhere/Nowhere': 0,
        '/monitoring': 1,
      };
      // Twice: a regular expression with the g flag remembers where it was.
      for (const [path, count] of [...Object.entries(expected), ...Object.entries(expected)]) {
        expect([path, await counted(() => app.send(path))]).toEqual([path, count]);
      }
    });

    it('are still in the metrics', async () => {
      await start({ ignore: ['/dogs'] });
      const changes = await app.changes(() => app.send('/dogs'));
      expect(changes.value('nestjs_http_requests_total', { method: 'GET', route: '/dogs', status: '200' })).toBe(1);
    });
  });

  describe('by the clock', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 21, 9, 30, 1) });
    });

    it('is shown as running until its ten seconds are over, and as a rate from then on', async () => {
      await start();
      await times(40, () => app.send('/dogs'));
      const running = await stateAfter(8);
      expect(running.history).toMatchObject({
        running: { from: '2026-11-21T09:30:00.000Z', seconds: 9, requests: 40, errors: 0, statements: 0 },
        latest: { seconds: 0, requests: { count: 0, perSecond: 0, averageSeconds: null, errorShare: null } },
      });
      expect(running.history?.windows['10m'].requests.count).toBe(0);
      expect(running.health).toEqual({ status: 'idle', reasons: ['The first requests are being counted.'] });
      const complete = await stateAfter(1);
      expect(complete.history).toMatchObject({
        running: { from: '2026-11-21T09:30:10.000Z', seconds: 0, requests: 0 },
        latest: { from: '2026-11-21T09:30:01.000Z', seconds: 9, requests: { count: 40, perSecond: 40 / 9 } },
      });
      for (const window of ['10m', '1h', '24h'] as const) {
        expect(complete.history?.windows[window]).toMatchObject({
          seconds: 9,
          requests: { count: 40, perSecond: 40 / 9 },
        });
      }
      expect(complete.health).toEqual({ status: 'well', reasons: [] });
      const { history } = await stateAfter(60);
      expect(history?.windows['10m']).toMatchObject({ seconds: 69, requests: { count: 40, perSecond: 40 / 69 } });
    });

    it('leaves the windows one after the other', async () => {
      await start();
      await times(6, () => app.send('/dogs'));
      await stateAfter(0);
      const inWindows = async (seconds: number, window: '10m' | '1h' | '24h') => {
        const { history } = await stateAfter(seconds, window);
        return [
          ...Object.values(history?.windows ?? {}).map(({ requests }) => requests.count),
          history?.routes.busiest[0]?.count ?? 0,
        ];
      };
      expect(await inWindows(599, '10m')).toEqual([6, 6, 6, 6]);
      expect(await inWindows(70, '10m')).toEqual([0, 6, 6, 0]);
      expect(await inWindows(3600, '1h')).toEqual([0, 0, 6, 0]);
      expect(await inWindows(60, '24h')).toEqual([0, 0, 6, 6]);
      expect(await inWindows(86_400 + 3600, '24h')).toEqual([0, 0, 0, 0]);
      expect((await totalsOf(app)).requests).toBe(6);
    });

    it('are errors, aborts and routes', async () => {
      await start();
      await times(12, () => app.send('/dogs/1'));
      await times(4, () => app.send('/failing'));
      await times(1, () => app.send('/status/599'));
      await times(2, () => app.send('/status/499'));
      await app.send('/nowhere');
      const held = waitUntil(
        'it is held',
        async () => (await app.scrape()).sum('nestjs_http_requests_in_flight') === 1,
      );
      await abortAfter(app.port, held, { path: '/never' });
      const { history, health } = await stateAfter(10);
      expect(history?.latest.requests).toMatchObject({ count: 21, errors: 5, aborted: 1, errorShare: 5 / 21 });
      const routes = history?.routes.busiest.map(
        ({ method, route, count, errors }) => `${method} ${route} ${count} ${errors}`,
      );
      expect(routes?.slice(0, 3)).toEqual(['GET /dogs/:id 12 0', 'GET /failing 4 4', 'GET /status/:status 3 1']);
      expect(routes?.slice(3).toSorted()).toEqual(['GET /never 1 0', 'GET _unmatched 1 0']);
      expect(history?.routes.count).toBe(5);
      expect(history?.routes.slowest[0]?.route).toBe('/never');
      expect(history?.routes.busiest.every(({ statementsPerRequest }) => statementsPerRequest === null)).toBe(true);
      expect(health).toEqual({
        status: 'unwell',
        reasons: ['23.8 % of the requests of the last minute failed (5 of 21).'],
      });
    });

    it('shows a route with a hostile name as text', async () => {
      await start();
      expect(
        await sendRaw(app.port, `GET /${HOSTILE} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
      ).toContain('harmless');
      await app.send('/%3Cscript%3Ealert(1)%3C/script%3E?%3Cscript%3E');
      await stateAfter(10);
      const { headers, body } = await app.send('/monitor/data.json?window=10m');
      expect(headers).toMatchObject({
        'content-type': 'application/json; charset=utf-8',
        'x-content-type-options': 'nosniff',
      });
      const routes = readState(body).history?.routes.busiest.map(({ route }) => route);
      expect(routes?.toSorted()).toEqual([`/${HOSTILE}`, '_unmatched']);
      expect((await app.send('/monitor')).body).not.toContain('onerror');
    });

    it('goes on when the clock is put back and forth', async () => {
      await start();
      await app.send('/dogs');
      await app.settled();
      for (const seconds of [-30, 3600, -3600, 86_400 * 3, -86_400 * 3, 45]) {
        vi.setSystemTime(Date.now() + seconds * SECOND);
        await app.send('/dogs');
        await app.settled();
      }
      expect((await totalsOf(app)).requests).toBe(7);
      const { status, body } = await app.send('/monitor/data.json?window=24h');
      expect(status).toBe(200);
      const { history } = readState(body);
      const numbers = Object.values(history?.windows ?? {}).flatMap(({ seconds, requests }) => [
        seconds,
        requests.count,
      ]);
      expect(numbers.every((number) => number >= 0)).toBe(true);
      expect(history?.running.seconds).toBeGreaterThanOrEqual(0);
    });
  });

  it('is a rate when a bucket is over by the clock of the machine', async () => {
    await start();
    await times(5, () => app.send('/dogs'));
    const state = await waitUntil(
      'the bucket is over',
      async () => {
        const { history } = readState((await app.send('/monitor/data.json')).body);
        if (history?.windows['10m'].requests.count !== 5)
          throw new Error(`it is running: ${history?.running.requests}`);
        return history;
      },
      { timeoutMs: 20_000, intervalMs: 200 },
    );
    const { seconds, requests } = state.windows['10m'];
    // Counted for less than a second, it says nothing of a second.
    expect(requests.perSecond).toBe(5 / Math.max(1, seconds));
    expect(state.routes.busiest).toMatchObject([{ method: 'GET', route: '/dogs', count: 5, errors: 0 }]);
  });

  describe('of SQL', () => {
    let dataSource: DataSource;

    beforeEach(async () => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 21, 9, 30, 1) });
      dataSource = memoryDataSource();
    });
    afterEach(() => dataSource.destroy());

    async function startWithSql(queriesPerRequest: boolean, options: MonitorOptions = {}): Promise<void> {
      await start(options, {
        controllers: [SqlController],
        providers: [{ provide: DataSource, useFactory: () => dataSource.initialize() }],
        metrics: { http: { ...QUIET.http, queriesPerRequest } },
      });
    }

    it('is each statement once, by whomever, and those of a route', async () => {
      await startWithSql(true);
      await stateAfter(600);
      const before = await totalsOf(app);
      await times(4, () => app.send('/sql/three'));
      await times(2, () => app.send('/sql/none'));
      await app.send('/sql/fails');
      await dataSource.query('SELECT 3');
      const { history, health } = await stateAfter(10);
      expect((await totalsOf(app)).statements - before.statements).toBe(14);
      expect(history?.latest).toMatchObject({
        requests: { count: 7, errors: 1 },
        statements: { count: 14, perSecond: 1.4, errors: 1 },
        statementsPerRequest: 2,
      });
      expect(history?.latest.statements.averageSeconds).toBeGreaterThan(0);
      const perRoute = history?.routes.busiest.map(({ route, statementsPerRequest }) => [route, statementsPerRequest]);
      expect(perRoute).toEqual([
        ['/sql/three', 3],
        ['/sql/none', 0],
        ['/sql/fails', 1],
      ]);
      expect(health.reasons).toContain('7.1 % of the SQL statements of the last minute failed (1 of 14).');
    });

    it('is counted without queriesPerRequest and of requests that are ignored, for no route', async () => {
      await startWithSql(false, { ignore: ['/sql/three'] });
      await stateAfter(600);
      await app.send('/sql/three');
      await app.send('/sql/none');
      const { history } = await stateAfter(10);
      expect(history?.latest).toMatchObject({ requests: { count: 1 }, statements: { count: 3 } });
      expect(history?.routes.busiest).toMatchObject([{ route: '/sql/none', statementsPerRequest: null }]);
    });

    it('is the totals alone with totalsOnly', async () => {
      await startWithSql(true, { totalsOnly: true });
      const before = await totalsOf(app);
      await times(3, () => app.send('/sql/three'));
      const state = await stateAfter(10);
      const after = await totalsOf(app);
      expect([after.requests - before.requests, after.statements - before.statements]).toEqual([3, 9]);
      expect(state).toMatchObject({
        history: null,
        health: { status: 'idle', reasons: ['Only totals are kept, which say nothing of the last minute.'] },
        totals: { requests: { count: after.requests }, statements: { count: after.statements } },
      });
    });
  });

  describe('is said in data.json', () => {
    it('for every window', async () => {
      await start();
      for (const [window, points] of [
        ['10m', 60],
        ['1h', 60],
        ['24h', 144],
      ] as const) {
        const { history, ...state } = readState((await app.send(`/monitor/data.json?window=${window}`)).body);
        expect(state).toMatchObject({
          version: 1,
          scope: 'process',
          store: { kind: 'memory', reachable: true, unreachableSince: null },
          processes: [{ pid: process.pid }],
          bucketSeconds: 10,
        });
        expect(history?.window).toBe(window);
        const { from, stepSeconds, ...series } = history!.series;
        expect(new Date(from).toISOString()).toBe(from);
        expect(Object.values(series).map((values) => values.length)).toEqual([points, points, points, points, points]);
        expect(stepSeconds * points).toBe({ '10m': 600, '1h': 3600, '24h': 86_400 }[window]);
      }
    });

    it.each([
      '?window=1d',
      '?window=',
      '?window=<script>alert(1)</script>',
      '?window=__proto__',
      '?window=toString',
      '?window=1h%00',
    ])('and what does not exist is refused without being repeated: %s', async (query) => {
      await start();
      for (const path of ['data.json', 'events']) {
        const answer = await sendRaw(
          app.port,
          `GET /monitor/${path}${query} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
        );
        expect(answer).toMatch(/^HTTP\/1\.1 400 /);
        expect(answer).toMatch(/\r\n\r\nExpected window to be one of 10m, 1h, 24h\.\n$/);
        expect(answer.toLowerCase()).toContain('content-type: text/plain; charset=utf-8\r\n');
      }
    });

    it.each(['?', '?x=1', '?%zz', `?${'a'.repeat(8000)}`, '?window=10m&window=<b>', '?__proto__[x]=1&window[]=1h'])(
      'whatever else stands in the query: %s',
      async (query) => {
        await start();
        const answer = await sendRaw(
          app.port,
          `GET /monitor/data.json${query} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
        );
        expect(answer).toMatch(/^HTTP\/1\.1 200 /);
        expect(answer).not.toContain('<b>');
      },
    );
  });

  describe('when our code throws', () => {
    const FAULTS: readonly (readonly [string, object, string])[] = [
      ['Recorder.requestAnswered', Recorder.prototype, 'requestAnswered'],
      ['Recorder.requestAborted', Recorder.prototype, 'requestAborted'],
      ['Recorder.statementEnded', Recorder.prototype, 'statementEnded'],
      ['MemoryStore.now', MemoryStore.prototype, 'now'],
      ['MemoryStore.book', MemoryStore.prototype, 'book'],
      ['MemoryStore.bookRoute', MemoryStore.prototype, 'bookRoute'],
    ];
    let dataSource: DataSource;

    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 21, 9, 30, 1) });
      dataSource = memoryDataSource();
    });
    afterEach(async () => {
      vi.restoreAllMocks();
      if (dataSource.isInitialized) await dataSource.destroy();
    });

    const options = (monitored: boolean): NestAppOptions => ({
      controllers: [KennelController, SqlController],
      providers: [{ provide: DataSource, useFactory: () => dataSource.initialize() }],
      metrics: QUIET,
      imports: monitored ? [MonitorModule.forRoot()] : [],
    });

    async function answers(): Promise<unknown[]> {
      const paths = ['/dogs', '/dogs/1', '/failing', '/nowhere', '/sql/three', '/sql/fails', '/status/404', '/dogs'];
      const all: unknown[] = [];
      for (const path of paths) {
        // A bucket after the other, so that all are booked.
        vi.setSystemTime(Date.now() + 10 * SECOND);
        const { status, body, headers } = await app.send(path);
        all.push([status, body, { ...headers, date: undefined }]);
        await waitUntil('it has ended', async () => {
          return (await app.scrapeUnchecked()).sum('nestjs_http_requests_in_flight') === 0;
        });
      }
      const held = waitUntil('it is held', async () => {
        return (await app.scrapeUnchecked()).sum('nestjs_http_requests_in_flight') > 0;
      });
      await abortAfter(app.port, held, { path: '/never' });
      return all;
    }

    it.each(FAULTS)('the application answers the same: %s', async (_, prototype, name) => {
      app = await NestApp.start(platform, options(false));
      const expected = await answers();
      await app.close();
      await dataSource.destroy();
      vi.spyOn(prototype as Record<string, () => void>, name).mockImplementation(() => {
        throw new Error('broken on purpose');
      });
      app = await NestApp.start(platform, options(true));
      expect(await answers()).toEqual(expected);
      await waitUntil('the fault is counted', async () => {
        return (await app.scrapeUnchecked()).sum('nestjs_metrics_errors_total', { part: 'listener' }) > 0;
      });
    });

    it.each(['now', 'book', 'bookRoute'] as const)(
      'the application closes all the same: MemoryStore.%s',
      async (name) => {
        await start();
        await app.send('/dogs');
        await app.settled();
        vi.spyOn(MemoryStore.prototype, name).mockImplementation(() => {
          throw new Error('broken on purpose');
        });
        await expect(app.close()).resolves.toBeUndefined();
        vi.restoreAllMocks();
      },
    );
  });

  it('is heard by one listener, which is gone after close', async () => {
    await start();
    const { listeners } = app.app.get(PrometheusCore);
    const recorders = () =>
      (listeners as unknown as { all: readonly ReadonlyMap<string, { readonly listener: Listener }>[] }).all.filter(
        (one) => [...one.values()].some(({ listener }) => listener instanceof Recorder),
      );
    expect(recorders()).toHaveLength(1);
    await app.close();
    expect(recorders()).toEqual([]);
  });
});
