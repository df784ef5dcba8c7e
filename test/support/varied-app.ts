import { CACHE_MANAGER, CacheModule } from '@nestjs/cache-manager';
import {
  BadRequestException,
  Body,
  Controller,
  Get,
  Inject,
  Injectable,
  Param,
  Post,
  Render,
  StreamableFile,
} from '@nestjs/common';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { type Cache } from 'cache-manager';
import {
  boundedBy,
  Counted,
  defineCounter,
  MetricStore,
  PrometheusModule,
  type PrometheusOptions,
  Timed,
} from 'nestjs-prometheus-exporter';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { DataSource, type MigrationInterface } from 'typeorm';
import { Dog } from './kennel-entities.js';
import { driveLoad, type LoadRequest } from './load-driver.js';
import { memoryDataSource } from './memory-data-source.js';
import { MetricsApp } from './metrics-app.js';

@Injectable()
class DogsService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CACHE_MANAGER) private readonly cache: Cache,
  ) {}

  @Timed()
  @Counted()
  async find(): Promise<readonly Dog[]> {
    await this.cache.wrap('dogs', () => Promise.resolve('found'));
    return this.dataSource.getRepository(Dog).find({ cache: true });
  }

  async insert(name: string): Promise<void> {
    await this.dataSource.transaction((manager) => manager.insert(Dog, { name }));
    await this.cache.del('dogs');
  }

  fail(): Promise<unknown> {
    return this.dataSource.query('SELEC 1');
  }
}

@Controller()
class DogsController {
  constructor(@Inject(DogsService) private readonly service: DogsService) {}

  @Get('dogs')
  list(): Promise<readonly Dog[]> {
    return this.service.find();
  }

  @Post('dogs')
  insert(@Body() { name }: { readonly name: string }): Promise<void> {
    return this.service.insert(name);
  }

  @Get('dogs/:id')
  one(@Param('id') id: string): string {
    throw new BadRequestException(id);
  }

  @Get('failing')
  fail(): Promise<unknown> {
    return this.service.fail();
  }

  @Get('stream')
  stream(): StreamableFile {
    return new StreamableFile(Readable.from(['a', 'b']));
  }

  @Get('hello')
  @Render('hello')
  hello(): object {
    return {};
  }

  @Get('waiting')
  wait(): Promise<void> {
    return new Promise(() => undefined);
  }
}

class AddNothing1700000000001 implements MigrationInterface {
  async up(): Promise<void> {}
  async down(): Promise<void> {}
}

/** As many as the budget of a metric has; what is used has one more. */
const VALUES = 50;
const BALLS_TOTAL = defineCounter({
  name: 'balls_total',
  help: 'Thrown balls.',
  labels: { dog: boundedBy('nothing, which is a mistake') },
});

const VIEWS = fileURLToPath(new URL('../../sample-app/views', import.meta.url));
const ROUTES = ['/dogs', '/dogs', '/dogs/1', '/failing', '/stream', '/hello', '/nowhere'];

/** An application on SQLite that has every metric which SQLite has, and one with too many label sets. */
export async function startVariedApp(options: PrometheusOptions = {}): Promise<MetricsApp> {
  return MetricsApp.start({
    adapter: 'express',
    imports: [
      PrometheusModule.forRoot({
        ...options,
        limits: { labelSetsPerMetric: VALUES },
        http: { handlerDuration: true, timeToFirstByte: true, queriesPerRequest: true },
      }),
      CacheModule.register(),
    ],
    controllers: [DogsController],
    providers: [
      DogsService,
      {
        provide: DataSource,
        useFactory: () =>
          memoryDataSource({ cache: true, migrations: [AddNothing1700000000001], migrationsRun: true }).initialize(),
      },
    ],
    configure: (app) => {
      const express = app as NestExpressApplication;
      express.setBaseViewsDir(VIEWS).setViewEngine('hbs');
    },
  });
}

/** One of everything that can become of a request to it, one at a time. */
export async function useVariedApp({ app, port }: MetricsApp): Promise<void> {
  const get = (path: string): LoadRequest => ({ method: 'GET', path, route: path });
  const headers = { 'content-type': 'application/json' };
  const insert = (name: string): LoadRequest => {
    return { method: 'POST', path: '/dogs', route: '/dogs', headers, body: JSON.stringify({ name }) };
  };
  const name = `Rex ${dogs++}`;
  // The name is unique, so the second one is rolled back.
  const requests = [
    insert(name),
    insert(name),
    ...ROUTES.map(get),
    { ...get('/waiting'), abort: 'request sent' as const },
  ];
  const { failures } = await driveLoad(port, requests, { concurrency: 1 });
  const balls = app.get(MetricStore).counter(BALLS_TOTAL);
  for (let value = 0; value <= VALUES; value++) balls.labels({ dog: `${name} ${value}` }).inc();
  if (failures.length > 0) throw new AggregateError(failures, 'The varied application did not answer.');
}

let dogs = 0;
