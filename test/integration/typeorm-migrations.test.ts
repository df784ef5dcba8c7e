import { DataSource, type DataSourceOptions, type Logger, type MigrationInterface } from 'typeorm';
import { afterEach, describe, expect, it } from 'vitest';
import { type TypeOrmOptions } from 'nestjs-prometheus-exporter';
import { type Exposition } from '../support/exposition.js';
import { NestApp } from '../support/nest-app.js';
import { SQLITE_IN_MEMORY } from '../support/sqlite.js';
import { waitUntil } from '../support/wait-until.js';

class First1700000000001 implements MigrationInterface {
  up = async () => undefined;
  down = async () => undefined;
}
class Second1700000000002 extends First1700000000001 {}
class Third1700000000003 extends First1700000000001 {}

const TABLE = "SELECT name FROM sqlite_master WHERE name = 'migrations'";

let app: NestApp;
let dataSource: DataSource;
afterEach(async () => {
  await app.close();
  await dataSource.destroy();
});

async function start(options: Partial<DataSourceOptions>, typeorm: TypeOrmOptions = {}): Promise<void> {
  dataSource = await new DataSource({ ...SQLITE_IN_MEMORY, ...options } as DataSourceOptions).initialize();
  app = await NestApp.start('express', {
    providers: [{ provide: DataSource, useValue: dataSource }],
    metrics: { typeorm },
  });
}

const checked = () =>
  waitUntil('the migrations were checked', async () => {
    const metrics = await app.scrape();
    return metrics.sum('typeorm_migrations_checked_timestamp_seconds') > 0 ? metrics : undefined;
  });

function countsOf(metrics: Exposition): readonly number[] {
  return ['applied', 'pending', 'unknown'].map((state) => metrics.sum(`typeorm_migrations_${state}`));
}

describe('migrations', () => {
  it('are pending all where there is no table, and none is made', async () => {
    await start({ migrations: [First1700000000001, Second1700000000002] });
    expect(countsOf(await checked())).toEqual([0, 2, 0]);
    expect(await dataSource.query(TABLE)).toEqual([]);
  });

  it('are applied, pending or unknown by name', async () => {
    await start({ migrations: [First1700000000001, Second1700000000002], migrationsRun: true }, RECHECK);
    expect(countsOf(await checked())).toEqual([2, 0, 0]);
    await dataSource.query('DELETE FROM migrations WHERE timestamp = 1700000000002');
    await dataSource.query("INSERT INTO migrations(timestamp, name) VALUES (1, 'Gone1')");
    await waitUntil('they are checked again', async () => countsOf(await app.scrape()).join() === '1,1,1');
  });

  it('are asked for quietly: no logger, no subscriber and no statement of ours tells of it', async () => {
    const heard: string[] = [];
    const note = (...args: unknown[]) => void heard.push(String(args[0]));
    const logger: Logger = {
      logQuery: note,
      logQueryError: note,
      logQuerySlow: note,
      logSchemaBuild: note,
      logMigration: note,
      log: note,
    };
    await start({ migrations: [Third1700000000003], migrationsRun: true, logger });
    dataSource.subscribers.push({ beforeQuery: ({ query }) => note(query), afterQuery: ({ query }) => note(query) });
    heard.length = 0;
    const metrics = await checked();
    expect(countsOf(metrics)).toEqual([1, 0, 0]);
    expect(heard).toEqual([]);
    expect(metrics.sum('typeorm_query_duration_seconds_count')).toBe(0);
  });

  it('are not asked for without any in the code, nor when switched off', async () => {
    await start({ migrations: [] });
    const without = await app.scrape();
    expect(without.series('typeorm_migrations_applied', { data_source: 'default' })).toEqual([]);
    await app.close();
    await dataSource.destroy();
    await start({ migrations: [First1700000000001] }, { migrations: false });
    expect((await app.scrape()).series('typeorm_migrations_applied', { data_source: 'default' })).toEqual([]);
  });

  it('of a data source that is initialized later are asked for then', async () => {
    dataSource = new DataSource({ ...SQLITE_IN_MEMORY, migrations: [First1700000000001] });
    app = await NestApp.start('express', { providers: [{ provide: DataSource, useValue: dataSource }] });
    await app.scrape();
    await dataSource.initialize();
    expect(countsOf(await checked())).toEqual([0, 1, 0]);
  });
});

const RECHECK: TypeOrmOptions = { migrations: { refreshSeconds: 1 } };
