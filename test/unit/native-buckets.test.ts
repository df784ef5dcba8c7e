import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { protobuf } from '../../lib/expose/formats/protobuf/protobuf.js';
import { render } from '../../lib/expose/formats/render.js';
import { readEngine } from '../../lib/expose/read-engine.js';
import { type Reading } from '../../lib/expose/reading.js';
import { boundedBy, defineHistogram } from '../../lib/metrics/definition.js';
import { coarser, finestIndex } from '../../lib/metrics/native/bucket-index.js';
import { FINEST_SCHEMA, nativeBuckets, ZERO_THRESHOLD } from '../../lib/metrics/native/native-layout.js';
import { MAX_NATIVE_BUCKETS } from '../../lib/metrics/native/native-window.js';
import { engineOf, MetricStore } from '../../lib/metrics/store.js';
import { liveSeries } from '../support/engine-inside.js';
import { bucketsOf, type DecodedHistogram, decodeExposition } from '../support/protobuf-exposition.js';

const WALKS = defineHistogram({
  name: 'walk_seconds',
  help: 'Walks.',
  unit: 'seconds',
  buckets: [0.01, 1, 100],
  labels: { dog: boundedBy('the test') },
  native: true,
});

const bits = new DataView(new ArrayBuffer(8));

/** The next number up or down. */
function neighbour(value: number, step: 1n | -1n): number {
  bits.setFloat64(0, value);
  bits.setBigUint64(0, bits.getBigUint64(0) + step);
  return bits.getFloat64(0);
}

/** A number as a whole number times a power of two. */
function exactly(value: number): { readonly whole: bigint; readonly power: bigint } {
  bits.setFloat64(0, value);
  const all = bits.getBigUint64(0);
  const exponent = (all >> 52n) & 0x7ffn;
  const mantissa = all & 0xfffffffffffffn;
  return exponent === 0n
    ? { whole: mantissa, power: -1074n }
    : { whole: mantissa | 0x10000000000000n, power: exponent - 1075n };
}

/** Whether `value <= 2 ** (index / 2 ** schema)`, by whole numbers of any size. */
function isWithin(value: number, index: number, schema: number): boolean {
  const { whole, power } = exactly(value);
  // Both sides to the power of 2 ** schema, or the bound as the power of two that it is.
  const root = schema > 0 ? 2n ** BigInt(schema) : 1n;
  const bound = schema > 0 ? BigInt(index) : BigInt(index) * 2n ** BigInt(-schema);
  const shift = power * root - bound;
  return shift >= 0n ? (whole ** root) << shift <= 1n : whole ** root <= 1n << -shift;
}

/** Powers of two and all bounds between them, with the numbers beside them. */
const POWERS = Array.from({ length: 1151 }, (_, i) => 2 ** (i - 127));
const BESIDE_BOUNDS = Array.from({ length: 16 * 24 }, (_, i) => 2 ** ((i - 190) / 16));

const NORMAL = fc.double({ min: ZERO_THRESHOLD, minExcluded: true, max: Number.MAX_VALUE, noNaN: true });

describe('the bucket of a value', () => {
  const expectExact = (value: number) => {
    const index = finestIndex(value);
    const where = `${value} in ${index}`;
    expect(isWithin(value, index, FINEST_SCHEMA), where).toBe(true);
    expect(isWithin(value, index - 1, FINEST_SCHEMA), where).toBe(false);
  };

  it('is exact at powers of two and beside them: an upper bound is in its own bucket', () => {
    for (const power of POWERS) {
      expect(finestIndex(power)).toBe(Math.log2(power) * 16);
      expect(finestIndex(neighbour(power, 1n))).toBe(Math.log2(power) * 16 + 1);
      expectExact(neighbour(power, -1n));
    }
  });

  it('is exact at the bounds between them and beside those', () => {
    for (const bound of BESIDE_BOUNDS) {
      for (let value = neighbour(bound, -1n), i = 0; i < 3; value = neighbour(value, 1n), i += 1) expectExact(value);
    }
  });

  it('is exact at the largest number and at the smallest one above the zero bucket', () => {
    for (const value of [Number.MAX_VALUE, neighbour(ZERO_THRESHOLD, 1n)]) expectExact(value);
  });

  it('is exact for any value', () => {
    fc.assert(fc.property(NORMAL, expectExact), { numRuns: 2000 });
  });

  it('is exact at any coarser resolution', () => {
    fc.assert(
      fc.property(NORMAL, fc.integer({ min: -4, max: FINEST_SCHEMA }), (value, schema) => {
        const index = coarser(finestIndex(value), FINEST_SCHEMA - schema);
        expect(isWithin(value, index, schema)).toBe(true);
        expect(isWithin(value, index - 1, schema)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});

function read(store: MetricStore): Reading {
  return readEngine(engineOf(store), []);
}

async function histogramsOf(reading: Reading): Promise<ReadonlyMap<string, DecodedHistogram>> {
  const pieces = await render(reading, protobuf('underscores'), new AbortController().signal);
  const metrics = decodeExposition(Buffer.concat(pieces)).flatMap(({ metric = [] }) => metric);
  return new Map(metrics.map(({ label, histogram }) => [label?.[0]?.value ?? '', histogram!]));
}

async function histogramOf(store: MetricStore, dog: string): Promise<DecodedHistogram> {
  return (await histogramsOf(read(store))).get(dog)!;
}

/** What the buckets have to be, computed value by value at the resolution that was chosen. */
function expectCounts(histogram: DecodedHistogram, values: readonly number[]): void {
  const { schema = NaN, zeroCount, sampleCount, bucket = [] } = histogram;
  const counted = (absolute: readonly number[]) => {
    const counts = new Map<number, number>();
    for (const value of absolute) {
      const index = coarser(finestIndex(value), FINEST_SCHEMA - schema);
      counts.set(index, (counts.get(index) ?? 0) + 1);
    }
    return [...counts].toSorted(([one], [other]) => one - other);
  };
  const used = (counts: ReadonlyMap<number, number>) => [...counts].filter(([, count]) => count !== 0);
  expect(sampleCount).toBe(values.length);
  expect(zeroCount).toBe(values.filter((value) => Math.abs(value) <= ZERO_THRESHOLD).length);
  expect(used(bucketsOf(histogram.positiveSpan, histogram.positiveDelta))).toEqual(
    counted(values.filter((value) => value > ZERO_THRESHOLD)),
  );
  expect(used(bucketsOf(histogram.negativeSpan, histogram.negativeDelta))).toEqual(
    counted(values.filter((value) => value < -ZERO_THRESHOLD).map((value) => -value)),
  );
  expect(bucket.map(({ cumulativeCount }) => cumulativeCount)).toEqual(
    [0.01, 1, 100, Infinity].map((bound) => values.filter((value) => value <= bound).length),
  );
}

/** Mostly of one size, as real ones are, and sometimes of any. */
const ANY_VALUE = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: 0.001, max: 10, noNaN: true }) },
  { weight: 2, arbitrary: fc.double({ min: -10, max: 10, noNaN: true }) },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -0, ZERO_THRESHOLD, -ZERO_THRESHOLD, 5e-324, Number.MAX_VALUE, -1e-30) },
);

describe('native buckets', () => {
  it('have every value, whatever is observed, and classic ones have it too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(ANY_VALUE, { maxLength: 200 }), async (values) => {
        const store = new MetricStore();
        const walks = store.histogram(WALKS).labels({ dog: 'Rex' });
        for (const value of values) walks.observe(value);
        expectCounts(await histogramOf(store, 'Rex'), values);
      }),
      { numRuns: 200 },
    );
  });

  it('are never more than their maximum, and as fine as that allows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(ANY_VALUE, { minLength: 1, maxLength: 100 }), async (values) => {
        const store = new MetricStore();
        const walks = liveSeries(store.histogram(WALKS).labels({ dog: 'Rex' }));
        for (const value of values) store.histogram(WALKS).labels({ dog: 'Rex' }).observe(value);
        const chunks = engineOf(store).copyCells();
        const { schema, positive, negative } = nativeBuckets(chunks, chunks[walks.chunk]!, walks.at + 6)!;
        expect(positive.length + negative.length).toBeLessThanOrEqual(MAX_NATIVE_BUCKETS);
        const octaves = [values.filter((one) => one > ZERO_THRESHOLD), values.filter((one) => one < -ZERO_THRESHOLD)]
          .filter((some) => some.length > 0)
          .map((some) => some.map((one) => Math.log2(Math.abs(one))))
          .reduce((sum, logs) => sum + Math.max(...logs) - Math.min(...logs), 0);
        // Ten octaves have 160 buckets, and what is rounded up to whole steps on four sides 64 more at most.
        expect(schema).toBeGreaterThanOrEqual(octaves <= 10 ? FINEST_SCHEMA : -4);
      }),
      { numRuns: 200 },
    );
  });

  it('answer for a quantile within 4.5 % while values are within a factor of a thousand', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: 0.01, max: 10, noNaN: true }), { minLength: 1, maxLength: 300 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (values, quantile) => {
          const store = new MetricStore();
          const walks = store.histogram(WALKS).labels({ dog: 'Rex' });
          for (const value of values) walks.observe(value);
          const { schema = NaN, positiveSpan, positiveDelta } = await histogramOf(store, 'Rex');
          const rank = Math.max(1, Math.ceil(quantile * values.length));
          const expected = values.toSorted((a, b) => a - b)[rank - 1]!;
          let below = 0;
          const [index = NaN] =
            [...bucketsOf(positiveSpan, positiveDelta)].find(([, count]) => (below += count) >= rank) ?? [];
          // Wherever in the bucket a reader puts it.
          for (const bound of [index - 1, index]) {
            expect(Math.abs(2 ** (bound / 2 ** schema) / expected - 1)).toBeLessThan(0.045);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('have no value that is no finite number', async () => {
    const store = new MetricStore();
    const walks = store.histogram(WALKS).labels({ dog: 'Rex' });
    for (const value of [NaN, Infinity, -Infinity, '5', null, undefined, 5n, {}]) walks.observe(value as number);
    walks.observe(5);
    expectCounts(await histogramOf(store, 'Rex'), [5]);
  });

  it('are none before the first value: an empty span says that the histogram is native', async () => {
    const store = new MetricStore();
    store.histogram(WALKS).known({ dog: 'Rex' });
    const { positiveSpan, positiveDelta, schema, zeroThreshold } = await histogramOf(store, 'Rex');
    expect({ positiveSpan, positiveDelta, schema, zeroThreshold }).toEqual({
      positiveSpan: [{ offset: 0, length: 0 }],
      positiveDelta: undefined,
      schema: FINEST_SCHEMA,
      zeroThreshold: ZERO_THRESHOLD,
    });
  });

  it('keep a reading as it was, however much they move while it is written', async () => {
    const store = new MetricStore();
    const walks = store.histogram(WALKS);
    const dogs = Array.from({ length: 50 }, (_, dog) => String(dog));
    const observed = new Map<string, number[]>(dogs.map((dog) => [dog, []]));
    const observe = (dog: string, value: number) => {
      walks.labels({ dog }).observe(value);
      observed.get(dog)!.push(value);
    };
    const readings: { readonly reading: Reading; readonly expected: ReadonlyMap<string, readonly number[]> }[] = [];
    for (let step = 0; step < 40; step += 1) {
      for (const dog of dogs) observe(dog, 1.7 ** (((step * 7 + Number(dog)) % 41) - 20) * (step % 5 === 4 ? -1 : 1));
      const expected = new Map([...observed].map(([dog, values]) => [dog, [...values]]));
      readings.push({ reading: read(store), expected });
      if (step % 10 === 9) walks.remove({ dog: String(step) });
      if (step % 10 === 9) observed.set(String(step), []);
    }
    for (const { reading, expected } of readings) {
      for (const [dog, histogram] of await histogramsOf(reading)) expectCounts(histogram, expected.get(dog) ?? []);
    }
  });

  it('give their cells to others, and a handle that was removed counts nowhere', async () => {
    const store = new MetricStore({ labelSetsPerMetric: 1 });
    const walks = store.histogram(WALKS);
    const { cells } = engineOf(store);
    for (let round = 0; round < 2000; round += 1) {
      const handle = walks.labels({ dog: String(round) });
      for (const value of [0, 1, 1e3, 1e-3, -1, 1e30]) handle.observe(value);
      expect(walks.remove({ dog: String(round) })).toBe(1);
      for (const value of [0, 1, 1e9, -1e9, 1e-9]) handle.observe(value);
    }
    expect(cells.chunks).toHaveLength(1);
    walks.labels({ dog: 'last' }).observe(2);
    expectCounts(await histogramOf(store, 'last'), [2]);
    expectCounts(await histogramOf(store, '_overflow'), []);
  });
});
