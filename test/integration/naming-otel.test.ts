import { Agent } from 'node:http';
import {
  Body,
  type CanActivate,
  Controller,
  createParamDecorator,
  type ExecutionContext,
  ForbiddenException,
  Get,
  Inject,
  Module,
  Post,
  Res,
  UseGuards,
} from '@nestjs/common';
import { context, createContextKey } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { type PrometheusOptions } from 'nestjs-prometheus-exporter';
import { Registry } from 'prom-client';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Delta, delta, type Exposition, type Labels, readExposition } from '../support/exposition.js';
import { abortAfter } from '../support/http-client.js';
import { ENTITIES } from '../support/kennel-entities.js';
import { memoryDataSource } from '../support/memory-data-source.js';
import { NestApp, type Platform, PLATFORMS } from '../support/nest-app.js';
import { PostgresServer } from '../support/postgres-server.js';
import { checkMetrics } from '../support/promtool.js';
import { PythonParser } from '../support/python-parser.js';
import { needs } from '../support/services.js';
import { Tracing } from '../support/tracing.js';
import { waitUntil } from '../support/wait-until.js';

const DURATION = 'http_server_request_duration_seconds';
const HTTP_NAMES = [
  'http_server_active_requests',
  'http_server_request_body_size_bytes',
  DURATION,
  'http_server_response_body_size_bytes',
];
const DATABASE_NAMES = [
  'db_client_connection_count',
  'db_client_connection_max',
  'db_client_connection_pending_requests',
  'db_client_connection_wait_time_seconds',
  'db_client_operation_duration_seconds',
];

/** Where OpenTelemetry's instrumentations of frameworks leave the route for the one of Node's HTTP server. */
const RPC_METADATA = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA');

/** Names the route to OpenTelemetry as its instrumentations of Express and Fastify do. */
const NamingGuard: CanActivate = {
  canActivate(execution: ExecutionContext) {
    const request = execution.switchToHttp().getRequest<{
      readonly route?: { readonly path: string };
      readonly routeOptions?: { readonly url: string };
    }>();
    const metadata = context.active().getValue(RPC_METADATA) as { route?: string } | undefined;
    if (metadata !== undefined) metadata.route = request.route?.path ?? request.routeOptions?.url ?? '';
    return true;
  },
};

const ClosedGuard: CanActivate = {
  canActivate() {
    throw new ForbiddenException();
  },
};

/** The response of Node, whatever the framework. */
const Raw = createParamDecorator((_: unknown, execution: ExecutionContext) => {
  const response = execution.switchToHttp().getResponse<NodeJS.WritableStream & { raw?: NodeJS.WritableStream }>();
  return response.raw ?? response;
});

@Controller()
class DogsController {
  @Get('dogs/:id')
  dog(): string {
    return 'Rex';
  }

  @Post('dogs')
  add(@Body() dog: object): object {
    return dog;
  }

  @Get('bad')
  bad(): never {
    throw new TypeError('no dogs');
  }

  @Get('closed')
  @UseGuards(ClosedGuard)
  closed(): string {
    return 'never';
  }

  @Get('never')
  never(): Promise<void> {
    return new Promise(() => undefined);
  }

  @Get('half')
  half(@Raw() raw: NodeJS.WritableStream, @Res() _response: unknown): void {
    raw.write('half a dog');
  }
}

@Module({ controllers: [DogsController] })
class DogsModule {}

/** One of everything that can become of a request, without aborts. */
async function mixedLoad(app: NestApp): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const json = { 'content-type': 'application/json' };
  for (let i = 0; i < 3; i += 1) await app.send({ path: `/dogs/${i}`, agent });
  agent.destroy();
  await app.send({ method: 'HEAD', path: '/dogs/1' });
  await app.send({ method: 'POST', path: '/dogs', headers: json, body: '{"name":"Rex"}' });
  await app.send({ method: 'POST', path: '/dogs', headers: json, body: '{"name":' });
  for (const path of ['/bad', '/bad', '/closed', '/nowhere', '/wp-login.php?x=1']) await app.send(path);
  await app.send({ method: 'PROPFIND', path: '/dogs/1' });
  await app.send({ method: 'DELETE', path: '/dogs/1' });
}

/** What changed in a metric, by its labels as one text. */
function changesOf({ changes }: Delta, name: string, textOf: (labels: Labels) => string | undefined) {
  const entries = changes.flatMap((change) => {
    const text = change.name === name ? textOf(change.labels) : undefined;
    return text === undefined ? [] : [[text, change.by] as const];
  });
  return Object.fromEntries(entries);
}

const otelText = (labels: Labels) => {
  const { http_request_method: method, http_route: route, http_response_status_code: status } = labels;
  return route === '/metrics' ? undefined : [method, route ?? '_unmatched', status ?? 'none'].join(' ');
};
const nestText = ({ method, route, status = 'none' }: Labels) =>
  route === '/metrics' ? undefined : [method, route, status].join(' ');

describe.each(PLATFORMS)("OpenTelemetry's names on %s", (platform) => {
  let tracing: Tracing;
  let exporter: PrometheusExporter;
  let app: NestApp;

  beforeAll(async () => {
    exporter = new PrometheusExporter({ preventServerStart: true });
    tracing = new Tracing({ meterProvider: new MeterProvider({ readers: [exporter] }) });
    app = await start(platform, { naming: ['nest', 'otel'] });
  });
  afterAll(async () => {
    await app?.close();
    await tracing.stop();
    await exporter.shutdown();
  });

  /** What OpenTelemetry itself says of the same requests. */
  async function readOpenTelemetry(): Promise<Exposition> {
    const { resourceMetrics } = await exporter.collect();
    const text = new PrometheusSerializer(undefined, false, undefined, true, true).serialize(resourceMetrics);
    return readExposition(`${text}\n`, 'text');
  }

  it('count what the names of this library count', async () => {
    const change = await app.changes(async () => {
      await mixedLoad(app);
      await abortAfter(app.port, 'first body byte', { path: '/half' });
      await abortAfter(app.port, whileActive(app), { path: '/never' });
    });
    const answered = changesOf(change, 'nestjs_http_requests_total', nestText);
    expect(Object.keys(answered).length).toBeGreaterThan(8);
    expect(changesOf(change, 'nestjs_http_requests_aborted_total', nestText)).toEqual({
      'GET /half none': 1,
      'GET /never none': 1,
    });
    const ended = { ...answered, 'GET /half 200': 1, 'GET /never none': 1 };
    expect(changesOf(change, `${DURATION}_count`, otelText)).toEqual(ended);
    for (const [ours, otel] of [
      ['nestjs_http_request_body_bytes', 'http_server_request_body_size_bytes'],
      ['nestjs_http_response_body_bytes', 'http_server_response_body_size_bytes'],
    ] as const) {
      expect(change.sum(`${otel}_sum`)).toBe(change.sum(`${ours}_sum`));
      expect(change.sum(`${otel}_count`)).toBe(change.sum(`${ours}_count`));
    }
    const metrics = await app.settled();
    for (const { labels, value } of metrics.series('nestjs_http_requests_in_flight')) {
      const active = { http_request_method: labels['method']!, url_scheme: 'http' };
      expect(metrics.value('http_server_active_requests', active)).toBe(value);
    }
  });

  it('are those of OpenTelemetry itself, with its labels and its counts', async () => {
    const [theirsBefore, oursBefore] = [await readOpenTelemetry(), await app.settled()];
    await mixedLoad(app);
    const [ours, theirs] = [delta(oursBefore, await app.settled()), delta(theirsBefore, await readOpenTelemetry())];
    // Its exporter for Node leaves the unit out of the name, which the specification asks for, and its instrumentation
    // adds a label that the convention only recommends.
    const all = (labels: Labels) => {
      const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
      const compared = pairs.filter((pair) => !pair.startsWith('network_protocol_version='));
      return labels['http_route'] === '/metrics' ? undefined : compared.toSorted().join(' ');
    };
    const counted = changesOf(theirs, 'http_server_request_duration_count', all);
    expect(Object.keys(counted).length).toBeGreaterThan(8);
    expect(changesOf(ours, `${DURATION}_count`, all)).toEqual(counted);
    const [own, other] = [
      (await app.settled()).families.get(DURATION)!,
      (await readOpenTelemetry()).families.get('http_server_request_duration')!,
    ];
    expect([own.type, own.help]).toEqual([other.type, other.help]);
    const boundsOf = ({ samples }: typeof own) => [...new Set(samples.flatMap(({ labels }) => labels['le'] ?? []))];
    expect(boundsOf(own).map(Number)).toEqual(boundsOf(other).map(Number));
  });
});

/** Resolves once a request other than the scrapes is under way. */
async function whileActive(app: NestApp): Promise<void> {
  await waitUntil('the request is active', async () => (await app.scrape()).sum('http_server_active_requests') === 2);
}

async function start(platform: Platform, metrics: PrometheusOptions, dataSource?: DataSource): Promise<NestApp> {
  const provided = { provide: DataSource, useFactory: () => dataSource?.initialize() };
  return NestApp.start(platform, {
    imports: [DogsModule],
    providers: dataSource === undefined ? [] : [provided],
    metrics,
    globals: { guards: [NamingGuard] },
  });
}

describe('the naming otel alone', () => {
  let app: NestApp;
  let dataSource: DataSource | undefined;

  afterEach(async () => {
    await app.close();
    if (dataSource?.isInitialized === true) await dataSource.destroy();
    dataSource = undefined;
  });

  const alone = async (metrics: PrometheusOptions = {}) => {
    dataSource = memoryDataSource();
    app = await start('express', { naming: 'otel', ...metrics }, dataSource);
  };

  it('publishes its names, and besides them those of the runtime and of the library itself', async () => {
    await alone({ runtimeMetrics: true });
    const families = [...(await app.scrape()).families.keys()];
    expect(families.filter((name) => !/^(?:process_|nodejs_|nestjs_metrics_)/.test(name)).toSorted()).toEqual(
      [...DATABASE_NAMES, ...HTTP_NAMES].toSorted(),
    );
    expect(families).toEqual(expect.arrayContaining(['process_start_time_seconds', 'nestjs_metrics_info']));
  });

  it('has known routes, with their success and their first error, and requests of every method at zero', async () => {
    await alone();
    const metrics = await app.scrape();
    const route = { http_request_method: 'GET', http_route: '/dogs/:id', url_scheme: 'http' };
    const count = (labels: Labels) => metrics.value(`${DURATION}_count`, labels);
    expect(count({ ...route, http_response_status_code: '200' })).toBe(0);
    expect(count({ ...route, http_response_status_code: '500', error_type: '500' })).toBe(0);
    expect(count({ http_request_method: 'GET', http_response_status_code: '404', url_scheme: 'http' })).toBe(0);
    expect(metrics.series('http_server_active_requests')).toHaveLength(11);
  });

  it('has a namespace, labels of the target, labels of the application and their own buckets', async () => {
    await alone({
      namespace: 'shop',
      defaultLabels: { zone: 'a' },
      http: { durationBuckets: [1], labels: { tenant: { values: ['acme'], from: () => 'acme' } } },
    });
    await app.send('/dogs/1');
    const { body } = await app.send('/metrics');
    expect(body).toContain(
      'shop_http_server_request_duration_seconds_bucket{zone="a",http_request_method="GET",http_route="/dogs/:id",http_response_status_code="200",url_scheme="http",tenant="acme",le="1"} 1\n',
    );
  });

  it('refuses a label of the application that its metrics have', async () => {
    const labels = { http_route: { values: ['a'], from: () => 'a' } };
    await expect(start('express', { naming: ['nest', 'otel'], http: { labels } })).rejects.toThrow(/'http_route'/);
    await alone();
  });

  it('is in registries of prom-client, without the labels that a series does not have', async () => {
    const registry = new Registry();
    await alone({ registry });
    await app.send('/nowhere');
    const text = await registry.metrics();
    expect(text).toContain(
      `${DURATION}_count{http_request_method="GET",http_response_status_code="404",url_scheme="http"} 1`,
    );
    expect(text).not.toContain('=""');
  });

  it('writes statements of entities and of raw SQL, and those that failed', async () => {
    await alone();
    const before = await app.scrape();
    await dataSource!.getRepository('Dog').find();
    await dataSource!.query('SELECT 1');
    await dataSource!.query('SELECT nothing FROM nowhere').catch(() => undefined);
    const change = delta(before, await app.scrape());
    const name = 'db_client_operation_duration_seconds_count';
    const select = { db_system_name: 'sqlite', db_operation_name: 'SELECT' };
    expect(change.value(name, { ...select, db_collection_name: 'dog' })).toBe(1);
    expect(change.value(name, select)).toBe(1);
    expect(change.value(name, { ...select, error_type: 'syntax' })).toBe(1);
  });
});

needs('promtool', 'prometheus_client')('the exposition of the naming otel', () => {
  it('is sound, but for a name that Prometheus advises against', async () => {
    const python = new PythonParser();
    const app = await start('express', { naming: 'otel' }, memoryDataSource());
    try {
      await mixedLoad(app);
      const text = (await app.send('/metrics')).body;
      expect(text).not.toContain('=""');
      expect(await checkMetrics(text)).toBe(
        'db_client_connection_count non-histogram and non-summary metrics should not have "_count" suffix',
      );
      const accept = 'application/openmetrics-text; version=1.0.0';
      const openMetrics = (await app.send({ path: '/metrics', headers: { accept } })).body;
      readExposition(openMetrics, 'openmetrics');
      const families = await python.parse(openMetrics, 'openmetrics');
      expect(families.map(({ name }) => name)).toEqual(expect.arrayContaining([...DATABASE_NAMES, ...HTTP_NAMES]));
      expect(families.find(({ name }) => name === DURATION)?.unit).toBe('seconds');
    } finally {
      await app.close();
      await app.app.get<DataSource>(DataSource).destroy();
      await python.dispose();
    }
  });
});

@Controller()
class QueryController {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  @Get('query')
  query(): Promise<unknown> {
    return this.dataSource.query('SELECT 1');
  }
}

needs('postgres')('a pool of PostgreSQL under the naming otel', () => {
  it('has its connections, its size and the waits for them', async () => {
    const server = await PostgresServer.start();
    const options = { type: 'postgres', url: server.url(), schema: 'public', poolSize: 3, entities: ENTITIES };
    const dataSource = new DataSource(options as DataSourceOptions);
    const app = await NestApp.start('express', {
      controllers: [QueryController],
      providers: [{ provide: DataSource, useFactory: () => dataSource.initialize() }],
      metrics: { naming: 'otel' },
    });
    try {
      const before = await app.scrape();
      await app.send('/query');
      const runner = dataSource.createQueryRunner();
      await runner.connect();
      const metrics = await app.scrape();
      await runner.release();
      const pool = { db_client_connection_pool_name: 'default' };
      const count = (state: string) =>
        metrics.value('db_client_connection_count', { ...pool, db_client_connection_state: state });
      expect(count('used')).toBe(1);
      expect(metrics.value('db_client_connection_max', pool)).toBe(3);
      expect(metrics.value('db_client_connection_pending_requests', pool)).toBe(0);
      const change = delta(before, metrics);
      expect(change.value('db_client_connection_wait_time_seconds_count', pool)).toBe(2);
      const select = {
        db_system_name: 'postgresql',
        db_namespace: 'postgres|public',
        db_operation_name: 'SELECT',
      };
      expect(change.value('db_client_operation_duration_seconds_count', select)).toBe(1);
    } finally {
      await app.close();
      await dataSource.destroy();
      await server.stop();
    }
  });
});
