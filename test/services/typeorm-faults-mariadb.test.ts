import { type DataSource, type QueryRunner } from 'typeorm';
import { type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { join } from 'node:path';
import { type Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Exposition } from '../support/exposition.js';
import { commonFaults, type Fault } from '../support/faults/common-faults.js';
import { NOTHING } from '../support/faults/database-counts.js';
import { describeError, rejectionOf } from '../support/faults/described-error.js';
import { Dog } from '../support/faults/dog.js';
import { freeze } from '../support/faults/frozen-server.js';
import { barrier, Gate } from '../support/faults/gate.js';
import { killUnderLoad } from '../support/faults/kill-under-load.js';
import { unhandledDuring } from '../support/faults/process-faults.js';
import { connectionErrors, DEFAULT, dogsInserted, errorTypes, isUp } from '../support/faults/readings.js';
import { gaugesUp, StatementsApp, type StatementsAppOptions } from '../support/faults/statements-app.js';
import { MariadbServer } from '../support/mariadb-server.js';
import { valuesOf } from '../support/nest-app.js';
import { needs } from '../support/services.js';
import { type SqlConnection } from '../support/sql-connection.js';
import { waitUntil } from '../support/wait-until.js';

const FAULTS: readonly Fault<number>[] = [
  ...commonFaults({
    'a statement that is none': 1064,
    'a table that does not exist': 1146,
    'a column that does not exist, in a query builder': 1054,
    'a name that is taken': 1062,
    'a name that is taken, in save()': 1062,
    'a reference to nothing': 1452,
  }),
  {
    title: 'a column without its value',
    code: 1048,
    errors: { 'insert integrity': 1 },
    act: (source) => source.query('INSERT INTO dogs (name) VALUES (NULL)'),
  },
  {
    title: 'the time limit of a statement',
    code: 1969,
    errors: { 'select timeout': 1 },
    act: (source) =>
      withRunner(source, async (runner) => {
        await runner.query('SET max_statement_time = 0.02');
        const [sleeping] = await Promise.allSettled([runner.query('SELECT SLEEP(60)')]);
        await runner.query('SET max_statement_time = 0');
        if (sleeping.status === 'rejected') throw sleeping.reason;
      }),
  },
  {
    title: 'a subquery with too many rows',
    code: 1242,
    errors: { 'select other': 1 },
    act: (source) => source.query('SELECT (SELECT 1 UNION SELECT 2)'),
  },
];

async function withRunner<T>(source: DataSource, act: (runner: QueryRunner) => Promise<T>): Promise<T> {
  const runner = source.createQueryRunner();
  try {
    return await act(runner);
  } finally {
    await runner.release();
  }
}

/** Two transactions, each of which wants next what the other has written. With `swallow` neither minds, and goes on. */
function deadlock(app: StatementsApp, swallow: boolean): Promise<PromiseSettledResult<unknown>[]> {
  const bothHaveOne = barrier(2);
  const walk = (first: string, second: string) =>
    app.run((source) =>
      source.transaction(async (manager) => {
        await manager.update(Dog, { name: first }, { walks: 1 });
        await bothHaveOne();
        const update = manager.update(Dog, { name: second }, { walks: 2 });
        if (!swallow) return update;
        await Promise.allSettled([update]);
        return manager.insert(Dog, { name: `${first}'s pup` });
      }),
    );
  return Promise.allSettled([walk('Bella', 'Luna'), walk('Luna', 'Bella')]);
}

async function connectionOf(runner: { query(sql: string): Promise<unknown> }): Promise<number> {
  const [row] = (await runner.query('SELECT CONNECTION_ID() AS id')) as readonly { id: number | string }[];
  return Number(row?.id);
}

needs('mariadb')('faults of MariaDB', () => {
  let server: MariadbServer;

  beforeAll(async () => {
    server = await MariadbServer.start({ settings: { innodb_lock_wait_timeout: 1 } });
    await server.createDatabase('kennel');
    const app = await start({ typeorm: { synchronize: true } });
    await app.close();
  });
  afterAll(() => server?.stop());

  function start({ typeorm, ...options }: StatementsAppOptions): Promise<StatementsApp> {
    const { type = 'mariadb' } = typeorm;
    const url = server.url('kennel', server.credentials, type as 'mariadb' | 'mysql');
    return StatementsApp.start({ ...options, typeorm: { type, url, ...typeorm } as Partial<TypeOrmModuleOptions> });
  }

  describe.each(['mariadb', 'mysql'] as const)('beside the same application without us, as %s', (type) => {
    let app: StatementsApp;
    let plain: StatementsApp;
    let beside: SqlConnection;

    beforeAll(async () => {
      beside = await server.connect('kennel');
      app = await start({ typeorm: { type } });
      plain = await start({ typeorm: { type }, metrics: false });
    });
    afterAll(async () => {
      await app?.close();
      await plain?.close();
      await beside?.close();
    });
    beforeEach(async () => {
      await beside.query('DELETE FROM dogs');
      await beside.query("INSERT INTO dogs (name) VALUES ('Bella'), ('Luna')");
    });

    it.each(FAULTS)('$title: the same error, and counted', async ({ code, errors, transactions = {}, act }) => {
      const expected = await rejectionOf(plain.run(act));
      expect(expected).toMatchObject({ errno: code });
      const seen: unknown[] = [];
      const counts = await app.counts(async () => seen.push(await rejectionOf(app.run(act))));
      expect(describeError(seen[0])).toEqual(describeError(expected));
      expect(counts).toEqual({ ...NOTHING, errors, transactions });
    });

    it('a deadlock takes the whole transaction of one, and of the other alone the rows are counted', async () => {
      const settled: PromiseSettledResult<unknown>[] = [];
      const counts = await app.counts(async () => settled.push(...(await deadlock(app, false))));
      const reasons = settled.filter((one) => one.status === 'rejected').map(({ reason }) => reason as unknown);
      expect(reasons).toEqual([expect.objectContaining({ code: 'ER_LOCK_DEADLOCK' })]);
      expect(counts).toEqual({
        ...NOTHING,
        errors: { 'update serialization': 1 },
        rows: { 'dog update': 2 },
        transactions: { commit: 1, rollback: 1 },
      });
    });

    it('a deadlock that the application swallows: what it wrote before is lost, what it writes after stays', async () => {
      const counts = await app.counts(() => deadlock(app, true));
      expect(await beside.query("SELECT name FROM dogs WHERE name LIKE '%pup'")).toHaveLength(2);
      expect(counts).toEqual({
        ...NOTHING,
        errors: { 'update serialization': 1 },
        rows: { 'dog update': 2, 'dog insert': 2 },
        transactions: { commit: 2 },
      });
    });

    it('a wait for a lock that is too long loses one statement, not its transaction', async () => {
      const act = async (source: DataSource) => {
        await source.transaction(async (holder) => {
          await holder.update(Dog, { name: 'Bella' }, { walks: 1 });
          await source.transaction(async (waiting) => {
            await waiting.insert(Dog, { name: 'Rex' });
            const update = waiting.update(Dog, { name: 'Bella' }, { walks: 2 });
            expect(await rejectionOf(update)).toMatchObject({ code: 'ER_LOCK_WAIT_TIMEOUT' });
          });
        });
      };
      expect(await app.counts(() => app.run(act))).toEqual({
        ...NOTHING,
        errors: { 'update serialization': 1 },
        rows: { 'dog update': 1, 'dog insert': 1 },
        transactions: { commit: 2 },
      });
    });

    it('a connection that is killed in a statement of a transaction', async () => {
      const seen: unknown[] = [];
      const counts = await app.counts(async () => {
        const done = app.run((source) =>
          source.transaction(async (manager) => {
            await manager.insert(Dog, { name: 'Rex' });
            await manager.query('SELECT SLEEP(60)');
          }),
        );
        const rejected = rejectionOf(done);
        await killWhere("info = 'SELECT SLEEP(60)'");
        seen.push(await rejected);
      });
      expect(seen[0]).toMatchObject({ name: 'QueryFailedError' });
      // The second is the ROLLBACK by which TypeORM answers the first.
      const errors = { 'select connection': 1, 'transaction connection': 1 };
      expect(counts).toEqual({ ...NOTHING, errors, transactions: { rollback: 1 } });
      expect(await beside.query("SELECT name FROM dogs WHERE name = 'Rex'")).toEqual([]);
      expect(await app.run((source) => source.query('SELECT 1 AS one'))).toHaveLength(1);
    });

    it('connections that are killed while they lie idle leave the pool, and are made again', async () => {
      const changes = await app.changes(async () => {
        await killWhere("db = 'kennel' AND command = 'Sleep' AND id <> CONNECTION_ID()");
        await waitUntil('the pool has noticed', async () => (await app.scrape()).sum('typeorm_pool_connections') === 0);
        await app.run(connectionOf);
      });
      expect(changes.sum('typeorm_connections_opened_total')).toBe(1);
      expect(changes.sum('typeorm_query_errors_total')).toBe(0);
      expect(changes.sum('typeorm_connection_errors_total')).toBe(0);
    });

    it('a stream is under way until its last row', async () => {
      const gate = new Gate();
      const changes = await app.changes(async () => {
        const read = app.run(async (source) => {
          const stream = await source.getRepository(Dog).createQueryBuilder('dog').stream();
          await gate.opened;
          const rows: unknown[] = [];
          for await (const row of stream) rows.push(row);
          return rows.length;
        });
        const inFlight = async () => (await app.scrape()).value('typeorm_queries_in_flight', DEFAULT);
        await waitUntil('it is under way', async () => (await inFlight()) === 1);
        gate.open();
        expect(await read).toBe(2);
      });
      const selects = { ...DEFAULT, operation: 'select', entity: 'Dog' };
      expect(changes.value('typeorm_query_duration_seconds_count', selects)).toBe(1);
      expect(changes.sum('typeorm_query_errors_total')).toBe(0);
    });

    it('a stream whose connection is killed, of which mysql2 never tells', async () => {
      const doomed = await start({ typeorm: { type } });
      try {
        const counts = await doomed.counts(() =>
          doomed.run((source) =>
            withRunner(source, async (runner) => {
              (await runner.stream('SELECT SLEEP(60) AS a_stream')).resume();
              await killWhere("info = 'SELECT SLEEP(60) AS a_stream'");
              const inFlight = async () => (await doomed.scrape()).value('typeorm_queries_in_flight', DEFAULT);
              await waitUntil('it is over', async () => (await inFlight()) === 0);
            }),
          ),
        );
        expect(counts).toEqual({ ...NOTHING, errors: { 'select connection': 1 } });
      } finally {
        await doomed.close();
      }
    });

    it('an error of a stream that nobody handles stays one', async () => {
      const counts = await app.counts(() =>
        unhandledDuring('uncaughtException', async (seen) => {
          await app.run((source) =>
            withRunner(source, async (runner) => {
              const stream: Readable = await runner.stream('SELECT FROM WHERE');
              stream.resume();
              await waitUntil('nobody handled it', () => seen.length > 0);
            }),
          );
          expect(seen).toEqual([expect.objectContaining({ errno: 1064 })]);
        }),
      );
      expect(counts).toEqual({ ...NOTHING, errors: { 'select syntax': 1 } });
    });

    /** Ends connections as an administrator does, once there are such. */
    async function killWhere(where: string): Promise<void> {
      const ids = await waitUntil('there is such a connection', async () => {
        const rows = await beside.query(`SELECT id FROM information_schema.processlist WHERE ${where}`);
        if (rows.length === 0) throw new Error('there is none');
        return rows.map(({ id }) => Number(id));
      });
      for (const id of ids) await beside.query(`KILL ${id}`);
    }
  });

  describe('that is not there', () => {
    let app: StatementsApp | undefined;

    afterEach(async () => {
      await app?.close();
      app = undefined;
    });

    it('comes up while TypeOrmModule tries again and again', async () => {
      const failures: unknown[] = [];
      await server.kill();
      const booting = start({
        typeorm: { retryAttempts: 1000, retryDelay: 10, toRetry: (error) => failures.push(error) > 0 },
      });
      await waitUntil('some attempts have failed', () => failures.length >= 3);
      await server.restart();
      app = await booting;
      const metrics = await app.atRest();
      expect(connectionErrors(metrics)).toEqual({ refused: failures.length });
      expect(valuesOf(metrics, 'typeorm_data_source_up', 'data_source')).toEqual(['default']);
      expect(isUp(metrics)).toBe(1);
      expect(metrics.sum('typeorm_connections_opened_total')).toBe(metrics.sum('typeorm_pool_connections'));
    });

    it('stays down, and the boot fails as without us', async () => {
      await server.kill();
      const boot = (metrics: {} | false) => rejectionOf(start({ typeorm: { retryAttempts: 3 }, metrics }));
      const [withUs, without] = [await boot({}), await boot(false)];
      await server.restart();
      expect(without).toMatchObject({ code: 'ECONNREFUSED' });
      expect(describeError(withUs)).toEqual(describeError(without));
    });

    it.each([
      ['a wrong password', 'kennel', 'wrong', 'ER_ACCESS_DENIED_ERROR', 'authentication'],
      ['a database that does not exist', 'nowhere', 'right', 'ER_BAD_DB_ERROR', 'other'],
    ])('for %s', async (_, database, password, code, errorType) => {
      const url = server.url(database, { ...server.credentials, password });
      const running = (app = await start({ typeorm: { manualInitialization: true, url } }));
      expect(await rejectionOf(running.run((source) => source.initialize()))).toMatchObject({ code });
      const metrics = await running.scrape();
      expect(connectionErrors(metrics)).toEqual({ [errorType]: 1 });
      expect(isUp(metrics)).toBe(0);
    });

    it('is killed under load and comes back', async () => {
      app = await start({ typeorm: { poolSize: 4 } });
      const { before, during, after, committed } = await killUnderLoad(app, server, 'SELECT SLEEP(0.01)');
      expect(connectionErrors(during)).toMatchObject({ refused: expect.any(Number) });
      expect(errorTypes(after)).toEqual(['connection']);
      expect(dogsInserted(after) - dogsInserted(before)).toBe(committed);
      expect(gaugesUp(await app.nest.settled())).toEqual([]);
      expect(isUp(after)).toBe(1);
    });

    it('accepts and never answers: no scrape waits for it', async () => {
      const running = (app = await start({ typeorm: { poolSize: 1 } }));
      const thaw = freeze(join(server.folder, 'pid'));
      const waiting: Promise<unknown>[] = [];
      try {
        waiting.push(running.run(connectionOf), running.run(connectionOf));
        await waitUntil('one has the connection and the other waits', async () => {
          const metrics = await scrapeSoon(running);
          const pool = { ...DEFAULT, role: 'master' };
          return (
            metrics.value('typeorm_pool_connections', { ...pool, state: 'used' }) === 1 &&
            metrics.value('typeorm_pool_pending_acquires', pool) === 1
          );
        });
      } finally {
        thaw();
      }
      expect(await Promise.all(waiting)).toHaveLength(2);
      await running.atRest();
    });

    it('has a pool that is exhausted, and whose queue is full', async () => {
      const running = (app = await start({ typeorm: { poolSize: 1, extra: { queueLimit: 1 } } }));
      const gate = new Gate();
      const changes = await running.changes(async () => {
        const held = running.run((source) => source.transaction(() => gate.opened));
        const used = { ...DEFAULT, role: 'master', state: 'used' };
        await waitUntil(
          'it is held',
          async () => (await running.scrape()).value('typeorm_pool_connections', used) === 1,
        );
        const waiting = running.run((source) => source.query('SELECT 1 AS one'));
        const pending = async () => (await scrapeSoon(running)).sum('typeorm_pool_pending_acquires');
        await waitUntil('one waits', async () => (await pending()) === 1);
        expect(await rejectionOf(running.run((source) => source.query('SELECT 1')))).toMatchObject({
          message: 'Queue limit reached.',
        });
        gate.open();
        expect(await waiting).toHaveLength(1);
        await held;
      });
      expect(changes.value('typeorm_pool_acquire_duration_seconds_count', DEFAULT)).toBe(3);
      expect(changes.sum('typeorm_connection_errors_total')).toBe(1);
      const failed = { ...DEFAULT, operation: 'select', error_type: 'connection' };
      expect(changes.value('typeorm_query_errors_total', failed)).toBe(1);
      expect(changes.sum('typeorm_query_errors_total')).toBe(1);
    });

    /** The metrics, which must be answered soon, whatever the database does. */
    async function scrapeSoon({ nest }: StatementsApp): Promise<Exposition> {
      expect(await nest.send({ path: '/metrics', timeoutMs: 2000 })).toMatchObject({ status: 200 });
      return nest.scrape();
    }
  });
});
