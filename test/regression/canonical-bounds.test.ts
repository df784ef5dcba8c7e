import { expect, it } from 'vitest';
import { defineHistogram } from '../../lib/metrics/definition.js';
import { MetricStore } from '../../lib/metrics/store.js';
import { readStore } from '../support/rendered.js';

it('powers of ten are canonical bounds in OpenMetrics', async () => {
  const store = new MetricStore();
  const buckets = Array.from({ length: 21 }, (_, i) => Number(`1e${i - 10}`));
  store.histogram(defineHistogram({ name: 'walks', help: 'Walks.', buckets }));
  const exposition = await readStore(store, 'openmetrics');
  expect(exposition.series('walks_bucket', { le: '1e+06' })).toHaveLength(1);
  expect(exposition.series('walks_bucket', { le: '1e-05' })).toHaveLength(1);
});
