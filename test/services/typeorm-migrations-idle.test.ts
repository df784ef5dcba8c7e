import { DataSource, type DataSourceOptions, type MigrationInterface } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Database, describeOn, openDatabase } from '../support/accuracy/databases.js';
import { type Exposition } from '../support/exposition.js';
import { NestApp } from '../support/nest-app.js';
import { type SqlConnection } from '../support/sql-connection.js';
import { waitUntil } from '../support/wait-until.js';

class First1700000000001 implements MigrationInterface {
  up = async () => undefined;
  down = async () => undefined;
}

/** Pools that let go of what is not used for a tenth of a second. */
const HASTY = {
  postgres: { idleTimeoutMillis: 100 },
  mariadb: { maxIdle: 1, idleTimeout: 100 },
} as const;

/** The other connections of the test's user, by the database itself. */
const CONNECTIONS = {
  postgres: "SELECT pid FROM pg_stat_activity WHERE datname = 'kennel' AND pid <> pg_backend_pid()",
  mariadb: "SELECT id FROM information_schema.processlist WHERE db = 'kennel' AND id <> CONNECTION_ID()",
} as const;

const PERIODS = 3;

/** Several periods and servers on a loaded machine. */
const TIME = { timeout: 120_000 };
const eventually: typeof waitUntil = (what, condition) => waitUntil(what, condition, { timeoutMs: 30_000 });

for (const driver of ['postgres', 'mariadb'] as const) {
  describeOn(driver)(`the check of migrations on ${driver}`, () => {
    let database: Database;
    let app: NestApp;
    let dataSource: DataSource;
    /** Has one connection, which is asked in every period: it tells that a period has passed. */
    let clock: DataSource;
    let connection: SqlConnection;

    beforeAll(async () => {
      database = await openDatabase[driver]();
      connection = await database.connect(new DataSource(database.options));
    });
    afterAll(async () => {
      await connection?.close();
      await database?.close();
    });
    afterEach(async () => {
      await app?.close();
      for (const one of [dataSource, clock]) await one.destroy();
    });

    async function start(): Promise<void> {
      const migrations = [First1700000000001];
      const options = { ...database.options, extra: HASTY[driver], name: 'served', migrations };
      dataSource = new DataSource(options);
      clock = new DataSource({ type: 'sqljs', name: 'clock', migrations } as DataSourceOptions);
      app = await NestApp.start('express', {
        metrics: { typeorm: { migrations: { refreshSeconds: 1 } } },
        providers: [dataSource, clock].map((one, index) => ({
          provide: `db${index}`,
          useFactory: () => one.initialize(),
        })),
      });
    }

    const checkedAt = (metrics: Exposition, data_source: string) =>
      metrics.sum('typeorm_migrations_checked_timestamp_seconds', { data_source });
    const opened = (metrics: Exposition) => metrics.sum('typeorm_connections_opened_total', { data_source: 'served' });

    const firstCheck = () =>
      eventually('the migrations were checked', async () => {
        const metrics = await app.scrape();
        return checkedAt(metrics, 'served') > 0 && metrics;
      });

    const disconnected = () =>
      eventually('the pool has let go of every connection', async () => {
        return (await connection.query(CONNECTIONS[driver])).length === 0;
      });

    async function periods(count: number): Promise<void> {
      let last = checkedAt(await app.scrape(), 'clock');
      for (let passed = 0; passed < count; passed++) {
        // One period after the other is the point.
        last = await eventually('a period has passed', async () => {
          const now = checkedAt(await app.scrape(), 'clock');
          return now > last && now;
        });
      }
    }

    describe('of an application that does not use its database', () => {
      it('opens no connection, and its age can be seen', TIME, async () => {
        await start();
        const before = await firstCheck();
        expect(before.sum('typeorm_migrations_pending', { data_source: 'served' })).toBe(1);
        await disconnected();
        await periods(PERIODS);
        const after = await app.scrape();
        expect(opened(after)).toBe(opened(before));
        expect(checkedAt(after, 'served')).toBe(checkedAt(before, 'served'));
        expect(await connection.query(CONNECTIONS[driver])).toEqual([]);
      });
    });

    describe('of an application that uses it', () => {
      it('comes with the next use, on the connection that was opened for that', TIME, async () => {
        await start();
        const before = await firstCheck();
        await disconnected();
        // The check is due by then.
        await periods(2);
        await dataSource.query('SELECT 1');
        const after = await eventually('they were checked again', async () => {
          const metrics = await app.scrape();
          return checkedAt(metrics, 'served') > checkedAt(before, 'served') && metrics;
        });
        expect(opened(after) - opened(before)).toBe(1);
        await disconnected();
        await periods(PERIODS);
        expect(opened(await app.scrape())).toBe(opened(after));
      });

      it('goes on, period by period', TIME, async () => {
        await start();
        const seen = new Set([checkedAt(await firstCheck(), 'served')]);
        await eventually('they were checked two times more', async () => {
          await dataSource.query('SELECT 1');
          return seen.add(checkedAt(await app.scrape(), 'served')).size === 3;
        });
        expect((await app.scrape()).sum('typeorm_migrations_pending', { data_source: 'served' })).toBe(1);
      });
    });
  });
}
