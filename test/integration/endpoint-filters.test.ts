import { gunzipSync } from 'node:zlib';
import { CacheModule } from '@nestjs/cache-manager';
import { Injectable } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  defineGauge,
  MetricsServer,
  MetricStore,
  PrometheusModule,
  type PrometheusOptions,
  Timed,
} from 'nestjs-prometheus-exporter';
import { Counter, Gauge, Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Exposition, readExposition } from '../support/exposition.js';
import { send, type SentRequest } from '../support/http-client.js';
import { ADAPTERS, MetricsApp, PROMETHEUS_ACCEPT } from '../support/metrics-app.js';
import { startPrometheus } from '../support/prometheus-server.js';
import { needs } from '../support/services.js';
import { SQLITE_IN_MEMORY } from '../support/sqlite.js';
import { waitUntil } from '../support/wait-until.js';

const DOGS = defineGauge({ name: 'dogs', help: 'Dogs.' });

@Injectable()
class Kennel {
  @Timed()
  find(): string {
    return 'Rex';
  }
}

/** What the names of the families of each group begin with. */
const GROUPS: Readonly<Record<string, RegExp>> = {
  http: /^nestjs_(?:http|route)_/,
  typeorm: /^typeorm_/,
  cache: /^nestjs_cache_/,
  graphql: /^nestjs_graphql_/,
  rpc: /^nestjs_rpc_/,
  websocket: /^nestjs_websocket_/,
  schedule: /^nestjs_schedule_/,
  queue: /^nestjs_queue_/,
  events: /^nestjs_events_/,
  outgoing: /^nestjs_outgoing_/,
  methods: /^nestjs_method_/,
  runtime: /^(?:process|nodejs)_/,
  metrics: /^nestjs_metrics_/,
  application: /^(?:dogs|theirs|expensive)/,
};
/** The application has none of these doors, and so none of their metrics. */
const ABSENT = ['graphql', 'rpc', 'websocket', 'schedule', 'queue', 'events'];
const UNKNOWN_GROUP = `Expected collect[] and exclude[] to be one of these groups: ${Object.keys(GROUPS).join(', ')}.\n`;

/** Where scrapes come in, and the options for that. */
const DOORS = [
  ['the route', {}, (app: MetricsApp) => app.port],
  ['the own port', { server: { port: 0 } }, (app: MetricsApp) => app.app.get(MetricsServer).port!],
] as const;
const CASES = ADAPTERS.flatMap((adapter) => DOORS.map((door) => [adapter, ...door] as const));

describe.each(CASES)('filters of a scrape, on %s, at %s', (adapter, _door, doorOptions, portOf) => {
  let registry: Registry;
  let collected: number;
  let app: MetricsApp;

  const start = async (options: PrometheusOptions = {}) => {
    app = await MetricsApp.start({
      adapter,
      imports: [
        PrometheusModule.forRoot({ registry, ...doorOptions, ...options }),
        TypeOrmModule.forRoot({ ...SQLITE_IN_MEMORY }),
        CacheModule.register(),
      ],
      providers: [Kennel],
    });
    app.app.get(MetricStore).gauge(DOGS).labels({}).set(7);
  };

  const ask = (path: string, request: Omit<SentRequest, 'path'> = {}) => send(portOf(app), { ...request, path });
  const scrape = async (path = '/metrics') => readExposition((await ask(path)).bytes, 'text');
  const namesOf = ({ families }: Exposition) => [...families.keys()];
  const scraped = async (query: string) => namesOf(await scrape(`/metrics?${query}`));

  beforeEach(() => {
    collected = 0;
    registry = new Registry();
    new Counter({ name: 'theirs_total', help: 'Theirs.', registers: [registry] }).inc();
    const gauge = new Gauge({
      name: 'expensive',
      help: 'Expensive.',
      registers: [registry],
      collect: () => {
        collected += 1;
        gauge.set(collected);
      },
    });
  });
  afterEach(() => app.close());

  it('give the families of a group, and all groups together give everything once', async () => {
    await start();
    const everything = namesOf(await scrape());
    const parts: string[] = [];
    for (const [group, pattern] of Object.entries(GROUPS)) {
      const names = await scraped(`collect[]=${group}`);
      expect(names, group).toEqual(everything.filter((name) => pattern.test(name)));
      expect(names.length > 0, group).toBe(!ABSENT.includes(group));
      parts.push(...names);
    }
    expect(parts.toSorted()).toEqual(everything.toSorted());
  });

  it('leave out excluded groups, and excluding wins', async () => {
    await start();
    const others = await scraped('exclude[]=runtime&exclude%5B%5D=metrics');
    expect(others.filter((name) => GROUPS['runtime']!.test(name) || GROUPS['metrics']!.test(name))).toEqual([]);
    expect(others).toContain('nestjs_http_requests_total');
    expect(others).toContain('theirs_total');
    expect(await scraped('collect[]=application&collect[]=http&exclude[]=http')).toEqual([
      'dogs',
      'expensive',
      'theirs_total',
    ]);
  });

  it('run no collector of a group that is not asked for, and say nothing about it', async () => {
    await start();
    const before = await scrape();
    expect(collected).toBe(1);
    const without = await scrape('/metrics?exclude[]=application');
    expect(collected).toBe(1);
    const successes = (exposition: Exposition) =>
      exposition
        .series('nestjs_metrics_collector_success')
        .map(({ labels, value }) => `${labels['collector']} ${value}`);
    expect(successes(without)).toEqual(successes(before));
    expect(successes(without)).toContain('expensive 1');
    expect((await scrape('/metrics?collect[]=application')).value('expensive')).toBe(2);
    // The runtime was not collected: the gauge of ours still shows the time of the scrape before.
    const duration = 'nestjs_metrics_collector_duration_seconds';
    const runtime = (exposition: Exposition) => exposition.value(duration, { collector: 'runtime' });
    expect(runtime(await scrape('/metrics?collect[]=metrics'))).toBe(runtime(without));
  });

  it('give families by their names and by the names of their samples', async () => {
    await start({ namespace: 'shop' });
    const names = ['shop_nestjs_http_request_duration_seconds_bucket', 'theirs', 'shop_dogs', 'none']
      .map((name) => `name[]=${name}`)
      .join('&');
    const expected = ['shop_nestjs_http_request_duration_seconds', 'shop_dogs', 'theirs_total'];
    expect(await scraped(names)).toEqual(expected);
    expect(await scraped(`${names}&exclude[]=http`)).toEqual(expected.slice(1));
    expect(await scraped('collect[]=http&exclude[]=http')).toEqual([]);
  });

  it('give a valid exposition without families for a name that nothing has', async () => {
    await start();
    for (const [accept, format, body] of [
      ['text/plain', 'text', ''],
      [PROMETHEUS_ACCEPT, 'openmetrics', '# EOF\n'],
    ] as const) {
      const answer = await ask('/metrics?name[]=none', { headers: { accept, 'accept-encoding': 'gzip' } });
      expect([answer.status, answer.body]).toEqual([200, body]);
      expect(readExposition(answer.bytes, format).families.size).toBe(0);
      const head = await ask('/metrics?name[]=none', { method: 'HEAD', headers: { accept } });
      expect([head.status, head.headers['content-length'], head.body]).toEqual([200, `${body.length}`, '']);
    }
  });

  it('give every scrape what it has asked for, when many with different filters arrive together', async () => {
    await start({ limits: { concurrentScrapes: 100 } });
    const queries = ['', ...Object.keys(GROUPS).map((group) => `collect[]=${group}`), 'name[]=dogs', 'name[]=theirs'];
    const alone = await Promise.all(queries.map(scraped));
    const headers = { accept: 'text/plain', 'accept-encoding': 'gzip' };
    const together = [...queries, ...queries, ...queries].map(async (query) => {
      const { bytes, headers: sent } = await ask(`/metrics?${query}`, { headers });
      return namesOf(readExposition(sent['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes, 'text'));
    });
    expect(await Promise.all(together)).toEqual([...alone, ...alone, ...alone]);
  });

  it.each([
    ['a group that does not exist', 'collect[]=%3Cscript%3E', UNKNOWN_GROUP],
    ['a group without a name', 'exclude[]', UNKNOWN_GROUP],
    ['broken percent-encoding', 'name[]=%zz', 'The percent-encoding of the query string is not valid.\n'],
    ['too many parameters', 'a&'.repeat(1024), 'The query string has more than 1024 parameters.\n'],
  ])('refuse %s', async (_title, query, body) => {
    await start();
    const answer = await ask(`/metrics?${query}`);
    expect([answer.status, answer.body]).toEqual([400, body]);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    const counted = async () =>
      (await scrape()).value('nestjs_metrics_scrapes_rejected_total', { reason: 'bad_request' }) === 1;
    await waitUntil('it is counted once, which the thread of the own port reports from time to time', counted);
  });

  it('accept a group that is switched off, and metrics of the application that have its names', async () => {
    await start({ http: false, cache: false });
    app.app
      .get(MetricStore)
      .gauge(defineGauge({ name: 'nestjs_http_requests_in_flight', help: 'Ours.' }))
      .labels({})
      .set(1);
    expect(await scraped('collect[]=http&collect[]=cache')).toEqual([]);
    expect(await scraped('collect[]=application&name[]=nestjs_http_requests_in_flight')).toHaveLength(1);
  });

  it('ignore other parameters', async () => {
    await start();
    const everything = namesOf(await scrape());
    expect(await scraped('name=dogs&collect=http&x=%zz&collect[0]=http')).toEqual(everything);
  });
});

needs('prometheus')('a Prometheus', () => {
  it('stores the groups that its params ask for', async () => {
    const app = await MetricsApp.start({ adapter: 'express', imports: [PrometheusModule.forRoot()] });
    const params = { 'collect[]': ['http', 'metrics'], 'exclude[]': ['metrics'] };
    const prometheus = await startPrometheus({ targets: [`127.0.0.1:${app.port}`], scrapeConfig: { params } });
    try {
      // Until its first scrape has ended, the application has no answered request.
      await prometheus.nextScrape();
      expect((await prometheus.query('nestjs_http_requests_total{route="/metrics"} > 0')).length).toBe(1);
      const others = await prometheus.query('group by (__name__) ({__name__=~"nestjs_metrics.+|process.+|nodejs.+"})');
      expect(others).toEqual([]);
    } finally {
      await prometheus.stop();
      await app.close();
    }
  });
});
