import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { EXPOSED_BY_DJANGO, sendRequests, settled, startKennel } from '../support/django/kennel-app.js';
import { readExposition } from '../support/exposition.js';
import { type NestApp } from '../support/nest-app.js';
import { type PrometheusServer, startPrometheus } from '../support/prometheus-server.js';
import { metricNamesInExpression } from '../support/rule-files.js';
import { needs } from '../support/services.js';
import { sampleNames } from '../../lib/exposition/family.js';

const path = (name: string) => fileURLToPath(new URL(`../support/django/prometheus/${name}`, import.meta.url));
const RULES = path('django.rules');
const CONSOLE = readFileSync(path('django.html'), 'utf8');

interface RuleGroups {
  readonly groups: readonly { readonly rules: readonly { readonly record: string; readonly expr: string }[] }[];
}

const rules = (parse(readFileSync(RULES, 'utf8')) as RuleGroups).groups.flatMap((group) => group.rules);
const graphs = [...CONSOLE.matchAll(/expr: "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replaceAll('\\"', '"'));
const drilldowns = [...CONSOLE.matchAll(/"prom_query_drilldown" \(args "([^"]*)"/g)].map(([, text = '']) => text);

const families = readExposition(EXPOSED_BY_DJANGO, 'text').families;
const EXPOSED = new Set([...families.values()].flatMap(({ type, name }) => sampleNames('text', type, name)));

/** Whether all that an expression reads exists with django-prometheus: metrics, and what rules record of them. */
function hasDataInDjango(expression: string): boolean {
  return metricNamesInExpression(expression).every((name) => {
    const recording = rules.filter(({ record }) => record === name);
    return name === 'up' || EXPOSED.has(name) || recording.some((rule) => hasDataInDjango(rule.expr));
  });
}

const queries = [...rules.map(({ expr }) => expr), ...graphs, ...drilldowns];
const withoutData = queries.filter((query) => !hasDataInDjango(query));
const withData = queries.filter((query) => hasDataInDjango(query));

/** The metrics that they read and that no Django application exposes. */
const MISSING: Readonly<Record<string, readonly string[]>> = {
  'the client for Python adds _total to the name of every counter, since 0.4': [
    'django_http_exceptions_total_by_type',
    'django_http_exceptions_total_by_view',
    'django_http_requests_total_by_method',
    'django_http_requests_total_by_transport',
    'django_http_requests_total_by_view_transport_method',
    'django_http_responses_total_by_charset',
    'django_http_responses_total_by_status',
    'django_http_responses_total_by_templatename',
  ],
  'a histogram has no series of its own name': [
    'django_http_requests_body_total_bytes',
    'django_http_responses_body_total_bytes',
  ],
  'the metric is called …_by_view_method': ['django_http_requests_latency_seconds_bucket'],
  'the metric is called …_by_status_view_method': ['django_http_responses_total_by_status_name_method'],
  'a typing error': ['job:django_db_new_connection_erros_total:sum_rate30s'],
};

describe('the rules and the console of django-prometheus', () => {
  it('are found', () => {
    expect([rules.length, graphs.length, drilldowns.length]).toEqual([37, 11, 4]);
  });

  it('read metrics that django-prometheus does not have, for known reasons', () => {
    const recorded = rules.map(({ record }) => record);
    const missing = new Set(withoutData.flatMap(metricNamesInExpression).filter((name) => !recorded.includes(name)));
    expect([...missing].toSorted()).toEqual(Object.values(MISSING).flat().toSorted());
    expect(rules.filter(({ expr }) => withoutData.includes(expr)).length).toBe(17);
    expect(graphs.filter((query) => withoutData.includes(query)).length).toBe(5);
  });
});

needs('prometheus')('with the naming django, in a Prometheus with these rules', () => {
  let app: NestApp;
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    app = await startKennel({ platform: 'express', metrics: { naming: 'django', runtimeMetrics: true } });
    prometheus = await startPrometheus({ targets: [`127.0.0.1:${app.port}`], job: 'django', ruleFiles: [RULES] });
    await sendRequests(app);
    await settled(app);
  });
  afterAll(async () => {
    await prometheus.stop();
    await app.close();
  });

  it('every query that can return data returns data', async () => {
    const isEmpty = async (query: string) =>
      (await prometheus.query(query)).every(({ value }) => !Number.isFinite(value));
    const emptyQueries = async () => {
      const empty = await Promise.all(withData.map(isEmpty));
      return withData.filter((_, index) => empty[index]);
    };
    await expect.poll(emptyQueries, { timeout: 20_000 }).toEqual([]);
  });

  it.each(withoutData)('nor does any other query return data: %s', async (query) => {
    expect(await prometheus.query(query)).toEqual([]);
  });
});
