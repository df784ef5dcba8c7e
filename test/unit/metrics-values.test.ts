import { beforeEach, describe, expect, it } from 'vitest';
import { boundedBy, defineCounter, defineGauge, defineHistogram, oneOf } from '../../lib/metrics/definition.js';
import { MetricStore } from '../../lib/metrics/store.js';
import { readStore } from '../support/rendered.js';
import { whilePending } from '../support/while-pending.js';

const BARKS = defineCounter({ name: 'barks_total', help: 'Barks.' });
const DOGS = defineGauge({ name: 'dogs', help: 'Dogs.', labels: { state: oneOf('asleep', 'awake') } });
const WALKS = defineHistogram({ name: 'walk_seconds', help: 'Walks.', unit: 'seconds', buckets: [0.5, 1, 10] });

/** What a caller without types may come with; none of it may throw, none of it may count. */
const NO_NUMBERS: readonly unknown[] = [
  NaN,
  Infinity,
  -Infinity,
  '5',
  '',
  null,
  true,
  5n,
  [5],
  {},
  new Date(5),
  Symbol('5'),
  () => 5,
  { valueOf: () => 5 },
  {
    valueOf() {
      throw new Error('no number');
    },
  },
];

let store: MetricStore;
let rejected: unknown[];

beforeEach(() => {
  rejected = [];
  store = new MetricStore({ onRejected: (name, value) => rejected.push([name, value]) });
});

describe('a counter', () => {
  it('adds one, or what it is given', async () => {
    const barks = store.counter(BARKS).labels({});
    barks.inc();
    barks.inc(2.5);
    barks.inc(0);
    expect((await readStore(store)).value('barks_total')).toBe(3.5);
  });

  it('is there at zero from the beginning when it has no labels', async () => {
    store.counter(BARKS);
    expect((await readStore(store)).value('barks_total')).toBe(0);
  });

  it.each([...NO_NUMBERS, -1, -Number.MIN_VALUE, -5n])('ignores and reports %o', async (value) => {
    const barks = store.counter(BARKS).labels({});
    barks.inc(1);
    barks.inc(value as number);
    barks.inc(1);
    expect((await readStore(store)).value('barks_total')).toBe(2);
    expect(rejected).toEqual([['barks_total', value]]);
  });
});

describe('a gauge', () => {
  it('is set, goes up and goes down', async () => {
    const asleep = store.gauge(DOGS).labels({ state: 'asleep' });
    asleep.set(-3);
    asleep.inc();
    asleep.inc(0.5);
    asleep.dec();
    asleep.dec(2);
    expect((await readStore(store)).value('dogs', { state: 'asleep' })).toBe(-4.5);
  });

  it('is left out while it is not set, and counts from zero afterwards', async () => {
    const asleep = store.gauge(DOGS).labels({ state: 'asleep' });
    asleep.set(7);
    asleep.unset();
    expect((await readStore(store)).series('dogs')).toEqual([]);
    asleep.dec();
    expect((await readStore(store)).value('dogs', { state: 'asleep' })).toBe(-1);
  });

  it.each(NO_NUMBERS)('ignores and reports %o', async (value) => {
    const asleep = store.gauge(DOGS).labels({ state: 'asleep' });
    asleep.set(1);
    asleep.set(value as number);
    asleep.inc(value as number);
    asleep.dec(value as number);
    expect((await readStore(store)).value('dogs', { state: 'asleep' })).toBe(1);
    expect(rejected).toHaveLength(3);
  });

  it('never leaves the numbers', async () => {
    const asleep = store.gauge(DOGS).labels({ state: 'asleep' });
    asleep.set(Number.MAX_VALUE);
    asleep.inc(Number.MAX_VALUE);
    expect((await readStore(store)).value('dogs', { state: 'asleep' })).toBe(Number.MAX_VALUE);
    expect(rejected).toEqual([['dogs', Number.MAX_VALUE]]);
  });
});

describe('a histogram', () => {
  it('puts a value into the first bucket whose bound is not below it', async () => {
    const walks = store.histogram(WALKS).labels({});
    for (const seconds of [0, 0.5, 0.500001, 1, 10, 10.5, 1e9]) walks.observe(seconds);
    const exposition = await readStore(store);
    const buckets = ['0.5', '1', '10', '+Inf'].map((le) => exposition.value('walk_seconds_bucket', { le }));
    expect(buckets).toEqual([2, 4, 5, 7]);
    expect(exposition.value('walk_seconds_count')).toBe(7);
    expect(exposition.value('walk_seconds_sum')).toBeCloseTo(1e9 + 22.500001, 3);
  });

  it.each([...NO_NUMBERS, undefined])('ignores and reports %o', async (value) => {
    const walks = store.histogram(WALKS).labels({});
    walks.observe(1);
    walks.observe(value as number);
    const exposition = await readStore(store);
    expect(exposition.value('walk_seconds_count')).toBe(1);
    expect(exposition.value('walk_seconds_sum')).toBe(1);
    expect(rejected).toEqual([['walk_seconds', value]]);
  });

  it('keeps its bounds whatever becomes of the list they were given in', async () => {
    const buckets = [1, 2];
    const first = store.histogram(defineHistogram({ name: 'first', help: 'First.', buckets })).labels({});
    const second = store.histogram(defineHistogram({ name: 'second', help: 'Second.', buckets })).labels({});
    buckets.push(3, 4, 5);
    first.observe(9);
    second.observe(9);
    const exposition = await readStore(store);
    expect(exposition.value('first_count')).toBe(1);
    expect(exposition.value('second_count')).toBe(1);
    expect(exposition.series('second_bucket')).toHaveLength(3);
  });

  it('has in +Inf what it has in its count, whenever it is read', async () => {
    const walks = store.histogram(
      defineHistogram({
        name: 'walks_taken_seconds',
        help: 'Walks.',
        buckets: [1, 2],
        labels: { dog: boundedBy('the test') },
      }),
    );
    const dogs = Array.from({ length: 3000 }, (_, dog) => walks.known({ dog: String(dog) }));
    const reading = readStore(store);
    await whilePending(reading, (turn) => {
      for (const dog of dogs) dog.observe(turn % 4);
    });
    // The reader refuses a histogram whose count is not that of its last bucket.
    expect((await reading).series('walks_taken_seconds_count')).toHaveLength(3001);
  });
});

it('ten thousand series keep their cells, over many chunks', async () => {
  const definition = defineHistogram({
    name: 'walked_seconds',
    help: 'Walks.',
    buckets: [1, 2, 3, 4, 5, 6],
    labels: { dog: boundedBy('the test') },
  });
  const walks = store.histogram(definition);
  const handles = Array.from({ length: 12_000 }, (_, dog) => walks.known({ dog: String(dog) }));
  handles.forEach((handle, dog) => handle.observe(dog));
  for (const handle of [handles[0], handles[11_999], handles[6000]]) handle?.observe(0.5);
  const exposition = await readStore(store);
  handles.forEach((handle, dog) => {
    expect(walks.labels({ dog: String(dog) })).toBe(handle);
    const twice = dog === 0 || dog === 6000 || dog === 11_999;
    const labels = { dog: String(dog) };
    expect(exposition.value('walked_seconds_count', labels)).toBe(twice ? 2 : 1);
    expect(exposition.value('walked_seconds_sum', labels)).toBe(twice ? dog + 0.5 : dog);
  });
});
