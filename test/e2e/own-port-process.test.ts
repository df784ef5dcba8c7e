import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { readExposition } from '../support/exposition.js';
import { freePortsInARow } from '../support/free-ports.js';
import { send } from '../support/http-client.js';
import { METRICS_PROGRAM, MetricsProcess, type MetricsProcessOptions } from '../support/metrics-process.js';
import { waitUntil } from '../support/wait-until.js';

const OWN = { options: { server: { port: 0 } } };

let processes: MetricsProcess[] = [];
const folder = mkdtempSync(join(tmpdir(), 'own-port-'));

async function start(options: MetricsProcessOptions): Promise<MetricsProcess> {
  const started = await MetricsProcess.start(options);
  processes.push(started);
  return started;
}

async function isFree(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const refused = await new Promise((resolve) => {
    socket.once('connect', () => resolve(false)).once('error', () => resolve(true));
  });
  socket.destroy();
  return refused === true;
}

async function scrape(port: number) {
  return readExposition((await send(port, { path: '/metrics' })).bytes, 'text');
}

/** A range whose first port was free a moment ago. */
const PORTS = 21;

async function range(): Promise<readonly [number, number]> {
  const from = await freePortsInARow(PORTS);
  return [from, from + PORTS - 1];
}

async function targets(port: number, headers = {}): Promise<readonly string[]> {
  const { body, headers: answered } = await send(port, { path: '/targets', headers });
  expect(answered['content-type']).toBe('application/json; charset=utf-8');
  return (JSON.parse(body) as readonly { readonly targets: readonly string[] }[]).flatMap(({ targets: all }) => all);
}

afterEach(async () => {
  await Promise.all(processes.map((one) => one.stop()));
  processes = [];
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a process with an endpoint of its own', () => {
  it.each([
    ['process.exit', (one: MetricsProcess) => one.send('exit', { code: 3 }), 3],
    ['an error that nobody catches', (one: MetricsProcess) => one.send('throw'), 1],
    ['SIGTERM', (one: MetricsProcess) => one.kill('SIGTERM'), 'SIGTERM'],
    ['SIGKILL', (one: MetricsProcess) => one.kill('SIGKILL'), 'SIGKILL'],
  ] as const)('ends by %s as without it, with its port', async (_, end, how) => {
    const one = await start({ ...OWN, inApp: true, series: 1000 });
    const { port } = one;
    // A scrape is under way.
    const scraped = scrape(port).catch(() => undefined);
    end(one);
    expect(await one.ended).toBe(how);
    expect(await isFree(port)).toBe(true);
    await scraped;
  });

  it('ends by SIGTERM with the hooks of the application', async () => {
    const one = await start({ ...OWN, inApp: true, closesOnSignals: true });
    one.kill('SIGTERM');
    expect(['SIGTERM', 0]).toContain(await one.ended);
    expect(await isFree(one.port)).toBe(true);
  });

  it('ends by SIGTERM while its event loop is stuck', async () => {
    const one = await start(OWN);
    one.block();
    await scrape(one.port);
    one.kill('SIGTERM');
    expect(await one.ended).toBe('SIGTERM');
    expect(await isFree(one.port)).toBe(true);
  });

  it('loads the loaders and preloaded modules of NODE_OPTIONS once, not in its thread', async () => {
    const counted = join(folder, 'loaded');
    writeFileSync(counted, '');
    const note = `appendFileSync(${JSON.stringify(counted)}, 'x');`;
    const [required, imported] = [join(folder, 'required.cjs'), join(folder, 'imported.mjs')];
    writeFileSync(required, `require('node:fs').${note}`);
    writeFileSync(imported, `import { appendFileSync } from 'node:fs';\n${note}`);
    const one = await start({ ...OWN, nodeOptions: `--require=${required} --import=${imported}` });
    expect((await scrape(one.port)).sum('nestjs_metrics_errors_total')).toBe(0);
    expect(readFileSync(counted, 'utf8')).toBe('xx');
  });

  it.each([
    [
      '--inspect=127.0.0.1:0',
      '--enable-source-maps',
      '--disallow-code-generation-from-strings',
      '--unhandled-rejections=strict',
      '--disable-proto=delete',
    ],
    ['--max-old-space-size=64'],
  ])('serves with %s', async (...execArgv) => {
    const one = await start({ ...OWN, execArgv, inApp: true, series: 5000 });
    for (const port of [one.port, one.appPort]) {
      const exposition = await scrape(port);
      expect(exposition.series('barks_total').length).toBeGreaterThanOrEqual(5000);
      expect(exposition.sum('nestjs_metrics_errors_total')).toBe(0);
    }
    await one.does('close');
  });
});

describe('the workers of a cluster', () => {
  const workers: Worker[] = [];
  afterEach(() =>
    Promise.all(
      workers.splice(0).map(async (worker) => {
        worker.process.kill('SIGKILL');
        if (!worker.isDead()) await once(worker, 'exit');
      }),
    ),
  );

  async function fork(server: object): Promise<number | undefined> {
    cluster.setupPrimary({ exec: METRICS_PROGRAM, args: [], silent: true });
    const worker = cluster.fork({ METRICS_PROCESS: JSON.stringify({ options: { server }, inApp: true }) });
    workers.push(worker);
    const [{ port }] = (await once(worker, 'message')) as [{ readonly port?: number }];
    return port;
  }

  it('have a port each in a range', async () => {
    const ports = await range();
    const taken = [await fork({ ports }), await fork({ ports })];
    expect(new Set(taken).size).toBe(2);
    for (const port of taken) expect((await scrape(port ?? 0)).sum('nestjs_metrics_errors_total')).toBe(0);
    // On a busy machine, another worker may answer too late to be in the list.
    await waitUntil('both are listed', async () => (await targets(taken[0] ?? 0)).length === 2);
  });

  it('do not share a port: the next one takes it over when the first one has ended', async () => {
    const [port] = await range();
    expect(await fork({ port })).toBe(port);
    expect(await fork({ port })).toBeUndefined();
    const started = (await scrape(port)).value('process_start_time_seconds');
    workers[0]!.process.kill('SIGKILL');
    const other = await waitUntil('the other one has it', () => scrape(port));
    expect(other.value('process_start_time_seconds')).not.toBe(started);
  });
});

describe('the processes of a host that share a range of ports', () => {
  it('are listed by each of them as long as they live, stuck or not, and nobody else is', async () => {
    const ports = await range();
    const options = { options: { server: { ports, path: '/internal/prom' } } };
    const first = await start(options);
    const second = await start(options);
    const third = await start(options);
    const all = [first, second, third].map(({ port }) => `127.0.0.1:${port}`).toSorted();
    expect(new Set(all).size).toBe(3);

    const alien = createHttpServer((_, response) => response.end('{"service":"another","pid":1,"path":"/metrics"}'));
    const silent = createServer();
    for (const [i, server] of [alien, silent].entries()) {
      server.listen(ports[1] - i, '127.0.0.1');
      await once(server, 'listening');
    }
    const goOn = second.block();
    for (const { port } of [first, third]) {
      await waitUntil('all are listed', async () => (await targets(port)).toSorted().join() === all.join());
    }
    const [target] = JSON.parse((await send(second.port, { path: '/targets' })).body) as readonly object[];
    expect(target).toEqual({
      targets: [expect.stringMatching(/^127\.0\.0\.1:\d+$/)],
      labels: {
        __scheme__: 'http',
        __metrics_path__: '/internal/prom',
        __meta_nestjs_pid: expect.stringMatching(/^\d+$/) as string,
      },
    });
    await goOn();

    second.kill('SIGKILL');
    await second.ended;
    const left = [first, third].map(({ port }) => `127.0.0.1:${port}`).toSorted();
    await waitUntil(
      'the one that was killed is gone',
      async () => (await targets(first.port)).toSorted().join() === left.join(),
    );
    await start(options);
    await waitUntil('the next one is there', async () => (await targets(first.port)).length === 3);
    alien.close();
    silent.close();
  });

  it('have the name by which the client calls them, and no other text of the client', async () => {
    const { port } = await start({ options: { server: { ports: await range() } } });
    expect(await targets(port, { host: 'metrics.example:9' })).toEqual([`metrics.example:${port}`]);
    expect(await targets(port, { host: '[::1]:9464' })).toEqual([`[::1]:${port}`]);
    for (const host of ['a b', '"', 'x"}],[{"a', 'a/b', '']) {
      expect(await targets(port, { host })).toEqual([`127.0.0.1:${port}`]);
    }
    expect(await targets(port)).toEqual([`127.0.0.1:${port}`]);
  });
});
