import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exposition, readExposition } from '../support/exposition.js';
import { send } from '../support/http-client.js';
import { type Kennel, startKennel } from '../support/kennel.js';
import { kennelLoad } from '../support/kennel-load.js';
import { driveLoad } from '../support/load-driver.js';
import { type LoadReport } from '../support/load-report.js';
import { checkMetrics } from '../support/promtool.js';
import { type PrometheusServer, startPrometheus } from '../support/prometheus-server.js';
import { metricNamesIn } from '../support/rule-files.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

const EXAMPLE = fileURLToPath(new URL('../../examples/prometheus/', import.meta.url));
const RULES = join(EXAMPLE, 'rules', 'nestjs-http.rules.yml');

/** METRICS.md and METHODS know eleven methods; what a client makes up is one of them. */
const labelOf = (method: string) => (method === 'PROPFIND' ? '_OTHER' : method);

describe.each(['express', 'fastify'] as const)('the sample application on %s', (adapter) => {
  let kennel: Kennel;
  beforeAll(async () => {
    kennel = await startKennel({ adapter });
  });
  afterAll(async () => {
    const exitCode = await kennel.stop();
    if (exitCode !== 0) throw new Error(`The sample application ended with ${exitCode}:\n${kennel.output}`);
  });

  const scrape = async (): Promise<Exposition> =>
    readExposition((await send(kennel.port, { path: '/metrics' })).bytes, 'text');

  /** Aborts reach the server a moment after the client has gone; then only the scrape itself is in flight. */
  const quietScrape = async (): Promise<Exposition> => {
    await waitUntil('only the scrape itself is in flight', async () => {
      return (await scrape()).sum('nestjs_http_requests_in_flight') === 1;
    });
    return scrape();
  };

  it('has every route at zero from boot', async () => {
    const exposition = await scrape();
    for (const route of ['/', '/dogs', '/dogs/:id', '/slow', '/error', '/secret', '/stream', '/download', '/hello']) {
      expect(exposition.value('nestjs_http_requests_total', { method: 'GET', route, status: '200' })).toBeDefined();
      expect(exposition.value('nestjs_http_requests_total', { method: 'GET', route, status: '500' })).toBe(0);
    }
  });

  // Before anything else is asked for: increase() is exact from a zero that Prometheus has seen, and all counters are at zero now.
  needs('prometheus')('scraped by a real Prometheus with the example configuration', () => {
    let prometheus: PrometheusServer;
    let before: Exposition;
    let after: Exposition;
    let report: LoadReport;

    beforeAll(async () => {
      prometheus = await startPrometheus({ configFile: exampleFor(kennel) });
      before = await quietScrape();
      await prometheus.nextScrape();
      report = await driveLoad(kennel.port, kennelLoad(25));
      after = await quietScrape();
      await prometheus.nextScrape();
    });
    afterAll(() => prometheus.stop());

    it('counts what the driver counted, by method, route and status', () => {
      expect(report.failures).toEqual([]);
      for (const { method, route, status, count } of report.tallies) {
        const counted = countedIn(before, after, labelOf(method), route, status);
        expect({ method, route, status, counted }).toEqual({ method, route, status, counted: count });
      }
    });

    it('counts nothing besides', () => {
      const grown = (name: string) => after.sum(name) - before.sum(name);
      const ownScrapes = countedIn(before, after, 'GET', '/metrics', 200);
      expect(grown('nestjs_http_requests_total')).toBe(report.answered() + ownScrapes);
      expect(grown('nestjs_http_requests_aborted_total')).toBe(report.aborted());
      expect(grown('nestjs_http_requests_received_total')).toBe(report.answered() + report.aborted() + ownScrapes);
      expect(after.sum('nestjs_metrics_errors_total')).toBe(0);
    });

    it('gives increase() the same numbers', async () => {
      const [target] = await prometheus.query('timestamp(up)');
      const at = target?.value.toFixed(3);
      for (const { method, route, status, count } of report.tallies) {
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
      const grown = (name: string, labels: Readonly<Record<string, string>>) =>
        after.sum(name, labels) - before.sum(name, labels);
      expect(grown('nestjs_http_responses_streamed_total', { route: '/stream' })).toBe(
        report.answered({ route: '/stream' }),
      );
      expect(grown('nestjs_http_responses_streamed_total', { route: '/download' })).toBe(25);
      expect(grown('nestjs_http_templates_rendered_total', { template: 'hello' })).toBe(25);
      expect(grown('nestjs_http_exceptions_total', { handler: 'error', error_type: 'Error' })).toBe(25);
      expect(grown('nestjs_http_exceptions_total', { handler: 'secret', error_type: 'ForbiddenException' })).toBe(25);
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
    for (const path of ['/dogs', '/slow', '/error', '/secret', '/stream', '/download', '/hello', '/metrics']) {
      expect(body).toContain(`href="${path}`);
    }
  });

  needs('promtool')('read by promtool', () => {
    it('gives its linter nothing to say', async () => {
      expect(await checkMetrics((await send(kennel.port, { path: '/metrics' })).body)).toBe('');
    });
  });
});

/** The example's own file, for another port and faster. */
function exampleFor(kennel: Kennel): string {
  const text = readFileSync(join(EXAMPLE, 'prometheus.yml'), 'utf8')
    .replace('localhost:3000', `127.0.0.1:${kennel.port}`)
    .replaceAll(/_interval: \d+s/g, '_interval: 500ms')
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
