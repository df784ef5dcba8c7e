import { CACHE_MANAGER, CacheModule } from '@nestjs/cache-manager';
import {
  Controller,
  type DynamicModule,
  type INestApplicationContext,
  Injectable,
  type LoggerService,
  Module,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, MessagePattern, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { TypeOrmModule } from '@nestjs/typeorm';
import { type Cache } from 'cache-manager';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import {
  boundedBy,
  defineCounter,
  InjectMetric,
  type MetricOf,
  MetricsEndpoint,
  MonitorModule,
  PrometheusModule,
  Timed,
} from 'nestjs-prometheus-exporter';
import { snapshot } from 'nestjs-prometheus-exporter/testing';
import { firstValueFrom } from 'rxjs';
import { DataSource } from 'typeorm';
import { afterEach, describe, expect, it } from 'vitest';
import { Dog, ENTITIES } from '../support/kennel-entities.js';
import { SQLITE_IN_MEMORY } from '../support/sqlite.js';
import { listen } from '../support/listen.js';

const BARKS = defineCounter({ name: 'barks_total', help: 'Barks.', labels: { dog: boundedBy('the test') } });

/** What an application without a server does: rows, a cache, methods that are measured, a metric of its own. */
@Injectable()
class Kennel {
  constructor(@InjectMetric(BARKS) readonly barks: MetricOf<typeof BARKS>) {}

  @Timed()
  bark(): string {
    this.barks.labels({ dog: 'Rex' }).inc();
    return 'woof';
  }
}

@Controller()
class KennelController {
  @MessagePattern('bark')
  bark(): string {
    return 'woof';
  }
}

function rootModule(): Type {
  const database: DynamicModule = TypeOrmModule.forRoot({
    ...SQLITE_IN_MEMORY,
    entities: ENTITIES,
    synchronize: true,
  });
  @Module({
    imports: [PrometheusModule.forRoot(), MonitorModule.forRoot(), database, CacheModule.register()],
    providers: [Kennel],
    controllers: [KennelController],
  })
  class RootModule {}
  return RootModule;
}

/** Keeps what is more than the boot's own account of itself. */
function listeningLogger(): { readonly logger: LoggerService; readonly lines: readonly string[] } {
  const lines: string[] = [];
  const keep = (...line: unknown[]) => void lines.push(line.map(String).join(' '));
  const logger = { log: () => undefined, warn: keep, error: keep, fatal: keep };
  return { logger, lines };
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function work(app: INestApplicationContext): Promise<void> {
  await app.get(DataSource).getRepository(Dog).save({ name: 'Rex' });
  const cache = app.get<Cache>(CACHE_MANAGER);
  await cache.set('Rex', 'woof');
  await cache.get('Rex');
  app.get(Kennel).bark();
}

async function expectMetrics(app: INestApplicationContext): Promise<void> {
  const metrics = await snapshot(app);
  expect(metrics.sum('nestjs_metrics_errors_total')).toBe(0);
  expect(metrics.sum('typeorm_query_duration_seconds_count', { operation: 'insert' })).toBe(1);
  expect(metrics.sum('typeorm_model_rows_total', { operation: 'insert' })).toBe(1);
  expect(metrics.sum('nestjs_cache_hits_total')).toBe(1);
  expect(metrics.value('barks_total', { dog: 'Rex' })).toBe(1);
  expect(metrics.sum('process_start_time_seconds')).toBeGreaterThan(0);
}

describe('an application without an HTTP server', () => {
  let app: INestApplicationContext | undefined;

  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  it('that stands alone boots, measures and closes without a warning', async () => {
    const { logger, lines } = listeningLogger();
    app = await NestFactory.createApplicationContext(rootModule(), { logger, abortOnError: false });
    await work(app);
    await expectMetrics(app);
    await app.close();
    expect(lines).toEqual([]);
  });

  it('serves its metrics with a server of its own, as docs/endpoint.md has it', async () => {
    const { logger } = listeningLogger();
    app = await NestFactory.createApplicationContext(rootModule(), { logger, abortOnError: false });
    await work(app);
    const endpoint = app.get(MetricsEndpoint);
    const server = createHttpServer((request, response) => void endpoint.answer(request, response));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/`);
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(await response.text()).toContain('\nbarks_total{dog="Rex"} 1\n');
    await new Promise((resolve) => void server.close(resolve));
  });

  it('that is a microservice boots, answers, measures and closes without a warning', async () => {
    const { logger, lines } = listeningLogger();
    const options = { host: '127.0.0.1', port: await freePort() };
    const service = await NestFactory.createMicroservice<MicroserviceOptions>(rootModule(), {
      transport: Transport.TCP,
      options,
      logger,
      abortOnError: false,
    });
    app = service;
    await service.listen();
    const client = ClientProxyFactory.create({ transport: Transport.TCP, options });
    try {
      expect(await firstValueFrom(client.send<string>('bark', {}))).toBe('woof');
    } finally {
      await client.close();
    }
    await work(service);
    await expectMetrics(service);
    await service.close();
    expect(lines).toEqual([]);
  });
});
