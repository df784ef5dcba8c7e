import { DataSource } from 'typeorm';
import { expect, it } from 'vitest';
import { Dog } from '../support/kennel-entities.js';
import { memoryDataSource } from '../support/memory-data-source.js';
import { NestApp } from '../support/nest-app.js';

type Query = (this: unknown, ...args: unknown[]) => Promise<unknown>;

const runnersOf = (dataSource: DataSource) => Object.getPrototypeOf(dataSource.createQueryRunner()) as { query: Query };

async function appWith(dataSource: DataSource): Promise<NestApp> {
  return NestApp.start('express', { providers: [{ provide: DataSource, useValue: dataSource }] });
}

it('what somebody has put over our stand-in does not make the next application count twice', async () => {
  const dataSource = await memoryDataSource().initialize();
  const first = await appWith(dataSource);
  const runners = runnersOf(dataSource);
  const { query } = runners;
  const theirs: Query = function (...args) {
    return query.apply(this, args);
  };
  runners.query = theirs;
  await first.close();
  expect(runners.query).toBe(theirs);
  const second = await appWith(dataSource);
  await dataSource.getRepository(Dog).insert({ name: 'Rex' });
  const metrics = await second.scrape();
  expect(metrics.sum('typeorm_query_duration_seconds_count')).toBe(1);
  expect(metrics.sum('typeorm_model_rows_total')).toBe(1);
  await second.close();
  runners.query = query;
  await dataSource.destroy();
});

it('a method that waits before it calls ours keeps the entities of statements that are made meanwhile', async () => {
  const dataSource = await memoryDataSource().initialize();
  const app = await appWith(dataSource);
  const runners = runnersOf(dataSource);
  const { query } = runners;
  runners.query = async function (...args) {
    await new Promise(setImmediate);
    return query.apply(this, args);
  };
  await Promise.all(['a', 'b', 'c', 'd'].map((name) => dataSource.getRepository(Dog).insert({ name })));
  const metrics = await app.scrape();
  expect(metrics.sum('typeorm_query_duration_seconds_count', { entity: 'Dog' })).toBe(4);
  expect(metrics.sum('typeorm_model_rows_total', { model: 'dog', operation: 'insert' })).toBe(4);
  runners.query = query;
  await app.close();
  await dataSource.destroy();
});
