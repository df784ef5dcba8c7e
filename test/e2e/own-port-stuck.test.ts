import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exposition, readExposition } from '../support/exposition.js';
import { send } from '../support/http-client.js';
import { PROMETHEUS_ACCEPT } from '../support/metrics-app.js';
import { MetricsProcess } from '../support/metrics-process.js';
import { startPrometheus } from '../support/prometheus-server.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

/** 10,000 series of counters, besides the few of the application. */
const SERIES = 10_000;
/** The promise is 250 ms; the machines of the tests do other things at the same time. */
const GENEROUS_MS = 2500;

let stuck: MetricsProcess;

async function scrape(accept = 'text/plain'): Promise<Exposition> {
  const { status, bytes } = await send(stuck.port, { path: '/metrics', headers: { accept } });
  expect(status).toBe(200);
  return readExposition(bytes, accept === 'text/plain' ? 'text' : 'openmetrics');
}

const barks = (exposition: Exposition) => exposition.value('barks_total', { dog: 'Rex' }) ?? 0;

async function health(): Promise<number> {
  return (await send(stuck.port, { path: '/-/healthy' })).status;
}

describe('an application whose event loop is stuck', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    const server = { port: 0, unhealthyAfterSeconds: 2 };
    stuck = await MetricsProcess.start({ options: { server }, series: SERIES, inApp: true });
  });
  afterAll(() => stuck.stop());

  it('goes on showing what it counts, leaves out what has to be asked for, and recovers', async () => {
    const before = await scrape();
    const lastTurn = before.value('nodejs_eventloop_last_turn_timestamp_seconds') ?? 0;
    expect(before.series('process_resident_memory_bytes')).toHaveLength(1);
    expect(before.series('nestjs_metrics_collector_success').every(({ value }) => value === 1)).toBe(true);
    expect(await health()).toBe(200);

    const goOn = stuck.block();
    await waitUntil('it is stuck', async () => (await scrape()).series('process_resident_memory_bytes').length === 0);
    const unhealthy = waitUntil('the probe says so', async () => (await health()) === 503);
    let last = barks(before);
    const took: number[] = [];
    for (let i = 0; i < 10; i += 1) {
      const started = performance.now();
      const exposition = await scrape(i % 2 === 0 ? 'text/plain' : PROMETHEUS_ACCEPT);
      took.push(performance.now() - started);
      expect(barks(exposition)).toBeGreaterThan(last);
      last = barks(exposition);
      const walks = exposition.value('walk_duration_seconds_count', { dog: 'Rex' }) ?? 0;
      expect(walks).toBeGreaterThan(barks(before));
      expect(exposition.value('walk_duration_seconds_bucket', { dog: 'Rex', le: '+Inf' })).toBe(walks);
      expect(exposition.series('barks_total').length).toBe(SERIES + 2);
      expect(exposition.series('nodejs_heap_size_used_bytes')).toEqual([]);
      expect(exposition.series('nestjs_metrics_collector_success').length).toBeGreaterThan(0);
      expect(exposition.series('nestjs_metrics_collector_success').every(({ value }) => value === 0)).toBe(true);
    }
    console.log(`scrapes of ${SERIES} series while the loop is stuck took ${took.map(Math.round).join(', ')} ms`);
    expect(Math.min(...took)).toBeLessThan(GENEROUS_MS);
    const stale = (await scrape()).value('nodejs_eventloop_last_turn_timestamp_seconds') ?? 0;
    expect(stale).toBeGreaterThanOrEqual(lastTurn);
    expect(Date.now() / 1000 - stale).toBeGreaterThan(0.5);
    expect(await unhealthy).toBe(true);
    expect((await send(stuck.port, { path: '/-/healthy' })).body).toMatch(/ \d+\.\d seconds\.\n$/);

    const counted = await goOn();
    await waitUntil('it has recovered', async () => (await health()) === 200);
    const recovered = await waitUntil('it is asked again', async () => {
      const exposition = await scrape();
      return exposition.series('process_resident_memory_bytes').length === 1 && exposition;
    });
    expect(recovered && barks(recovered)).toBe(counted);
    expect(recovered && recovered.sum('nestjs_metrics_errors_total')).toBe(0);
  });

  needs('prometheus')('beside a Prometheus that scrapes every second', () => {
    it('shows no gap', async () => {
      const ms = Number(process.env['BLOCKED_MS'] ?? 10_000);
      const prometheus = await startPrometheus({ targets: [`127.0.0.1:${stuck.port}`] });
      try {
        const goOn = stuck.block();
        await after(ms);
        const counted = await goOn();
        await prometheus.nextScrape();
        const window = `${Math.ceil(ms / 1000)}s`;
        const value = async (expression: string) => (await prometheus.query(expression))[0]?.value;
        expect(await value(`min_over_time(up[${window}])`)).toBe(1);
        expect(await value(`count_over_time(up[${window}])`)).toBeGreaterThanOrEqual(ms / 1000 - 2);
        expect(await value(`changes(barks_total{dog="Rex"}[${window}])`)).toBeGreaterThanOrEqual(ms / 1000 - 3);
        expect(await value('barks_total{dog="Rex"}')).toBe(counted);
      } finally {
        await prometheus.stop();
      }
    });
  });
});
