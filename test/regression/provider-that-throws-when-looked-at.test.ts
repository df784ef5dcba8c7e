import { DataSource } from 'typeorm';
import { expect, it } from 'vitest';
import { memoryDataSource } from '../support/memory-data-source.js';
import { NestApp } from '../support/nest-app.js';

const HOOKS = new Set<unknown>([
  'then',
  'onModuleInit',
  'onApplicationBootstrap',
  'onModuleDestroy',
  'beforeApplicationShutdown',
  'onApplicationShutdown',
]);

it('a provider that throws when it is looked at does not hide the data sources', async () => {
  const strict = new Proxy(
    {},
    {
      get: (_, key) => {
        if (HOOKS.has(key)) return undefined;
        if (key === 'constructor') return Object;
        throw new Error(`${String(key)} is not there yet`);
      },
    },
  );
  const app = await NestApp.start('express', {
    providers: [
      { provide: 'STRICT', useValue: strict },
      { provide: DataSource, useFactory: () => memoryDataSource().initialize() },
    ],
  });
  const dataSource = app.app.get(DataSource);
  await dataSource.query('SELECT 1');
  expect((await app.scrape()).sum('typeorm_query_duration_seconds_count', { operation: 'select' })).toBeGreaterThan(0);
  await app.close();
  await dataSource.destroy();
});
