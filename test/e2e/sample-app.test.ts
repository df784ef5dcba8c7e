import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exposition, type Labels } from '../support/exposition.js';
import { send } from '../support/http-client.js';
import { type Kennel, startKennel } from '../support/kennel.js';
import { kennelLoad, rollbackLoad } from '../support/kennel-load.js';
import { driveLoad } from '../support/load-driver.js';
import { type LoadReport } from '../support/load-report.js';
import { checkMetrics } from '../support/promtool.js';
import { type PrometheusServer, startPrometheus } from '../support/prometheus-server.js';
import { metricNamesIn } from '../support/rule-files.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

const EXAMPLE = fileURLToPath(new URL('../../examples/prometheus/', import.meta.url));
const RULES = join(EXAMPLE, 'rules', 'nestjs-http.rules.yml');

/** What the first page links to, besides the metrics. */
const LINKED_OF_DATABASE = ['/dogs', '/walks', '/walks/one-by-one', '/breeds', '/slow-query', '/failing-query'];
const LINKED = [
  ...LINKED_OF_DATABASE,
  '/walks/forecast',
  '/slow',
  '/error',
  '/secret',
  '/stream',
  '/download',
  '/hello',
  '/leak',
  '/bark',
  '/deaf-listener',
];

/** METRICS.md and METHODS know eleven methods; what a client makes up is one of them. */
const labelOf = (method: string) => (method === 'PROPFIND' ? '_OTHER' : method);

describe.each(['express', 'fastify'] as const)('the sample application on %s', (adapter) => {
  let kennel: Kennel;
  beforeAll(async () => {
    kennel = await startKennel({ adapter, hasDoors: true });
  });
  afterAll(async () => {
    const exitCode = await kennel.stop();
    if (exitCode !== 0) throw new Error(`The sample application ended with ${exitCode}:\n${kennel.output}`);
  });

  it('has every route at zero from boot', async () => {
    const exposition = await kennel.scrape();
    for (const route of ['/', '/dogs/:id', ...LINKED]) {
      expect(exposition.value('nestjs_http_requests_total', { method: 'GET', route, status: '200' })).toBeDefined();
      expect(exposition.value('nestjs_http_requests_total', { method: 'GET', route, status: '500' })).toBe(0);
    }
  });

  // Before anything else is asked for: increase() is exact from a zero that Prometheus has seen, and all counters are at zero now.
  needs('prometheus')('scraped by a real Prometheus with the example configuration', () => {
    let prometheus: PrometheusServer;
    let before: Exposition;
    let after: Exposition;
    let reports: readonly LoadReport[];

    beforeAll(async () => {
      prometheus = await startPrometheus({ configFile: exampleFor(kennel) });
      before = await kennel.quietScrape();
      await prometheus.nextScrape();
      reports = [
        await driveLoad(kennel.port, kennelLoad(25)),
        await driveLoad(kennel.port, rollbackLoad(5), { concurrency: 1 }),
      ];
      after = await kennel.quietScrape();
      await prometheus.nextScrape();
    });
    afterAll(() => prometheus.stop());

    /** No route is in both loads. */
    const tallies = () => reports.flatMap((report) => report.tallies);
    const total = (count: (report: LoadReport) => number) => reports.reduce((sum, report) => sum + count(report), 0);
    const grown = (name: string, labels?: Labels) => after.sum(name, labels) - before.sum(name, labels);

    it('counts what the driver counted, by method, route and status', () => {
      expect(reports.flatMap((report) => report.failures)).toEqual([]);
      for (const { method, route, status, count } of tallies()) {
        const counted = countedIn(before, after, labelOf(method), route, status);
        expect({ method, route, status, counted }).toEqual({ method, route, status, counted: count });
      }
    });

    it('counts nothing besides', () => {
      const answered = total((report) => report.answered());
      const aborted = total((report) => report.aborted());
      const ownScrapes = countedIn(before, after, 'GET', '/metrics', 200);
      expect(grown('nestjs_http_requests_total')).toBe(answered + ownScrapes);
      // On a machine that is busy Prometheus gives up some of its scrapes.
      const givenUp = grown('nestjs_http_requests_aborted_total', { route: '/metrics' });
      expect(grown('nestjs_http_requests_aborted_total')).toBe(aborted + givenUp);
      expect(grown('nestjs_http_requests_received_total')).toBe(answered + aborted + ownScrapes + givenUp);
      expect(after.sum('nestjs_metrics_errors_total')).toBe(0);
    });

    it('gives increase() the same numbers', async () => {
      const [target] = await prometheus.query('timestamp(up)');
      const at = target?.value.toFixed(3);
      for (const { method, route, status, count } of tallies()) {
        const name = status === 'aborted' ? 'nestjs_http_requests_aborted_total' : 'nestjs_http_requests_total';
        const withStatus = status === 'aborted' ? '' : `,status="${status}"`;
        const series = `${name}{method="${labelOf(method)}",route="${route}"${withStatus}}`;
        const existedBefore = before.value(name, labelsOf(method, route, status)) !== undefined;
        // A series that began during the load has no value before it to increase from: Prometheus' own blind spot.
        const [increase] = await prometheus.query(
          existedBefore ? `increase(${series}[10m] @ ${at})` : `max_over_time(${series}[10m] @ ${at})`,
        );
        expect({ series, increase: Math.round((increase?.value ?? NaN) * 1e6) / 1e6 }).toEqual({
          series,
          increase: count,
        });
      }
    });

    it('counts streams, exceptions and templates', () => {
      expect(grown('nestjs_http_responses_streamed_total', { route: '/stream' })).toBe(
        total((report) => report.answered({ route: '/stream' })),
      );
      expect(grown('nestjs_http_responses_streamed_total', { route: '/download' })).toBe(25);
      expect(grown('nestjs_http_templates_rendered_total', { template: 'hello' })).toBe(25);
      expect(grown('nestjs_http_exceptions_total', { handler: 'error', error_type: 'Error' })).toBe(25);
      expect(grown('nestjs_http_exceptions_total', { handler: 'secret', error_type: 'ForbiddenException' })).toBe(25);
    });

    it('counts rows, transactions and failed statements', async () => {
      const expected = {
        'typeorm_model_rows_total{model="dog",operation="insert"}': 25,
        'typeorm_model_rows_total{model="dog",operation="update"}': 25,
        'typeorm_model_rows_total{model="dog",operation="delete"}': 0,
        'typeorm_transactions_total{outcome="commit"}': 0,
        'typeorm_transactions_total{outcome="rollback"}': 5,
        'typeorm_query_errors_total{operation="select",error_type="syntax"}': 25,
        'nestjs_http_request_db_queries_sum{route="/walks"}': 25,
        'nestjs_http_request_db_queries_count{route="/walks/one-by-one"}': 25,
        typeorm_query_cache_gets_total: 25,
        nestjs_cache_gets_total: 25,
      };
      const [target] = await prometheus.query('timestamp(up)');
      const at = target?.value.toFixed(3);
      for (const [series, count] of Object.entries(expected)) {
        // Not increase(): the first dogs are in their series from its first sample on, and it would add some for them.
        const range = `${series}[10m] @ ${at}`;
        const [rise] = await prometheus.query(`sum(max_over_time(${range}) - min_over_time(${range}))`);
        expect({ series, rise: rise?.value }).toEqual({ series, rise: count });
      }
    });

    it('has every metric that the recording rules read', async () => {
      const missing = metricNamesIn(readFileSync(RULES, 'utf8')).filter((name) => after.series(name).length === 0);
      expect(missing).toEqual([]);
    });

    it('records every rule', async () => {
      const recorded = 'count({__name__=~"job.*:nestjs_http_request.*"})';
      await waitUntil('the rules are evaluated', async () => (await prometheus.query(recorded)).length > 0);
      const failures = await prometheus.query('sum(prometheus_rule_evaluation_failures_total) or vector(0)');
      expect(failures[0]?.value).toBe(0);
    });
  });

  it('links everything from its first page', async () => {
    const { body } = await send(kennel.port);
    for (const path of [...LINKED, '/metrics']) {
      expect(body).toContain(`href="${path}`);
    }
  });

  needs('promtool')('read by promtool', () => {
    it('gives its linter nothing to say', async () => {
      expect(await checkMetrics((await send(kennel.port, { path: '/metrics' })).body)).toBe('');
    });
  });
});

/** The example's own file, for another port and faster; slow enough that a scrape has its time also under load. */
function exampleFor(kennel: Kennel): string {
  const text = readFileSync(join(EXAMPLE, 'prometheus.yml'), 'utf8')
    .replace('localhost:3000', `127.0.0.1:${kennel.port}`)
    .replaceAll(/_interval: \d+s/g, '_interval: 2s')
    .replace('rules/*.yml', `${EXAMPLE}rules/*.yml`);
  const path = join(kennel.folder, 'prometheus.yml');
  writeFileSync(path, text);
  return path;
}

function labelsOf(method: string, route: string, status: number | 'aborted'): Record<string, string> {
  const labels = { method: labelOf(method), route };
  return status === 'aborted' ? labels : { ...labels, status: String(status) };
}

function countedIn(
  before: Exposition,
  after: Exposition,
  method: string,
  route: string,
  status: number | 'aborted',
): number {
  const name = status === 'aborted' ? 'nestjs_http_requests_aborted_total' : 'nestjs_http_requests_total';
  const labels = labelsOf(method, route, status);
  return (after.value(name, labels) ?? 0) - (before.value(name, labels) ?? 0);
}
