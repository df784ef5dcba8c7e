import { once } from 'node:events';
import { Agent } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type Worker } from 'node:worker_threads';
import {
  boundedBy,
  defineCounter,
  MetricsServer,
  MetricStore,
  PrometheusModule,
  type PrometheusOptions,
} from 'nestjs-prometheus-exporter';
import { afterEach, describe, expect, it } from 'vitest';
import { type Door, OWN_PORT, THREADED_ROUTE } from '../support/doors.js';
import { type Exposition, readExposition } from '../support/exposition.js';
import { MetricsApp } from '../support/metrics-app.js';
import { requestText, sendPipelined, sendRaw } from '../support/raw-socket.js';
import { waitUntil } from '../support/wait-until.js';

const BARKS = defineCounter({ name: 'barks_total', help: 'Barks.', labels: { dog: boundedBy('the test') } });

let metricsApp: MetricsApp;

async function start({ options, isOwnPort }: Door, more: PrometheusOptions = {}): Promise<void> {
  const imports = [PrometheusModule.forRoot({ ...options, ...more })];
  metricsApp = await MetricsApp.start({ adapter: 'express', imports, isOwnPort });
}

function fill(dogs: number): void {
  const barks = metricsApp.app.get(MetricStore).counter(BARKS);
  for (let dog = 0; dog < dogs; dog += 1) barks.known({ dog: `dog number ${dog}` });
}

/** The thread that runs now. */
function worker(): Worker {
  const { thread } = metricsApp.app.get(MetricsServer);
  if (thread === undefined) throw new Error('No thread runs.');
  return Reflect.get(thread, 'worker') as Worker;
}

async function expectUnharmed(before: Worker): Promise<void> {
  const exposition = await metricsApp.scrape();
  expect(exposition.sum('nestjs_metrics_errors_total')).toBe(0);
  expect(worker()).toBe(before);
}

const serverErrors = (exposition: Exposition) => exposition.value('nestjs_metrics_errors_total', { part: 'server' });

/** Sends bytes, and keeps the connection. */
async function open(bytes = ''): Promise<Socket> {
  const socket = connect(metricsApp.metricsPort, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  socket.resume();
  if (bytes !== '') socket.write(bytes);
  return socket;
}

afterEach(() => metricsApp.close());

describe('the own port', { timeout: 60_000 }, () => {
  it('answers two hundred scrapes at once: each right or 503, and counts those', async () => {
    await start(OWN_PORT, { limits: { concurrentScrapes: 4 } });
    fill(2000);
    const answers = await Promise.all(Array.from({ length: 200 }, () => metricsApp.send('/metrics')));
    const refused = answers.filter(({ status }) => status === 503);
    const right = answers.filter(({ status }) => status === 200);
    expect(refused.length + right.length).toBe(200);
    expect(refused.length).toBeGreaterThan(0);
    for (const { bytes } of right) expect(readExposition(bytes, 'text').series('barks_total')).toHaveLength(2001);
    await waitUntil('all are counted', async () => {
      return (
        (await metricsApp.scrape()).value('nestjs_metrics_scrapes_rejected_total', { reason: 'busy' }) ===
        refused.length
      );
    });
  });

  it('answers what is unusual, and survives what is wrong', async () => {
    await start(OWN_PORT);
    const before = worker();
    const port = metricsApp.ownPort;
    const statusOf = async (bytes: string | Uint8Array) =>
      /^HTTP\/1\.1 (\d+)/.exec(await sendRaw(port, bytes))?.[1] ?? 'closed';
    const end = 'Connection: close\r\n\r\n';
    const statuses: Record<string, string> = {};
    for (const [what, bytes] of Object.entries({
      'HTTP/1.0': 'GET /metrics HTTP/1.0\r\n\r\n',
      'no Host': `GET /metrics HTTP/1.1\r\n${end}`,
      'a whole URL': `GET http://127.0.0.1/metrics HTTP/1.1\r\nHost: x\r\n${end}`,
      'a query': `GET /metrics?a=b HTTP/1.1\r\nHost: x\r\n${end}`,
      'a slash': `GET /metrics/ HTTP/1.1\r\nHost: x\r\n${end}`,
      'two slashes': `GET //metrics HTTP/1.1\r\nHost: x\r\n${end}`,
      'dot segments': `GET /x/../metrics HTTP/1.1\r\nHost: x\r\n${end}`,
      OPTIONS: `OPTIONS * HTTP/1.1\r\nHost: x\r\n${end}`,
      CONNECT: `CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n`,
      upgrade: `GET /metrics HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n\r\n`,
      'Expect: 100-continue': `GET /metrics HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n${end}`,
      'Expect: coffee': `GET /metrics HTTP/1.1\r\nHost: x\r\nExpect: coffee\r\n${end}`,
      'two lengths': `GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n${end}`,
      'a length and chunks': `POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n${end}0\r\n\r\n`,
      'a long URL': `GET /metrics?${'a'.repeat(65_537)} HTTP/1.1\r\nHost: x\r\n${end}`,
      'a huge URL': `GET /metrics?${'a'.repeat(200_000)} HTTP/1.1\r\nHost: x\r\n${end}`,
      'huge headers': `GET /metrics HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(200_000)}\r\n${end}`,
      garbage: Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256)),
      TLS: Buffer.from('160301020001000303', 'hex'),
      'HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    })) {
      // One after the other is the point.
      statuses[what] = await statusOf(bytes);
    }
    expect(statuses).toEqual({
      'HTTP/1.0': '200',
      'no Host': '400',
      'a whole URL': '404',
      'a query': '200',
      'a slash': '200',
      'two slashes': '404',
      'dot segments': '404',
      OPTIONS: '404',
      CONNECT: 'closed',
      upgrade: '200',
      'Expect: 100-continue': '100',
      'Expect: coffee': '417',
      'two lengths': '400',
      'a length and chunks': '400',
      'a long URL': '400',
      'a huge URL': '431',
      'huge headers': '431',
      garbage: '400',
      TLS: '400',
      'HTTP/2': '400',
    });
    await expectUnharmed(before);
  });

  it('answers pipelined requests in turn', async () => {
    await start(OWN_PORT);
    fill(2000);
    const before = worker();
    const answers = await sendPipelined(
      metricsApp.ownPort,
      ['/metrics', '/-/healthy', '/metrics', '/nowhere', '/targets', '/metrics'].map((path) => ({ path })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 404, 200, 200]);
    for (const i of [0, 2, 5])
      expect(readExposition(answers[i]!.bytes, 'text').series('barks_total')).toHaveLength(2001);
    await expectUnharmed(before);
  });

  it('closes a connection with more pipelined requests than a scraper has', async () => {
    await start(OWN_PORT);
    const before = worker();
    const flood = connect(metricsApp.ownPort, '127.0.0.1');
    flood.on('error', () => undefined).resume();
    flood.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(200));
    await once(flood, 'close');
    await expectUnharmed(before);
  });

  it('cuts off who sends slowly, and gives their places to others', async () => {
    await start(OWN_PORT);
    const before = worker();
    const slow = [
      await open(),
      await open('GET /metrics HTTP/1.1\r\nHost'),
      await open('POST /metrics HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n'),
      await open('GET /metrics HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n'),
    ];
    const closed = Promise.all(slow.map((socket) => once(socket, 'close')));
    const dripping = setInterval(() => {
      slow[1]!.write('x');
      for (const socket of slow.slice(2)) socket.write('1\r\nx\r\n');
    }, 200);
    await metricsApp.scrape();
    await waitUntil('all are cut off', () => slow.every((socket) => socket.closed), { timeoutMs: 20_000 });
    clearInterval(dripping);
    await closed;
    await expectUnharmed(before);
  });

  it('lets others in when many connections do nothing', async () => {
    await start(OWN_PORT);
    const before = worker();
    const used = await Promise.all(Array.from({ length: 300 }, () => open(requestText({ path: '/-/healthy' }))));
    const silent = await Promise.all(Array.from({ length: 600 }, () => open()));
    expect(await metricsApp.send('/metrics', { timeoutMs: 2000 })).toMatchObject({ status: 200 });
    for (const socket of [...used, ...silent]) socket.destroy();
    await expectUnharmed(before);
  });

  it('keeps the connection of a scraper beside them', async () => {
    await start(OWN_PORT);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await metricsApp.send('/metrics', { agent });
    const silent = await Promise.all(Array.from({ length: 200 }, () => open()));
    const [socket] = Object.values(agent.freeSockets).flat();
    await metricsApp.send('/metrics', { agent });
    expect(socket?.destroyed).toBe(false);
    for (const one of silent) one.destroy();
    agent.destroy();
  });
});

/** An entry of the journal about a metric that does not exist. */
const REMOVED_NOWHERE = { kind: 'removed', metric: 1e6, places: [{ chunk: 0, at: 0 }] };

describe('a thread that ends', { timeout: 60_000 }, () => {
  /** Throws in the thread, outside of everything that catches errors there. */
  const breakThread = () =>
    // A thread has no origin; the rule takes it for a window.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    worker().postMessage({ kind: 'journal', entries: [REMOVED_NOWHERE] });

  async function ended(): Promise<void> {
    const exit = new Promise((resolve) => worker().once('exit', resolve));
    breakThread();
    await exit;
  }

  it('is started again on the same port, and counted', async () => {
    await start(OWN_PORT);
    const port = metricsApp.ownPort;
    metricsApp.app.get(MetricStore).counter(BARKS).known({ dog: 'Rex' }).inc(5);
    for (let times = 1; times <= 2; times += 1) {
      await ended();
      const exposition = await waitUntil('it answers again', () => metricsApp.scrape());
      expect(metricsApp.ownPort).toBe(port);
      expect(exposition.value('barks_total', { dog: 'Rex' })).toBe(5);
      expect(serverErrors(exposition)).toBe(times);
    }
  });

  it('costs the route inside the application no answer', async () => {
    await start(THREADED_ROUTE);
    fill(5000);
    const stop = { now: false };
    const scrapes = Promise.all(
      [1, 2, 3].map(async () => {
        let answered = 0;
        for (; !stop.now; answered += 1) expect((await metricsApp.scrape()).series('barks_total').length).toBe(5001);
        return answered;
      }),
    );
    for (let times = 0; times < 3; times += 1) {
      await ended();
      await waitUntil('another one runs', () => metricsApp.app.get(MetricsServer).thread);
    }
    stop.now = true;
    expect(Math.min(...(await scrapes))).toBeGreaterThan(0);
    expect(serverErrors(await metricsApp.scrape())).toBeGreaterThanOrEqual(3);
  });

  it('is not started again after the application has closed', async () => {
    await start(OWN_PORT);
    const server = metricsApp.app.get(MetricsServer);
    breakThread();
    await metricsApp.close();
    expect(server.thread).toBeUndefined();
    expect(server.port).toBeUndefined();
  });
});
