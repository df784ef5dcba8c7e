import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo } from 'node:net';
import { setInterval } from 'node:timers/promises';
import { MetricsEndpoint, MetricsPush, PrometheusModule, type PushOptions } from 'nestjs-prometheus-exporter';
import { Counter, Histogram, Registry, Summary } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Certificates } from '../support/certificates.js';
import { type Exposition, readExposition } from '../support/exposition.js';
import { MetricsApp } from '../support/metrics-app.js';
import { readOtlp, sampleKey, samplesOf } from '../support/otlp-request.js';
import { type PushJob, startJob } from '../support/push-job.js';
import { type Answer, OK, PushReceiver } from '../support/push-receiver.js';
import { waitUntil } from '../support/wait-until.js';

const hang: Answer = () => undefined;
const status =
  (code: number, body = ''): Answer =>
  (response) =>
    response.writeHead(code).end(body);

const open: (() => Promise<unknown>)[] = [];
let listeners: number;

beforeEach(() => {
  listeners = process.listenerCount('beforeExit');
});

afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
  if (process.listenerCount('beforeExit') !== listeners) throw new Error('A listener has stayed.');
});

async function receiving(...answers: readonly Answer[]): Promise<PushReceiver> {
  const receiver = await PushReceiver.start(...answers);
  open.push(() => receiver[Symbol.asyncDispose]());
  return receiver;
}

async function job(...[push, options]: Parameters<typeof startJob>): Promise<PushJob & { readonly push: MetricsPush }> {
  const started = await startJob(push, options);
  open.push(() => started.app.close());
  return { ...started, push: started.app.get(MetricsPush) };
}

async function scraped({ app }: Pick<PushJob, 'app'>): Promise<Exposition> {
  return readExposition(await app.get(MetricsEndpoint).text(), 'text');
}

async function pushesOf(one: PushJob): Promise<readonly unknown[]> {
  const metrics = await scraped(one);
  return ['success', 'error'].map((outcome) => metrics.value('nestjs_metrics_pushes_total', { outcome }));
}

describe('MetricsPush', () => {
  it('pushes what a scrape answers', async () => {
    const receiver = await receiving();
    const registry = new Registry();
    new Counter({ name: 'letters_total', help: 'Letters.', registers: [registry] }).inc(3);
    const started = await job({ url: receiver.url, job: 'import' }, { registry, namespace: 'shop' });
    started.rows.labels({ table: 'dogs' }).inc(2);
    expect(await started.push.push()).toBe(true);
    const pushed = readExposition(receiver.requests[0]?.body ?? '', 'text');
    expect(pushed.value('shop_rows_total', { table: 'dogs' })).toBe(2);
    expect(pushed.value('letters_total')).toBe(3);
    expect(pushed.value('shop_nestjs_metrics_pushes_total', { outcome: 'success' })).toBe(0);
    // Percentiles of the event loop's lag are there when it was sampled.
    const steady = ({ names }: Exposition) => names.filter((name) => !name.includes('eventloop_lag'));
    expect(steady(pushed)).toEqual(steady(await scraped(started)));
  });

  it('pushes the same numbers with OTLP, from the thread of the own port too', async () => {
    const receiver = await receiving();
    const registry = new Registry();
    new Counter({ name: 'letters_total', help: 'Letters.', registers: [registry], labelNames: ['to'] }).inc({
      to: 'a"b',
    });
    new Histogram({ name: 'sizes', help: 'Sizes.', registers: [registry], buckets: [1, 2] }).observe(1.5);
    new Summary({ name: 'ages', help: 'Ages.', registers: [registry], percentiles: [0.5] }).observe(4);
    const push = { url: `${receiver.url}/v1/metrics`, protocol: 'otlp', job: 'web', onExit: false } as const;
    const imports = [PrometheusModule.forRoot({ registry, push, server: { port: 0 } })];
    const metricsApp = await MetricsApp.start({ adapter: 'express', imports });
    open.push(() => metricsApp.close());
    await metricsApp.send('/nowhere');
    expect(await metricsApp.app.get(MetricsPush).push()).toBe(true);
    const request = readOtlp(receiver.requests[0]?.body ?? '');
    const pushed = samplesOf(request);
    const exposition = await scraped(metricsApp);
    expect(exposition.sum('nestjs_metrics_errors_total')).toBe(0);
    const steady = exposition.names
      .filter((name) => !/^(?:nodejs|process)_|^nestjs_metrics_(?:collector|pushes)/.test(name))
      .flatMap((name) => exposition.series(name));
    expect(steady.length).toBeGreaterThan(50);
    const expected = steady.map(({ name, labels, value }) => [sampleKey(name, labels), value] as const);
    expect(expected.map(([key]) => [key, pushed.get(key)])).toEqual(expected);
    expect(request.metrics.map(({ name }) => name)).toContain('process_cpu_seconds_total');
  });

  it('never rejects, and has a log line and a count when it fails', async () => {
    const receiver = await receiving(status(400, 'pushed metrics are invalid\nmore'));
    const url = receiver.url.replace('//', '//user:secret@');
    const started = await job({ url, job: 'import', onExit: false });
    expect(await started.push.push()).toBe(false);
    expect(await started.push.push()).toBe(false);
    expect(await pushesOf(started)).toEqual([0, 2]);
    expect(receiver.requests).toHaveLength(2);
    // The first of a cause, and not one for each push.
    expect(started.warnings).toEqual([
      expect.stringMatching(
        /^The metrics could not be pushed to http:\/\/127\.0\.0\.1:\d+\/metrics\/job\/import \(1 try, \d\.\d s\): it answered 400: pushed metrics are invalid$/,
      ),
    ]);
    expect((await scraped(started)).sum('nestjs_metrics_errors_total')).toBe(0);
  });

  it('fails in its time when the certificate of the receiver is not trusted', async () => {
    const { cert, key } = new Certificates().selfSigned('receiver');
    const server = createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    open.push(async () => server.close());
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const started = await job({ url, job: 'import', onExit: false, timeoutSeconds: 0.5 });
    expect(await started.push.push()).toBe(false);
    expect(started.warnings.join('\n')).toMatch(/it could not be reached: self-signed certificate/);
  });

  it('takes what was counted before the call, also when a push is under way', async () => {
    const held: (() => void)[] = [];
    const receiver = await receiving((response) => void held.push(() => response.end()), OK);
    const started = await job({ url: receiver.url, job: 'import', onExit: false });
    const rows = started.rows.labels({ table: 'dogs' });
    rows.inc();
    const first = started.push.push();
    await waitUntil('the first push is under way', () => held.length > 0);
    rows.inc();
    const second = [started.push.push(), started.push.push()];
    held[0]?.();
    expect(await Promise.all([first, ...second])).toEqual([true, true, true]);
    const values = receiver.requests.map(({ body }) =>
      readExposition(body, 'text').value('rows_total', { table: 'dogs' }),
    );
    expect(values).toEqual([1, 2]);
  });

  it('is there without the option, and pushes nothing', async () => {
    const started = await startJob(false);
    open.push(() => started.app.close());
    expect(await started.app.get(MetricsPush).push()).toBe(false);
    expect((await scraped(started)).names).not.toContain('nestjs_metrics_pushes_total');
  });
});

describe('a push at the end', () => {
  const ending = (push: Partial<PushOptions>, url: string) => startJob({ url, job: 'import', ...push });

  it('has what was counted last', async () => {
    const receiver = await receiving();
    const { app, rows } = await ending({}, receiver.url);
    rows.labels({ table: 'dogs' }).inc(5);
    await app.close();
    expect(receiver.requests).toHaveLength(1);
    expect(readExposition(receiver.requests[0]?.body ?? '', 'text').value('rows_total', { table: 'dogs' })).toBe(5);
    expect(process.listenerCount('beforeExit')).toBe(listeners);
  });

  it('is left out with onExit: false', async () => {
    const receiver = await receiving();
    const { app } = await ending({ onExit: false }, receiver.url);
    expect(process.listenerCount('beforeExit')).toBe(listeners);
    await app.close();
    expect(receiver.requests).toEqual([]);
  });

  it('is waited for no longer than it may take, also behind another one', async () => {
    const receiver = await receiving(hang);
    const { app, warnings } = await ending({ timeoutSeconds: 1 }, receiver.url);
    const before = app.get(MetricsPush).push();
    await waitUntil('a push is under way', () => receiver.requests.length > 0);
    const startedAt = performance.now();
    await app.close();
    expect(performance.now() - startedAt).toBeLessThan(2500);
    expect(await before).toBe(false);
    expect(warnings.length).toBeGreaterThan(0);
  });

  it('leaves nothing behind when the boot fails', async () => {
    await expect(startJob({ url: 'no url', job: 'x' })).rejects.toThrow('Expected `push.url` to be an address');
    expect(process.listenerCount('beforeExit')).toBe(listeners);
  });
});

describe('option push.intervalSeconds', () => {
  it('pushes while the application runs, not two at once, and not after its end', async () => {
    const held: (() => void)[] = [];
    const receiver = await receiving(OK, (response) => void held.push(() => response.end()), OK);
    const started = await startJob({ url: receiver.url, job: 'web', intervalSeconds: 1, onExit: false });
    await waitUntil('the second push is under way', () => held.length > 0);
    // By then, the timer of the third push has fired as well.
    await secondPasses();
    expect(receiver.requests).toHaveLength(2);
    held[0]?.();
    await waitUntil('the third push has come', () => receiver.requests.length === 3);
    await started.app.close();
    await secondPasses();
    expect(receiver.requests.length).toBe(3);
  });
});

/** That something does not happen takes time to see. */
async function secondPasses(): Promise<void> {
  for await (const _ of setInterval(1000)) return;
}
