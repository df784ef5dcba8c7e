import { isDeepStrictEqual } from 'node:util';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, describeOn, DRIVERS, openDatabase } from '../support/accuracy/databases.js';
import { ENTITIES } from '../support/accuracy/entities.js';
import { type Counts, effectOf, type Operation, rowsByEntity, type Workplace } from '../support/accuracy/operation.js';
import { OPERATIONS } from '../support/accuracy/operations.js';
import { changesBetween, TableRows } from '../support/accuracy/table-rows.js';
import { type Delta } from '../support/exposition.js';
import { NestApp } from '../support/nest-app.js';
import { type SqlConnection } from '../support/sql-connection.js';

for (const driver of DRIVERS) {
  describeOn(driver)(`rows counted on ${driver}`, () => {
    let database: Database;
    let app: NestApp;
    let workplace: Workplace;
    let connection: SqlConnection;
    let tables: TableRows;

    beforeAll(async () => {
      database = await openDatabase[driver]();
      app = await startApp(database);
      const dataSource = app.app.get(DataSource);
      workplace = { dataSource, connect: () => database.connect(dataSource) };
      connection = await workplace.connect();
      tables = new TableRows(dataSource, connection);
    });
    afterAll(async () => {
      await connection?.close();
      await app?.close();
      await database?.close();
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

describe('the table of operations', () => {
  const all = Object.values(OPERATIONS).flat();

  it.each(all.map((operation) => [operation.title, operation] as const))(
    'says why it is not exact, if it is not: %s',
    (_, operation) => {
      const isExact = isDeepStrictEqual(rowsByEntity(reality(operation)), rowsByEntity(operation.counts));
      expect(isExact).toBe(operation.because === undefined);
    },
  );
});

function startApp({ options }: Database): Promise<NestApp> {
  const useFactory = () =>
    new DataSource({ ...options, entities: ENTITIES, synchronize: true, logging: false }).initialize();
  return NestApp.start('express', {
    metrics: { typeorm: { models: 'all' } },
    providers: [{ provide: DataSource, useFactory }],
  });
}

function reality({ counts, really }: Operation) {
  return really ?? effectOf(counts);
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
