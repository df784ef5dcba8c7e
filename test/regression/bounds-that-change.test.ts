import { expect, it } from 'vitest';
import { defineHistogram } from '../../lib/metrics/definition.js';
import { MetricStore } from '../../lib/metrics/store.js';
import { readStore } from '../support/rendered.js';

it('a list of buckets that is changed later does not make a histogram write into the cells of its neighbour', async () => {
  const store = new MetricStore();
  const buckets = [1];
  const first = store.histogram(defineHistogram({ name: 'first', help: 'First.', buckets })).labels({});
  store.histogram(defineHistogram({ name: 'second', help: 'Second.', buckets: [1] }));
  buckets.push(2, 3, 4);
  first.observe(9);
  expect((await readStore(store)).value('second_count')).toBe(0);
});
