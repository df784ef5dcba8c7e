import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ForeignFamily } from '../../lib/expose/foreign-family.js';
import { boundedBy, defineCounter, defineGauge, defineHistogram, oneOf } from '../../lib/metrics/definition.js';
import { MetricStore } from '../../lib/metrics/store.js';
import { type Exposition, readExposition } from '../support/exposition.js';
import { seriesIdentity } from '../../lib/exposition/series-identity.js';
import { checkMetrics } from '../support/promtool.js';
import { type PythonFamily, PythonParser } from '../support/python-parser.js';
import { rendered, readStore } from '../support/rendered.js';
import { needs } from '../support/services.js';

/** One metric of every kind, with numbers of every kind. */
function kennel(): MetricStore {
  const store = new MetricStore({ defaultLabels: { kennel: 'north "1"' } });
  const walks = defineHistogram({
    name: 'kennel_walk_duration_seconds',
    help: 'Duration of \\ walks,\nand of "runs".\r',
    unit: 'seconds',
    labels: { dog: boundedBy('the test') },
    buckets: [0.00001, 0.005, 0.1, 1, 2.5, 10, 100, 1000000, 67108864, 1e10, 1e21],
  });
  for (const seconds of [0, 0.005, 0.3, 7, 1e6, 1e22]) store.histogram(walks).labels({ dog: 'Rex' }).observe(seconds);
  store.histogram(walks).known({ dog: '' });
  const food = defineCounter({ name: 'kennel_food_bytes_total', help: 'Food.', unit: 'bytes' });
  store.counter(food).labels({}).inc(1e21);
  const barks = defineCounter({
    name: 'kennel_barks_total',
    help: 'Barks.',
    labels: { volume: oneOf('loud', 'low'), dog: boundedBy('the test') },
  });
  store
    .counter(barks)
    .labels({ volume: 'loud', dog: 'Rex \\ "the" \n dog' })
    .inc(0.1 + 0.2);
  store
    .gauge(defineGauge({ name: 'kennel_temperature', help: ' ?' }))
    .labels({})
    .set(-1e-7);
  store
    .gauge(defineGauge({ name: 'kennel_dogs', help: 'Dogs: ä 🐕 \u2028.' }))
    .labels({})
    .unset();
  return store;
}

function samplesOf(families: readonly PythonFamily[]): readonly unknown[] {
  return families.flatMap(({ samples }) => samples.map(({ name, labels, value }) => ({ name, labels, value })));
}

/** What two readers of two formats must agree on. */
function meaning(exposition: Exposition): ReadonlyMap<string, number> {
  const pairs = [...exposition].map(({ name, labels: { le, ...labels }, value }): [string, number] => {
    const bound = le === undefined ? [] : [Number(le.replace('+Inf', 'Infinity'))];
    return [JSON.stringify([name, seriesIdentity('', labels), ...bound]), value];
  });
  return new Map(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

describe('a store', () => {
  it('says the same in both formats', async () => {
    const store = kennel();
    expect(meaning(await readStore(store, 'text'))).toEqual(meaning(await readStore(store, 'openmetrics')));
  });

  it('is nothing but the end, when there is nothing', async () => {
    expect(await rendered(new MetricStore(), 'text')).toBe('');
    expect(await rendered(new MetricStore(), 'openmetrics')).toBe('# EOF\n');
  });

  it('is written in the words of its format', async () => {
    const store = new MetricStore();
    const definition = { help: 'A "b" \\ c\nd', unit: 'seconds', labels: { dog: boundedBy('the test') } } as const;
    store
      .counter(defineCounter({ ...definition, name: 'a_seconds_total' }))
      .known({ dog: 'Rex' })
      .inc(2);
    store
      .histogram(defineHistogram({ ...definition, name: 'b_seconds', buckets: [0.5, 1, 1e6] }))
      .known({ dog: 'Rex' });
    const text = await rendered(store, 'text');
    expect(text).toMatchInlineSnapshot(`
      "# HELP a_seconds_total A "b" \\\\ c\\nd
      # TYPE a_seconds_total counter
      a_seconds_total{dog="Rex"} 2
      a_seconds_total{dog="_overflow"} 0
      # HELP b_seconds A "b" \\\\ c\\nd
      # TYPE b_seconds histogram
      b_seconds_bucket{dog="Rex",le="0.5"} 0
      b_seconds_bucket{dog="Rex",le="1"} 0
      b_seconds_bucket{dog="Rex",le="1000000"} 0
      b_seconds_bucket{dog="Rex",le="+Inf"} 0
      b_seconds_sum{dog="Rex"} 0
      b_seconds_count{dog="Rex"} 0
      b_seconds_bucket{dog="_overflow",le="0.5"} 0
      b_seconds_bucket{dog="_overflow",le="1"} 0
      b_seconds_bucket{dog="_overflow",le="1000000"} 0
      b_seconds_bucket{dog="_overflow",le="+Inf"} 0
      b_seconds_sum{dog="_overflow"} 0
      b_seconds_count{dog="_overflow"} 0
      "
    `);
    expect(await rendered(store, 'openmetrics')).toMatchInlineSnapshot(`
      "# HELP a_seconds A \\"b\\" \\\\ c\\nd
      # TYPE a_seconds counter
      # UNIT a_seconds seconds
      a_seconds_total{dog="Rex"} 2
      a_seconds_total{dog="_overflow"} 0
      # HELP b_seconds A \\"b\\" \\\\ c\\nd
      # TYPE b_seconds histogram
      # UNIT b_seconds seconds
      b_seconds_bucket{dog="Rex",le="0.5"} 0
      b_seconds_bucket{dog="Rex",le="1.0"} 0
      b_seconds_bucket{dog="Rex",le="1e+06"} 0
      b_seconds_bucket{dog="Rex",le="+Inf"} 0
      b_seconds_sum{dog="Rex"} 0
      b_seconds_count{dog="Rex"} 0
      b_seconds_bucket{dog="_overflow",le="0.5"} 0
      b_seconds_bucket{dog="_overflow",le="1.0"} 0
      b_seconds_bucket{dog="_overflow",le="1e+06"} 0
      b_seconds_bucket{dog="_overflow",le="+Inf"} 0
      b_seconds_sum{dog="_overflow"} 0
      b_seconds_count{dog="_overflow"} 0
      # EOF
      "
    `);
  });

  it.each([
    [0.001, '0.001'],
    [0.00001, '1e-05'],
    [0.0001, '0.0001'],
    [1e-7, '1e-07'],
    [1.5e-10, '1.5e-10'],
    [0, '0.0'],
    [1, '1.0'],
    [2.5, '2.5'],
    [10, '10.0'],
    [250, '250.0'],
    [100000, '100000.0'],
    [123456.5, '123456.5'],
    [1e6, '1e+06'],
    [1234567, '1.234567e+06'],
    [67108864, '6.7108864e+07'],
    [1e10, '1e+10'],
    [1e21, '1e+21'],
    [1e100, '1e+100'],
    [-5, '-5.0'],
    [-1e6, '-1e+06'],
  ])('writes the bound %d in OpenMetrics as Go and Python do: %s', async (bound, expected) => {
    const store = new MetricStore();
    store
      .histogram(defineHistogram({ name: 'walks', help: 'Walks.', buckets: [bound] }))
      .labels({})
      .observe(bound);
    expect(await rendered(store, 'openmetrics')).toContain(`walks_bucket{le="${expected}"} 1\n`);
  });

  needs('promtool')('in the eyes of promtool', () => {
    it('is sound and well named', async () => {
      const store = new MetricStore();
      store
        .counter(defineCounter({ name: 'kennel_barks_total', help: 'Barks.' }))
        .labels({})
        .inc(0.5);
      store
        .histogram(
          defineHistogram({ name: 'kennel_walk_duration_seconds', help: 'Walks.', unit: 'seconds', buckets: [1, 1e6] }),
        )
        .labels({})
        .observe(3);
      expect(await checkMetrics(await rendered(store, 'text'))).toBe('');
    });

    it('is sound with all that is odd', async () => {
      expect(await checkMetrics(await rendered(kennel(), 'text'))).toBe('');
    });
  });

  needs('prometheus_client')('in the eyes of Python', () => {
    let parser: PythonParser;
    beforeAll(() => {
      parser = new PythonParser();
    });
    afterAll(() => parser.dispose());

    it.each([
      ['text', ['', '', '', '', '']],
      ['openmetrics', ['seconds', 'bytes', '', '', '']],
    ] as const)('means what the strict reader says: %s', async (format, units) => {
      const text = await rendered(kennel(), format);
      const ours = [...readExposition(text, format)].map(({ name, labels, value }) => ({ name, labels, value }));
      const theirs = await parser.parse(text, format);
      expect(samplesOf(theirs)).toEqual(ours);
      expect(theirs.map(({ unit }) => unit)).toEqual(units);
    });

    it('reads any numbers as they were', async () => {
      const gauge = defineGauge({ name: 'weight', help: 'Weight.', labels: { dog: boundedBy('the test') } });
      const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 50 });
      await fc.assert(
        fc.asyncProperty(numbers, async (values) => {
          const store = new MetricStore();
          values.forEach((value, dog) =>
            store
              .gauge(gauge)
              .known({ dog: String(dog) })
              .set(value),
          );
          for (const format of ['text', 'openmetrics'] as const) {
            const [theirs] = await parser.parse(await rendered(store, format), format);
            expect(theirs?.samples.map(({ value }) => value + 0)).toEqual(values.map((value) => value + 0));
          }
        }),
        { numRuns: 50 },
      );
    });
  });
});

type FamilyType = ForeignFamily['type'];

/** A family as the bridge would bring it. */
function foreign(name: string, type: FamilyType, value = 1): ForeignFamily {
  const sample = (suffix: string, labels = '', le?: number) => ({
    name: name + suffix,
    labels,
    value,
    ...(le !== undefined && { le }),
  });
  const samples = {
    histogram: [sample('_bucket', '', 1), sample('_bucket', '', Infinity), sample('_sum'), sample('_count')],
    summary: [sample('', 'quantile="0.5"'), sample('_sum'), sample('_count')],
    counter: [sample('')],
    gauge: [sample('')],
    unknown: [sample('')],
  }[type];
  return { name, help: 'A "quoted" \\ help\nof \ud800 them\r.', type, samples };
}

async function bothFormats(store: MetricStore, families: readonly ForeignFamily[]): Promise<readonly Exposition[]> {
  return Promise.all(
    (['text', 'openmetrics'] as const).map(async (format) =>
      readExposition(await rendered(store, format, families), format),
    ),
  );
}

describe('families of others', () => {
  it('of every type are sound in both formats', async () => {
    const types = ['counter', 'gauge', 'histogram', 'summary', 'unknown'] as const;
    const families = types.map((type) => foreign(`theirs_${type}`, type));
    families.push(foreign('theirs_barks_total', 'counter'), foreign('theirs_dogs_total', 'gauge'));
    for (const exposition of await bothFormats(kennel(), families)) {
      for (const type of ['counter', 'gauge', 'unknown']) expect(exposition.value(`theirs_${type}`)).toBe(1);
      expect(exposition.value('theirs_barks_total')).toBe(1);
      expect(exposition.value('theirs_dogs_total')).toBe(1);
      expect(exposition.value('theirs_histogram_bucket', { le: '+Inf' })).toBe(1);
      expect(exposition.value('theirs_summary', { quantile: '0.5' })).toBe(1);
    }
  });

  it.each([
    ['counter', 'gauge'],
    ['counter', 'histogram'],
    ['counter', 'summary'],
    ['counter', 'unknown'],
  ] as const)('keep all their numbers where the %s dogs_total stands beside the %s dogs', async (counter, type) => {
    const pair = [foreign('dogs_total', counter, 5), foreign('dogs', type, 3)];
    const count = { gauge: 'dogs', unknown: 'dogs', histogram: 'dogs_count', summary: 'dogs_count' }[type];
    for (const families of [pair, pair.toReversed()]) {
      for (const exposition of await bothFormats(new MetricStore(), families)) {
        expect(exposition.value('dogs_total')).toBe(5);
        expect(exposition.value(count)).toBe(3);
      }
    }
  });

  it('give way to ours, and keep their numbers where only the family is taken', async () => {
    const store = new MetricStore();
    store
      .gauge(defineGauge({ name: 'dogs', help: 'Dogs.' }))
      .labels({})
      .set(1);
    const families = [foreign('dogs_total', 'counter', 5), foreign('dogs', 'gauge', 7)];
    for (const exposition of await bothFormats(store, families)) {
      expect(exposition.value('dogs')).toBe(1);
      expect(exposition.value('dogs_total')).toBe(5);
    }
  });

  it('of one name are the first one', async () => {
    const families = [foreign('dogs', 'gauge', 1), foreign('dogs', 'gauge', 2), foreign('dogs', 'counter', 3)];
    for (const exposition of await bothFormats(new MetricStore(), families)) expect(exposition.value('dogs')).toBe(1);
  });

  it('show exemplars in OpenMetrics, where they may stand', async () => {
    const exemplar = { labels: 'trace_id="a\\"b"', value: 0.5, timestampSeconds: 1700000000.123 };
    const undated = { ...exemplar, timestampSeconds: undefined };
    const sample = (name: string, more: object = {}) => ({ name, labels: '', value: 1, exemplar, ...more });
    const families: ForeignFamily[] = [
      { name: 'barks_total', help: 'Barks.', type: 'counter', samples: [sample('barks_total', { exemplar: undated })] },
      { name: 'odd', help: 'No total.', type: 'counter', samples: [sample('odd')] },
      {
        name: 'walks',
        help: 'Walks.',
        type: 'histogram',
        samples: [
          sample('walks_bucket', { le: 1 }),
          sample('walks_bucket', { le: Infinity, exemplar: undefined }),
          { name: 'walks_sum', labels: '', value: 1 },
          { name: 'walks_count', labels: '', value: 1 },
        ],
      },
    ];
    const [text, metrics] = await bothFormats(new MetricStore(), families);
    expect([...(text ?? [])].some((one) => one.exemplar !== undefined)).toBe(false);
    expect(metrics?.series('walks_bucket')[0]?.exemplar).toEqual({
      labels: { trace_id: 'a"b' },
      value: 0.5,
      timestamp: 1700000000.123,
    });
    expect(metrics?.series('barks_total')[0]?.exemplar?.timestamp).toBeUndefined();
    expect(metrics?.series('odd')[0]?.exemplar).toBeUndefined();
  });

  it('have numbers of every kind', async () => {
    const samples = [NaN, Infinity, -Infinity, -0, 1e-300].map((value, i) => ({
      name: 'odd',
      labels: `i="${i}"`,
      value,
    }));
    const families: ForeignFamily[] = [{ name: 'odd', help: '', type: 'gauge', samples }];
    for (const exposition of await bothFormats(new MetricStore(), families)) {
      expect(exposition.series('odd').map(({ value }) => value + 0)).toEqual([NaN, Infinity, -Infinity, 0, 1e-300]);
    }
  });
});
