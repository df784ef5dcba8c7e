import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ForeignFamily } from '../../lib/expose/foreign-family.js';
import { protobuf } from '../../lib/expose/formats/protobuf/protobuf.js';
import { render } from '../../lib/expose/formats/render.js';
import { readEngine } from '../../lib/expose/read-engine.js';
import { boundedBy, defineCounter, defineGauge, defineHistogram } from '../../lib/metrics/definition.js';
import { labelPair, labelValue } from '../../lib/metrics/label-text.js';
import { engineOf, MetricStore } from '../../lib/metrics/store.js';
import {
  decodeExposition,
  type DecodedFamily,
  type DecodedMetric,
  type DecodedTimestamp,
} from '../support/protobuf-exposition.js';
import { waitUntil } from '../support/wait-until.js';

const DOG = { dog: boundedBy('the test') };
const BARKS = defineCounter({ name: 'barks_total', help: 'Barks\n"loud" \\ low.', labels: DOG });
const WEIGHT = defineGauge({ name: 'weight', help: 'Weight.', labels: DOG });
const WALKS = defineHistogram({
  name: 'walk_seconds',
  help: 'Walks.',
  unit: 'seconds',
  buckets: [0.5, 1],
  labels: DOG,
});

async function pieces(store: MetricStore, foreign: readonly ForeignFamily[] = []): Promise<readonly Buffer[]> {
  return render(readEngine(engineOf(store), foreign), protobuf('underscores'), new AbortController().signal);
}

async function decoded(store: MetricStore, foreign: readonly ForeignFamily[] = []): Promise<readonly DecodedFamily[]> {
  return decodeExposition(Buffer.concat(await pieces(store, foreign)));
}

function labelsOf({ label = [] }: DecodedMetric): Readonly<Record<string, string>> {
  return Object.fromEntries(label.map(({ name, value }) => [name, value]));
}

/** Without the time at which it was made. */
function lasting(metric: DecodedMetric | undefined): unknown {
  return JSON.parse(JSON.stringify(metric, (key, value: unknown) => (key === 'createdTimestamp' ? undefined : value)));
}

describe('a family of ours', () => {
  it('has its name, help, type and unit', async () => {
    const store = new MetricStore({ namespace: 'shop' });
    store.counter(BARKS).known({ dog: 'Rex' });
    store.gauge(WEIGHT).known({ dog: 'Rex' }).set(1);
    store.histogram(WALKS);
    const families = await decoded(store);
    expect(families.map(({ name, help, type, unit }) => ({ name, help, type, unit }))).toEqual([
      { name: 'shop_barks_total', help: 'Barks\n"loud" \\ low.', type: 'COUNTER', unit: undefined },
      { name: 'shop_weight', help: 'Weight.', type: 'GAUGE', unit: undefined },
      { name: 'shop_walk_seconds', help: 'Walks.', type: 'HISTOGRAM', unit: 'seconds' },
    ]);
  });

  it('has the values of its series, and _overflow last', async () => {
    const store = new MetricStore({ labelSetsPerMetric: 1 });
    const barks = store.counter(BARKS);
    barks.labels({ dog: 'Rex' }).inc(2.5);
    barks.labels({ dog: 'Bella' }).inc(2 ** 60);
    const weight = store.gauge(WEIGHT);
    weight.known({ dog: 'Rex' }).set(-1e-300);
    weight.known({ dog: 'not weighed' }).unset();
    const [counters, gauges] = await decoded(store);
    expect(counters?.metric?.map((metric) => [labelsOf(metric), metric.counter?.value])).toEqual([
      [{ dog: 'Rex' }, 2.5],
      [{ dog: '_overflow' }, 2 ** 60],
    ]);
    expect(gauges?.metric).toEqual([{ label: [{ name: 'dog', value: 'Rex' }], gauge: { value: -1e-300 } }]);
  });

  it('has classic buckets, cumulative up to +Inf, and no native ones', async () => {
    const store = new MetricStore();
    const walks = store.histogram(WALKS).known({ dog: 'Rex' });
    for (const value of [0.5, 0.7, 1, 9]) walks.observe(value);
    const [family] = await decoded(store);
    expect(lasting(family?.metric?.[0])).toEqual({
      label: [{ name: 'dog', value: 'Rex' }],
      histogram: {
        sampleCount: 4,
        sampleSum: 11.2,
        bucket: [
          { cumulativeCount: 1, upperBound: 0.5 },
          { cumulativeCount: 3, upperBound: 1 },
          // JSON has no infinity.
          { cumulativeCount: 4, upperBound: null },
        ],
      },
    });
    expect(family?.metric?.[0]?.histogram?.bucket?.at(-1)?.upperBound).toBe(Infinity);
  });

  it('has counts of any size', async () => {
    const store = new MetricStore();
    const walks = store.histogram(WALKS).known({ dog: 'Rex' });
    for (const count of [2 ** 31 - 1, 2 ** 31, 2 ** 35 + 7, 2 ** 53 - 1]) {
      walks.observe(1e-9);
      const { cells } = engineOf(store);
      const [series] = engineOf(store).families[0]!.series;
      cells.chunkAt(series!.chunk).cells[series!.at] = count;
      const [family] = await decoded(store);
      expect(family?.metric?.[0]?.histogram?.sampleCount).toBe(count);
    }
  });
});

describe('labels', () => {
  it('arrive with the bytes of their values, whatever they hold', async () => {
    const name = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/);
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '',
        '"',
        '\\',
        '\n',
        '\\n',
        '","x="',
        '=',
        ',',
        'ä€😀',
        '\ud800',
        '\r\0',
        'x'.repeat(300),
        '€'.repeat(250),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.dictionary(name, text), { minLength: 1, maxLength: 5 }), async (all) => {
        const samples = all.map((labels, value) => ({
          name: 'theirs',
          labels: Object.entries(labels)
            .map(([label, given]) => labelPair(label, labelValue(given)))
            .join(','),
          value,
        }));
        const [family] = await decoded(new MetricStore(), [{ name: 'theirs', help: 'T.', type: 'gauge', samples }]);
        expect(family?.metric?.map(({ label = [] }) => label.map(({ name: its, value }) => [its, value]))).toEqual(
          all.map((labels) => Object.entries(labels).map(([label, given]) => [label, labelValue(given)])),
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe('a family of others', () => {
  const EXEMPLAR = { labels: 'trace_id="abc",note="a\\"b"', value: 0.7, timestampSeconds: 1_700_000_000.123 };
  const DECODED_EXEMPLAR = {
    label: [
      { name: 'trace_id', value: 'abc' },
      { name: 'note', value: 'a"b' },
    ],
    value: 0.7,
    timestamp: { seconds: 1_700_000_000, nanos: 123_000_000 },
  };

  const metricOf = async (family: ForeignFamily) => (await decoded(new MetricStore(), [family]))[0]?.metric;

  it.each(['counter', 'gauge', 'unknown'] as const)('is one of single values: %s', async (type) => {
    const samples = [
      { name: 'theirs', labels: '', value: 0 },
      { name: 'theirs', labels: 'dog="Rex"', value: 2.5 },
      { name: 'theirs', labels: 'dog="Rex"', value: Infinity },
    ];
    const field = type === 'unknown' ? 'untyped' : type;
    expect(await metricOf({ name: 'theirs', help: '', type, samples })).toEqual([
      { [field]: { value: 0 } },
      { label: [{ name: 'dog', value: 'Rex' }], [field]: { value: 2.5 } },
      { label: [{ name: 'dog', value: 'Rex' }], [field]: { value: Infinity } },
    ]);
  });

  it('has exemplars at counters and buckets, and no time that is none', async () => {
    const counter = { name: 'theirs', help: '', type: 'counter' as const };
    expect(
      await metricOf({ ...counter, samples: [{ name: 'theirs', labels: '', value: 1, exemplar: EXEMPLAR }] }),
    ).toEqual([{ counter: { value: 1, exemplar: DECODED_EXEMPLAR } }]);
    for (const timestampSeconds of [undefined, -1, 1e300, NaN]) {
      const exemplar = { ...EXEMPLAR, timestampSeconds };
      const [metric] =
        (await metricOf({ ...counter, samples: [{ name: 'theirs', labels: '', value: 1, exemplar }] })) ?? [];
      expect(metric?.counter?.exemplar).toEqual({ label: DECODED_EXEMPLAR.label, value: 0.7 });
    }
  });

  it('has one histogram for each label set', async () => {
    const histogram = (labels: string, count: number) => [
      { name: 'theirs_bucket', labels, le: 1, value: count, exemplar: EXEMPLAR },
      { name: 'theirs_bucket', labels, le: Infinity, value: count + 1 },
      { name: 'theirs_sum', labels, value: count * 0.5 },
      { name: 'theirs_count', labels, value: count + 1 },
    ];
    const samples = [...histogram('dog="Rex"', 2), ...histogram('', 5), ...histogram('dog="Bella"', 2.5)];
    const metrics = await metricOf({ name: 'theirs', help: '', type: 'histogram', samples });
    expect(metrics?.map((metric) => [labelsOf(metric), metric.histogram])).toEqual([
      [
        { dog: 'Rex' },
        {
          bucket: [
            { cumulativeCount: 2, upperBound: 1, exemplar: DECODED_EXEMPLAR },
            { cumulativeCount: 3, upperBound: Infinity },
          ],
          sampleCount: 3,
          sampleSum: 1,
        },
      ],
      [{}, expect.objectContaining({ sampleCount: 6, sampleSum: 2.5 })],
      [{ dog: 'Bella' }, expect.objectContaining({ sampleCountFloat: 3.5, sampleSum: 1.25 })],
    ]);
  });

  it('has one summary for each label set, its quantiles in it', async () => {
    const summary = (labels: readonly string[], count: number) => [
      { name: 'theirs', labels: ['quantile="0.5"', ...labels].join(','), value: count / 2 },
      { name: 'theirs', labels: [...labels, 'quantile="1.0"'].join(','), value: count },
      { name: 'theirs_sum', labels: labels.join(','), value: count * 0.5 },
      { name: 'theirs_count', labels: labels.join(','), value: count },
    ];
    const tricky = String.raw`say="x,quantile=\"0.9\""`;
    const samples = [...summary([], 2), ...summary(['dog="Rex"', tricky], 4)];
    const expected = (count: number) => ({
      quantile: [
        { quantile: 0.5, value: count / 2 },
        { quantile: 1, value: count },
      ],
      sampleSum: count * 0.5,
      sampleCount: count,
    });
    const metrics = await metricOf({ name: 'theirs', help: '', type: 'summary', samples });
    expect(metrics?.map((metric) => [labelsOf(metric), metric.summary])).toEqual([
      [{}, expected(2)],
      [{ dog: 'Rex', say: 'x,quantile="0.9"' }, expected(4)],
    ]);
  });
});

describe('a large exposition', () => {
  const large = (): MetricStore => {
    const store = new MetricStore();
    const barks = store.counter(BARKS);
    for (let dog = 0; dog < 20_000; dog += 1) barks.known({ dog: `${dog}` }).inc(dog);
    const walks = store.histogram(WALKS);
    for (let dog = 0; dog < 2000; dog += 1) walks.known({ dog: `${dog}` }).observe(1);
    return store;
  };

  it('comes in pieces, between which families go on', async () => {
    const all = await pieces(large());
    expect(all.length).toBeGreaterThan(5);
    for (const piece of all) expect(piece.byteLength).toBeLessThanOrEqual(128 * 1024 + 10);
    const [barks, walks] = decodeExposition(Buffer.concat(all));
    // And _overflow.
    expect(barks?.metric).toHaveLength(20_001);
    expect(walks?.metric).toHaveLength(2001);
    expect(barks?.metric?.[19_999]?.counter?.value).toBe(19_999);
  });

  it('lets the event loop turn, and ends when nobody wants it any more', async () => {
    const store = large();
    let turns = 0;
    const turn = () => {
      turns += 1;
      next = setImmediate(turn);
    };
    let next = setImmediate(turn);
    await pieces(store);
    expect(turns).toBeGreaterThan(1);
    clearImmediate(next);
    const gone = new AbortController();
    const rendering = render(readEngine(engineOf(store), []), protobuf('underscores'), gone.signal);
    gone.abort(new Error('gone'));
    await expect(rendering).rejects.toThrow('gone');
  });

  it('has a label of a metric that is larger than a piece', async () => {
    const labels = Array.from({ length: 700 }, (_, i) => labelPair(`l${i}`, '€'.repeat(256))).join(',');
    const samples = [{ name: 'theirs', labels, value: 1 }];
    const foreign = { name: 'theirs', help: 'T.', type: 'gauge' as const, samples };
    const [first, second] = await decoded(new MetricStore(), [foreign, { ...foreign, name: 'more' }]);
    expect(first?.metric?.[0]?.label).toHaveLength(700);
    expect(second?.metric?.[0]?.label?.at(-1)).toEqual({ name: 'l699', value: '€'.repeat(256) });
  });
});

describe('the time since when a series counts', () => {
  const secondsOf = (timestamp: DecodedTimestamp | undefined) =>
    (timestamp?.seconds ?? NaN) + (timestamp?.nanos ?? 0) / 1e9;

  it('is there for counters and histograms, and is a new one for a series that was made again', async () => {
    const store = new MetricStore();
    const before = Date.now();
    store.counter(BARKS).labels({ dog: 'Rex' });
    store.histogram(WALKS).labels({ dog: 'Rex' });
    const after = Date.now();
    const times = async () => {
      const [barks, walks] = await decoded(store);
      return [barks?.metric?.[0]?.counter?.createdTimestamp, walks?.metric?.[0]?.histogram?.createdTimestamp].map(
        secondsOf,
      );
    };
    const first = await times();
    for (const seconds of first) {
      expect(seconds).toBeGreaterThanOrEqual(before / 1000 - 1e-6);
      expect(seconds).toBeLessThanOrEqual(after / 1000 + 1e-6);
    }
    await waitUntil('the clock shows another millisecond', () => Date.now() > after);
    store.counter(BARKS).labels({ dog: 'Rex' }).inc();
    expect(await times()).toEqual(first);
    store.counter(BARKS).remove({ dog: 'Rex' });
    store.counter(BARKS).labels({ dog: 'Rex' });
    const again = await times();
    expect(again[0]).toBeGreaterThan(first[0]!);
    expect(again[1]).toBe(first[1]);
  });
});
