import { Controller, Inject, Injectable, Param, Post, type Provider } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { type PrometheusOptions } from 'nestjs-prometheus-exporter';
import { type DataSource, type DataSourceOptions } from 'typeorm';
import { type Delta, type Exposition } from '../exposition.js';
import { type Received } from '../http-client.js';
import { NestApp, type Platform } from '../nest-app.js';
import { waitUntil } from '../wait-until.js';
import { ENTITIES } from './dog.js';
import { countsOf, type DatabaseCounts } from './database-counts.js';

export type Act<T = unknown> = (dataSource: DataSource) => T | Promise<T>;

export interface StatementsAppOptions {
  /** What TypeOrmModule gets; entities, no logging, and one quick attempt unless it says otherwise. */
  readonly typeorm: Partial<TypeOrmModuleOptions>;
  /** Makes and initializes the data source instead of TypeOrmModule. */
  readonly dataSourceFactory?: (options: TypeOrmModuleOptions) => Promise<DataSource>;
  readonly metrics?: PrometheusOptions | false;
  readonly providers?: readonly Provider[];
  readonly platform?: Platform;
}

/** Hands the handler of a request what a test wants done in it. */
@Injectable()
class Acts {
  private readonly acts = new Map<string, () => Promise<unknown>>();

  add(act: () => Promise<unknown>): string {
    const id = String(this.acts.size);
    this.acts.set(id, act);
    return id;
  }

  run(id: string): Promise<unknown> {
    return this.acts.get(id)?.() ?? Promise.reject(new Error(`There is no act ${id}`));
  }
}

@Controller()
class ActsController {
  constructor(@Inject(Acts) private readonly acts: Acts) {}

  @Post('acts/:id')
  async run(@Param('id') id: string) {
    await this.acts.run(id);
    return 'done';
  }
}

/** An application with a data source, whose handlers do what a test tells them to. */
export class StatementsApp {
  static async start(options: StatementsAppOptions): Promise<StatementsApp> {
    const { typeorm, dataSourceFactory, metrics, providers = [], platform = 'express' } = options;
    const moduleOptions = {
      entities: ENTITIES,
      logging: false,
      retryAttempts: 1,
      retryDelay: 1,
      ...typeorm,
    } as TypeOrmModuleOptions;
    const nest = await NestApp.start(platform, {
      imports: [
        dataSourceFactory === undefined
          ? TypeOrmModule.forRoot(moduleOptions)
          : TypeOrmModule.forRootAsync({
              ...(moduleOptions.name === undefined ? {} : { name: moduleOptions.name }),
              useFactory: () => moduleOptions,
              dataSourceFactory: () => dataSourceFactory(moduleOptions),
            }),
      ],
      controllers: [ActsController],
      providers: [Acts, ...providers],
      ...(metrics === undefined ? {} : { metrics }),
    });
    return new StatementsApp(nest, nest.app.get<DataSource>(getDataSourceToken(moduleOptions as DataSourceOptions)));
  }

  private constructor(
    readonly nest: NestApp,
    readonly dataSource: DataSource,
  ) {}

  /** Does it in the handler of a request, and settles with the very value or error that the handler gets to see. */
  async run<T>(act: Act<T>): Promise<T> {
    let seen: Promise<T> | undefined;
    const id = this.nest.app.get(Acts).add(() => {
      seen = Promise.resolve(this.dataSource).then(act);
      return seen;
    });
    const { status } = await this.post(id);
    if (seen === undefined) throw new Error(`Expected the request to reach its handler, got ${status}`);
    const [{ status: outcome }] = await Promise.allSettled([seen]);
    if (status !== (outcome === 'fulfilled' ? 201 : 500))
      throw new Error(`The act was ${outcome}, the answer ${status}`);
    return seen;
  }

  private post(id: string): Promise<Received> {
    return this.nest.send({ method: 'POST', path: `/acts/${id}` });
  }

  scrape(): Promise<Exposition> {
    return this.nest.scrape();
  }

  /** What has changed once `act` is done and nothing is under way any more. */
  async changes(act: () => Promise<unknown>): Promise<Delta> {
    await this.atRest();
    return this.nest.changes(async () => {
      await act();
      await this.atRest();
    });
  }

  async counts(act: () => Promise<unknown>): Promise<DatabaseCounts> {
    return countsOf(await this.changes(act));
  }

  /** Waits until no statement, no transaction and no connection is in use, and nobody waits for one. */
  atRest(): Promise<Exposition> {
    return waitUntil('the data source is at rest', async () => {
      const metrics = await this.scrape();
      const busy = gaugesUp(metrics);
      if (busy.length > 0) throw new Error(`${busy.join(', ')} are not 0`);
      return metrics;
    });
  }

  close(): Promise<void> {
    return this.nest.close();
  }
}

/** The gauges of what is under way that are not at 0. */
export function gaugesUp(metrics: Exposition): readonly string[] {
  return [
    ...metrics.series('typeorm_queries_in_flight'),
    ...metrics.series('typeorm_transactions_in_flight'),
    ...metrics.series('typeorm_pool_connections', { state: 'used' }),
    ...metrics.series('typeorm_pool_pending_acquires'),
  ]
    .filter(({ value }) => value !== 0)
    .map(({ name, value }) => `${name} ${value}`);
}
