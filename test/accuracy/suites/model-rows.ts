import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, type DriverName } from '../../support/accuracy/databases.js';
import { ENTITIES } from '../../support/accuracy/entities.js';
import { type Counts, reality, type Workplace } from '../../support/accuracy/operation.js';
import { OPERATIONS } from '../../support/accuracy/operations.js';
import { changesBetween, TableRows } from '../../support/accuracy/table-rows.js';
import { type Delta } from '../../support/exposition.js';
import { NestApp } from '../../support/nest-app.js';
import { type SqlConnection } from '../../support/sql-connection.js';

/** Whether the rows that are counted are those that changed. */
export function rowsAreCounted(driver: DriverName, opened: () => Database): void {
  describe('rows', () => {
    let app: NestApp;
    let workplace: Workplace;
    let connection: SqlConnection;
    let tables: TableRows;

    beforeAll(async () => {
      const database = opened();
      app = await startApp(database);
      const dataSource = app.app.get(DataSource);
      workplace = { dataSource, connect: () => database.connect(dataSource) };
      connection = await workplace.connect();
      tables = new TableRows(dataSource, connection);
    });
    afterAll(async () => {
      await connection?.close();
      await app?.close();
    });
    beforeEach(() => tables.empty());

    for (const [subject, operations] of Object.entries(OPERATIONS)) {
      const possible = operations.filter(({ on, isKnown = true }) => isKnown && (on?.includes(driver) ?? true));
      describe(`with ${subject}`, () => {
        it.each(possible.map((operation) => [operation.title, operation] as const))('%s', async (_, operation) => {
          const given = await operation.given(workplace.dataSource);
          const before = await tables.read();
          const counted = await app.changes(() => operation.when(workplace, given));
          expect(changesBetween(before, await tables.read()), 'what happened in the tables').toEqual(
            reality(operation),
          );
          expect(rowCounts(counted), 'what was counted').toEqual(operation.counts);
        });
      });
    }
  });
}

function startApp({ options }: Database): Promise<NestApp> {
  const useFactory = () =>
    new DataSource({ ...options, entities: ENTITIES, synchronize: true, logging: false }).initialize();
  return NestApp.start('express', {
    metrics: { typeorm: { models: 'all' } },
    providers: [{ provide: DataSource, useFactory }],
  });
}

function rowCounts({ changes }: Delta): Counts {
  const rows = changes.filter(({ name }) => name === 'typeorm_model_rows_total');
  return Object.fromEntries(
    rows.map(({ labels, by }) => {
      expect(labels['data_source']).toBe('default');
      return [`${labels['model']} ${labels['operation']}`, by];
    }),
  );
}
