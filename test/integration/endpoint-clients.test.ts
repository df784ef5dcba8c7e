import { EventEmitter, once } from 'node:events';
import { Agent } from 'node:http';
import { Controller, Get } from '@nestjs/common';
import {
  boundedBy,
  defineCounter,
  MetricStore,
  PrometheusModule,
  type PrometheusOptions,
} from 'nestjs-prometheus-exporter';
import { Gauge, Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { storeText } from '../../lib/testing/store-text.js';
import { Connection } from '../support/connection.js';
import { doorsOf } from '../support/doors.js';
import { type Exposition, readExposition } from '../support/exposition.js';
import { abortAfter } from '../support/http-client.js';
import { splitAnswers } from '../support/http-answers.js';
import { ADAPTERS, MetricsApp } from '../support/metrics-app.js';
import { inFlight } from '../support/nest-app.js';
import { requestText } from '../support/raw-socket.js';
import { waitUntil } from '../support/wait-until.js';

const BARKS = defineCounter({ name: 'barks_total', help: 'Barks.', labels: { dog: boundedBy('the test') } });

/** Long enough that a place which only its deadline gives back is missed by every wait of a test. */
const HOUR = { scrapeTimeoutSeconds: 3600 };
/** A scrape that waits for nobody. */
const HASTY = { headers: { 'x-prometheus-scrape-timeout-seconds': '0.02' } };

/** Requests that go on until they are told to end. */
class Slow {
  readonly ends = new EventEmitter();

  controller() {
    const { ends } = this;
    @Controller('slow')
    class SlowController {
      @Get()
      async get(): Promise<string> {
        await once(ends, 'end');
        return 'slow';
      }
    }
    return SlowController;
  }
}

/** A metric of prom-client whose `collect` waits until it is told to go on. */
class Gate {
  readonly events = new EventEmitter();
  entered = 0;

  constructor(registry: Registry) {
    const gauge = new Gauge({
      name: 'gate',
      help: 'Waits.',
      registers: [registry],
      collect: async () => {
        this.entered += 1;
        this.events.emit('entered');
        await once(this.events, 'open');
        gauge.set(this.entered);
      },
    });
  }
}

describe.each(ADAPTERS)('the clients of the endpoint on %s', { timeout: 60_000 }, (adapter) => {
  describe.each(doorsOf(adapter))('at $door', ({ options: door, isOwnPort }) => {
    let metricsApp: MetricsApp;
    let registry: Registry;
    let slow: Slow;

    async function start(options: PrometheusOptions): Promise<void> {
      registry = new Registry();
      slow = new Slow();
      const imports = [PrometheusModule.forRoot({ registry: registry as never, ...door, ...options })];
      metricsApp = await MetricsApp.start({ adapter, imports, controllers: [slow.controller()], isOwnPort });
      // Some pieces of exposition, as a larger application has them.
      const barks = metricsApp.app.get(MetricStore).counter(BARKS);
      for (let dog = 0; dog < 1500; dog += 1) barks.known({ dog: `dog number ${dog} ${'o'.repeat(200)}` });
    }

    afterEach(() => metricsApp.close());

    /** What the application counts, read without a place and without collectors. */
    async function inside(): Promise<Exposition> {
      return readExposition(await storeText(metricsApp.app.get(MetricStore)), 'text');
    }

    async function errors(): Promise<number> {
      return (await inside()).sum('nestjs_metrics_errors_total');
    }

    async function freePlace(): Promise<void> {
      await waitUntil('a place is free', async () => (await metricsApp.send('/metrics', HASTY)).status === 200);
    }

    async function pipelined(paths: readonly string[]): Promise<Connection> {
      const connection = await Connection.open(metricsApp.port);
      await connection.write(paths.map((path) => requestText({ path })).join(''));
      await waitUntil('all have arrived', async () => inFlight(await inside()) === paths.length);
      return connection;
    }

    it.each(['close', 'reset'] as const)(
      'give their place back when they leave before the collectors are done: %s',
      async (how) => {
        await start({ limits: { concurrentScrapes: 1, ...HOUR } });
        const gate = new Gate(registry);
        await abortAfter(metricsApp.metricsPort, once(gate.events, 'entered'), { path: '/metrics' }, { how });
        await freePlace();
        expect(gate.entered).toBe(1);
        expect(await errors()).toBe(0);
        gate.events.emit('open');
      },
    );

    it('give their place back when they leave while they are answered', async () => {
      await start({ limits: { concurrentScrapes: 1, ...HOUR } });
      for (const how of ['close', 'reset'] as const) {
        for (const moment of ['response head', 'first body byte'] as const) {
          await abortAfter(metricsApp.metricsPort, moment, { path: '/metrics' }, { how });
          await freePlace();
        }
      }
      expect(await errors()).toBe(0);
    });

    // Requests on the own port are none of the application's.
    if (isOwnPort) return;

    it.each(['close', 'reset'] as const)(
      'take no place behind a slow request, and leave none taken: %s',
      async (how) => {
        await start({ limits: { concurrentScrapes: 4, ...HOUR } });
        const connection = await pipelined(['/slow', '/metrics', '/metrics', '/metrics', '/metrics']);
        const others = await Promise.all([1, 2, 3].map(() => metricsApp.send('/metrics')));
        expect(others.map(({ status }) => status)).toEqual([200, 200, 200]);
        await connection.leave(how);
        await waitUntil('their requests have ended', async () => inFlight(await inside()) === 0);
        const after = await Promise.all([1, 2, 3].map(() => metricsApp.send('/metrics')));
        expect(after.map(({ status }) => status)).toEqual([200, 200, 200]);
        expect((await inside()).sum('nestjs_metrics_scrapes_rejected_total')).toBe(0);
        expect(await errors()).toBe(0);
      },
    );

    it('are answered in turn behind a slow request', async () => {
      await start({ limits: { concurrentScrapes: 1, ...HOUR } });
      const paths = ['/slow', '/metrics', '/metrics', '/metrics'];
      const connection = await pipelined(paths);
      slow.ends.emit('end');
      const methods = paths.map(() => 'GET');
      await waitUntil('all are answered', () => splitAnswers(connection.received, methods).length === paths.length);
      const answers = splitAnswers(connection.received, methods);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      for (const { body } of answers.slice(1)) {
        expect(readExposition(body, 'text').series('barks_total').length).toBeGreaterThan(1500);
      }
      await connection.leave('close');
    });

    it('cannot take the place that is kept for other addresses', async () => {
      await start({ limits: HOUR });
      const gate = new Gate(registry);
      const first = [1, 2, 3].map(() => metricsApp.send('/metrics'));
      await waitUntil('three are under way', async () => inFlight(await inside()) === 3);
      expect((await metricsApp.send('/metrics', HASTY)).status).toBe(503);
      const agent = new Agent({ localAddress: '127.0.0.2' });
      expect((await metricsApp.send('/metrics', { ...HASTY, agent })).status).toBe(200);
      agent.destroy();
      gate.events.emit('open');
      expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200, 200]);
      expect((await inside()).sum('nestjs_metrics_scrapes_rejected_total', { reason: 'busy' })).toBe(1);
    });

    it('leave nothing on a connection that is kept', async () => {
      await start({ limits: HOUR });
      const connections: EventEmitter[] = [];
      metricsApp.app.getHttpServer().on('connection', (socket: EventEmitter) => connections.push(socket));
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      await metricsApp.send('/metrics', { agent });
      const listeners = () => connections[0]!.eventNames().map((name) => connections[0]!.listenerCount(name));
      const before = listeners();
      for (let i = 0; i < 5; i += 1) await metricsApp.send('/metrics', { agent });
      await metricsApp.send('/metrics', { agent, method: 'HEAD' });
      expect(connections).toHaveLength(1);
      expect(listeners()).toEqual(before);
      agent.destroy();
    });
  });
});
