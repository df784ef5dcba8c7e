import { expect, it } from 'vitest';
import { memoryDataSource } from '../support/memory-data-source.js';
import { NestApp } from '../support/nest-app.js';

it('a data source to which nothing can be added is initialized as without us, and not observed', async () => {
  const app = await NestApp.start('express');
  const dataSource = Object.preventExtensions(memoryDataSource());
  await dataSource.initialize();
  expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect((await app.scrape()).sum('typeorm_query_duration_seconds_count')).toBe(0);
  await app.close();
  await dataSource.destroy();
});
