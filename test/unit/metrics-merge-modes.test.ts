import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readEngine } from '../../lib/expose/read-engine.js';
import { boundedBy, defineCounter, defineGauge, defineHistogram } from '../../lib/metrics/definition.js';
import { seriesWidth } from '../../lib/metrics/family-data.js';
import { engineOf, MetricStore } from '../../lib/metrics/store.js';
import { CATALOGUE } from '../support/catalogue.js';
import { JournalReader } from '../support/journal-reader.js';

const help = 'Something.';
const NOW = 1_700_000_000_000;

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: NOW }));
afterEach(() => vi.useRealTimers());

describe('the mode of merging', () => {
  it('is known to whoever reads a metric, in this thread and in others', () => {
    const store = new MetricStore();
    store.counter(defineCounter({ name: 'barks_total', help }));
    store.histogram(defineHistogram({ name: 'walks', help, buckets: [1], merge: 'each' }));
    store.gauge(defineGauge({ name: 'dogs', help, merge: 'min' }));
    const reader = new JournalReader();
    engineOf(store).journal.follow((entry) => reader.hear(entry));
    for (const { own } of [readEngine(engineOf(store), []), reader.read()]) {
      expect(own.map(({ name, merge }) => [name, merge])).toEqual([
        ['barks_total', 'sum'],
        ['walks', 'each'],
        ['dogs', 'min'],
      ]);
    }
  });
});

describe('the metrics of the catalogue', () => {
  const all = [...CATALOGUE.values()].flat();

  it('say for each gauge how it is merged', () => {
    const gauges = all.filter(({ type }) => type === 'gauge');
    expect(gauges.length).toBeGreaterThan(40);
    expect(gauges.filter(({ merge }) => merge === undefined)).toEqual([]);
  });

  it('are told apart by process where they are about the process', () => {
    const runtime = all.filter(({ name }) => /^(?:process|nodejs)_/.test(name) && !name.endsWith('_info'));
    expect(runtime.length).toBeGreaterThan(25);
    expect(runtime.filter(({ merge }) => merge !== 'each')).toEqual([]);
  });

  it('have each info once', () => {
    const infos = all.filter(({ name }) => name.endsWith('_info'));
    expect(infos.map(({ merge }) => merge)).toEqual(infos.map(() => 'max'));
  });
});

describe('a gauge of which the most recent value counts', () => {
  const DOGS = defineGauge({ name: 'dogs', help, merge: 'mostRecent', labels: { dog: boundedBy('the test') } });
  const rejected: unknown[] = [];
  const store = new MetricStore({ onRejected: (_, value) => rejected.push(value) });
  const dogs = store.gauge(DOGS);

  /** The value and the time of its last change. */
  function cellsOf(dog: string): readonly number[] {
    const { own, chunks } = readEngine(engineOf(store), []);
    const family = own.find(({ name }) => name === 'dogs')!;
    const { chunk, at } = family.series.find(({ labels }) => labels === `dog="${dog}"`)!;
    return [...chunks[chunk]!.subarray(at, at + seriesWidth(family))];
  }

  it('has the time of the last change beside its value', () => {
    const rex = dogs.labels({ dog: 'rex' });
    const ada = dogs.labels({ dog: 'ada' });
    expect(cellsOf('rex')).toEqual([0, 0]);
    rex.set(-3);
    expect(cellsOf('rex')).toEqual([-3, NOW]);
    vi.setSystemTime(NOW + 5);
    rex.inc();
    expect(cellsOf('rex')).toEqual([-2, NOW + 5]);
    vi.setSystemTime(NOW + 9);
    rex.dec(2);
    expect(cellsOf('rex')).toEqual([-4, NOW + 9]);
    rex.unset();
    expect(cellsOf('rex')).toEqual([NaN, NOW + 9]);
    expect(cellsOf('ada')).toEqual([0, 0]);
    ada.inc(1);
    expect(cellsOf('ada')).toEqual([1, NOW + 9]);
  });

  it('does not take a value that is ignored for a change', () => {
    const max = dogs.labels({ dog: 'max' });
    max.set(1);
    vi.setSystemTime(NOW + 1);
    const wrong = [NaN, Infinity, '2' as unknown as number];
    for (const value of wrong) {
      max.set(value);
      max.inc(value);
      max.dec(value);
    }
    expect(cellsOf('max')).toEqual([1, NOW]);
    expect(rejected).toHaveLength(9);
  });

  it('gives both cells back when it is removed', () => {
    dogs.labels({ dog: 'old' }).set(7);
    dogs.remove({ dog: 'old' });
    dogs.labels({ dog: 'new' });
    expect(cellsOf('new')).toEqual([0, 0]);
  });
});
