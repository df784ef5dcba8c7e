import { expect, it } from 'vitest';
import { type ForeignFamily } from '../../lib/expose/foreign-family.js';
import { defineCounter, defineGauge, defineHistogram } from '../../lib/metrics/definition.js';
import { MetricStore } from '../../lib/metrics/store.js';
import { readExposition } from '../support/exposition.js';
import { rendered } from '../support/rendered.js';

const help = 'Something.';

function family(name: string, type: 'counter' | 'gauge'): ForeignFamily {
  return { name, type, help, samples: [{ name, labels: '', value: 1 }] };
}

it('two metrics of ours that would share a name in one of the formats are refused at once', () => {
  const store = new MetricStore();
  store.counter(defineCounter({ name: 'dogs_total', help }));
  expect(() => store.gauge(defineGauge({ name: 'dogs', help }))).toThrow(TypeError);
  store.histogram(defineHistogram({ name: 'walks', help, buckets: [1] }));
  expect(() => store.gauge(defineGauge({ name: 'walks_count', help }))).toThrow(TypeError);
});

it('a gauge in _total has no unit, which OpenMetrics wants at the end of the name', () => {
  expect(() => defineGauge({ name: 'walk_seconds_total', help, unit: 'seconds' })).toThrow(TypeError);
});

it('a counter needs a name before _total, which OpenMetrics takes off', () => {
  expect(() => defineCounter({ name: '_total', help })).toThrow(TypeError);
});

it('a gauge of prom-client is not lost in OpenMetrics because its counter came first', async () => {
  const text = await rendered(new MetricStore(), 'openmetrics', [
    family('dogs_total', 'counter'),
    family('dogs', 'gauge'),
  ]);
  expect(readExposition(text, 'openmetrics').value('dogs')).toBe(1);
});
