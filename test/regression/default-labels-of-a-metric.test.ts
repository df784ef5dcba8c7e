import { expect, it } from 'vitest';
import { defineCounter, oneOf } from '../../lib/metrics/definition.js';
import { MetricStore } from '../../lib/metrics/store.js';
import { readStore } from '../support/rendered.js';

it('a default label with the name of a label of the metric is not written beside it', async () => {
  const store = new MetricStore({ defaultLabels: { method: 'default', app: 'kennel' } });
  const requests = defineCounter({ name: 'requests_total', help: 'Requests.', labels: { method: oneOf('GET') } });
  store.counter(requests).known({ method: 'GET' }).inc();
  expect((await readStore(store)).value('requests_total', { app: 'kennel', method: 'GET' })).toBe(1);
});
