import { type DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { commonFaults, type Fault } from '../support/faults/common-faults.js';
import { NOTHING } from '../support/faults/database-counts.js';
import { describeError, rejectionOf } from '../support/faults/described-error.js';
import { Dog, Kennel } from '../support/faults/dog.js';
import { barrier } from '../support/faults/gate.js';
import { unhandledDuring } from '../support/faults/process-faults.js';
import { type Act, StatementsApp } from '../support/faults/statements-app.js';
import { PostgresServer } from '../support/postgres-server.js';
import { needs } from '../support/services.js';
import { type SqlConnection } from '../support/sql-connection.js';
import { waitUntil } from '../support/wait-until.js';

const FAULTS: readonly Fault<string>[] = [
  ...commonFaults({
    'a statement that is none': '42601',
    'a table that does not exist': '42P01',
    'a column that does not exist, in a query builder': '42703',
    'a name that is taken': '23505',
    'a name that is taken, in save()': '23505',
    'a reference to nothing': '23503',
  }),
  {
    title: 'a column without its value',
    code: '23502',
    errors: { 'update integrity': 1 },
    act: (source) => source.getRepository(Dog).update({ name: 'Bella' }, { name: () => 'NULL' }),
  },
  {
    title: 'the timeout of a statement',
    code: '57014',
    errors: { 'select timeout': 1 },
    transactions: { rollback: 1 },
    act: (source) =>
      source.transaction(async (manager) => {
        await manager.insert(Dog, { name: 'Rex' });
        await manager.query('SET LOCAL statement_timeout = 20');
        await manager.query('SELECT pg_sleep(60)');
      }),
  },
  {
    title: 'the timeout of a lock',
    code: '55P03',
    errors: { 'select serialization': 1 },
    transactions: { commit: 1, rollback: 1 },
    act: awaitTheLock,
  },
  {
    title: 'a division by zero',
    code: '22012',
    errors: { 'select other': 1 },
    act: (source) => source.query('SELECT 1 / 0'),
  },
  {
    title: 'a parameter that is no number',
    code: '22P02',
    errors: { 'select other': 1 },
    act: (source) => source.getRepository(Dog).findOneBy({ id: 'many' as never }),
  },
];

async function awaitTheLock(source: DataSource): Promise<never> {
  const seen: unknown[] = [];
  await source.transaction(async (holder) => {
    await holder.query('LOCK TABLE dogs');
    const waiting = source.transaction(async (manager) => {
      await manager.query('SET LOCAL lock_timeout = 20');
      await manager.query('SELECT * FROM dogs');
    });
    seen.push(await rejectionOf(waiting));
  });
  throw seen[0] as Error;
}

/** Two transactions, each of which wants next what the other has written. */
function deadlock(app: StatementsApp): Promise<PromiseSettledResult<unknown>[]> {
  const bothHaveOne = barrier(2);
  const walk = (first: string, second: string) =>
    app.run((source) =>
      source.transaction(async (manager) => {
        await manager.update(Dog, { name: first }, { walks: 1 });
        await bothHaveOne();
        await manager.update(Dog, { name: second }, { walks: 2 });
      }),
    );
  return Promise.allSettled([walk('Bella', 'Luna'), walk('Luna', 'Bella')]);
}

/** Two transactions that both count the dogs and add one: the second to commit cannot have been alone. */
function countAndAdd(app: StatementsApp): Promise<PromiseSettledResult<unknown>[]> {
  const [bothHaveCounted, bothHaveAdded] = [barrier(2), barrier(2)];
  const add = (name: string) =>
    app.run((source) =>
      source.transaction('SERIALIZABLE', async (manager) => {
        await manager.count(Dog);
        await bothHaveCounted();
        await manager.insert(Dog, { name });
        await bothHaveAdded();
      }),
    );
  return Promise.allSettled([add('Rex'), add('Max')]);
}

function rejections(settled: readonly PromiseSettledResult<unknown>[]): readonly unknown[] {
  return settled.filter((one) => one.status === 'rejected').map(({ reason }) => reason as unknown);
}

async function processOf(manager: { query(sql: string): Promise<unknown> }): Promise<number> {
  const [row] = (await manager.query('SELECT pg_backend_pid() AS pid')) as readonly { pid: number }[];
  return row?.pid ?? 0;
}

needs('postgres')('faults of PostgreSQL', () => {
  let server: PostgresServer;
  let beside: SqlConnection;
  let app: StatementsApp;

  beforeAll(async () => {
    server = await PostgresServer.start({ settings: { deadlock_timeout: '20ms', log_connections: 'on' } });
    await server.createDatabase('kennel');
    beside = await server.connect('kennel');
    app = await StatementsApp.start({ typeorm: { type: 'postgres', url: server.url('kennel'), synchronize: true } });
  });
  afterAll(async () => {
    await app?.close();
    await beside?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    await beside.query('TRUNCATE dogs, kennels RESTART IDENTITY');
    await beside.query("INSERT INTO dogs (name) VALUES ('Bella'), ('Luna')");
  });

  /** Ends the process of a connection as an administrator does, and waits until it is gone. */
  const terminate = (where: string) =>
    beside.query(`SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = 'kennel' AND ${where}`);

  describe('beside the same application without us', () => {
    let plain: StatementsApp;

    beforeAll(async () => {
      plain = await StatementsApp.start({
        typeorm: { type: 'postgres', url: server.url('kennel') },
        metrics: false,
      });
    });
    afterAll(() => plain?.close());

    it.each(FAULTS)('$title: the same error, and counted', async ({ code, errors, transactions = {}, act }) => {
      const expected = await rejectionOf(plain.run(act));
      expect(expected).toMatchObject({ code });
      const seen: unknown[] = [];
      const counts = await app.counts(async () => seen.push(await rejectionOf(app.run(act))));
      expect(describeError(seen[0])).toEqual(describeError(expected));
      expect(counts).toEqual({ ...NOTHING, errors, transactions });
    });

    it('gives the same values', async () => {
      const acts: readonly Act[] = [
        (source) => source.query('SELECT name FROM dogs ORDER BY id'),
        (source) => source.query("UPDATE dogs SET walks = 1 WHERE name = 'Bella'"),
        (source) => source.getRepository(Dog).find({ order: { id: 'ASC' } }),
        (source) => source.getRepository(Dog).update({ name: 'Luna' }, { walks: 3 }),
        (source) => source.getRepository(Dog).delete({ name: 'Nobody' }),
        (source) => source.transaction((manager) => manager.countBy(Dog, { walks: 3 })),
        (source) => source.createQueryRunner().release(),
      ];
      for (const act of acts) expect(await app.run(act)).toEqual(await plain.run(act));
    });
  });

  describe('the very error', () => {
    const theError = new Error('the very error');

    it('of a connection that cannot be had', async () => {
      const { seen, counts } = await withRunner(async (runner) => {
        runner.connect = () => Promise.reject(theError);
        await runner.query('SELECT 1');
      });
      expect(seen).toBe(theError);
      expect(counts.errors).toEqual({ 'select other': 1 });
    });

    it('of the driver, inside of what TypeORM makes of it', async () => {
      const { seen, counts } = await withRunner(async (runner) => {
        const connection = (await runner.connect()) as { query: unknown };
        const { query } = connection;
        connection.query = () => Promise.reject(theError);
        await runner.query('SELECT 1').finally(() => (connection.query = query));
      });
      expect((seen as { driverError?: unknown }).driverError).toBe(theError);
      expect(counts.errors).toEqual({ 'select other': 1 });
    });

    it('of the pool', async () => {
      const seen: unknown[] = [];
      const counts = await app.counts(async () => {
        const act = app.run(async (source) => {
          const pool = (source.driver as unknown as { master: { connect: unknown } }).master;
          const { connect } = pool;
          pool.connect = (done: (error: Error) => void) => done(theError);
          await source.query('SELECT 1').finally(() => (pool.connect = connect));
        });
        seen.push(await rejectionOf(act));
      });
      expect(seen[0]).toBe(theError);
      expect(counts).toEqual({ ...NOTHING, errors: { 'select connection': 1 }, connectionErrors: { other: 1 } });
    });

    it('of a subscriber', async () => {
      const subscriber = {
        afterInsert: () => {
          throw theError;
        },
      };
      const { subscribers } = app.dataSource;
      const seen: unknown[] = [];
      subscribers.push(subscriber);
      const act = (source: DataSource) => source.getRepository(Dog).save({ name: 'Rex' });
      const counts = await app.counts(async () => seen.push(await rejectionOf(app.run(act))));
      subscribers.splice(subscribers.indexOf(subscriber), 1);
      expect(seen[0]).toBe(theError);
      expect(counts).toEqual({ ...NOTHING, transactions: { rollback: 1 } });
    });

    it('of a subscriber when all is committed already', async () => {
      const subscriber = {
        afterTransactionCommit: () => {
          throw theError;
        },
      };
      const { subscribers } = app.dataSource;
      const seen: unknown[] = [];
      subscribers.push(subscriber);
      const act = (source: DataSource) => source.getRepository(Dog).save({ name: 'Rex' });
      const counts = await app.counts(async () => seen.push(await rejectionOf(app.run(act))));
      subscribers.splice(subscribers.indexOf(subscriber), 1);
      expect(seen[0]).toBe(theError);
      expect(await beside.query("SELECT name FROM dogs WHERE name = 'Rex'")).toHaveLength(1);
      expect(counts).toEqual({ ...NOTHING, rows: { 'dog insert': 1 }, transactions: { commit: 1 } });
    });

    it('of the application inside a transaction', async () => {
      const seen: unknown[] = [];
      const act = (source: DataSource) =>
        source.transaction(async (manager) => {
          await manager.insert(Dog, { name: 'Rex' });
          throw theError;
        });
      const counts = await app.counts(async () => seen.push(await rejectionOf(app.run(act))));
      expect(seen[0]).toBe(theError);
      expect(counts).toEqual({ ...NOTHING, transactions: { rollback: 1 } });
    });

    async function withRunner(act: (runner: ReturnType<DataSource['createQueryRunner']>) => Promise<void>) {
      const seen: unknown[] = [];
      const counts = await app.counts(async () => {
        const done = app.run(async (source) => {
          const runner = source.createQueryRunner();
          try {
            await act(runner);
          } finally {
            await runner.release();
          }
        });
        seen.push(await rejectionOf(done));
      });
      return { seen: seen[0], counts };
    }
  });

  it('leaves a rejection that nobody handles one', async () => {
    const counts = await app.counts(() =>
      unhandledDuring('unhandledRejection', async (seen) => {
        await app.run(async (source) => {
          const runner = source.createQueryRunner();
          // The very promise of our stand-in, which TypeORM itself awaits in the other two.
          void runner.query('UPDATE nowhere SET name = 1');
          void source.query('SELECT FROM WHERE');
          void source.transaction((manager) => manager.query('DELETE FROM nowhere'));
          await waitUntil('all three rejections are seen', () => seen.length === 3);
          await runner.release();
        });
      }),
    );
    expect(counts.errors).toEqual({ 'update syntax': 1, 'select syntax': 1, 'delete syntax': 1 });
  });

  describe('transactions that hinder each other', () => {
    it('a deadlock ends one, and of the other alone the rows are counted', async () => {
      const settled: PromiseSettledResult<unknown>[] = [];
      const counts = await app.counts(async () => settled.push(...(await deadlock(app))));
      expect(rejections(settled)).toEqual([expect.objectContaining({ code: '40P01' })]);
      expect(counts).toEqual({
        ...NOTHING,
        errors: { 'update serialization': 1 },
        rows: { 'dog update': 2 },
        transactions: { commit: 1, rollback: 1 },
      });
    });

    it('one that cannot be serialized fails at its COMMIT', async () => {
      const settled: PromiseSettledResult<unknown>[] = [];
      const counts = await app.counts(async () => settled.push(...(await countAndAdd(app))));
      expect(rejections(settled)).toEqual([expect.objectContaining({ code: '40001' })]);
      expect(await beside.query('SELECT name FROM dogs')).toHaveLength(3);
      expect(counts).toEqual({
        ...NOTHING,
        errors: { 'transaction serialization': 1 },
        rows: { 'dog insert': 1 },
        transactions: { commit: 1, rollback: 1 },
      });
    });

    it('an error that the application swallows makes the COMMIT a rollback', async () => {
      const counts = await app.counts(() =>
        app.run((source) =>
          source.transaction(async (manager) => {
            await manager.insert(Dog, { name: 'Rex' });
            await rejectionOf(manager.insert(Dog, { name: 'Bella' }));
          }),
        ),
      );
      expect(await beside.query('SELECT name FROM dogs')).toHaveLength(2);
      expect(counts).toEqual({ ...NOTHING, errors: { 'insert integrity': 1 }, transactions: { rollback: 1 } });
    });
  });

  describe('connections that break', () => {
    it('in a statement of a transaction', async () => {
      const seen: unknown[] = [];
      const counts = await app.counts(async () => {
        const done = app.run((source) =>
          source.transaction(async (manager) => {
            await manager.insert(Kennel, { town: 'Bern' });
            await manager.query('SELECT pg_sleep(60)');
          }),
        );
        const rejected = rejectionOf(done);
        await waitUntil('the statement is under way', () => terminate("query LIKE 'SELECT pg_sleep%'").then(notEmpty));
        seen.push(await rejected);
      });
      expect(seen[0]).toMatchObject({ name: 'QueryFailedError', code: '57P01' });
      // The second is the ROLLBACK by which TypeORM answers the first.
      const errors = { 'select connection': 1, 'transaction connection': 1 };
      expect(counts).toEqual({ ...NOTHING, errors, transactions: { rollback: 1 } });
      expect(await app.run((source) => source.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
    });

    it('between the statements of a transaction', async () => {
      const counts = await app.counts(() =>
        app.run(async (source) => {
          const runner = source.createQueryRunner();
          await runner.startTransaction();
          await runner.manager.insert(Kennel, { town: 'Bern' });
          await terminate(`pid = ${await processOf(runner)}`);
          await waitUntil('TypeORM has given the connection up', () => runner.isReleased);
          expect(await rejectionOf(runner.commitTransaction())).toMatchObject({
            name: 'QueryRunnerAlreadyReleasedError',
          });
          await runner.release();
        }),
      );
      expect(counts).toEqual({ ...NOTHING, errors: { 'transaction connection': 1 }, transactions: { rollback: 1 } });
    });

    it('while they lie idle in the pool', async () => {
      const together = barrier(3);
      const hold = (source: DataSource) =>
        source.transaction(async (manager) => {
          await together();
          return processOf(manager);
        });
      await Promise.all([app.run(hold), app.run(hold), app.run(hold)]);
      const before = await app.atRest();
      const idle =
        before.value('typeorm_pool_connections', { data_source: 'default', role: 'master', state: 'idle' }) ?? 0;
      expect(idle).toBeGreaterThanOrEqual(3);
      const changes = await app.changes(async () => {
        expect(await terminate("state = 'idle' AND pid <> pg_backend_pid()")).toHaveLength(idle);
        await waitUntil('each is counted', async () => {
          const metrics = await app.scrape();
          const lost = { data_source: 'default', error_type: 'lost' };
          return (
            (metrics.value('typeorm_connection_errors_total', lost) ?? 0) -
              (before.value('typeorm_connection_errors_total', lost) ?? 0) ===
            idle
          );
        });
        await app.run((source) => source.query('SELECT 1'));
      });
      expect(changes.sum('typeorm_connection_errors_total')).toBe(idle);
      expect(changes.sum('typeorm_query_errors_total')).toBe(0);
      expect(changes.sum('typeorm_connections_opened_total')).toBe(1);
      expect(changes.sum('typeorm_pool_connections', { state: 'idle' })).toBe(1 - idle);
    });
  });

  describe('a data source that is destroyed and initialized again', () => {
    it('counts nothing twice, and each connection that is made', async () => {
      const made = () => server.log.match(/connection authorized: user=postgres database=kennel/g)?.length ?? 0;
      const before = made();
      const changes = await app.changes(async () => {
        for (let times = 0; times < 3; times++) {
          await app.run((source) => source.destroy());
          expect((await app.scrape()).value('typeorm_data_source_up', { data_source: 'default' })).toBe(0);
          await app.run((source) => source.initialize());
          await app.run((source) => source.getRepository(Dog).insert({ name: `Rex ${times}` }));
        }
      });
      await app.atRest();
      expect(
        changes.value('typeorm_model_rows_total', { data_source: 'default', model: 'dog', operation: 'insert' }),
      ).toBe(3);
      const inserts = { data_source: 'default', entity: 'Dog', operation: 'insert' };
      expect(changes.value('typeorm_query_duration_seconds_count', inserts)).toBe(3);
      expect(changes.sum('typeorm_connections_opened_total')).toBe(made() - before);
      expect((await app.scrape()).value('typeorm_data_source_up', { data_source: 'default' })).toBe(1);
    });

    it('refuses a statement meanwhile, as without us', async () => {
      await app.run((source) => source.destroy());
      const error = await rejectionOf(app.run((source) => source.query('SELECT 1')));
      expect(error).toMatchObject({ message: 'Driver not Connected' });
      await app.run((source) => source.initialize());
      expect(await app.run((source) => source.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
    });
  });
});

function notEmpty(rows: readonly unknown[]): boolean {
  return rows.length > 0;
}
