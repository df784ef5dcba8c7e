import { boundedBy, defineCounter, defineGauge, defineHistogram, MetricStore, oneOf } from 'nestjs-prometheus-exporter';
import { baseline, expectMetric, snapshot } from 'nestjs-prometheus-exporter/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const OPERATIONS = ['insert', 'update', 'delete', 'replace'] as const;
/** More combinations than stand at zero by themselves. */
const MODELS = ['dog', 'cat', ...Array.from({ length: 30 }, (_, index) => `animal ${index}`)];
const ROWS_TOTAL = defineCounter({
  name: 'rows_total',
  help: 'Rows.',
  labels: { model: oneOf(...MODELS), operation: oneOf(...OPERATIONS) },
});
const DOGS = defineGauge({ name: 'dogs', help: 'Dogs.' });
const WALK_SECONDS = defineHistogram({ name: 'walk_seconds', help: 'Walks.', buckets: [1] });
const FOOD_GRAMS_TOTAL = defineCounter({ name: 'food_grams_total', help: 'Food.' });

let store: MetricStore;
beforeEach(() => {
  store = new MetricStore();
  for (const operation of ['insert', 'update', 'delete'] as const) {
    for (const model of ['dog', 'cat'] as const) store.counter(ROWS_TOTAL).known({ model, operation });
  }
  store.gauge(DOGS).labels({}).set(3);
  store.histogram(WALK_SECONDS);
  store.counter(FOOD_GRAMS_TOTAL);
});

const count = (model: 'dog' | 'cat', operation: (typeof OPERATIONS)[number], by = 1) =>
  store.counter(ROWS_TOTAL).labels({ model, operation }).inc(by);

async function messageOf(failing: Promise<unknown>): Promise<string> {
  const error: unknown = await failing.then(
    () => expect.fail('It did not fail.'),
    (cause: unknown) => cause,
  );
  return (error as Error).message;
}

describe('toHaveIncreasedBy', () => {
  it('counts from the baseline, over all series with these labels', async () => {
    count('dog', 'insert', 5);
    await baseline(store);
    count('dog', 'insert');
    count('cat', 'insert', 2);
    await expectMetric(store, 'rows_total', { model: 'dog', operation: 'insert' }).toHaveIncreasedBy(1);
    await expectMetric(store, 'rows_total', { operation: 'insert' }).toHaveIncreasedBy(3);
    await expectMetric(store, 'rows_total').toHaveIncreasedBy(3);
    await expectMetric(store, 'rows_total', { model: 'cat', operation: 'update' }).toHaveIncreasedBy(0);
    await baseline(store);
    await expectMetric(store, 'rows_total').toHaveIncreasedBy(0);
  });

  it('counts from a snapshot, if one is given', async () => {
    const before = await snapshot(store);
    count('dog', 'insert');
    await baseline(store);
    await expectMetric(store, 'rows_total').since(before).toHaveIncreasedBy(1);
    await expectMetric(await snapshot(store), 'rows_total')
      .since(before)
      .toHaveIncreasedBy(1);
  });

  it('counts down', async () => {
    await baseline(store);
    store.gauge(DOGS).labels({}).dec(2);
    await expectMetric(store, 'dogs').toHaveIncreasedBy(-2);
  });

  it('counts the observations of a histogram, and what they were', async () => {
    await baseline(store);
    for (const seconds of [0.1, 0.2, 5]) store.histogram(WALK_SECONDS).labels({}).observe(seconds);
    await expectMetric(store, 'walk_seconds_count').toHaveIncreasedBy(3);
    await expectMetric(store, 'walk_seconds_sum').toHaveIncreasedBy(5.3);
    await expectMetric(store, 'walk_seconds_bucket', { le: '1' }).toHaveIncreasedBy(2);
  });

  it('does not mind the last bits of a double', async () => {
    const food = store.counter(FOOD_GRAMS_TOTAL).labels({});
    food.inc(0.1);
    await baseline(store);
    food.inc(0.2);
    await expectMetric(store, 'food_grams_total').toHaveIncreasedBy(0.2);
    await expect(expectMetric(store, 'food_grams_total').toHaveIncreasedBy(0.2001)).rejects.toThrow(/it increased by/);
  });

  it('shows before, after and the neighbouring series, those that moved first', async () => {
    count('dog', 'insert', 3);
    await baseline(store);
    count('dog', 'delete', 12);
    const message = await messageOf(
      expectMetric(store, 'rows_total', { model: 'dog', operation: 'insert' }).toHaveIncreasedBy(1),
    );
    expect(message).toBe(
      `Expected rows_total{model="dog",operation="insert"} to have increased by 1, but it increased by 0.

  before   after
       3       3  rows_total{model="dog",operation="insert"}

Neighbouring series:
       0      12  rows_total{model="dog",operation="delete"}
       0       0  rows_total{model="cat",operation="insert"}
       0       0  rows_total{model="dog",operation="update"}
       0       0  rows_total{model="cat",operation="update"}
       0       0  rows_total{model="cat",operation="delete"}`,
    );
  });

  it('shows ten neighbours at most', async () => {
    const many = Array.from({ length: 15 }, (_, index) => `dogs{box="${index}"} 1\n`).join('');
    const message = await messageOf(expectMetric(many, 'dogs', { box: '0' }).toBe(2));
    expect(message).toMatch(/\n {2}… and 4 more$/);
    expect(message.split('\n').filter((line) => line.includes('  dogs{'))).toHaveLength(1 + 10);
  });

  it('asks for a baseline', async () => {
    await expect(expectMetric(store, 'dogs').toHaveIncreasedBy(1)).rejects.toThrow(/call `await baseline\(source\)`/);
    await expect(baseline('dogs 1\n')).rejects.toThrow(/it has no before/);
    await expect(baseline(await snapshot(store))).rejects.toThrow(/it has no before/);
  });
});

describe('a name or a label that nothing has', () => {
  beforeEach(() => baseline(store));

  it.each([
    ['row_total', 'there is no metric of that name (did you mean rows_total?)'],
    ['rows', 'did you mean rows_total?'],
    ['food_grams', 'did you mean food_grams_total?'],
    ['walk_seconds', 'did you mean walk_seconds_'],
    ['elephants_seen_total', 'there is no metric of that name.'],
  ])('%s fails, even where nothing was to happen', async (name, why) => {
    store.histogram(WALK_SECONDS).labels({}).observe(1);
    const message = await messageOf(expectMetric(store, name).toHaveIncreasedBy(0));
    expect(message).toContain(why);
  });

  it('shows the series that may have been meant', async () => {
    const message = await messageOf(expectMetric(store, 'row_total', { model: 'cat' }).toBe(1));
    expect(message).toContain('\n       –  row_total{model="cat"}\n');
    expect(message).toContain('rows_total{model="cat",operation="insert"}');
  });

  it('is told for a label', async () => {
    await expect(expectMetric(store, 'rows_total', { modle: 'dog' }).toHaveIncreasedBy(0)).rejects.toThrow(
      'no series of it has the label modle (they have model, operation)',
    );
  });

  it('is not told for a value, nor for a metric that has no series yet', async () => {
    store.counter(defineCounter({ name: 'barks_total', help: 'Barks.', labels: { dog: boundedBy('the dogs') } }));
    await expectMetric(store, 'rows_total', { operation: 'replace' }).toHaveIncreasedBy(0);
    await expectMetric(store, 'barks_total', { dog: 'Rex' }).toHaveIncreasedBy(0);
  });
});

describe('toBe and toExist', () => {
  it('look at what is there now', async () => {
    await expectMetric(store, 'dogs').toBe(3);
    await expectMetric(store, 'dogs').toExist();
    await expectMetric(store, 'rows_total').toBe(0);
    await expectMetric('dogs NaN\ncats +Inf\n', 'dogs').toBe(NaN);
    await expectMetric('dogs NaN\ncats +Inf\n', 'cats').toBe(Infinity);
  });

  it('fail without a series', async () => {
    const labels = { operation: 'replace' };
    await expect(expectMetric(store, 'rows_total', labels).toBe(0)).rejects.toThrow(
      /to be 0, but there is no such series/,
    );
    await expect(expectMetric(store, 'rows_total', labels).toExist()).rejects.toThrow(/to exist, but there is no such/);
  });

  it('show what is there, in one column without a baseline', async () => {
    expect(await messageOf(expectMetric('dogs{sex="f"} 1\ndogs{sex="m"} 12\n', 'dogs', { sex: 'f' }).toBe(2))).toBe(
      `Expected dogs{sex="f"} to be 2, but it is 1.

   after
       1  dogs{sex="f"}

Neighbouring series:
      12  dogs{sex="m"}`,
    );
  });
});

describe('eventually', () => {
  beforeEach(() => baseline(store));
  afterEach(() => vi.useRealTimers());

  it('waits until it is so, and no longer', async () => {
    const startedAt = performance.now();
    setTimeout(() => count('dog', 'insert'), 50);
    await expectMetric(store, 'rows_total').eventually().toHaveIncreasedBy(1);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  it('waits for a series, and for a value', async () => {
    setTimeout(() => count('dog', 'replace', 2), 20);
    await expectMetric(store, 'rows_total', { operation: 'replace' }).eventually().toExist();
    await expectMetric(store, 'rows_total', { operation: 'replace' }).eventually().toBe(2);
  });

  it('gives up when time is up, with the last look', async () => {
    const failing = expectMetric(store, 'rows_total').eventually({ timeoutMs: 100 }).toHaveIncreasedBy(2);
    count('dog', 'insert');
    expect(await messageOf(failing)).toContain('but it increased by 1');
  });

  it('gives up at once when a counter is beyond it', async () => {
    count('dog', 'insert', 2);
    await expect(
      expectMetric(store, 'rows_total').eventually({ timeoutMs: 60_000 }).toHaveIncreasedBy(1),
    ).rejects.toThrow(/it increased by 2/);
  });

  it('waits for a gauge that is beyond it, for it may come down', async () => {
    const dogs = store.gauge(DOGS).labels({});
    dogs.inc(2);
    setTimeout(() => dogs.dec(), 30);
    await expectMetric(store, 'dogs').eventually().toHaveIncreasedBy(1);
  });

  it('looks once when there is no time', async () => {
    for (const timeoutMs of [0, -1, NaN]) {
      await expect(expectMetric(store, 'dogs').eventually({ timeoutMs }).toBe(4)).rejects.toThrow(/it is 3/);
    }
  });

  it('does not wait forever when the clock is a fake', async () => {
    vi.useFakeTimers();
    await expect(expectMetric(store, 'dogs').eventually({ timeoutMs: 50 }).toBe(4)).rejects.toThrow(/it is 3/);
  });
});
