import { describe, expect, it } from 'vitest';
import { defineCounter, defineGauge, defineHistogram, oneOf } from '../../lib/metrics/definition.js';
import { engineOf, MetricStore } from '../../lib/metrics/store.js';
import { liveSeries } from '../support/engine-inside.js';
import { readStore, rendered } from '../support/rendered.js';

const LABELS = { dog: oneOf('Rex', 'Bella') };
const BARKS = defineCounter({ name: 'barks_total', help: 'Barks.', labels: LABELS });
const WALKS = defineHistogram({ name: 'walk_seconds', help: 'Walks.', unit: 'seconds', buckets: [1], labels: LABELS });
const DOGS = defineGauge({ name: 'dogs', help: 'Dogs.' });

function fill(createdTimestamps?: boolean): MetricStore {
  const store = new MetricStore(createdTimestamps === undefined ? {} : { createdTimestamps });
  store.counter(BARKS);
  store.histogram(WALKS);
  store.gauge(DOGS).labels({}).set(1);
  return store;
}

describe('created timestamps', () => {
  it('are lines of counters and histograms in OpenMetrics, with the time of each series', async () => {
    const store = fill(true);
    const metrics = await readStore(store, 'openmetrics');
    for (const dog of ['Rex', 'Bella'] as const) {
      const barks = liveSeries(store.counter(BARKS).labels({ dog })).createdSeconds;
      const walks = liveSeries(store.histogram(WALKS).labels({ dog })).createdSeconds;
      expect(metrics.value('barks_created', { dog })).toBe(barks);
      expect(metrics.value('walk_seconds_created', { dog })).toBe(walks);
      expect(Math.abs(Date.now() / 1000 - barks)).toBeLessThan(60);
    }
    expect(await rendered(store, 'openmetrics')).not.toContain('dogs_created');
  });

  it('are not in the text format, and without the option nowhere in text', async () => {
    expect(await rendered(fill(true), 'text')).not.toContain('_created');
    for (const store of [fill(), fill(false)]) {
      expect(await rendered(store, 'openmetrics')).not.toContain('_created');
      expect(engineOf(store).families.map(({ createdLines }) => createdLines)).toEqual([false, false, false]);
    }
  });
});
