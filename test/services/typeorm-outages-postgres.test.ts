import { DataSource, type DataSourceOptions, type MigrationInterface } from 'typeorm';
import { type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Exposition } from '../support/exposition.js';
import { rejectionOf } from '../support/faults/described-error.js';
import { freeze } from '../support/faults/frozen-server.js';
import { barrier, Gate } from '../support/faults/gate.js';
import { killUnderLoad } from '../support/faults/kill-under-load.js';
import { connectionErrors, DEFAULT, dogsInserted, errorTypes, isUp } from '../support/faults/readings.js';
import { gaugesUp, StatementsApp, type StatementsAppOptions } from '../support/faults/statements-app.js';
import { PLATFORMS } from '../support/nest-app.js';
import { PostgresServer } from '../support/postgres-server.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

class AddWalks implements MigrationInterface {
  readonly name = 'AddWalks1700000000000';

  up(): Promise<void> {
    return Promise.resolve();
  }

  down(): Promise<void> {
    return Promise.resolve();
  }
}

needs('postgres')('outages of PostgreSQL', () => {
  let server: PostgresServer;
  let app: StatementsApp | undefined;

  beforeAll(async () => {
    server = await PostgresServer.start();
    await server.createDatabase('kennel');
    const made = await start({ typeorm: { synchronize: true } });
    await made.close();
  });
  afterEach(async () => {
    await app?.close();
    app = undefined;
  });
  afterAll(() => server?.stop());

  async function start({ typeorm, ...options }: StatementsAppOptions): Promise<StatementsApp> {
    const settings = { type: 'postgres', url: server.url('kennel'), ...typeorm } as Partial<TypeOrmModuleOptions>;
    app = await StatementsApp.start({ ...options, typeorm: settings });
    return app;
  }

  /** The metrics, which must be answered soon, whatever the database does. */
  const scrapeSoon = async ({ nest }: StatementsApp): Promise<Exposition> => {
    expect(await nest.send({ path: '/metrics', timeoutMs: 2000 })).toMatchObject({ status: 200 });
    return nest.scrape();
  };

  it.each(PLATFORMS)('is killed under load and comes back, on %s', async (platform) => {
    const running = await start({ platform, typeorm: { poolSize: 4 } });
    const { before, during, after, committed } = await killUnderLoad(running, server, 'SELECT pg_sleep(0.01)');
    expect(connectionErrors(during)).toMatchObject({ refused: expect.any(Number) });
    expect(errorTypes(after)).toEqual(['connection']);
    expect(dogsInserted(after) - dogsInserted(before)).toBe(committed);
    expect(gaugesUp(await running.nest.settled())).toEqual([]);
    expect(isUp(after)).toBe(1);
  });

  describe('a pool that is exhausted', () => {
    it('without a limit to the wait: those who wait are seen, and get their turn', async () => {
      const running = await start({ typeorm: { poolSize: 2 } });
      const gate = new Gate();
      const changes = await running.changes(async () => {
        const held = await holdBoth(running, gate);
        const waiting = Array.from({ length: 3 }, () => running.run((source) => source.query('SELECT 1 AS one')));
        const metrics = await waitUntil('three wait', async () => {
          const now = await scrapeSoon(running);
          const count = now.value('typeorm_pool_pending_acquires', { ...DEFAULT, role: 'master' });
          if (count !== 3) throw new Error(`${count} wait`);
          return now;
        });
        expect(metrics.value('typeorm_pool_connections', { ...DEFAULT, role: 'master', state: 'used' })).toBe(2);
        expect(metrics.value('typeorm_pool_connections_max', { ...DEFAULT, role: 'master' })).toBe(2);
        expect(metrics.value('typeorm_queries_in_flight', DEFAULT)).toBe(3);
        expect(metrics.value('typeorm_transactions_in_flight', DEFAULT)).toBe(2);
        gate.open();
        expect(await Promise.all(waiting)).toEqual([[{ one: 1 }], [{ one: 1 }], [{ one: 1 }]]);
        await held.ended;
      });
      expect(changes.value('typeorm_pool_acquire_duration_seconds_count', DEFAULT)).toBe(5);
      expect(changes.sum('typeorm_connection_errors_total')).toBe(0);
      expect(changes.sum('typeorm_query_errors_total')).toBe(0);
    });

    it('with a limit to the wait: those who wait too long are counted once', async () => {
      const running = await start({ typeorm: { poolSize: 2, connectTimeoutMS: 500 } });
      const gate = new Gate();
      const changes = await running.changes(async () => {
        const held = await holdBoth(running, gate);
        const waiting = Array.from({ length: 3 }, () => rejectionOf(running.run((source) => source.query('SELECT 1'))));
        const message = 'timeout exceeded when trying to connect';
        for (const error of await Promise.all(waiting)) expect(error).toMatchObject({ message });
        await scrapeSoon(running);
        gate.open();
        await held.ended;
      });
      expect(changes.value('typeorm_pool_acquire_duration_seconds_count', DEFAULT)).toBe(5);
      expect(changes.sum('typeorm_pool_acquire_duration_seconds_sum')).toBeGreaterThanOrEqual(1.4);
      expect(changes.value('typeorm_connection_errors_total', { ...DEFAULT, error_type: 'timeout' })).toBe(3);
      expect(changes.sum('typeorm_connection_errors_total')).toBe(3);
      const failed = { ...DEFAULT, operation: 'select', error_type: 'connection' };
      expect(changes.value('typeorm_query_errors_total', failed)).toBe(3);
    });

    it('is left to the application: no check of migrations stands in line', async () => {
      // A data source of its own that is checked with the same beat: it tells how often the other was passed by. Given
      // to the application, since one made by hand may be taken for that of a boot that failed before.
      const beat = new DataSource({ type: 'sqljs', name: 'beat', migrations: [AddWalks] } as DataSourceOptions);
      const running = await start({
        typeorm: { poolSize: 2, migrations: [AddWalks] },
        metrics: { typeorm: { migrations: { refreshSeconds: 1 } } },
        providers: [{ provide: 'beat', useFactory: () => beat.initialize() }],
      });
      const checked = (metrics: Exposition) => metrics.value('typeorm_migrations_checked_timestamp_seconds', DEFAULT);
      await waitUntil('the migrations are checked', async () => checked(await running.scrape()));
      const gate = new Gate();
      const held = await holdBoth(running, gate);
      const seen: (number | undefined)[] = [];
      const beats = new Set<number>();
      const isCheckedSomeTimes = async () => {
        const metrics = await running.scrape();
        seen.push(metrics.value('typeorm_pool_pending_acquires', { ...DEFAULT, role: 'master' }));
        const at = metrics.value('typeorm_migrations_checked_timestamp_seconds', { data_source: 'beat' });
        if (at !== undefined) beats.add(at);
        return beats.size >= 3;
      };
      await waitUntil('the beat was checked some times', isCheckedSomeTimes, { timeoutMs: 25_000 });
      gate.open();
      await held.ended;
      await beat.destroy();
      expect(new Set(seen)).toEqual(new Set([0]));
    });

    /** Two transactions that keep their connections until the gate opens; gives their end, wrapped, once both do. */
    async function holdBoth(running: StatementsApp, gate: Gate): Promise<{ readonly ended: Promise<unknown> }> {
      const bothHold = barrier(3);
      const hold = () =>
        running.run((source) =>
          source.transaction(async (manager) => {
            await manager.query('SELECT 1');
            await bothHold();
            await gate.opened;
          }),
        );
      const ended = Promise.all([hold(), hold()]);
      await bothHold();
      return { ended };
    }
  });

  describe('a database that accepts and never answers', () => {
    it('keeps no scrape waiting, with statements and a check of the migrations under way', async () => {
      const running = await start({
        typeorm: { poolSize: 2, migrations: [AddWalks] },
        metrics: { typeorm: { migrations: { refreshSeconds: 1 } } },
      });
      const checkedAt = async () =>
        (await running.scrape()).value('typeorm_migrations_checked_timestamp_seconds', DEFAULT);
      await waitUntil('the migrations are checked', checkedAt);
      expect((await running.scrape()).value('typeorm_migrations_pending', DEFAULT)).toBe(1);
      const thaw = freeze(join(server.folder, 'data', 'postmaster.pid'));
      const waiting: Promise<unknown>[] = [];
      try {
        const used = async () => (await scrapeSoon(running)).sum('typeorm_pool_connections', { state: 'used' });
        await waitUntil('the check of the migrations has taken a connection', async () => {
          if ((await used()) === 1) return true;
          // It waits for a connection that the application gives back, which needs no answer of the database.
          await running.run(async (source) => {
            const runner = source.createQueryRunner();
            await runner.connect();
            await runner.release();
          });
          return false;
        });
        waiting.push(running.run((source) => source.query('SELECT 1 AS one')));
        waiting.push(running.run((source) => source.query('SELECT 1 AS one')));
        await waitUntil('both statements wait', async () => {
          const metrics = await scrapeSoon(running);
          return metrics.value('typeorm_queries_in_flight', DEFAULT) === 2;
        });
        expect(isUp(await scrapeSoon(running))).toBe(1);
      } finally {
        thaw();
      }
      expect(await Promise.all(waiting)).toEqual([[{ one: 1 }], [{ one: 1 }]]);
      const thawedAt = Date.now() / 1000;
      await waitUntil('the migrations are checked again', async () => {
        await running.run((source) => source.query('SELECT 1'));
        return ((await checkedAt()) ?? 0) > thawedAt;
      });
    });

    it('keeps no scrape waiting when it was down before the application connects', async () => {
      const running = await start({ typeorm: { manualInitialization: true, connectTimeoutMS: 500 } });
      const thaw = freeze(join(server.folder, 'data', 'postmaster.pid'));
      try {
        const initializing = rejectionOf(running.run((source) => source.initialize()));
        expect(isUp(await scrapeSoon(running))).toBe(0);
        await initializing;
        expect(connectionErrors(await scrapeSoon(running))).toEqual({ timeout: 1 });
      } finally {
        thaw();
      }
      await running.run((source) => source.initialize());
      expect(isUp(await running.scrape())).toBe(1);
    });
  });
});
