import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, type DriverName } from '../../support/accuracy/databases.js';
import { ENTITIES } from '../../support/accuracy/entities.js';
import { ASKED, fill } from '../../support/accuracy/statements.js';
import { TableRows } from '../../support/accuracy/table-rows.js';
import { type Delta } from '../../support/exposition.js';
import { NestApp } from '../../support/nest-app.js';
import { type SqlConnection } from '../../support/sql-connection.js';

/** Whether statements are counted for the entities that they are about. */
export function statementsHaveEntities(driver: DriverName, opened: () => Database): void {
  describe('entities of statements', () => {
    let app: NestApp;
    let dataSource: DataSource;
    let connection: SqlConnection;
    let tables: TableRows;

    beforeAll(async () => {
      const database = opened();
      app = await startApp(database);
      dataSource = app.app.get(DataSource);
      connection = await database.connect(dataSource);
      tables = new TableRows(dataSource, connection);
    });
    afterAll(async () => {
      await connection?.close();
      await app?.close();
    });
    beforeEach(async () => {
      await tables.empty();
      await fill(dataSource);
    });

    for (const [subject, all] of Object.entries(ASKED)) {
      const possible = all.filter(({ on }) => on?.includes(driver) ?? true);
      describe(`with ${subject}`, () => {
        it.each(possible.map((asked) => [asked.title, asked] as const))('%s', async (_, { when, statements }) => {
          expect(statementsIn(await app.changes(() => when(dataSource)))).toEqual(statements);
        });
      });
    }
  });
}

function startApp({ options }: Database): Promise<NestApp> {
  const useFactory = () =>
    new DataSource({ ...options, entities: ENTITIES, synchronize: true, cache: true }).initialize();
  return NestApp.start('express', { providers: [{ provide: DataSource, useFactory }] });
}

function statementsIn({ changes }: Delta): readonly string[] {
  const counts = changes.filter(({ name }) => name === 'typeorm_query_duration_seconds_count');
  const told = counts.filter(({ labels }) => labels['operation'] !== 'transaction');
  return [...new Set(told.map(({ labels }) => `${labels['operation']} ${labels['entity']}`))].toSorted();
}
