import { EventEmitter, once } from 'node:events';
import { type Server } from 'node:net';
import { type CanActivate, Controller, Get } from '@nestjs/common';
import { MonitorModule, type MonitorOptions } from 'nestjs-prometheus-exporter';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MOST_PAGES, PERIOD_MS } from '../../lib/monitor/live-pages.js';
import { Connection } from '../support/connection.js';
import { abortAfter } from '../support/http-client.js';
import { LivePage } from '../support/monitor-client.js';
import { NestApp, type NestAppOptions, PLATFORMS } from '../support/nest-app.js';
import { requestText, sendUnread } from '../support/raw-socket.js';
import { waitUntil } from '../support/wait-until.js';

@Controller('dogs')
class DogsController {
  @Get()
  list(): readonly string[] {
    return ['Rex'];
  }
}

function sockets(): string[] {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP'));
}

/** The timer of the pages is the only one that `setInterval` makes. */
function isTicking(): boolean {
  return vi.getTimerCount() > 0;
}

/** Says that it was asked, and lets everybody pass once it was told. */
function slowGuard(thinking: EventEmitter): CanActivate {
  return {
    canActivate: async () => {
      const decided = once(thinking, 'decided');
      thinking.emit('asked');
      await decided;
      return true;
    },
  };
}

describe.each(PLATFORMS)('the events of the monitor on %s', (platform) => {
  let app: NestApp;
  let pages: LivePage[] = [];

  async function start(options: MonitorOptions = {}, more: NestAppOptions = {}): Promise<void> {
    app = await NestApp.start(platform, {
      controllers: [DogsController],
      metrics: { http: { ignore: ['/metrics'] } },
      ...more,
      imports: [MonitorModule.forRoot(options)],
    });
  }

  async function open(path?: string): Promise<LivePage> {
    const page = await LivePage.open(app.port, path);
    pages.push(page);
    return page;
  }

  afterEach(async () => {
    await Promise.all(pages.map((page) => page.leave()));
    pages = [];
    await app.close();
    vi.useRealTimers();
  });

  it('are a stream that nobody stores, compresses or gathers on its way', async () => {
    await start();
    const { status, response } = await open();
    expect([status, response.headers]).toMatchObject([
      200,
      {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store, no-transform',
        'x-content-type-options': 'nosniff',
        'x-accel-buffering': 'no',
      },
    ]);
  });

  it('begin at once and go on, each the state of its time', async () => {
    await start();
    const begin = performance.now();
    const page = await open('/monitor/events?window=1h');
    await page.receives(1);
    expect(performance.now() - begin).toBeLessThan(PERIOD_MS);
    await app.send('/dogs');
    await page.receives(3);
    expect(page.events.every((event) => /^data: \{.*\}$/.test(event))).toBe(true);
    const { states } = page;
    expect(states.map(({ history }) => history?.window)).toEqual(states.map(() => '1h'));
    const times = states.map(({ time }) => Date.parse(time));
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(states.at(-1)?.totals.requests.count).toBe(1);
  });

  it('are not sent to one that left while a guard was thinking', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const thinking = new EventEmitter();
    await start({ guards: [slowGuard(thinking)] });
    const timers = vi.getTimerCount();
    await abortAfter(app.port, once(thinking, 'asked'), { path: '/monitor/events' });
    await app.settled();
    thinking.emit('decided');
    // Answers to later requests come after what the guard let pass.
    for (let i = 0; i < 3; i += 1) await app.send('/dogs');
    expect(vi.getTimerCount()).toBe(timers);
  });

  it('take no place behind one another on a connection, and none when their client has left', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await start();
    const timers = vi.getTimerCount();
    const connection = await Connection.open(app.port);
    await connection.write(requestText({ path: '/monitor/events' }).repeat(MOST_PAGES));
    await connection.until(
      'the first event',
      connection.receives((bytes) => bytes.includes('data: {')),
    );
    const arrived = async () => (await app.scrape()).sum('nestjs_http_requests_in_flight');
    await waitUntil('all have arrived', async () => (await arrived()) === MOST_PAGES);
    expect((await app.send({ method: 'HEAD', path: '/monitor/events' })).status).toBe(200);
    await connection.leave('close');
    await app.settled();
    await waitUntil('the timer is gone', () => vi.getTimerCount() === timers);
    expect((await app.send({ method: 'HEAD', path: '/monitor/events' })).status).toBe(200);
  });

  describe('by a clock of their own', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    });

    /** Their first event, and that of the next period. */
    async function nextEvents(...opened: readonly LivePage[]): Promise<void> {
      await Promise.all(opened.map((page) => page.receives(1)));
      vi.advanceTimersByTime(PERIOD_MS);
      await Promise.all(opened.map((page) => page.receives(2)));
    }

    it('are those of the window of each page', async () => {
      await start();
      const windows = ['10m', '1h', '24h'];
      const open3 = await Promise.all(windows.map((window) => open(`/monitor/events?window=${window}`)));
      await nextEvents(...open3);
      expect(open3.map((page) => page.states.map(({ history }) => history?.window).slice(0, 2))).toEqual([
        ['10m', '10m'],
        ['1h', '1h'],
        ['24h', '24h'],
      ]);
      expect((await open()).status).toBe(200);
    });

    it('are totals alone with totalsOnly', async () => {
      await start({ totalsOnly: true });
      const page = await open();
      await nextEvents(page);
      expect(page.states.every(({ history }) => history === null)).toBe(true);
    });

    it('are in flight while a page is open, and counted by the monitor never', async () => {
      await start();
      const page = await open();
      await page.receives(1);
      await page.leave();
      await app.settled();
      await app.send('/dogs');
      const last = await open();
      await nextEvents(last);
      expect(last.states.at(-1)?.totals.requests.count).toBe(1);
    });

    it('are made by one timer, which runs while a page is open', async () => {
      await start();
      const before = vi.getTimerCount();
      for (let round = 0; round < 3; round += 1) {
        const [one, other] = [await open(), await open('/monitor/events?window=24h')];
        await Promise.all([one.receives(1), other.receives(1)]);
        expect(vi.getTimerCount()).toBe(before + 1);
        await one.leave();
        vi.advanceTimersByTime(PERIOD_MS);
        await other.receives(2);
        expect(vi.getTimerCount()).toBe(before + 1);
        await other.leave();
        await waitUntil('the timer is gone', () => vi.getTimerCount() === before);
      }
    });

    it('go to all others while one does not read, which is given up in the end', { timeout: 60_000 }, async () => {
      await start();
      const stalled = sendUnread(app.port, requestText({ path: '/monitor/events?window=24h' }));
      const reader = await open('/monitor/events?window=24h');
      await reader.receives(1);
      const inFlight = async () => (await app.scrape()).sum('nestjs_http_requests_in_flight');
      await waitUntil('both are open', async () => (await inFlight()) === 2);
      // The buffers of the system take many events first, and from then on half a minute passes.
      let rounds = 0;
      while (rounds % 50 !== 0 || rounds === 0 || (await inFlight()) > 1) {
        rounds += 1;
        expect(rounds).toBeLessThan(3000);
        const received = reader.events.length;
        vi.advanceTimersByTime(PERIOD_MS);
        await waitUntil('the other one has its event', () => reader.events.length > received, { intervalMs: 1 });
      }
      expect(rounds).toBeGreaterThan(15);
      expect(reader.hasEnded).toBe(false);
      stalled.destroy();
      await once(stalled, 'close');
    });
  });

  describe('of a thousand pages', () => {
    async function openAll(count: number): Promise<void> {
      for (let at = 0; at < count; at += 100) await Promise.all(Array.from({ length: 100 }, () => open()));
    }

    async function median(): Promise<number> {
      const times: number[] = [];
      for (let i = 0; i < 21; i += 1) {
        const begin = performance.now();
        expect((await app.send('/dogs')).status).toBe(200);
        times.push(performance.now() - begin);
      }
      return times.toSorted((one, other) => one - other)[10]!;
    }

    it('leave the application free, and a further page polls', { timeout: 60_000 }, async () => {
      await start();
      await median();
      const before = await median();
      await openAll(MOST_PAGES);
      expect(pages.every(({ status }) => status === 200)).toBe(true);
      const during = await median();
      expect(during).toBeLessThan(before * 100 + 250);
      for (const method of ['GET', 'HEAD']) {
        const refused = await app.send({ method, path: '/monitor/events', timeoutMs: 5000 });
        expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '5', 'cache-control': 'no-store' } });
        expect(refused.body).toBe(method === 'GET' ? 'Too many pages are open: ask for data.json instead.\n' : '');
      }
      expect((await app.send('/monitor/data.json')).status).toBe(200);
      await Promise.all(pages.map((page) => page.receives(2)));
      await pages[0]?.leave();
      await waitUntil('its place is free', async () => {
        return (await app.send({ method: 'HEAD', path: '/monitor/events' })).status === 200;
      });
      await Promise.all(pages.map((page) => page.leave()));
      const metrics = await app.settled();
      expect(metrics.sum('nestjs_http_requests_aborted_total', { route: '/monitor/events' })).toBe(MOST_PAGES);
      const page = await open();
      await page.receives(1);
    });
  });

  describe('when the application closes', () => {
    const patient: NestAppOptions = { nest: { forceCloseConnections: false } };

    it('end, and keep nothing from closing', async () => {
      await start({}, patient);
      const windows = ['10m', '1h', '24h', '10m'];
      const connections = await Promise.all(windows.map(() => Connection.open(app.port)));
      for (const [i, connection] of connections.entries()) {
        await connection.write(requestText({ path: `/monitor/events?window=${windows[i]}` }));
        await connection.until(
          'its first event',
          connection.receives((bytes) => bytes.includes('data: {')),
        );
      }
      const begin = performance.now();
      await app.app.close();
      await Promise.all(connections.map((connection) => connection.ended()));
      expect(performance.now() - begin).toBeLessThan(3000);
    });

    it('end for one that does not read as well', async () => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
      await start({}, patient);
      const stalled = sendUnread(app.port, requestText({ path: '/monitor/events?window=24h' }));
      const reader = await open('/monitor/events?window=24h');
      await reader.receives(1);
      // More than the system takes for somebody else.
      for (let i = 0; i < 600; i += 1) {
        const received = reader.events.length;
        vi.advanceTimersByTime(PERIOD_MS);
        await waitUntil('the other one has its event', () => reader.events.length > received, { intervalMs: 1 });
      }
      const begin = performance.now();
      await app.app.close();
      expect(performance.now() - begin).toBeLessThan(3000);
      stalled.destroy();
    });

    it('are not begun any more', async () => {
      const thinking = new EventEmitter();
      await start({ guards: [slowGuard(thinking)] }, patient);
      const asked = once(thinking, 'asked');
      const late = app.send('/monitor/events');
      await asked;
      const closed = app.app.close();
      const server = app.app.getHttpServer() as Server;
      await waitUntil('the server takes no more connections', () => !server.listening);
      thinking.emit('decided');
      expect((await late).status).toBe(503);
      await closed;
    });

    it('leave no timer, no listener and no socket', async () => {
      await waitUntil('the tests before have no sockets left', () => sockets().length === 0);
      vi.useFakeTimers({
        toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'],
        shouldAdvanceTime: true,
      });
      const timers = vi.getTimerCount();
      const resources = process.getActiveResourcesInfo().length;
      const listeners = process.eventNames().map((name) => [name, process.listenerCount(name)]);
      await start({}, patient);
      const [one, other] = [await open(), await open('/monitor/events?window=1h')];
      await Promise.all([one.receives(2), other.receives(2)]);
      expect(isTicking()).toBe(true);
      await app.app.close();
      await waitUntil('both have ended', () => one.hasEnded && other.hasEnded);
      await waitUntil('no timer and no socket is left', () => {
        expect(sockets()).toEqual([]);
        expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(resources);
        return true;
      });
      expect(vi.getTimerCount()).toBeLessThanOrEqual(timers + 1);
      expect(process.eventNames().map((name) => [name, process.listenerCount(name)])).toEqual(listeners);
    });
  });
});
