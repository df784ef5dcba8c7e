import { DataSource } from 'typeorm';
import { expect, it } from 'vitest';
import { Dog, ENTITIES } from '../support/kennel-entities.js';
import { NestApp } from '../support/nest-app.js';
import { SQLITE_IN_MEMORY } from '../support/sqlite.js';

it('the query result cache tells its lookups and those that found something', async () => {
  const dataSource = new DataSource({
    ...SQLITE_IN_MEMORY,
    entities: ENTITIES,
    synchronize: true,
    cache: true,
  });
  const app = await NestApp.start('express', {
    providers: [{ provide: DataSource, useFactory: () => dataSource.initialize() }],
  });
  const dogs = dataSource.getRepository(Dog);
  const counts = async () => {
    const metrics = await app.scrape();
    return [metrics.sum('typeorm_query_cache_gets_total'), metrics.sum('typeorm_query_cache_hits_total')];
  };
  await dogs.insert({ name: 'Rex' });
  await dogs.find();
  expect(await counts()).toEqual([0, 0]);
  const found = await dogs.find({ cache: { id: 'dogs', milliseconds: 60_000 } });
  expect(await counts()).toEqual([1, 0]);
  expect(await dogs.find({ cache: { id: 'dogs', milliseconds: 60_000 } })).toEqual(found);
  expect(await counts()).toEqual([2, 1]);
  await dataSource.queryResultCache?.remove(['dogs']);
  await dogs.find({ cache: { id: 'dogs', milliseconds: -1 } });
  await dogs.find({ cache: { id: 'dogs', milliseconds: 60_000 } });
  expect(await counts()).toEqual([4, 1]);
  // Each looks into the cache first, and is made while the others do.
  await Promise.all(['a', 'b', 'c'].map((id) => dogs.find({ cache: { id, milliseconds: 60_000 } })));
  const metrics = await app.scrape();
  expect(metrics.sum('typeorm_query_duration_seconds_count', { operation: 'select', entity: 'Dog' })).toBe(7);
  await app.close();
  await dataSource.destroy();
});
