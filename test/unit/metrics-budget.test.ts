import { describe, expect, it } from 'vitest';
import { boundedBy, defineCounter, defineGauge, defineHistogram, oneOf } from '../../lib/metrics/definition.js';
import { engineOf, MetricStore } from '../../lib/metrics/store.js';
import { readStore } from '../support/rendered.js';

const BARKS = defineCounter({
  name: 'barks_total',
  help: 'Barks.',
  labels: { kind: oneOf('loud', 'low'), dog: boundedBy('the test') },
});
const WALKS = defineHistogram({
  name: 'walk_seconds',
  help: 'Walks.',
  buckets: [1],
  labels: { dog: boundedBy('the test') },
});
const WEIGHT = defineGauge({ name: 'weight', help: 'Weight.', labels: { dog: boundedBy('the test') } });
const CLOSED = defineCounter({ name: 'closed_total', help: 'Closed.', labels: { state: oneOf('awake', 'asleep') } });

/** A store with room for so many label sets, and what it says of the rest. */
function storeOf(labelSetsPerMetric: number): { readonly store: MetricStore; readonly overflowed: string[] } {
  const overflowed: string[] = [];
  const store = new MetricStore({ labelSetsPerMetric, onOverflow: (name) => overflowed.push(name) });
  return { store, overflowed };
}

describe('the overflow series', () => {
  it('is there at zero for counters and histograms with open labels, and for nothing else', async () => {
    const { store } = storeOf(10);
    for (const definition of [BARKS, CLOSED, defineCounter({ name: 'plain_total', help: 'Plain.' })]) {
      store.counter<never>(definition as never);
    }
    store.histogram(WALKS);
    store.gauge(WEIGHT);
    const exposition = await readStore(store);
    expect(exposition.value('barks_total', { kind: '_overflow', dog: '_overflow' })).toBe(0);
    expect(exposition.value('walk_seconds_count', { dog: '_overflow' })).toBe(0);
    expect(exposition.series('weight')).toEqual([]);
    expect(exposition.value('closed_total', { state: '_overflow' })).toBeUndefined();
    expect(exposition.series('plain_total')).toHaveLength(1);
  });

  it('takes what exceeds the budget, is one handle, and is reported each time it is asked for', async () => {
    const { store, overflowed } = storeOf(2);
    const barks = store.counter(BARKS);
    const handles = ['a', 'b', 'c', 'd', 'c'].map((dog) => barks.labels({ kind: 'loud', dog }));
    for (const handle of handles) handle.inc();
    expect(new Set(handles).size).toBe(3);
    expect(overflowed).toEqual(['barks_total', 'barks_total', 'barks_total']);
    const exposition = await readStore(store);
    expect(exposition.value('barks_total', { kind: '_overflow', dog: '_overflow' })).toBe(3);
    expect(exposition.sum('barks_total')).toBe(5);
  });

  it('leaves a gauge out until it is set', async () => {
    const { store } = storeOf(1);
    const weight = store.gauge(WEIGHT);
    weight.labels({ dog: 'a' }).set(1);
    const folded = weight.labels({ dog: 'b' });
    expect((await readStore(store)).series('weight')).toHaveLength(1);
    folded.set(2);
    expect((await readStore(store)).value('weight', { dog: '_overflow' })).toBe(2);
  });

  it('is the same series for who uses its name as a value', async () => {
    const { store } = storeOf(1);
    const barks = store.counter(BARKS);
    const named = barks.labels({ kind: '_overflow' as never, dog: '_overflow' });
    named.inc();
    barks.labels({ kind: 'loud', dog: 'a' }).inc();
    expect(barks.labels({ kind: 'loud', dog: 'b' })).toBe(named);
    expect(barks.known({ kind: '_overflow' as never, dog: '_overflow' })).toBe(named);
    // The reader refuses a series that is there twice.
    expect((await readStore(store)).sum('barks_total')).toBe(2);
  });

  it('is not needed while closed labels have only their values', async () => {
    const { store, overflowed } = storeOf(2);
    const closed = store.counter(CLOSED);
    closed.labels({ state: 'awake' }).inc();
    closed.labels({ state: 'asleep' }).inc();
    expect(overflowed).toEqual([]);
    expect((await readStore(store)).series('closed_total')).toHaveLength(2);
  });

  it('keeps a caller without types from making closed labels endless', async () => {
    const { store, overflowed } = storeOf(100);
    const closed = store.counter(CLOSED);
    for (let i = 0; i < 1000; i += 1) closed.labels({ state: `state ${i}` as 'awake' }).inc();
    const exposition = await readStore(store);
    // The two that it knows, which stand at zero, a hundred more, and the rest.
    expect(exposition.series('closed_total')).toHaveLength(2 + 100 + 1);
    expect(exposition.sum('closed_total')).toBe(1000);
    expect(exposition.value('closed_total', { state: '_overflow' })).toBe(900);
    expect(overflowed).toHaveLength(900);
  });
});

describe('label sets known at boot', () => {
  it('are outside the budget, and are there at zero', async () => {
    const { store, overflowed } = storeOf(1);
    const barks = store.counter(BARKS);
    for (let dog = 0; dog < 500; dog += 1) barks.known({ kind: 'low', dog: String(dog) });
    barks.labels({ kind: 'loud', dog: '7' }).inc();
    barks.labels({ kind: 'low', dog: '7' }).inc();
    expect(overflowed).toEqual([]);
    const exposition = await readStore(store);
    expect(exposition.series('barks_total')).toHaveLength(502);
    expect(exposition.value('barks_total', { kind: 'low', dog: '8' })).toBe(0);
    expect(exposition.value('barks_total', { kind: 'low', dog: '7' })).toBe(1);
  });

  it('are admitted after the budget is used up too, and found by labels()', () => {
    const { store } = storeOf(1);
    const barks = store.counter(BARKS);
    barks.labels({ kind: 'low', dog: 'a' });
    const folded = barks.labels({ kind: 'low', dog: 'b' });
    const known = barks.known({ kind: 'low', dog: 'b' });
    expect(known).not.toBe(folded);
    expect(barks.labels({ kind: 'low', dog: 'b' })).toBe(known);
  });
});

it('a million distinct values are counted to the last one, in the memory of a thousand', async () => {
  const { store } = storeOf(1000);
  let overflowed = 0;
  const counting = new MetricStore({ onOverflow: () => (overflowed += 1) });
  const barks = counting.counter(BARKS);
  const walks = counting.histogram(WALKS);
  for (let i = 0; i < 1_000_000; i += 1) barks.labels({ kind: 'loud', dog: `dog ${i}` }).inc();
  for (let i = 0; i < 100_000; i += 1) walks.labels({ dog: `dog ${i}` }).observe(2);
  const exposition = await readStore(counting);
  expect(exposition.sum('barks_total')).toBe(1_000_000);
  expect(exposition.series('barks_total')).toHaveLength(1001);
  expect(exposition.value('barks_total', { kind: '_overflow', dog: '_overflow' })).toBe(999_000);
  expect(exposition.sum('walk_seconds_count')).toBe(100_000);
  expect(exposition.sum('walk_seconds_sum')).toBe(200_000);
  expect(overflowed).toBe(999_000 + 99_000);
  // Cells are all that grows, and 2,002 series of at most three need one chunk.
  expect(engineOf(counting).copyCells()).toHaveLength(1);
  expect(engineOf(store).families).toEqual([]);
}, 60_000);
