import { getDataSourceToken } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { expect, it } from 'vitest';
import { Dog } from '../support/kennel-entities.js';
import { memoryDataSource } from '../support/memory-data-source.js';
import { NestApp, valuesOf } from '../support/nest-app.js';

const containing = (dataSource: DataSource) => ({ providers: [{ provide: DataSource, useFactory: () => dataSource }] });

const GAUGES = ['typeorm_queries_in_flight', 'typeorm_transactions_in_flight', 'typeorm_pool_connections'] as const;

it('a data source of two applications is counted by the second when the first has closed', async () => {
  const dataSource = await memoryDataSource().initialize();
  const [one, other] = [
    await NestApp.start('express', containing(dataSource)),
    await NestApp.start('express', containing(dataSource)),
  ];
  await dataSource.getRepository(Dog).insert({ name: 'Rex' });
  expect((await one.scrape()).sum('typeorm_model_rows_total')).toBe(1);
  await one.close();
  await dataSource.getRepository(Dog).insert({ name: 'Bella' });
  const metrics = await other.scrape();
  expect(metrics.sum('typeorm_model_rows_total')).toBe(1);
  expect(metrics.value('typeorm_data_source_up', { data_source: 'default' })).toBe(1);
  await other.close();
  await dataSource.destroy();
});

it('a data source that is named by its token keeps the name, and is one of the boot, when it changes hands', async () => {
  const dataSource = await memoryDataSource().initialize();
  const options = {
    metrics: { limits: { labelSetsPerMetric: 1 } },
    providers: [{ provide: getDataSourceToken('reports'), useValue: dataSource }],
  };
  const [one, other] = [await NestApp.start('express', options), await NestApp.start('express', options)];
  await one.close();
  await dataSource.transaction((manager) => manager.insert(Dog, { name: 'Rex' }));
  const metrics = await other.scrape();
  for (const name of ['typeorm_data_source_up', 'typeorm_pool_connections', 'typeorm_query_errors_total']) {
    expect(valuesOf(metrics, name, 'data_source').filter((value) => value !== '_overflow')).toEqual(['reports']);
    expect(metrics.sum('nestjs_metrics_overflow_total', { metric: name })).toBe(0);
  }
  expect(metrics.sum('typeorm_model_rows_total', { data_source: 'reports' })).toBe(1);
  await other.close();
  await dataSource.destroy();
});

it('what is under way when another application claims it ends where it began', async () => {
  const one = await NestApp.start('express');
  const dataSource = await memoryDataSource().initialize();
  const runner = dataSource.createQueryRunner();
  await runner.startTransaction();
  const query = dataSource.query('SELECT 1');
  const other = await NestApp.start('express', containing(dataSource));
  await query;
  await runner.commitTransaction();
  for (const app of [one, other]) {
    const metrics = await app.scrape();
    for (const gauge of GAUGES.slice(0, 2)) expect(metrics.sum(gauge)).toBe(0);
  }
  const last = await one.scrape();
  expect(last.sum('typeorm_transactions_total', { outcome: 'commit' })).toBeGreaterThanOrEqual(1);
  expect(last.value('typeorm_data_source_up', { data_source: 'default' })).toBe(0);
  expect(last.sum('typeorm_pool_connections')).toBe(0);
  expect((await other.scrape()).value('typeorm_data_source_up', { data_source: 'default' })).toBe(1);
  await one.close();
  await other.close();
  await dataSource.destroy();
});
