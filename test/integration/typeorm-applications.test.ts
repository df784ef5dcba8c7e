import { Inject, Injectable, type Provider } from '@nestjs/common';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Exposition } from '../support/exposition.js';
import { NOTHING } from '../support/faults/database-counts.js';
import { describeError, rejectionOf } from '../support/faults/described-error.js';
import { Dog } from '../support/faults/dog.js';
import { Gate } from '../support/faults/gate.js';
import { DEFAULT } from '../support/faults/readings.js';
import { gaugesUp, StatementsApp, type StatementsAppOptions } from '../support/faults/statements-app.js';
import { valuesOf } from '../support/nest-app.js';
import { PostgresServer } from '../support/postgres-server.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

const DOGS_INSERTED = { ...DEFAULT, model: 'dog', operation: 'insert' };
const HOOKS = ['onModuleDestroy', 'beforeApplicationShutdown', 'onApplicationShutdown'] as const;
type Hook = (typeof HOOKS)[number];

/** Everything that two runs of an application can be compared by. */
type Seen = readonly unknown[];

/** Writes a dog, fails to write it again, and reads it: in a hook of the shutdown. */
function writerIn(hook: Hook, seen: unknown[]): Provider {
  @Injectable()
  class Writer {
    constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

    async [hook](): Promise<void> {
      const dogs = this.dataSource.getRepository(Dog);
      const write = (manager: DataSource['manager']) => manager.insert(Dog, { name: 'Last' });
      for (const act of [
        () => this.dataSource.transaction(write),
        () => this.dataSource.transaction(write),
        () => dogs.find({ select: { name: true } }),
      ]) {
        const [settled] = await Promise.allSettled([act()]);
        seen.push(settled.status === 'fulfilled' ? withoutIds(settled.value) : describeError(settled.reason));
      }
    }
  }
  return Writer;
}

function withoutIds(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inside: unknown) => (key === 'id' ? undefined : inside))) as unknown;
}

needs('postgres')('applications on PostgreSQL', () => {
  let server: PostgresServer;
  const apps: StatementsApp[] = [];

  beforeAll(async () => {
    server = await PostgresServer.start();
    for (const name of ['one', 'other']) {
      await server.createDatabase(name);
      await (await start('one', { typeorm: { synchronize: true, url: server.url(name) } })).close();
    }
  });
  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.close()));
  });
  afterAll(() => server?.stop());

  async function start(
    database: string,
    { typeorm = {}, ...options }: Partial<StatementsAppOptions> = {},
  ): Promise<StatementsApp> {
    const app = await StatementsApp.start({
      ...options,
      typeorm: { type: 'postgres', url: server.url(database), ...typeorm } as StatementsAppOptions['typeorm'],
    });
    apps.push(app);
    return app;
  }

  async function emptyTables(database: string): Promise<void> {
    const connection = await server.connect(database);
    await connection.query('TRUNCATE dogs');
    await connection.close();
  }

  describe('at shutdown', () => {
    it.each(HOOKS)('statements of %s work as without us, and are counted', async (hook) => {
      const [withUs, without]: [unknown[], unknown[]] = [[], []];
      for (const [seen, metrics] of [
        [without, false],
        [withUs, {}],
      ] as const) {
        await emptyTables('one');
        const app = await start('one', { metrics, providers: [writerIn(hook, seen)] });
        await app.close();
        if (metrics === false) continue;
        const after = await app.nest.readStore();
        expect(after.value('typeorm_model_rows_total', DOGS_INSERTED)).toBe(1);
        expect(after.sum('typeorm_query_errors_total', { error_type: 'integrity' })).toBe(1);
        expect(gaugesUp(after)).toEqual([]);
      }
      expect(withUs satisfies Seen).toEqual(without);
      expect(withUs).toHaveLength(3);
    });

    it('the last reading of the pools does not stay', async () => {
      const app = await start('one');
      const gate = new Gate();
      const held = app.run((source) =>
        source.transaction(async (manager) => {
          await manager.query('SELECT 1');
          await gate.opened;
        }),
      );
      await waitUntil('a connection is used', async () => gaugesUp(await app.scrape()).length > 1);
      gate.open();
      await held;
      await app.close();
      const after = await app.nest.readStore();
      expect(gaugesUp(after)).toEqual([]);
      expect(after.sum('typeorm_pool_connections')).toBe(0);
      expect(after.value('typeorm_data_source_up', DEFAULT)).toBe(0);
    });

    it('what is under way is told to its end', async () => {
      await emptyTables('one');
      const app = await start('one');
      const gate = new Gate();
      const begun = new Gate();
      const transaction = app.dataSource.transaction(async (manager) => {
        await manager.insert(Dog, { name: 'Rex' });
        begun.open();
        await gate.opened;
        await manager.insert(Dog, { name: 'Max' });
      });
      const statement = Promise.allSettled([app.dataSource.query('SELECT pg_sleep(0.1)')]);
      await begun.opened;
      const closed = app.close();
      await waitUntil('TypeORM ends its pool', () => !isOpen(app.dataSource));
      gate.open();
      // TypeORM takes the connection of the transaction away.
      expect(await rejectionOf(transaction)).toMatchObject({ name: 'QueryRunnerAlreadyReleasedError' });
      await Promise.all([statement, closed]);
      const after = await app.nest.readStore();
      expect(gaugesUp(after)).toEqual([]);
      expect(after.value('typeorm_model_rows_total', DOGS_INSERTED)).toBe(0);
      expect(after.value('typeorm_transactions_total', { ...DEFAULT, outcome: 'rollback' })).toBe(1);
    });

    it('a transaction of a data source that outlives the application leaves no gauge up', async () => {
      const app = await start('one', { typeorm: { manualInitialization: true } });
      const outliving = await initialized('outliving');
      const gate = new Gate();
      const begun = new Gate();
      const transaction = outliving.transaction(async (manager) => {
        await manager.query('SELECT 1');
        begun.open();
        await gate.opened;
      });
      await begun.opened;
      const statement = outliving.query('SELECT pg_sleep(0.1)');
      await waitUntil('all is counted', async () => {
        const metrics = await app.scrape();
        return metrics.value('typeorm_transactions_in_flight', { data_source: 'outliving' }) === 1;
      });
      await app.close();
      gate.open();
      await Promise.all([transaction, statement]);
      await outliving.destroy();
      expect(gaugesUp(await app.nest.readStore())).toEqual([]);
    });

    it('nothing of ours is left in TypeORM', async () => {
      const methods = () => [
        inherited(plain, 'initialize'),
        ...['query', 'stream', 'release'].map((name) => inherited(runnerOf(plain), name)),
        ...['connect', 'obtainMasterConnection', 'obtainSlaveConnection'].map((name) => inherited(plain.driver, name)),
      ];
      const plain = new DataSource({ type: 'postgres', url: server.url('one') });
      const before = methods();
      const app = await start('one');
      await app.run((source) => source.query('SELECT 1'));
      expect(methods().filter((method, index) => method === before[index])).toEqual([]);
      await app.close();
      expect(methods()).toEqual(before);
    });
  });

  describe('two in one process', () => {
    it.each([
      ['one after the other', oneByOne],
      ['at the same time', interleaved],
    ])('each tells of its own statements and rows alone, started %s', async (_, startBoth) => {
      await Promise.all([emptyTables('one'), emptyTables('other')]);
      const [one, other] = await startBoth();
      for (const [name, metrics] of [
        ['one', await one.scrape()],
        ['other', await other.scrape()],
      ] as const) {
        expect(valuesOf(metrics, 'typeorm_data_source_info', 'data_source')).toEqual([name]);
        expect(observed(metrics)).toEqual([name]);
        expect(metrics.value('typeorm_data_source_up', { data_source: name })).toBe(1);
      }
      const otherBefore = await other.atRest();
      const counts = await one.counts(() => one.run((source) => source.getRepository(Dog).save({ name: 'Rex' })));
      expect(counts).toEqual({ ...NOTHING, rows: { 'dog insert': 1 }, transactions: { commit: 1 } });
      const otherAfter = await other.atRest();
      for (const name of ['typeorm_query_duration_seconds_count', 'typeorm_model_rows_total']) {
        expect(otherAfter.sum(name)).toBe(otherBefore.sum(name));
      }
    });

    async function oneByOne(): Promise<[StatementsApp, StatementsApp]> {
      return [await start('one', { typeorm: { name: 'one' } }), await start('other', { typeorm: { name: 'other' } })];
    }

    /** The one has connected when the other is about to, and the other runs before the one does. */
    async function interleaved(): Promise<[StatementsApp, StatementsApp]> {
      const [otherBoots, oneHasConnected, otherRuns] = [new Gate(), new Gate(), new Gate()];
      const one = start('one', {
        typeorm: { name: 'one' },
        dataSourceFactory: async (options) => {
          await otherBoots.opened;
          const dataSource = await new DataSource(options as DataSourceOptions).initialize();
          oneHasConnected.open();
          await otherRuns.opened;
          return dataSource;
        },
      });
      const other = await start('other', {
        typeorm: { name: 'other' },
        dataSourceFactory: async (options) => {
          otherBoots.open();
          await oneHasConnected.opened;
          return new DataSource(options as DataSourceOptions).initialize();
        },
      });
      otherRuns.open();
      return [await one, other];
    }

    it('that call their data sources alike do not mix them up', async () => {
      await Promise.all([emptyTables('one'), emptyTables('other')]);
      const [one, other] = [await start('one'), await start('other')];
      const before = await one.atRest();
      const counts = await other.counts(() => other.run((source) => source.getRepository(Dog).insert({ name: 'Max' })));
      expect(counts).toEqual({ ...NOTHING, rows: { 'dog insert': 1 } });
      const after = await one.atRest();
      expect(after.sum('typeorm_model_rows_total')).toBe(before.sum('typeorm_model_rows_total'));
      expect(after.sum('typeorm_query_duration_seconds_count')).toBe(
        before.sum('typeorm_query_duration_seconds_count'),
      );
    });

    it('of which one has closed: the other goes on', async () => {
      await Promise.all([emptyTables('one'), emptyTables('other')]);
      const [one, other] = [await start('one'), await start('other')];
      await other.close();
      const counts = await one.counts(() => one.run((source) => source.getRepository(Dog).save({ name: 'Rex' })));
      expect(counts).toEqual({ ...NOTHING, rows: { 'dog insert': 1 }, transactions: { commit: 1 } });
    });
  });

  describe('a replicated data source', () => {
    it('has a pool for each of its servers', async () => {
      await emptyTables('one');
      const address = server.address('one');
      const node = { host: address.host, port: address.port, username: address.user, password: address.password };
      const replicas = { ...node, database: 'one' };
      const app = await start('one', {
        typeorm: { replication: { master: replicas, slaves: [replicas, replicas] }, url: undefined } as never,
      });
      const counts = await app.counts(async () => {
        await app.run((source) => source.getRepository(Dog).save({ name: 'Rex' }));
        await app.run((source) => source.getRepository(Dog).find());
      });
      expect(counts).toEqual({ ...NOTHING, rows: { 'dog insert': 1 }, transactions: { commit: 1 } });
      const metrics = await app.atRest();
      const roles = ['master', 'slave0', 'slave1'];
      for (const name of [
        'typeorm_pool_connections',
        'typeorm_pool_connections_max',
        'typeorm_pool_pending_acquires',
      ]) {
        expect(valuesOf(metrics, name, 'role')).toEqual(roles);
      }
      expect(metrics.series('typeorm_data_source_info')[0]?.labels).toEqual({
        ...DEFAULT,
        driver: 'postgres',
        replicated: 'true',
      });
      expect(metrics.sum('typeorm_connections_opened_total')).toBe(metrics.sum('typeorm_pool_connections'));
    });
  });

  async function initialized(name: string): Promise<DataSource> {
    const options = { type: 'postgres', url: server.url('one'), name, entities: [Dog] };
    return new DataSource({ ...options, entities: [] } as DataSourceOptions).initialize();
  }
});

/** The data sources of which statements have ended. */
function observed(metrics: Exposition): readonly (string | undefined)[] {
  const counts = metrics.series('typeorm_query_duration_seconds_count').filter(({ value }) => value > 0);
  return [...new Set(counts.map(({ labels }) => labels['data_source']))];
}

function runnerOf(dataSource: DataSource): object {
  return dataSource.createQueryRunner();
}

function inherited(object: object, name: string): unknown {
  return (Object.getPrototypeOf(object) as Readonly<Record<string, unknown>>)[name];
}

/** False from the moment on when its pool takes nobody any more. */
function isOpen({ driver }: DataSource): boolean {
  return (driver as unknown as { master?: { ending?: boolean } }).master?.ending === false;
}
