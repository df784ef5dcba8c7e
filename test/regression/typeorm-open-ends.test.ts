import { DataSource } from 'typeorm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Dog } from '../support/kennel-entities.js';
import { memoryDataSource } from '../support/memory-data-source.js';
import { NestApp } from '../support/nest-app.js';

let app: NestApp;
let dataSource: DataSource;

beforeEach(async () => {
  dataSource = memoryDataSource();
});
afterEach(async () => {
  await app.close();
  await dataSource.destroy();
});

async function start(): Promise<void> {
  app = await NestApp.start('express', { providers: [{ provide: DataSource, useValue: dataSource }] });
}

const inFlight = async () => (await app.scrape()).sum('typeorm_transactions_in_flight');

it('a data source that is destroyed with a transaction open leaves none in flight', async () => {
  await start();
  await dataSource.initialize();
  await dataSource.createQueryRunner().startTransaction();
  expect(await inFlight()).toBe(1);
  await dataSource.destroy();
  expect(await inFlight()).toBe(0);
  await dataSource.initialize();
  await dataSource.transaction((manager) => manager.insert(Dog, { name: 'Rex' }));
  expect((await app.scrape()).sum('typeorm_model_rows_total')).toBe(1);
});

it('a savepoint in a transaction that began before us is no transaction', async () => {
  await dataSource.initialize();
  const runner = dataSource.createQueryRunner();
  await runner.startTransaction();
  await start();
  await runner.startTransaction();
  await runner.commitTransaction();
  await runner.commitTransaction();
  expect(await inFlight()).toBe(0);
  expect((await app.scrape()).sum('typeorm_transactions_total')).toBe(0);
});

it('a subscriber that throws when a savepoint has been set leaves the transaction around it as it is', async () => {
  await dataSource.initialize();
  await start();
  let started = 0;
  dataSource.subscribers.push({
    afterTransactionStart: () => {
      if (++started === 2) throw new Error('not now');
    },
  });
  await dataSource.transaction(async (manager) => {
    await manager.insert(Dog, { name: 'Rex' });
    await manager.transaction(() => Promise.resolve()).catch(() => undefined);
    await manager.insert(Dog, { name: 'Bella' });
  });
  const rows = await dataSource.getRepository(Dog).count();
  expect((await app.scrape()).sum('typeorm_model_rows_total', { operation: 'insert' })).toBe(rows);
  expect(await inFlight()).toBe(0);
});
