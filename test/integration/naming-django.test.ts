import { MonitorModule } from 'nestjs-prometheus-exporter';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exposition, type Labels, readExposition } from '../support/exposition.js';
import { abortAfter } from '../support/http-client.js';
import { totalsOf } from '../support/monitor-client.js';
import { type NestApp, PLATFORMS } from '../support/nest-app.js';
import { checkMetrics } from '../support/promtool.js';
import { PythonParser } from '../support/python-parser.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';
import { EXPOSED_BY_DJANGO, sendRequests, settled, startKennel } from '../support/django/kennel-app.js';

const DJANGO = readExposition(EXPOSED_BY_DJANGO, 'text');

/** Series that are compared by their value: all but durations, sizes and the statements of the two ORMs. */
const COUNTS = /^django_(?:http|cache|model|migrations)_.*(?:_total|_count)$|^django_db_(?:execute_many|errors)_total$/;

function textOf(name: string, labels: Labels): string {
  const pairs = Object.entries(labels).toSorted(([a], [b]) => a.localeCompare(b));
  return `${name}{${pairs.map(([label, value]) => `${label}="${value}"`).join(', ')}}`;
}

/** Every count that is not 0: series at zero say nothing about a request. */
function countsOf(metrics: Exposition): ReadonlyMap<string, number> {
  const counted = [...metrics].filter(({ name, value }) => COUNTS.test(name) && value !== 0);
  return new Map(counted.map(({ name, labels, value }) => [textOf(name, labels), value]));
}

const LATENCY = 'django_http_requests_latency_seconds_by_view_method_count';

/** What django-prometheus counts and we do not, and what we count instead. */
const DIFFERENCES: Readonly<Record<string, readonly [django: number | undefined, ours: number | undefined]>> = {
  // An exception is observed twice.
  [`${LATENCY}{method="GET", view="KennelController.broken"}`]: [2, 1],
  [`${LATENCY}{method="GET", view="KennelController.secret"}`]: [2, 1],
  // The method is not checked in this one metric.
  [`${LATENCY}{method="PROPFIND", view="<unnamed view>"}`]: [1, undefined],
  [`${LATENCY}{method="<invalid method>", view="<unnamed view>"}`]: [undefined, 1],
  // Calls of save(), the failed one too, against committed rows, those of the litter too.
  'django_model_inserts_total{model="dog"}': [2, 4],
};

describe.each(PLATFORMS)('the naming django on %s', (platform) => {
  let app: NestApp;
  let metrics: Exposition;

  beforeAll(async () => {
    app = await startKennel({ platform, metrics: { naming: 'django' } });
    await sendRequests(app);
    metrics = await settled(app);
  });
  afterAll(() => app.close());

  it('counts what django-prometheus counts for the same requests', () => {
    const [django, ours] = [new Map(countsOf(DJANGO)), new Map(countsOf(metrics))];
    for (const [series, [inDjango, inOurs]] of Object.entries(DIFFERENCES)) {
      expect([series, django.get(series), ours.get(series)]).toEqual([series, inDjango, inOurs]);
      for (const counts of [django, ours]) counts.delete(series);
    }
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(django));
  });

  it('publishes nothing else than those, the library itself and Node', () => {
    const others = metrics.names.filter((name) => !/^(?:django|nestjs_metrics)_/.test(name));
    expect(others).toEqual([]);
    expect(metrics.names).toContain('nestjs_metrics_info');
  });

  needs('promtool')('in the text format', () => {
    it('has two names that promtool complains about, as those of Django', async () => {
      const ofDjango = await checkMetrics(EXPOSED_BY_DJANGO);
      expect(await checkMetrics((await app.send('/metrics')).body)).toBe(ofDjango);
      expect(ofDjango.split('\n').toSorted()).toEqual([
        'django_migrations_applied_total non-counter metrics should not have "_total" suffix',
        'django_migrations_unapplied_total non-counter metrics should not have "_total" suffix',
      ]);
    });
  });

  needs('prometheus_client')('in OpenMetrics', () => {
    const parser = new PythonParser();
    afterAll(() => parser.dispose());

    it('is read by the parser of the client for Python', async () => {
      const { body } = await app.send({ path: '/metrics', headers: { accept: 'application/openmetrics-text' } });
      const families = await parser.parse(body, 'openmetrics');
      const { samples } = families.find(({ name }) => name === 'django_migrations_applied_total')!;
      expect(samples).toMatchObject([{ labels: { connection: 'default' }, value: 1 }]);
      expect(families.map(({ name }) => name)).toContain('django_http_requests_total_by_view_transport_method');
    });
  });
});

describe.each(PLATFORMS)('the namings nest and django side by side on %s', (platform) => {
  let app: NestApp;
  let metrics: Exposition;

  beforeAll(async () => {
    app = await startKennel({ platform, metrics: { naming: ['nest', 'django'] } });
    const leave = (path: string) => abortAfter(app.port, 'request sent', { path });
    const load = () => Promise.all([sendRequests(app), leave('/never'), app.send('/missing'), leave('/never')]);
    await Promise.all([load(), load(), load()]);
    await waitUntil('the aborted requests have ended', async () => {
      return (await app.settled()).sum('nestjs_http_requests_aborted_total') === 6;
    });
    metrics = await settled(app);
  });
  afterAll(() => app.close());

  const sum = (name: string, labels?: Labels) => metrics.sum(name, labels);
  const answered = () => sum('nestjs_http_requests_total');
  const aborted = () => sum('nestjs_http_requests_aborted_total');
  const unmatched = () => sum('nestjs_http_requests_total', { route: '_unmatched' });

  it.each<[string, () => number, () => number]>([
    [
      'requests',
      () => sum('django_http_requests_before_middlewares_total'),
      () => sum('nestjs_http_requests_received_total'),
    ],
    [
      'requests by method',
      () => sum('django_http_requests_total_by_method_total'),
      () => sum('nestjs_http_requests_received_total'),
    ],
    [
      'requests by transport',
      () => sum('django_http_requests_total_by_transport_total', { transport: 'http' }),
      () => sum('nestjs_http_requests_received_total', { transport: 'http' }),
    ],
    ['responses', () => sum('django_http_responses_before_middlewares_total'), () => answered() + aborted()],
    ['latencies', () => sum('django_http_requests_latency_including_middlewares_seconds_count'), answered],
    ['unknown latencies', () => sum('django_http_requests_unknown_latency_including_middlewares_total'), aborted],
    ['latencies by view', () => sum('django_http_requests_latency_seconds_by_view_method_count'), answered],
    ['unknown latencies by view', () => sum('django_http_requests_unknown_latency_total'), aborted],
    [
      'requests by view',
      () => sum('django_http_requests_total_by_view_transport_method_total'),
      () => answered() + aborted() - unmatched(),
    ],
    [
      'requests outside of views',
      () => sum('django_http_responses_total_by_status_view_method_total', { view: '<unnamed view>' }),
      unmatched,
    ],
    ['responses by status', () => sum('django_http_responses_total_by_status_total'), answered],
    ['responses by charset', () => sum('django_http_responses_total_by_charset_total'), answered],
    [
      'rejections of the guard',
      () => sum('django_http_responses_total_by_status_view_method_total', { view: 'KennelController.secret' }),
      () => sum('nestjs_http_requests_total', { route: '/secret', status: '403' }),
    ],
    [
      'exceptions by type',
      () => sum('django_http_exceptions_total_by_type_total', { type: 'ForbiddenException' }),
      () => sum('nestjs_http_exceptions_total', { error_type: 'ForbiddenException' }),
    ],
    [
      'exceptions by view',
      () => sum('django_http_exceptions_total_by_view_total'),
      () => sum('nestjs_http_exceptions_total'),
    ],
    [
      'bytes of requests',
      () => sum('django_http_requests_body_total_bytes_sum'),
      () => sum('nestjs_http_request_body_bytes_sum'),
    ],
    ['streams', () => sum('django_http_responses_streaming_total'), () => sum('nestjs_http_responses_streamed_total')],
    [
      'bodies of responses',
      () => sum('django_http_responses_body_total_bytes_count') + sum('django_http_responses_streaming_total'),
      answered,
    ],
    [
      'templates',
      () => sum('django_http_responses_total_by_templatename_total', { templatename: 'page' }),
      () => sum('nestjs_http_templates_rendered_total', { template: 'page' }),
    ],
    [
      'statements',
      () => sum('django_db_query_duration_seconds_count', { alias: 'default', vendor: 'sqlite' }),
      () => sum('typeorm_query_duration_seconds_count', { data_source: 'default' }),
    ],
    ['failed statements', () => sum('django_db_errors_total'), () => sum('typeorm_query_errors_total')],
    ['connections', () => sum('django_db_new_connections_total'), () => sum('typeorm_connections_opened_total')],
    [
      'inserted rows',
      () => sum('django_model_inserts_total', { model: 'dog' }),
      () => sum('typeorm_model_rows_total', { model: 'dog', operation: 'insert' }),
    ],
    ['keys', () => sum('django_cache_get_total', { backend: 'locmem' }), () => sum('nestjs_cache_gets_total')],
    ['hits', () => sum('django_cache_get_hits_total'), () => sum('nestjs_cache_hits_total')],
    ['pending migrations', () => sum('django_migrations_unapplied_total'), () => sum('typeorm_migrations_pending')],
  ])('count the same: %s', (_, django, nest) => {
    expect(nest()).toBeGreaterThan(0);
    expect(django()).toBe(nest());
  });

  it('count the same statuses', () => {
    for (const { labels, value } of metrics.series('django_http_responses_total_by_status_total')) {
      expect(sum('nestjs_http_requests_total', { status: labels['status']! })).toBe(value);
    }
  });

  it('count a statement with several rows once per row', () => {
    const many = sum('django_db_execute_many_total');
    expect(many).toBe(9);
    expect(sum('django_db_execute_total')).toBe(sum('typeorm_query_duration_seconds_count') - 3 + many);
  });
});

describe('the naming django', () => {
  it('has the namespace, is in the registry of prom-client, and has the monitor beside it', async () => {
    const registry = new Registry();
    const app = await startKennel({
      platform: 'express',
      metrics: { naming: 'django', namespace: 'shop', registry },
      imports: [MonitorModule.forRoot()],
    });
    try {
      await app.send('/dogs');
      const name = 'shop_django_http_requests_before_middlewares_total';
      const counted = () => app.scrape().then((metrics) => metrics.value(name));
      expect(await counted()).toBe(1);
      expect(await registry.metrics()).toContain(`\n${name} 1\n`);
      await waitUntil('the monitor has counted', async () => (await totalsOf(app)).requests > 0);
    } finally {
      await app.close();
    }
  });
});
