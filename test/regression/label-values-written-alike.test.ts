import { expect, it } from 'vitest';
import { boundedBy, defineCounter } from '../../lib/metrics/definition.js';
import { MetricStore } from '../../lib/metrics/store.js';
import { readStore } from '../support/rendered.js';

const BARKS = defineCounter({ name: 'barks_total', help: 'Barks.', labels: { dog: boundedBy('the test') } });

it('values that are written alike do not make the same series twice', async () => {
  const barks = new MetricStore();
  for (const dog of ['a\r', 'a\0', 'a\ud800', 'a\ufffd']) barks.counter(BARKS).labels({ dog }).inc();
  expect((await readStore(barks)).value('barks_total', { dog: 'a\ufffd' })).toBe(4);
});

it('the name of the overflow series as a value does not make that series twice', async () => {
  const barks = new MetricStore({ labelSetsPerMetric: 1 });
  for (const dog of ['_overflow', 'Rex', 'Bello']) barks.counter(BARKS).labels({ dog }).inc();
  expect((await readStore(barks)).value('barks_total', { dog: '_overflow' })).toBe(2);
});
