import { type EventEmitter } from 'node:events';
import { Body, Controller, Get, Inject, Injectable, Post } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { AlwaysOffSampler, type ReadableSpan } from '@opentelemetry/sdk-trace-node';
import {
  defineHistogram,
  InjectMetric,
  type MetricOf,
  MetricsServer,
  PrometheusModule,
  type PrometheusOptions,
  Timed,
} from 'nestjs-prometheus-exporter';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Observable, of, timer } from 'rxjs';
import { map } from 'rxjs/operators';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Exposition, readExposition, type Sample } from '../support/exposition.js';
import { ENTITIES } from '../support/kennel-entities.js';
import { send } from '../support/http-client.js';
import { ADAPTERS, type AdapterName, type AppOptions, MetricsApp, PROMETHEUS_ACCEPT } from '../support/metrics-app.js';
import { type PrometheusServer, startPrometheus } from '../support/prometheus-server.js';
import { needs } from '../support/services.js';
import { SQLITE_IN_MEMORY } from '../support/sqlite.js';
import { Tracing, type TracingOptions } from '../support/tracing.js';

const MEALS = defineHistogram({ name: 'meal_seconds', help: 'Meals.', unit: 'seconds', buckets: [1] });

@Injectable()
class Walks {
  @Timed()
  async walk(): Promise<string> {
    await sleep(1);
    return 'walked';
  }

  @Timed()
  walks(): Observable<string> {
    return timer(1).pipe(map(() => 'walked'));
  }
}

@Controller()
class KennelController {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Walks) private readonly service: Walks,
    @InjectMetric(MEALS) private readonly meals: MetricOf<typeof MEALS>,
  ) {}

  @Get('walk')
  walk(): Promise<string> {
    return this.service.walk();
  }

  @Get('walks')
  walks(): Observable<string> {
    return this.service.walks();
  }

  @Get('dogs')
  async dogs(): Promise<string> {
    await this.dataSource.query('SELECT 1');
    return 'dogs';
  }

  @Post('dogs')
  async post(@Body() { name }: { name: string }): Promise<string> {
    await this.dataSource.query('SELECT 1');
    return name;
  }

  /** A span of the application around a statement. */
  @Get('kennel')
  kennel(): Promise<string> {
    return trace.getTracer('kennel').startActiveSpan('feed', async (span) => {
      await this.dataSource.query('SELECT 2');
      span.end();
      return 'kennel';
    });
  }

  @Get('meal')
  meal(): string {
    this.meals.labels({}).observe(0.5, trace.getActiveSpan()?.spanContext());
    return 'meal';
  }

  @Get('quick')
  quick(): Observable<string> {
    return of('quick');
  }

  @Get('bad')
  bad(): never {
    throw new Error('no dogs');
  }
}

const REQUESTS = 'nestjs_http_request_duration_seconds_bucket';
const HANDLERS = 'nestjs_http_handler_duration_seconds_bucket';
const STATEMENTS = 'typeorm_query_duration_seconds_bucket';
const METHODS = 'nestjs_method_duration_seconds_bucket';

let tracing: Tracing | undefined;
let app: MetricsApp | undefined;
let dataSource: DataSource;

beforeEach(() => {
  dataSource = new DataSource({ ...SQLITE_IN_MEMORY, entities: ENTITIES, synchronize: true });
});
afterEach(async () => {
  await app?.close();
  await tracing?.stop();
  app = tracing = undefined;
  await dataSource.destroy();
});

async function start(
  adapter: AdapterName,
  metrics: PrometheusOptions = {},
  traced: TracingOptions | false = {},
  configure: AppOptions['configure'] = () => undefined,
): Promise<void> {
  if (traced !== false) tracing = new Tracing(traced);
  app = await MetricsApp.start({
    adapter,
    imports: [PrometheusModule.forRoot({ runtimeMetrics: false, registry: false, ...metrics })],
    controllers: [KennelController],
    providers: [Walks, { provide: DataSource, useFactory: () => dataSource.initialize() }],
    configure,
  });
  tracing?.forget();
}

async function openMetrics(): Promise<Exposition> {
  const { body } = await app!.send('/metrics', { headers: { accept: PROMETHEUS_ACCEPT } });
  return readExposition(body, 'openmetrics');
}

/** The samples of a metric that have an exemplar, those of scrapes left out. */
function exemplified(exposition: Exposition, name: string): readonly Sample[] {
  return exposition.series(name).filter(({ exemplar, labels }) => exemplar && labels['route'] !== '/metrics');
}

function idsOf(span: ReadableSpan): Readonly<Record<string, string>> {
  const { traceId, spanId } = span.spanContext();
  return { trace_id: traceId, span_id: spanId };
}

describe.each(ADAPTERS)('with a tracer, on %s', (adapter) => {
  it('a request has the span of the server as its exemplar', async () => {
    await start(adapter, { http: { handlerDuration: true, timeToFirstByte: true, queriesPerRequest: true } });
    const sentAt = Date.now() / 1000;
    for (const path of ['walk', 'walks', 'dogs', 'quick', 'bad', 'nowhere']) await app!.send(`/${path}`);
    const exposition = await openMetrics();
    const requests = exemplified(exposition, REQUESTS);
    const ids = Object.fromEntries(requests.map(({ labels, exemplar }) => [labels['route'], exemplar?.labels]));
    expect(ids).toEqual({
      '/walk': idsOf(tracing!.requestSpan('/walk')),
      '/walks': idsOf(tracing!.requestSpan('/walks')),
      '/dogs': idsOf(tracing!.requestSpan('/dogs')),
      '/quick': idsOf(tracing!.requestSpan('/quick')),
      '/bad': idsOf(tracing!.requestSpan('/bad')),
      _unmatched: idsOf(tracing!.requestSpan('/nowhere')),
    });
    for (const { exemplar, labels } of requests) {
      expect(exemplar!.timestamp).toBeGreaterThanOrEqual(sentAt);
      expect(exemplar!.timestamp).toBeLessThanOrEqual(Date.now() / 1000);
      expect(exemplar!.value).toBe(
        exposition.sum('nestjs_http_request_duration_seconds_sum', { route: labels['route']! }),
      );
    }
    for (const name of ['time_to_first_byte_seconds', 'request_db_queries', 'request_db_seconds']) {
      const dogs = exemplified(exposition, `nestjs_http_${name}_bucket`).find(
        ({ labels }) => labels['route'] === '/dogs',
      );
      expect(dogs?.exemplar?.labels, name).toEqual(idsOf(tracing!.requestSpan('/dogs')));
    }
    const handler = exemplified(exposition, HANDLERS).find(({ labels }) => labels['handler'] === 'dogs');
    expect(handler?.exemplar?.labels).toEqual(idsOf(tracing!.requestSpan('/dogs')));
  });

  it.each(['GET', 'POST'])('a statement has the span that it was started in: %s', async (method) => {
    await start(adapter);
    const body = method === 'POST' ? '{"name":"Rex"}' : undefined;
    await app!.send('/dogs', { method, headers: { 'content-type': 'application/json' }, ...(body && { body }) });
    const [statement, ...others] = exemplified(await openMetrics(), STATEMENTS);
    expect(others).toEqual([]);
    expect(statement?.exemplar?.labels).toEqual(idsOf(tracing!.requestSpan('/dogs')));
    expect(statement?.labels['operation']).toBe('select');
  });

  it('a statement in a span of the application has that one, and its request has its own', async () => {
    await start(adapter);
    await app!.send('/kennel');
    const exposition = await openMetrics();
    const feed = tracing!.spans.find(({ name }) => name === 'feed')!;
    expect(exemplified(exposition, STATEMENTS).map(({ exemplar }) => exemplar?.labels)).toEqual([idsOf(feed)]);
    const request = tracing!.requestSpan('/kennel');
    expect(exemplified(exposition, REQUESTS).map(({ exemplar }) => exemplar?.labels)).toEqual([idsOf(request)]);
    expect(feed.spanContext().traceId).toBe(request.spanContext().traceId);
  });

  it.each(['walk', 'walks'])(
    'a call of a method with @Timed() has the span that it was made in: %s',
    async (method) => {
      await start(adapter);
      await app!.send(`/${method}`);
      const [call, ...others] = exemplified(await openMetrics(), METHODS);
      expect(others).toEqual([]);
      expect(call?.labels).toMatchObject({ class: 'Walks', method, outcome: 'success' });
      expect(call?.exemplar?.labels).toEqual(idsOf(tracing!.requestSpan(`/${method}`)));
    },
  );

  it('a request has the span that was begun for it later, where the server begins none', async () => {
    const begin = (_request: unknown, response: EventEmitter, next: () => void) =>
      trace.getTracer('middleware').startActiveSpan('request', (span) => {
        response.once('close', () => span.end());
        next();
      });
    await start(adapter, {}, { http: { disableIncomingRequestInstrumentation: true } }, (nest) => void nest.use(begin));
    await app!.send('/quick');
    const exemplars = exemplified(await openMetrics(), REQUESTS).map(({ exemplar }) => exemplar?.labels);
    expect(exemplars).toEqual([idsOf(tracing!.spans.find(({ name }) => name === 'request')!)]);
  });

  it('a tracer that is registered later is found at the next scrape', async () => {
    // As in a process in which nothing was registered yet.
    Reflect.deleteProperty(globalThis, Symbol.for('opentelemetry.js.api.1'));
    await start(adapter, {}, false);
    tracing = new Tracing();
    await app!.send('/dogs');
    expect(exemplified(await openMetrics(), REQUESTS)).toEqual([]);
    tracing.forget();
    await app!.send('/dogs');
    const exemplars = exemplified(await openMetrics(), REQUESTS).map(({ exemplar }) => exemplar?.labels);
    expect(exemplars).toEqual([idsOf(tracing.requestSpan('/dogs'))]);
  });

  it('a histogram of the application has the span that it is given', async () => {
    await start(adapter);
    await app!.send('/meal');
    const [meal, ...others] = exemplified(await openMetrics(), 'meal_seconds_bucket');
    expect(others).toEqual([]);
    expect(meal?.exemplar).toMatchObject({ labels: idsOf(tracing!.requestSpan('/meal')), value: 0.5 });
  });

  it('spans that are not sampled leave no exemplar', async () => {
    await start(adapter, {}, { sampler: new AlwaysOffSampler() });
    for (const path of ['walk', 'dogs', 'kennel']) await app!.send(`/${path}`);
    const { body } = await app!.send('/metrics', { headers: { accept: PROMETHEUS_ACCEPT } });
    expect(body).toContain('route="/dogs"');
    expect(body).not.toContain(' # {');
  });

  it('there are none with exemplars: false', async () => {
    await start(adapter, { exemplars: false });
    for (const path of ['walk', 'dogs']) await app!.send(`/${path}`);
    const { body } = await app!.send('/metrics', { headers: { accept: PROMETHEUS_ACCEPT } });
    expect(body).not.toContain(' # {');
  });

  it('the text format has none', async () => {
    await start(adapter);
    await app!.send('/dogs');
    const { body } = await app!.send('/metrics');
    readExposition(body, 'text');
    expect(body).not.toContain(tracing!.requestSpan('/dogs').spanContext().traceId);
  });

  it('a tracer that throws harms no request, and its errors are counted', async () => {
    await start(adapter, {}, false);
    const throwing = {
      active: () => {
        throw new Error('no context');
      },
    };
    const api = Symbol.for('opentelemetry.js.api.1');
    const before = (globalThis as { [api]?: unknown })[api];
    (globalThis as { [api]?: unknown })[api] = { version: '1.9.1', context: throwing };
    try {
      await app!.scrape();
      expect((await app!.send('/walk')).body).toBe('walked');
      expect((await app!.send('/dogs')).body).toBe('dogs');
      const exposition = await openMetrics();
      expect(exposition.sum('nestjs_http_requests_total', { route: '/dogs' })).toBe(1);
      expect(exposition.sum('nestjs_metrics_errors_total', { part: 'metrics' })).toBeGreaterThan(0);
    } finally {
      (globalThis as { [api]?: unknown })[api] = before;
    }
  });
});

needs('prometheus')('a Prometheus with exemplar storage', () => {
  const STORAGE = '--enable-feature=exemplar-storage';
  let prometheus: PrometheusServer | undefined;

  afterEach(async () => {
    await prometheus?.stop();
    prometheus = undefined;
  });

  it.each([
    ['OpenMetrics', [STORAGE], {}],
    ['protobuf, with native histograms', [`${STORAGE},native-histograms`], { nativeHistograms: true }],
  ] as const)('finds the trace of a request, of a statement and of a call: in %s', async (_, flags, metrics) => {
    await start('express', metrics);
    await app!.send('/dogs');
    await app!.send('/walk');
    prometheus = await startPrometheus({ targets: [`127.0.0.1:${app!.port}`] }, { flags });
    const found = async (query: string) => (await prometheus!.exemplars(query)).map(({ labels }) => labels);
    const suffix = flags[0] === STORAGE ? '_bucket' : '';
    const dogs = idsOf(tracing!.requestSpan('/dogs'));
    const walk = idsOf(tracing!.requestSpan('/walk'));
    const requests = `nestjs_http_request_duration_seconds${suffix}`;
    expect(await found(`${requests}{route="/dogs"}`)).toEqual([dogs]);
    expect(await found(`${requests}{route="/walk"}`)).toEqual([walk]);
    expect(await found(`typeorm_query_duration_seconds${suffix}`)).toEqual([dogs]);
    expect(await found(`nestjs_method_duration_seconds${suffix}`)).toEqual([walk]);
    // What an operator does: from a slow series to its traces.
    const quantile = `histogram_quantile(0.9, rate(${requests}{route="/dogs"}[5m]))`;
    expect(await found(quantile)).toEqual([dogs]);
  });
});

describe('the own port', () => {
  it('has the exemplars of series that were known before and of those that came later', async () => {
    await start('express', { server: { port: 0 } });
    await app!.send('/dogs');
    await app!.send('/nowhere');
    const { port } = app!.app.get(MetricsServer);
    const { body } = await send(port!, { path: '/metrics', headers: { accept: PROMETHEUS_ACCEPT } });
    const exposition = readExposition(body, 'openmetrics');
    const requests = exemplified(exposition, REQUESTS);
    expect(Object.fromEntries(requests.map(({ labels, exemplar }) => [labels['route'], exemplar?.labels]))).toEqual({
      '/dogs': idsOf(tracing!.requestSpan('/dogs')),
      _unmatched: idsOf(tracing!.requestSpan('/nowhere')),
    });
    // In the application, the same thread answers.
    expect(exemplified(await openMetrics(), REQUESTS)).toEqual(requests);
  });
});
