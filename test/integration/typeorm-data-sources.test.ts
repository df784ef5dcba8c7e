import { Injectable, type OnModuleInit } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrometheusModule } from 'nestjs-prometheus-exporter';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Dog, ENTITIES } from '../support/kennel-entities.js';
import { type Exposition } from '../support/exposition.js';
import { NestApp, type NestAppOptions, valuesOf } from '../support/nest-app.js';
import { SQLITE_IN_MEMORY, sqliteFile } from '../support/sqlite.js';

const MEMORY = { ...SQLITE_IN_MEMORY, entities: ENTITIES, synchronize: true };

const QUIET = { runtimeMetrics: false, registry: false } as const;
/** The data source is initialized long before these are there. */
const SLOW = { useFactory: () => new Promise<typeof QUIET>((resolve) => void setTimeout(resolve, 100, QUIET)) };

const STATEMENTS = 'typeorm_query_duration_seconds_count';

let app: NestApp | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

async function start(options: NestAppOptions): Promise<NestApp> {
  app = await NestApp.start('express', options);
  return app;
}

const namesOf = (metrics: Exposition) => valuesOf(metrics, 'typeorm_data_source_up', 'data_source');

describe('a data source is found', () => {
  it.each<[string, Partial<NestAppOptions>]>([
    ['of forRoot', { imports: [TypeOrmModule.forRoot(MEMORY)] }],
    ['of forRootAsync', { imports: [TypeOrmModule.forRootAsync({ useFactory: () => MEMORY })] }],
    [
      'of a dataSourceFactory',
      {
        imports: [
          TypeOrmModule.forRootAsync({
            useFactory: () => MEMORY,
            dataSourceFactory: async () => new DataSource(MEMORY).initialize(),
          }),
        ],
      },
    ],
    [
      'of a provider made by hand',
      { providers: [{ provide: DataSource, useFactory: () => new DataSource(MEMORY).initialize() }] },
    ],
    [
      'of a provider under a token of its own',
      { providers: [{ provide: 'MY_DATABASE', useFactory: () => new DataSource(MEMORY).initialize() }] },
    ],
  ])('%s, its start-up statements included', async (_, options) => {
    const metrics = await (await start(options)).scrape();
    expect(namesOf(metrics)).toEqual(['default']);
    expect(metrics.value('typeorm_data_source_up', { data_source: 'default' })).toBe(1);
    // A table for each of seven entities, the two children in their parent's, and what unique columns need.
    expect(metrics.sum(STATEMENTS, { operation: 'ddl' })).toBeGreaterThanOrEqual(6);
    expect(metrics.sum('typeorm_connections_opened_total')).toBe(1);
    expect(metrics.series('typeorm_model_rows_total', { model: 'dog' })).toHaveLength(6);
  });

  const DATABASE = TypeOrmModule.forRoot(MEMORY);
  it.each<[string, () => NestAppOptions['imports'] & object]>([
    ['before the TypeOrmModule', () => [PrometheusModule.forRoot(QUIET), DATABASE]],
    ['after the TypeOrmModule', () => [DATABASE, PrometheusModule.forRoot(QUIET)]],
    ['before it, waiting for its options', () => [PrometheusModule.forRootAsync(SLOW), DATABASE]],
    ['after it, waiting for its options', () => [DATABASE, PrometheusModule.forRootAsync(SLOW)]],
  ])('when the PrometheusModule is imported %s', async (_, imports) => {
    const metrics = await (await start({ metrics: false, imports: imports() })).scrape();
    expect(namesOf(metrics)).toEqual(['default']);
    expect(metrics.sum(STATEMENTS, { operation: 'ddl' })).toBeGreaterThanOrEqual(6);
  });

  it('each under its name', async () => {
    await start({
      imports: [
        TypeOrmModule.forRoot(MEMORY),
        TypeOrmModule.forRoot({ ...MEMORY, name: 'second' }),
        TypeOrmModule.forRootAsync({
          name: 'third',
          useFactory: () => ({ ...MEMORY, name: 'third' }),
          // It makes new options, and loses the name.
          dataSourceFactory: async () => new DataSource(MEMORY).initialize(),
        }),
      ],
    });
    await app?.app.get<DataSource>(getDataSourceToken('third')).getRepository(Dog).insert({ name: 'Rex' });
    const metrics = (await app?.scrape())!;
    expect(namesOf(metrics)).toEqual(['default', 'second', 'third']);
    expect(metrics.sum('typeorm_model_rows_total', { data_source: 'third', model: 'dog', operation: 'insert' })).toBe(
      1,
    );
    expect(metrics.sum('typeorm_model_rows_total')).toBe(1);
  });

  it('that is initialized by hand later, again and again, and counted once', async () => {
    await start({ imports: [TypeOrmModule.forRoot({ ...MEMORY, manualInitialization: true })] });
    const dataSource = app!.app.get(DataSource);
    const up = async () => (await app!.scrape()).value('typeorm_data_source_up', { data_source: 'default' });
    expect(await up()).toBe(0);
    for (const round of [1, 2, 3]) {
      await dataSource.initialize();
      expect(await up()).toBe(1);
      await dataSource.getRepository(Dog).insert({ name: 'Rex' });
      const metrics = await app!.scrape();
      expect(metrics.sum('typeorm_model_rows_total', { model: 'dog', operation: 'insert' })).toBe(round);
      expect(metrics.sum('typeorm_connections_opened_total')).toBe(round);
      await dataSource.destroy();
      expect(await up()).toBe(0);
      expect((await app!.scrape()).sum('typeorm_pool_connections')).toBe(0);
    }
  });

  it('that nobody provides, made while the application runs, and forgotten when it is destroyed', async () => {
    await start({});
    expect((await app!.scrape()).families.has('typeorm_data_source_up')).toBe(false);
    const dataSource = await new DataSource({ ...MEMORY, name: 'tenant' } as never).initialize();
    await dataSource.getRepository(Dog).insert({ name: 'Rex' });
    const metrics = await app!.scrape();
    expect(metrics.value('typeorm_data_source_up', { data_source: 'tenant' })).toBe(1);
    expect(metrics.sum('typeorm_model_rows_total', { model: 'dog', operation: 'insert' })).toBe(1);
    await dataSource.destroy();
    expect((await app!.scrape()).value('typeorm_data_source_up', { data_source: 'tenant' })).toBe(0);
    await dataSource.initialize();
    expect((await app!.scrape()).value('typeorm_data_source_up', { data_source: 'tenant' })).toBe(1);
    await dataSource.destroy();
  });

  it('that was initialized before the application is made', async () => {
    const dataSource = await new DataSource(MEMORY).initialize();
    await start({ providers: [{ provide: DataSource, useValue: dataSource }] });
    await dataSource.getRepository(Dog).insert({ name: 'Rex' });
    const metrics = await app!.scrape();
    expect(namesOf(metrics)).toEqual(['default']);
    expect(metrics.sum('typeorm_model_rows_total', { model: 'dog', operation: 'insert' })).toBe(1);
    await dataSource.destroy();
  });

  it('that was initialized before, under the name of its token alone, and as one of the boot', async () => {
    const dataSource = await new DataSource(MEMORY).initialize();
    await start({
      // One of the boot has all of its series, however small the budget is.
      metrics: { limits: { labelSetsPerMetric: 1 } },
      providers: [{ provide: getDataSourceToken('reports'), useValue: dataSource }],
    });
    await dataSource.transaction((manager) => manager.insert(Dog, { name: 'Rex' }));
    const metrics = await app!.scrape();
    const names = [...metrics.families.keys()].filter((name) => name.startsWith('typeorm_'));
    const labels = names.flatMap((name) => valuesOf(metrics, name, 'data_source'));
    expect(new Set(labels)).toEqual(new Set(['reports', '_overflow']));
    for (const name of names) expect(metrics.sum('nestjs_metrics_overflow_total', { metric: name })).toBe(0);
    expect(metrics.sum('typeorm_model_rows_total', { data_source: 'reports' })).toBe(1);
    await dataSource.destroy();
  });

  it('of another copy of TypeORM in the same process', async () => {
    const other = createRequire(new URL('../typeorm-0.3/package.json', import.meta.url))('typeorm') as {
      DataSource: typeof DataSource;
    };
    expect(other.DataSource).not.toBe(DataSource);
    await start({
      providers: [
        {
          provide: 'NEW',
          useFactory: () => new DataSource({ ...SQLITE_IN_MEMORY, name: 'new' } as never).initialize(),
        },
        {
          provide: 'OLD',
          useFactory: () => new other.DataSource({ ...SQLITE_IN_MEMORY, name: 'old' } as never).initialize(),
        },
      ],
    });
    const { app: nest } = app!;
    await nest.get<DataSource>('NEW').query('SELECT 1');
    for (const _ of [1, 2]) await nest.get<DataSource>('OLD').query('SELECT 1');
    const metrics = await app!.scrape();
    expect(namesOf(metrics)).toEqual(['new', 'old']);
    expect(metrics.sum(STATEMENTS, { data_source: 'new', operation: 'select' })).toBe(1);
    expect(metrics.sum(STATEMENTS, { data_source: 'old', operation: 'select' })).toBe(2);
  });
});

it('statements of migrations and of the modules that seed are counted, though they come before anybody listens', async () => {
  class Seeds1700000000001 implements MigrationInterface {
    async up(runner: QueryRunner): Promise<void> {
      await runner.manager.insert(Dog, { name: 'migrated' });
    }

    async down(): Promise<void> {}
  }

  @Injectable()
  class Seeder implements OnModuleInit {
    constructor(private readonly dataSource: DataSource) {}

    async onModuleInit(): Promise<void> {
      await this.dataSource.getRepository(Dog).save([{ name: 'one' }, { name: 'two' }]);
    }
  }
  Reflect.defineMetadata('design:paramtypes', [DataSource], Seeder);

  // SQLite migrates before it synchronizes, so the tables come from a first data source.
  const folder = mkdtempSync(join(tmpdir(), 'seeds-'));
  const options = { ...sqliteFile(join(folder, 'kennel.sqlite')), entities: ENTITIES, synchronize: true };
  await (await new DataSource(options).initialize()).destroy();
  const migrated = { ...options, synchronize: false, migrations: [Seeds1700000000001], migrationsRun: true };
  await start({ imports: [TypeOrmModule.forRoot(migrated)], providers: [Seeder] });
  const metrics = await app!.scrape();
  expect(metrics.sum('typeorm_model_rows_total', { model: 'dog', operation: 'insert' })).toBe(3);
  expect(metrics.sum('typeorm_queries_in_flight')).toBe(0);
  rmSync(folder, { recursive: true });
});

describe('models', () => {
  const rowsOf = async (models: 'decorated' | 'all') => {
    await start({ imports: [TypeOrmModule.forRoot(MEMORY)], metrics: { typeorm: { models } } });
    return valuesOf(await app!.scrape(), 'typeorm_model_rows_total', 'model');
  };

  it('that are decorated stand at zero, under their names', async () => {
    expect(await rowsOf('decorated')).toEqual(['Walk', '_overflow', 'animal', 'dog', 'food', 'parrot']);
  });

  it('stand at zero all, if all are asked for', async () => {
    expect(await rowsOf('all')).toEqual(['Toy', 'Walk', 'Wolf', '_overflow', 'animal', 'dog', 'food', 'parrot']);
  });
});

describe('without data sources', () => {
  it('nothing is said about TypeORM', async () => {
    const metrics = await (await start({})).scrape();
    expect([...metrics.families.keys()].filter((name) => name.startsWith('typeorm_'))).toEqual([]);
    expect(metrics.series('nestjs_metrics_collector_success', { collector: 'typeorm' })).toEqual([]);
  });

  it('or with `typeorm: false`, TypeORM is left alone', async () => {
    const original = Object.getOwnPropertyDescriptor(DataSource.prototype, 'initialize');
    await start({ imports: [TypeOrmModule.forRoot(MEMORY)], metrics: { typeorm: false } });
    expect(Object.getOwnPropertyDescriptor(DataSource.prototype, 'initialize')).toEqual(original);
    const metrics = await app!.scrape();
    expect([...metrics.families.keys()].filter((name) => name.startsWith('typeorm_'))).toEqual([]);
  });
});

describe('two applications in one process', () => {
  let apps: NestApp[] = [];
  beforeEach(() => (apps = []));
  afterEach(() => Promise.all(apps.map((one) => one.close())));

  it('count their own data sources, and nothing twice', async () => {
    for (const name of ['one', 'other']) {
      apps.push(await NestApp.start('express', { imports: [TypeOrmModule.forRoot({ ...MEMORY, name })] }));
    }
    for (const [index, name] of ['one', 'other'].entries()) {
      const dataSource = apps[index]!.app.get<DataSource>(getDataSourceToken(name));
      for (let insert = 0; insert <= index; insert++) await dataSource.getRepository(Dog).insert({ name: `${insert}` });
    }
    for (const [index, name] of ['one', 'other'].entries()) {
      const metrics = await apps[index]!.scrape();
      expect(namesOf(metrics)).toEqual([name]);
      expect(metrics.sum('typeorm_model_rows_total')).toBe(index + 1);
      expect(metrics.sum(STATEMENTS, { operation: 'ddl' })).toBeGreaterThanOrEqual(6);
    }
  });

  it('that share a data source count it once', async () => {
    const dataSource = await new DataSource(MEMORY).initialize();
    const providers = [{ provide: DataSource, useValue: dataSource }];
    for (const _ of [1, 2]) apps.push(await NestApp.start('express', { providers }));
    await dataSource.getRepository(Dog).insert({ name: 'Rex' });
    const counted = await Promise.all(apps.map(async (one) => (await one.scrape()).sum('typeorm_model_rows_total')));
    expect(counted).toEqual([1, 0]);
    await dataSource.destroy();
  });
});

describe('after the application has closed', () => {
  /** Every method of TypeORM's classes that we stand in for, as it is at this moment. */
  function methods(dataSource: DataSource): readonly unknown[] {
    const runner = dataSource.createQueryRunner();
    const owners: readonly (readonly [object, readonly string[]])[] = [
      [DataSource.prototype, ['initialize']],
      [
        Object.getPrototypeOf(dataSource.driver) as object,
        ['connect', 'disconnect', 'obtainMasterConnection', 'obtainSlaveConnection'],
      ],
      [Object.getPrototypeOf(runner) as object, ['query', 'stream', 'release']],
      [
        Object.getPrototypeOf(Object.getPrototypeOf(dataSource.createQueryBuilder())) as object,
        ['getQueryAndParameters'],
      ],
      [dataSource, ['initialize']],
      [dataSource.queryResultCache!, ['getFromCache', 'isExpired']],
    ];
    return owners.flatMap(([owner, names]) => names.map((name) => Object.getOwnPropertyDescriptor(owner, name)));
  }

  it('TypeORM is as it was, in each of a hundred rounds', async () => {
    const dataSource = await new DataSource({ ...MEMORY, cache: true }).initialize();
    const before = methods(dataSource);
    const symbols = Object.getOwnPropertySymbols(dataSource);
    for (let round = 0; round < 100; round++) {
      await start({ providers: [{ provide: DataSource, useValue: dataSource }] });
      expect(methods(dataSource)).not.toEqual(before);
      await dataSource.getRepository(Dog).insert({ name: `${round}` });
      expect((await app!.scrape()).sum('typeorm_model_rows_total')).toBe(1);
      await app!.close();
      app = undefined;
      expect(methods(dataSource)).toEqual(before);
      expect(Object.getOwnPropertySymbols(dataSource)).toEqual(symbols);
    }
    await dataSource.destroy();
  }, 120_000);
});
