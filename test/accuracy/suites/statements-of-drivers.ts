import { DataSource, EntitySchema, type Logger } from 'typeorm';
import { expect, it } from 'vitest';
import { type Database, type DriverName } from '../../support/accuracy/databases.js';
import { NestApp } from '../../support/nest-app.js';

/** What drivers send on their connection themselves, without a query runner, as docs/typeorm.md names it. */
const PAST_THE_RUNNERS: Readonly<Record<DriverName, readonly RegExp[]>> = {
  postgres: [/^CREATE EXTENSION IF NOT EXISTS/, /^SELECT name FROM pg_available_extensions$/, /^SELECT version\(\);$/],
  sqljs: [/^SELECT last_insert_rowid\(\)$/],
  'better-sqlite3': [],
  mysql: [],
  mariadb: [],
};

/** A type of its own needs an extension on PostgreSQL, and generated keys are asked for on sql.js. */
function kennels(driver: DriverName): EntitySchema {
  const type = driver === 'postgres' ? 'citext' : 'varchar';
  return new EntitySchema({
    name: 'Kennel',
    columns: { id: { type: 'int', primary: true, generated: true }, name: { type } },
  });
}

function loggerInto(heard: string[]): Logger {
  const nothing = (): void => undefined;
  const logQuery = (sql: string): void => void heard.push(sql);
  return {
    logQuery,
    logQueryError: nothing,
    logQuerySlow: nothing,
    logSchemaBuild: nothing,
    logMigration: nothing,
    log: nothing,
  };
}

/** Whether all statements are counted. */
export function statementsAreCounted(driver: DriverName, opened: () => Database): void {
  it('are counted all that TypeORM logs, but for those that docs/typeorm.md names', async () => {
    const heard: string[] = [];
    const options = { entities: [kennels(driver)], synchronize: true, logger: loggerInto(heard) };
    const useFactory = () => new DataSource({ ...opened().options, ...options }).initialize();
    const app = await NestApp.start('express', { providers: [{ provide: DataSource, useFactory }] });
    await app.app.get(DataSource).getRepository('Kennel').save({ name: 'Hilltop' });
    const counted = (await app.scrape()).sum('typeorm_query_duration_seconds_count');
    const past = heard.filter((sql) => PAST_THE_RUNNERS[driver].some((pattern) => pattern.test(sql)));
    expect(past.length > 0).toBe(PAST_THE_RUNNERS[driver].length > 0);
    expect(counted).toBe(heard.length - past.length);
    await app.close();
  });
}
