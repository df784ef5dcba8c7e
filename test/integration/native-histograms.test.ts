import { Controller, Get } from '@nestjs/common';
import { boundedBy, defineHistogram, MetricStore, PrometheusModule } from 'nestjs-prometheus-exporter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADAPTERS, MetricsApp } from '../support/metrics-app.js';
import { type PrometheusServer, startPrometheus } from '../support/prometheus-server.js';
import { needs } from '../support/services.js';

const WALKS = defineHistogram({
  name: 'walk_seconds',
  help: 'Walks.',
  unit: 'seconds',
  buckets: [0.1, 1, 10],
  labels: { like: boundedBy('the test') },
});
const NAPS = defineHistogram({ name: 'nap_seconds', help: 'Naps.', unit: 'seconds', buckets: [1, 10], native: false });

@Controller()
class Dogs {
  @Get('dogs')
  find(): string {
    return 'Rex';
  }
}

const COUNT = 20_000;
/** Evenly between 0 and 1. */
const SHARES = Array.from({ length: COUNT }, (_, i) => (i + 0.5) / COUNT);

/** Values as they are distributed, ascending: the value at a share of the list is the true quantile. */
const DISTRIBUTIONS: Readonly<Record<string, readonly number[]>> = {
  uniform: SHARES.map((share) => 0.5 + 3 * share),
  exponential: SHARES.map((share) => -0.2 * Math.log(1 - share)),
  // The steepest: most values are small, and some are a thousand times as large.
  pareto: SHARES.map((share) => 0.01 * (1 - share) ** (-1 / 1.3)),
  constant: SHARES.map(() => 0.3),
  'two peaks': SHARES.map((share) => (share < 0.7 ? 0.02 + 0.001 * share : 5 + share)),
  negative: SHARES.map((share) => 0.2 * Math.log(share)),
};

const NAMES = Object.keys(DISTRIBUTIONS);

/** Not at the edge of a peak, where the true quantile is any number between the two. */
const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999];

function trueQuantile(values: readonly number[], quantile: number): number {
  return values[Math.ceil(quantile * values.length) - 1]!;
}

describe.each(ADAPTERS)('native histograms on %s', (adapter) => {
  let metricsApp: MetricsApp;

  beforeAll(async () => {
    const imports = [PrometheusModule.forRoot({ nativeHistograms: true })];
    metricsApp = await MetricsApp.start({ adapter, imports, controllers: [Dogs] });
    const store = metricsApp.app.get(MetricStore);
    for (const [like, values] of Object.entries(DISTRIBUTIONS)) {
      const walks = store.histogram(WALKS).labels({ like });
      for (const value of values) walks.observe(value);
    }
    store.histogram(NAPS).labels({}).observe(5);
    for (let i = 0; i < 20; i += 1) await metricsApp.send('/dogs');
  });
  afterAll(() => metricsApp.close());

  needs('prometheus')('scraped by a Prometheus that asks for them', () => {
    let prometheus: PrometheusServer;

    beforeAll(async () => {
      const plan = { targets: [`127.0.0.1:${metricsApp.port}`] };
      prometheus = await startPrometheus(plan, { flags: ['--enable-feature=native-histograms'] });
    });
    afterAll(() => prometheus.stop());

    const value = async (expression: string): Promise<number | undefined> => {
      const samples = await prometheus.query(expression);
      expect(samples.length, expression).toBeLessThanOrEqual(1);
      return samples[0]?.value;
    };

    it.each(NAMES)('have quantiles within 5 %% of the true ones: %s', async (like) => {
      const values = DISTRIBUTIONS[like]!;
      for (const quantile of QUANTILES) {
        const found = await value(`histogram_quantile(${quantile}, walk_seconds{like="${like}"})`);
        const expected = trueQuantile(values, quantile);
        expect(
          Math.abs((found ?? NaN) / expected - 1),
          `${quantile} of ${like}: ${found} for ${expected}`,
        ).toBeLessThan(0.05);
      }
    });

    it.each(NAMES)('have every value, and their sum: %s', async (like) => {
      const values = DISTRIBUTIONS[like]!;
      expect(await value(`histogram_count(walk_seconds{like="${like}"})`)).toBe(COUNT);
      const sum = values.reduce((total, one) => total + one);
      expect(await value(`histogram_sum(walk_seconds{like="${like}"})`)).toBeCloseTo(sum, 3);
    });

    it('are those of the library as well', async () => {
      const durations = 'nestjs_http_request_duration_seconds{route="/dogs"}';
      expect(await value(`histogram_count(sum(${durations}))`)).toBe(20);
      // At zero from boot: that of failures is there, though nothing has failed.
      expect((await prometheus.query(`histogram_count(${durations}) == 0`)).length).toBeGreaterThan(0);
      expect(await value('sum(nestjs_http_requests_total{route="/dogs"})')).toBe(20);
    });

    it('have no classic buckets beside them, and what has native: false has nothing else', async () => {
      expect(await value('count(walk_seconds_bucket)')).toBeUndefined();
      expect(await value('nap_seconds_bucket{le="10.0"}')).toBe(1);
      expect(await value('nap_seconds_count')).toBe(1);
    });
  });

  needs('prometheus')('scraped by a Prometheus that asks for text', () => {
    let prometheus: PrometheusServer;

    beforeAll(async () => {
      prometheus = await startPrometheus({ targets: [`127.0.0.1:${metricsApp.port}`] });
    });
    afterAll(() => prometheus.stop());

    it.each(NAMES)('have their classic buckets: %s', async (like) => {
      const values = DISTRIBUTIONS[like]!;
      for (const bound of [0.1, 1, 10, Infinity]) {
        const le = bound === Infinity ? '+Inf' : bound === 0.1 ? '0.1' : `${bound}.0`;
        const [found] = await prometheus.query(`walk_seconds_bucket{like="${like}",le="${le}"}`);
        expect(found?.value).toBe(values.filter((one) => one <= bound).length);
      }
      expect((await prometheus.query(`walk_seconds_count{like="${like}"}`))[0]?.value).toBe(COUNT);
    });
  });
});
