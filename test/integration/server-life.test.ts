import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { type Worker } from 'node:worker_threads';
import {
  Injectable,
  type LoggerService,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type MicroserviceOptions, Transport } from '@nestjs/microservices';
import {
  MetricsServer,
  MetricStore,
  PrometheusModule,
  type PrometheusOptions,
  boundedBy,
  defineCounter,
} from 'nestjs-prometheus-exporter';
import { afterEach, describe, expect, it } from 'vitest';
import { OWN_PORT, THREADED_ROUTE } from '../support/doors.js';
import { readExposition } from '../support/exposition.js';
import { abortAfter, send } from '../support/http-client.js';

import { ADAPTERS, MetricsApp } from '../support/metrics-app.js';
import { freePortsInARow } from '../support/free-ports.js';
import { threads } from '../support/threads.js';
import { waitUntil } from '../support/wait-until.js';

const BARKS = defineCounter({ name: 'barks_total', help: 'Barks.', labels: { dog: boundedBy('the test') } });

/** Keeps the lines about the endpoint of its own. */
class OwnLines implements LoggerService {
  readonly lines: string[] = [];
  readonly log = (line: unknown): void => this.keep('log', line);
  readonly error = (line: unknown): void => this.keep('error', line);
  readonly warn = (line: unknown): void => this.keep('warn', line);

  private keep(level: string, line: unknown): void {
    if (String(line).startsWith('The metrics ')) this.lines.push(`${level}: ${String(line)}`);
  }
}

function rootModule(options: PrometheusOptions, providers: Type[] = []): Type {
  @Module({ imports: [PrometheusModule.forRoot(options)], providers })
  class RootModule {}
  return RootModule;
}

const isOpen = async (port: number): Promise<boolean> => {
  try {
    return (await send(port, { path: '/-/healthy', timeoutMs: 5000 })).status > 0;
  } catch {
    return false;
  }
};

async function hold(port = 0): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const portOf = (server: Server) => (server.address() as { readonly port: number }).port;

async function release(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

describe.each(ADAPTERS)('the endpoint of its own on %s', (adapter) => {
  it('starts with the application, says where it is, and ends with it', async () => {
    const before = threads();
    const logger = new OwnLines();
    const app = await MetricsApp.start({
      adapter,
      imports: [PrometheusModule.forRoot({ server: { port: 0 } })],
      configure: (made) => made.useLogger(logger),
    });
    const server = app.app.get(MetricsServer);
    expect(server.port).toBeGreaterThan(0);
    expect(server.url).toBe(`http://127.0.0.1:${server.port}/metrics`);
    expect(logger.lines).toEqual([`log: The metrics are on ${server.url}`]);
    const { ownPort } = app;
    expect(await isOpen(ownPort)).toBe(true);
    expect(threads()).toBe(before + 1);
    await app.close();
    expect(threads()).toBe(before);
    expect(await isOpen(ownPort)).toBe(false);
    expect(server.port).toBeUndefined();
    expect(server.url).toBeUndefined();
  });

  it('answers what the route inside the application answers', async () => {
    const server = { port: 0, path: '/internal/prom' };
    const app = await MetricsApp.start({
      adapter,
      imports: [PrometheusModule.forRoot({ server, defaultLabels: { shop: 'a "b"' } })],
    });
    const barks = app.app.get(MetricStore).counter(BARKS);
    for (let dog = 0; dog < 500; dog += 1) barks.known({ dog: `Rex ${dog} 🐕` }).inc(dog / 7);
    try {
      const inApp = await app.send('/metrics');
      const own = await send(app.ownPort, { path: '/internal/prom' });
      const head = ({ headers }: typeof own) =>
        ['content-type', 'cache-control', 'vary', 'x-content-type-options'].map((name) => headers[name]);
      expect(head(own)).toEqual(head(inApp));
      const families = (text: string) => text.split('\n').filter((line) => line.startsWith('#'));
      expect(families(own.body)).toEqual(families(inApp.body));
      const lines = (text: string) => text.split('\n').filter((line) => line.includes('barks_total'));
      expect(lines(own.body)).toHaveLength(505);
      expect(lines(own.body)).toEqual(lines(inApp.body));
      readExposition(own.bytes, 'text');
      expect((await send(app.ownPort, { path: '/metrics' })).status).toBe(404);
    } finally {
      await app.close();
    }
  });

  it.each([undefined, '/live', false] as const)('has a probe at healthPath: %s', async (healthPath) => {
    const server = { port: 0, ...(healthPath !== undefined && { healthPath }) };
    const app = await MetricsApp.start({ adapter, imports: [PrometheusModule.forRoot({ server })] });
    const status = async (path: string) => (await send(app.ownPort, { path })).status;
    try {
      expect(await status('/-/healthy')).toBe(healthPath === undefined ? 200 : 404);
      expect(await status('/live')).toBe(healthPath === '/live' ? 200 : 404);
      expect(
        (await send(app.ownPort, { path: healthPath === '/live' ? '/live' : '/-/process', method: 'POST' })).status,
      ).toBe(405);
    } finally {
      await app.close();
    }
  });

  it('answers until the last hook of the application', async () => {
    const seen: boolean[] = [];
    @Injectable()
    class Last implements OnApplicationShutdown {
      async onApplicationShutdown(): Promise<void> {
        seen.push(await isOpen(metricsApp.ownPort));
      }
    }
    // Nest calls the hooks of modules far from the root last, and those of one module all at once.
    @Module({ providers: [Last] })
    class LastModule {}
    const metricsApp = await MetricsApp.start({
      adapter,
      imports: [LastModule, PrometheusModule.forRoot({ server: { port: 0 } })],
    });
    await metricsApp.close();
    expect(seen).toEqual([true]);
  });

  it('ends while it is scraped', async () => {
    const app = await MetricsApp.start({
      adapter,
      imports: [PrometheusModule.forRoot(OWN_PORT.options)],
      isOwnPort: true,
    });
    const barks = app.app.get(MetricStore).counter(BARKS);
    for (let dog = 0; dog < 20_000; dog += 1) barks.known({ dog: `dog number ${dog}` });
    const port = app.metricsPort;
    const scrapes = Promise.allSettled([1, 2, 3].map(() => app.scrape()));
    await abortAfter(app.metricsPort, 'request sent', { path: '/metrics' });
    await app.close();
    const answered = (await scrapes).filter((scrape) => scrape.status === 'fulfilled');
    // Those that were accepted before are answered, in whole.
    const whole = answered.filter(({ value }) => value.series('barks_total').length > 20_000);
    expect(whole).toHaveLength(answered.length);
    expect(await isOpen(port)).toBe(false);
  });

  it('leaves nothing behind, however often the application boots and closes', async () => {
    const cycle = async () => {
      const app = await MetricsApp.start({ adapter, imports: [PrometheusModule.forRoot({ server: { port: 0 } })] });
      await app.scrape();
      await app.close();
    };
    await cycle();
    const before = {
      threads: threads(),
      listeners: process.eventNames().map((name) => [name, process.listenerCount(name)]),
    };
    for (let i = 0; i < 5; i += 1) await cycle();
    expect({
      threads: threads(),
      listeners: process.eventNames().map((name) => [name, process.listenerCount(name)]),
    }).toEqual(before);
  });
});

describe('the endpoint of its own', () => {
  const holders: Server[] = [];
  afterEach(() =>
    Promise.all(
      holders
        .splice(0)
        .filter(({ listening }) => listening)
        .map(release),
    ),
  );

  it('is of no use to those who did not ask for it', async () => {
    const app = await NestFactory.createApplicationContext(rootModule({}), { logger: false, abortOnError: false });
    const before = threads();
    expect(app.get(MetricsServer).port).toBeUndefined();
    expect(app.get(MetricsServer).url).toBeUndefined();
    await app.close();
    expect(threads()).toBe(before);
  });

  it('serves an application without a server', async () => {
    const app = await NestFactory.createApplicationContext(rootModule({ server: { port: 0 } }), {
      logger: false,
      abortOnError: false,
    });
    const { port = 0 } = app.get(MetricsServer);
    const answer = await send(port, { path: '/metrics' });
    expect(readExposition(answer.bytes, 'text').sum('nestjs_metrics_info')).toBe(1);
    await app.close();
    expect(await isOpen(port)).toBe(false);
  });

  it('serves a microservice', async () => {
    const holder = await hold();
    const options = { host: '127.0.0.1', port: portOf(holder) };
    await release(holder);
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(rootModule({ server: { port: 0 } }), {
      transport: Transport.TCP,
      options,
      logger: false,
      abortOnError: false,
    });
    await app.listen();
    const { port = 0 } = app.get(MetricsServer);
    expect((await send(port, { path: '/metrics' })).status).toBe(200);
    await app.close();
    expect(await isOpen(port)).toBe(false);
  });

  it('waits for a port that is taken, while the application runs', async () => {
    const holder = await hold();
    holders.push(holder);
    const port = portOf(holder);
    const logger = new OwnLines();
    const app = await MetricsApp.start({
      adapter: 'express',
      imports: [PrometheusModule.forRoot({ server: { port } })],
      configure: (made) => made.useLogger(logger),
    });
    try {
      expect(logger.lines).toHaveLength(1);
      expect(logger.lines[0]).toMatch(new RegExp(`^error: .* port ${port} .*EADDRINUSE.*\`server.port\``));
      expect(app.app.get(MetricsServer).port).toBeUndefined();
      expect((await app.scrape()).seriesCount).toBeGreaterThan(10);
      await release(holder);
      await waitUntil('the port is taken over', () => isOpen(port));
      expect(logger.lines.slice(1)).toEqual([`log: The metrics are on http://127.0.0.1:${port}/metrics`]);
      expect((await app.scrape()).sum('nestjs_metrics_errors_total')).toBe(0);
    } finally {
      await app.close();
    }
  });

  it('takes the next free port of a range, and waits where there is none', async () => {
    const from = await freePortsInARow(2);
    holders.push(await hold(from));
    const range = { server: { ports: [from, from + 1] as const } };
    const logger = new OwnLines();
    const app = await MetricsApp.start({ adapter: 'express', imports: [PrometheusModule.forRoot(range)] });
    const waiting = await MetricsApp.start({
      adapter: 'express',
      imports: [PrometheusModule.forRoot(range)],
      configure: (made) => made.useLogger(logger),
    });
    try {
      expect(app.ownPort).toBe(from + 1);
      expect(logger.lines).toHaveLength(1);
      expect(logger.lines[0]).toMatch(new RegExp(`^error: .* ports ${from} to ${from + 1} .*\`server.ports\``));
      await app.close();
      await waitUntil('the port is taken over', () => isOpen(from + 1));
      expect(waiting.ownPort).toBe(from + 1);
    } finally {
      await app.close();
      await waiting.close();
    }
  });

  it('takes another port of the range when its thread has ended and the last one, which it had, is gone', async () => {
    const from = await freePortsInARow(2);
    const first = await hold(from);
    const app = await MetricsApp.start({
      adapter: 'express',
      imports: [PrometheusModule.forRoot({ server: { ports: [from, from + 1] } })],
    });
    try {
      expect(app.ownPort).toBe(from + 1);
      const { thread } = app.app.get(MetricsServer);
      await (Reflect.get(thread!, 'worker') as Worker).terminate();
      holders.push(await hold(from + 1));
      await release(first);
      await waitUntil('it is on the other port', () => isOpen(from));
      expect(app.ownPort).toBe(from);
    } finally {
      await app.close();
    }
  });

  it('is not there after a boot that failed', async () => {
    class Bootstrapped implements OnApplicationBootstrap {
      onApplicationBootstrap(): void {
        throw new Error('failed by the test');
      }
    }
    const before = threads();
    const app = await NestFactory.create(rootModule({ server: { port: 0 } }, [Bootstrapped]), {
      logger: false,
      abortOnError: false,
    });
    await expect(app.init()).rejects.toThrow('failed by the test');
    await app.close();
    expect(threads()).toBe(before);
  });

  it('is not there when the application is closed while it boots', async () => {
    const before = threads();
    const app = await NestFactory.create(rootModule(THREADED_ROUTE.options), { logger: false, abortOnError: false });
    const server = app.get(MetricsServer);
    const booted = app.init();
    await server.stop();
    await booted;
    expect(server.thread).toBeUndefined();
    expect(threads()).toBe(before);
    await app.close();
  });
});
