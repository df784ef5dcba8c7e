import { afterEach, expect, it } from 'vitest';
import { type PrometheusOptions } from 'nestjs-prometheus-exporter';
import { DataSource } from 'typeorm';
import { NestApp } from '../support/nest-app.js';

let app: NestApp | undefined;
afterEach(() => app?.close());

it('a data source that is made by hand belongs to the application, not to one that options kept from starting', async () => {
  app = await NestApp.start('express');
  const wrong = { cache: 'yes' } as unknown as PrometheusOptions;
  await expect(NestApp.start('express', { metrics: wrong })).rejects.toThrow('Expected `cache` to be true or false');
  const dataSource = await new DataSource({ type: 'sqljs' }).initialize();
  try {
    await dataSource.query('SELECT 1');
    const metrics = await app.scrape();
    expect(metrics.value('typeorm_data_source_up', { data_source: 'default' })).toBe(1);
    expect(metrics.sum('typeorm_query_duration_seconds_count', { operation: 'select' })).toBe(1);
  } finally {
    await dataSource.destroy();
  }
});
