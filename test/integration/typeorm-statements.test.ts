import {
  DataSource,
  type DataSourceOptions,
  type EntitySubscriberInterface,
  type Logger,
  QueryFailedError,
} from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { engineOf } from '../../lib/metrics/store.js';
import { Connections } from '../../lib/observe/typeorm/connections/connections.js';
import { Entities } from '../../lib/observe/typeorm/statements/entities.js';
import { Statements } from '../../lib/observe/typeorm/statements/statements.js';
import { Transactions } from '../../lib/observe/typeorm/transactions/transactions.js';
import { PrometheusCore } from '../../lib/prometheus.core.js';
import { Cat, Dog, ENTITIES, Toy } from '../support/kennel-entities.js';
import { delta } from '../support/exposition.js';
import { breakEvent } from '../support/broken-event.js';
import { NestApp } from '../support/nest-app.js';
import { SQLITE_IN_MEMORY } from '../support/sqlite.js';

const MEMORY = { ...SQLITE_IN_MEMORY, entities: ENTITIES, synchronize: true };

let app: NestApp;
let dataSource: DataSource;

async function start(options: Partial<DataSourceOptions> = {}): Promise<void> {
  dataSource = new DataSource({ ...MEMORY, ...options } as DataSourceOptions);
  app = await NestApp.start('express', {
    providers: [{ provide: DataSource, useFactory: () => dataSource.initialize() }],
  });
}

afterEach(async () => {
  await app.close();
  if (dataSource.isInitialized) await dataSource.destroy();
});

/** What `act` adds to the counts of statements: `operation entity ×count`. */
async function statementsOf(act: () => Promise<unknown>): Promise<string[]> {
  const before = await app.scrape();
  await act();
  return delta(before, await app.scrape())
    .changes.filter(({ name }) => name === 'typeorm_query_duration_seconds_count')
    .map(({ labels, by }) => `${labels['operation']} ${labels['entity']}${by === 1 ? '' : ` ×${by}`}`)
    .toSorted();
}

describe('statements', () => {
  beforeEach(() => start());

  it.each<[string, () => Promise<unknown>, string[]]>([
    ['find', () => dataSource.getRepository(Dog).find(), ['select Dog']],
    ['count', () => dataSource.getRepository(Dog).count(), ['select Dog']],
    ['exists', () => dataSource.getRepository(Dog).existsBy({ name: 'Rex' }), ['select Dog']],
    ['find of a child entity', () => dataSource.getRepository(Cat).find(), ['select Cat']],
    [
      'save',
      () => dataSource.getRepository(Toy).save([{ name: 'ball' }, { name: 'bone' }]),
      ['insert Toy ×2', 'transaction _none ×2'],
    ],
    ['insert', () => dataSource.getRepository(Dog).insert({ name: 'Rex' }), ['insert Dog']],
    ['update', () => dataSource.getRepository(Dog).update({ id: 1 }, { name: 'Rex' }), ['update Dog']],
    ['delete', () => dataSource.getRepository(Dog).delete({ id: 1 }), ['delete Dog']],
    [
      'a query builder with a table of no entity',
      () => dataSource.createQueryBuilder().select('1').from('sqlite_master', 'm').getRawMany(),
      ['select _none'],
    ],
    ['raw SQL', () => dataSource.query('SELECT * FROM dog'), ['select _none']],
    ['raw DDL', () => dataSource.query('CREATE TABLE raw (id int)'), ['ddl _none']],
    ['raw SQL behind a comment', () => dataSource.query('/* why */ (SELECT 1)').catch(() => 0), ['select _none']],
    [
      'a table expression',
      () =>
        dataSource.query("WITH gone AS (SELECT 'select' AS id) DELETE FROM dog WHERE name IN (SELECT id FROM gone)"),
      ['delete _none'],
    ],
    ['a pragma', () => dataSource.query('PRAGMA user_version'), ['other _none']],
    ['clear', () => dataSource.getRepository(Dog).clear(), ['delete _none']],
  ])('%s', async (_, act, expected) => {
    expect(await statementsOf(act)).toEqual(expected);
  });

  it.each<[string, string, string, string]>([
    ['a syntax error', 'SELEC 1', 'other', 'syntax'],
    ['a table that does not exist', 'SELECT * FROM nothing', 'select', 'syntax'],
    ['a constraint', "INSERT INTO dog(id, name) VALUES (1, 'a'), (1, 'b')", 'insert', 'integrity'],
  ])('that fail count as such and in the duration: %s', async (_, sql, operation, error_type) => {
    const before = await app.scrape();
    await expect(dataSource.query(sql)).rejects.toThrow(Error);
    const { changes } = delta(before, await app.scrape());
    const errors = changes.filter(({ name }) => name === 'typeorm_query_errors_total');
    expect(errors.map(({ labels, by }) => ({ labels, by }))).toEqual([
      { labels: { data_source: 'default', operation, error_type }, by: 1 },
    ]);
    expect(changes.filter(({ name }) => name === 'typeorm_query_duration_seconds_count')).toHaveLength(1);
    expect((await app.scrape()).sum('typeorm_queries_in_flight')).toBe(0);
  });

  it('of many callers at once keep their entities and their rows', async () => {
    const [dogs, toys] = [dataSource.getRepository(Dog), dataSource.getRepository(Toy)];
    const names = Array.from({ length: 50 }, (_, index) => `${index}`);
    await Promise.all(names.flatMap((name) => [dogs.insert({ name }), toys.insert({ name })]));
    const before = await app.scrape();
    // A DELETE tells the subscribers first, so that other statements are made before it arrives.
    dataSource.subscribers.push({ beforeRemove: async () => void (await dataSource.query('SELECT 1')) });
    await Promise.all(
      names.flatMap((name) => [
        dogs.delete({ name }),
        toys.find(),
        dogs.update({ name: 'none' }, { name }),
        dogs.count(),
      ]),
    );
    const { changes } = delta(before, await app.scrape());
    const rows = changes.filter(({ name }) => name === 'typeorm_model_rows_total');
    expect(rows.map(({ labels, by }) => `${labels['model']} ${labels['operation']} ${by}`)).toEqual(['dog delete 50']);
    const statements = changes.filter(({ name }) => name === 'typeorm_query_duration_seconds_count');
    expect(statements.map(({ labels, by }) => `${labels['operation']} ${labels['entity']} ${by}`).toSorted()).toEqual([
      'delete Dog 50',
      'select Dog 50',
      'select Toy 50',
      'select _none 50',
      'update Dog 50',
    ]);
  });

  it('that are under way are in flight', async () => {
    const query = dataSource.query('SELECT 1');
    const { families } = engineOf(app.app.get(PrometheusCore).store);
    const inFlight = families.find(({ name }) => name === 'typeorm_queries_in_flight')!.series[0]!;
    expect(inFlight.cells[inFlight.at]).toBe(1);
    await query;
    expect(inFlight.cells[inFlight.at]).toBe(0);
  });

  it('are told to listeners that throw, and neither they nor the others notice', async () => {
    const broken = () => {
      throw new Error('broken');
    };
    app.app.get(PrometheusCore).listeners.add(new Proxy({}, { get: () => broken }));
    await expect(dataSource.getRepository(Dog).save({ name: 'Rex' })).resolves.toEqual({ id: 1, name: 'Rex' });
    await expect(dataSource.query('SELEC 1')).rejects.toThrow(/SELEC/);
    const metrics = await app.scrapeUnchecked();
    expect(metrics.sum('typeorm_model_rows_total', { model: 'dog', operation: 'insert' })).toBe(1);
    expect(metrics.sum('nestjs_metrics_errors_total', { part: 'listener' })).toBeGreaterThan(5);
  });
});

describe('the application', () => {
  it('gets the very error that TypeORM throws', async () => {
    const thrown: unknown[] = [];
    const putBack = await beneath('query', (error) => thrown.push(error));
    await start();
    const caught = await dataSource.query('SELECT * FROM nothing').catch((error: unknown) => error);
    putBack();
    expect(thrown).toHaveLength(1);
    expect(caught).toBe(thrown[0]);
    expect(caught).toBeInstanceOf(QueryFailedError);
  });

  it.each<[string, object, string]>([
    ['Statements.describe', Statements.prototype, 'describe'],
    ['Statements.end', Statements.prototype, 'end'],
    ['Transactions.wrote', Transactions.prototype, 'wrote'],
    ['Transactions.enter', Transactions.prototype, 'enter'],
    ['Transactions.succeeded', Transactions.prototype, 'succeeded'],
    ['Transactions.failed', Transactions.prototype, 'failed'],
    ['Connections.connected', Connections.prototype, 'connected'],
    ['Entities.of', Entities.prototype, 'of'],
  ])('gets the same when %s throws, and we say so', async (_, prototype, name) => {
    const expected = await uninstrumented();
    const spy = vi.spyOn(prototype as Record<string, () => void>, name).mockImplementation(() => {
      throw new Error(`${name} is broken`);
    });
    await start();
    expect(await operations(dataSource)).toEqual(expected);
    expect(spy).toHaveBeenCalled();
    spy.mockRestore();
    const metrics = await app.scrapeUnchecked();
    expect(metrics.sum('nestjs_metrics_errors_total')).toBeGreaterThan(0);
  });

  it.each(['entitiesKnown', 'statementEnded'])('gets the same when telling %s throws, and we say so', async (event) => {
    const expected = await uninstrumented();
    const broken = vi.fn<() => never>(() => {
      throw new Error(`${event} is broken`);
    });
    const mend = breakEvent(event, broken);
    await start();
    expect(await operations(dataSource)).toEqual(expected);
    expect(broken).toHaveBeenCalled();
    mend();
    const metrics = await app.scrapeUnchecked();
    expect(metrics.sum('nestjs_metrics_errors_total')).toBeGreaterThan(0);
  });

  it('hears the same in its logger and its subscribers, with and without us', async () => {
    const heard = { with: [] as string[], without: [] as string[] };
    for (const place of ['without', 'with'] as const) {
      const options = { ...MEMORY, logger: hearing(heard[place]) };
      if (place === 'with') await start(options);
      else dataSource = await new DataSource(options).initialize();
      dataSource.subscribers.push(subscribing(heard[place]));
      await dataSource.getRepository(Dog).save([{ name: 'Rex' }, { name: 'Bella' }]);
      await dataSource.getRepository(Dog).update({ name: 'Rex' }, { name: 'Max' });
      await dataSource.query('SELECT * FROM nothing').catch(() => undefined);
      if (place === 'without') await dataSource.destroy();
    }
    expect(heard.without.length).toBeGreaterThan(20);
    expect(heard.with).toEqual(heard.without);
  });

  it('gets what TypeORM returns, and a rejection that it does not handle stays unhandled', async () => {
    await start();
    await dataSource.getRepository(Dog).insert({ name: 'Rex' });
    expect(await dataSource.query('SELECT name FROM dog')).toEqual([{ name: 'Rex' }]);
    expect(await dataSource.getRepository(Dog).update({ name: 'Rex' }, { name: 'Max' })).toMatchObject({ affected: 1 });
    const before = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    const unhandled = new Promise((resolve) => process.once('unhandledRejection', resolve));
    void dataSource.query('SELECT * FROM nothing');
    await expect(unhandled).resolves.toBeInstanceOf(QueryFailedError);
    for (const listener of before) process.on('unhandledRejection', listener);
  });
});

/** Everything that an application may see of some statements: results, and the errors of those that fail. */
async function operations(source: DataSource): Promise<readonly unknown[]> {
  const dogs = source.getRepository(Dog);
  const [saved, updated] = [await dogs.save({ name: 'Rex' }), await dogs.update({ name: 'Rex' }, { name: 'Max' })];
  const rolledBack = await source
    .transaction(async (manager) => {
      await manager.insert(Dog, { name: 'Gone' });
      throw new Error('no');
    })
    .catch((error: unknown) => error);
  const failed = (await source.query('SELECT * FROM nothing').catch((error: unknown) => error)) as QueryFailedError;
  return [saved, updated, rolledBack, failed.message, await dogs.find(), await source.query('SELECT 1 AS one')];
}

async function uninstrumented(): Promise<readonly unknown[]> {
  const source = await new DataSource(MEMORY).initialize();
  const seen = await operations(source);
  await source.destroy();
  return seen;
}

/** Looks at what a method of the query runners throws, before our stand-in is put over it. */
async function beneath(name: 'query', see: (error: unknown) => void): Promise<() => void> {
  const other = await new DataSource(MEMORY).initialize();
  const prototype = Object.getPrototypeOf(other.createQueryRunner()) as Record<
    typeof name,
    (...args: unknown[]) => Promise<unknown>
  >;
  await other.destroy();
  const original = prototype[name];
  prototype[name] = async function (...args) {
    try {
      return await original.apply(this, args);
    } catch (error) {
      see(error);
      throw error;
    }
  };
  return () => void (prototype[name] = original);
}

function hearing(heard: string[]): Logger {
  const note =
    (method: string) =>
    (...args: unknown[]) =>
      void heard.push(`${method} ${JSON.stringify(args.filter((arg) => typeof arg !== 'object'))}`);
  return {
    logQuery: note('logQuery'),
    logQueryError: note('logQueryError'),
    logQuerySlow: note('logQuerySlow'),
    logSchemaBuild: note('logSchemaBuild'),
    logMigration: note('logMigration'),
    log: note('log'),
  };
}

function subscribing(heard: string[]): EntitySubscriberInterface {
  return {
    beforeQuery: ({ query }) => void heard.push(`beforeQuery ${query}`),
    afterQuery: ({ query, success }) => void heard.push(`afterQuery ${success} ${query}`),
    afterInsert: ({ metadata }) => void heard.push(`afterInsert ${metadata.name}`),
    afterUpdate: ({ metadata }) => void heard.push(`afterUpdate ${metadata.name}`),
    afterTransactionCommit: () => void heard.push('afterTransactionCommit'),
  };
}
