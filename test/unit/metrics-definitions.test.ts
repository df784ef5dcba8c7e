import { describe, expect, it } from 'vitest';
import {
  boundedBy,
  defineCounter,
  defineGauge,
  defineHistogram,
  oneOf,
  withBuckets,
} from '../../lib/metrics/definition.js';
import { engineOf, MetricStore } from '../../lib/metrics/store.js';
import { readStore } from '../support/rendered.js';

const help = 'Something.';

describe('a definition', () => {
  it.each([
    ['', 'a metric name of letters'],
    ['1_total', 'a metric name of letters'],
    ['a-b_total', 'a metric name of letters'],
    ['ä_total', 'a metric name of letters'],
    ['a b_total', 'a metric name of letters'],
    ['a\n_total', 'a metric name of letters'],
    ['a_total\n', 'a metric name of letters'],
  ])('has a valid name, which %j is not', (name, sentence) => {
    const gauge = () => defineGauge({ name, help });
    expect(gauge).toThrow(TypeError);
    expect(gauge).toThrow(sentence);
    expect(gauge).toThrow(/^Expected .+, got .+: .+\.$/);
  });

  it('of a counter ends in _total', () => {
    expect(() => defineCounter({ name: 'barks', help })).toThrow(
      'Expected the name of a counter to end in _total, got barks: add the suffix.',
    );
  });

  it('of a counter has something before _total', () => {
    expect(() => defineCounter({ name: '_total', help })).toThrow(TypeError);
  });

  it.each(['', ' ', '\n\t'])('has a help text, which %j is not', (text) => {
    expect(() => defineGauge({ name: 'dogs', help: text })).toThrow('Expected dogs to have a help text');
  });

  it.each(['', '1', 'a-b', '__a', 'quantile', 'ä', 'a b', 'le"'])('has valid labels, which %j is not', (label) => {
    const gauge = () => defineGauge({ name: 'dogs', help, labels: { [label]: boundedBy('the test') } });
    expect(gauge).toThrow('Expected the labels of dogs to be valid and not reserved');
  });

  it('of a histogram leaves le to its buckets', () => {
    const labels = { le: boundedBy('the test') };
    expect(() => defineHistogram({ name: 'walks', help, labels, buckets: [1] })).toThrow('rename the label');
  });

  it('ends in its unit', () => {
    expect(() => defineGauge({ name: 'walk_time', help, unit: 'seconds' })).toThrow('got the unit seconds');
    expect(() => defineGauge({ name: 'seconds', help, unit: 'seconds' })).toThrow('got the unit seconds');
    expect(() => defineCounter({ name: 'walk_bytes_total', help, unit: 'seconds' })).toThrow('got the unit seconds');
    expect(() => defineGauge({ name: 'walk_seconds_total', help, unit: 'seconds' })).toThrow('got the unit seconds');
    expect(defineCounter({ name: 'walk_seconds_total', help, unit: 'seconds' }).unit).toBe('seconds');
    expect(defineGauge({ name: 'walk_bytes', help, unit: 'bytes' }).unit).toBe('bytes');
  });

  it.each([
    [[]],
    [[1, 1]],
    [[2, 1]],
    [[NaN]],
    [[1, Infinity]],
    [[-Infinity, 1]],
    [Array.from({ length: 501 }, (_, i) => i)],
  ])('has buckets, which %# are not', (buckets) => {
    const sentence = 'to be 1 to 500 ascending finite numbers';
    expect(() => defineHistogram({ name: 'walks', help, buckets })).toThrow(sentence);
    const walks = defineHistogram({ name: 'walks', help, buckets: [1] });
    expect(() => withBuckets(walks, buckets)).toThrow(sentence);
  });

  it('says how processes are merged, where the type allows it', () => {
    const labels = { process: boundedBy('the test') };
    const loosely = { merge: 'max' as never };
    expect(() => defineCounter({ name: 'barks_total', help, ...loosely })).toThrow(
      'Expected `merge` of barks_total to be sum or each, got max.',
    );
    expect(() => defineHistogram({ name: 'walks', help, buckets: [1], ...loosely })).toThrow('to be sum or each');
    expect(() => defineGauge({ name: 'dogs', help, merge: 'first' as never })).toThrow(
      'Expected `merge` of dogs to be sum or each or max or min or mostRecent, got first.',
    );
    expect(() => defineGauge({ name: 'dogs', help, merge: 'each', labels })).toThrow('rename the label');
    expect(defineGauge({ name: 'dogs', help, merge: 'max', labels }).merge).toBe('max');
    expect(withBuckets(defineHistogram({ name: 'walks', help, buckets: [1], merge: 'each' }), [2]).merge).toBe('each');
  });

  it('takes as many buckets as it may have', async () => {
    const store = new MetricStore();
    const buckets = Array.from({ length: 500 }, (_, i) => i);
    const walks = store.histogram(
      defineHistogram({ name: 'walks', help, buckets, labels: { a: boundedBy('the test') } }),
    );
    for (let i = 0; i < 50; i += 1) walks.labels({ a: String(i) }).observe(499.5);
    expect((await readStore(store)).sum('walks_bucket', { le: '+Inf' })).toBe(50);
  });
});

function secondOf(type: string): string {
  return `Expected one definition of dogs, got a second one (${type}): rename one of the two.`;
}

describe('a store', () => {
  it('gives one metric for one definition', () => {
    const store = new MetricStore();
    const definition = defineCounter({ name: 'barks_total', help, labels: { dog: boundedBy('the test') } });
    expect(store.counter(definition)).toBe(store.counter(definition));
    expect(engineOf(store).families).toHaveLength(1);
  });

  it('refuses a second definition of a name, of whatever kind', () => {
    const store = new MetricStore();
    store.gauge(defineGauge({ name: 'dogs', help }));
    expect(() => store.gauge(defineGauge({ name: 'dogs', help }))).toThrow(secondOf('gauge'));
    expect(() => store.histogram(defineHistogram({ name: 'dogs', help, buckets: [1] }))).toThrow(secondOf('histogram'));
    expect(engineOf(store).families).toHaveLength(1);
  });

  const histogram = defineHistogram({ name: 'dogs', help, buckets: [1] });
  const counter = defineCounter({ name: 'dogs_total', help });
  const gauge = (name: string) => defineGauge({ name, help });
  it.each([
    [histogram, gauge('dogs_count')],
    [histogram, gauge('dogs_sum')],
    [histogram, gauge('dogs_bucket')],
    [counter, gauge('dogs')],
    [counter, histogram],
    [counter, gauge('dogs_total')],
  ])('refuses names that one of the formats could not tell apart: %o and %o', (a, b) => {
    for (const [first, second] of [
      [a, b],
      [b, a],
    ] as const) {
      const store = new MetricStore({ namespace: 'shop' });
      const add = (definition: typeof a | typeof b) => {
        if (definition.type === 'counter') store.counter(definition);
        else if (definition.type === 'gauge') store.gauge(definition);
        else store.histogram(definition);
      };
      add(first);
      expect(() => add(second)).toThrow(/^Expected .+ dogs.*, got .+: rename one of the two\.$/);
      expect(engineOf(store).families).toHaveLength(1);
    }
  });

  it('takes names that only look alike', async () => {
    const store = new MetricStore();
    for (const name of ['dogs_total', 'dogs_sum_total']) store.counter(defineCounter({ name, help }));
    for (const name of ['walks', 'walks_total', 'walks_bucket']) store.gauge(gauge(name)).labels({}).set(1);
    for (const format of ['text', 'openmetrics'] as const) {
      expect((await readStore(store, format)).seriesCount).toBe(5);
    }
  });

  it('puts its namespace before every name', async () => {
    const store = new MetricStore({ namespace: 'shop' });
    store.counter(counter).labels({}).inc();
    store.counter(defineCounter({ name: 'states_total', help, labels: { state: oneOf('a') } })).known({ state: 'a' });
    expect([...(await readStore(store)).families.keys()]).toEqual(['shop_dogs_total', 'shop_states_total']);
  });
});
