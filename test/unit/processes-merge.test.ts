import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Aggregator, type ForeignFamily, type ForeignSample } from '../../lib/expose/foreign-family.js';
import { endedOf } from '../../lib/expose/processes/merge/ended-of.js';
import { mergeShares } from '../../lib/expose/processes/merge/merge-shares.js';
import {
  boundedBy,
  defineCounter,
  defineGauge,
  defineHistogram,
  oneOf,
  optional,
} from '../../lib/metrics/definition.js';
import { type MergeMode } from '../../lib/metrics/merge-mode.js';
import { bucketsOf, type DecodedFamily, type DecodedHistogram } from '../support/protobuf-exposition.js';
import { ended, foreignShare, inAllFormats, merged, shareOf } from '../support/shares.js';

const help = 'Something.';
const NOW = 1_700_000_000_000;
const DOG = { dog: boundedBy('the test') };
const BARKS = defineCounter({ name: 'barks_total', help, labels: DOG });
const SPAN = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const OTHER_SPAN = { ...SPAN, spanId: '00f067aa0ba902b7' };

const walks = (...buckets: readonly number[]) => defineHistogram({ name: 'walks', help, buckets });

const histogramOf = (families: readonly DecodedFamily[]): DecodedHistogram | undefined =>
  families.find(({ name }) => name === 'walks')?.metric?.[0]?.histogram;

describe('counters of several processes', () => {
  const share = (slot: number, barks: Readonly<Record<string, number>>) =>
    shareOf(slot, (store) => {
      for (const [dog, by] of Object.entries(barks)) store.counter(BARKS).labels({ dog }).inc(by);
    });

  it('are added up by their labels, in the order in which they are found', async () => {
    const { text, openmetrics } = await merged(share(0, { rex: 1, ada: 2 }), share(1, { ada: 40, max: 500 }));
    expect(Array.from(text, ({ labels, value }) => [labels['dog'], value])).toEqual([
      ['rex', 1],
      ['ada', 42],
      ['max', 500],
      ['_overflow', 0],
    ]);
    expect(openmetrics.value('barks_total', { dog: 'ada' })).toBe(42);
  });

  it('have the same sum in whatever order they are added, to the last digit', () => {
    const values = [0.1, 0.2, 0.3];
    const shares = values.map((value, slot) => share(slot, { rex: value }));
    const sums = [shares, shares.toReversed(), shares.toSorted(() => 1)].map((list) => {
      const { own, chunks } = mergeShares(list, fail);
      return chunks[0]![own[0]!.series[0]!.at];
    });
    expect(new Set(sums).size).toBe(1);
    expect(values.reduce((sum, value) => sum + value)).not.toBe(
      values.toReversed().reduce((sum, value) => sum + value),
    );
  });

  it('do not go back when what some of them counted is added up before', async () => {
    let before = 0;
    let inherited = mergeShares([], fail);
    // Sums of such numbers are rounded down more often than up.
    for (let round = 0; round < 200; round += 1) {
      const dying = share(0, { rex: 0.1 * (round + 1) });
      const living = share(1, { rex: 1 / 3 });
      const now = (await merged(living, dying, ended(inherited))).text.sum('barks_total');
      inherited = endedOf(mergeShares([inherited, dying.reading].map(ended), fail));
      const after = (await merged(living, ended(inherited))).text.sum('barks_total');
      expect(now).toBeGreaterThanOrEqual(before);
      expect(after).toBeGreaterThanOrEqual(now);
      before = after - 1 / 3;
      expect(after).toBeCloseTo((0.1 * (round + 1) * (round + 2)) / 2 + 1 / 3, 9);
    }
  });

  it('began when the first of them began', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW });
    try {
      const options = { createdTimestamps: true };
      const late = shareOf(0, (store) => store.counter(BARKS).labels({ dog: 'rex' }), options);
      vi.setSystemTime(NOW - 5000);
      const early = shareOf(1, (store) => store.counter(BARKS).labels({ dog: 'rex' }), options);
      expect((await merged(late, early)).openmetrics.value('barks_created', { dog: 'rex' })).toBe(NOW / 1000 - 5);
    } finally {
      vi.useRealTimers();
    }
  });

  it('keep label text with quotes, commas and braces', async () => {
    const dogs = ['a="b",c="d"', 'x,dog=', '{}', '\\', 'ends in \\"', 'line\nfeed', '', '},{'];
    const barks = Object.fromEntries(dogs.map((dog) => [dog, 1]));
    const { text, openmetrics, protobuf } = await merged(share(0, barks), share(1, barks), share(2, { rex: 1 }));
    for (const exposition of [text, openmetrics]) {
      for (const dog of dogs) expect(exposition.value('barks_total', { dog })).toBe(2);
      expect(exposition.seriesCount).toBe(dogs.length + 2);
    }
    expect(protobuf[0]?.metric?.map(({ label }) => label?.[0]?.value)).toEqual([...dogs, 'rex', '_overflow']);
  });

  it('are the same series with their labels in another order, or without an empty one', async () => {
    const labels = { dog: DOG.dog, place: boundedBy('the test') };
    const ordered = defineCounter({ name: 'steps_total', help, labels });
    const turned = defineCounter({ name: 'steps_total', help, labels: { place: labels.place, dog: labels.dog } });
    const bare = defineCounter({ name: 'steps_total', help, labels: { ...labels, place: optional(labels.place) } });
    const values = [
      { dog: 'rex', place: ',dog="ada",' },
      { dog: 'rex', place: '' },
    ] as const;
    const shares = [ordered, turned, bare].map((definition, slot) =>
      shareOf(slot, (store) => {
        for (const one of values) store.counter(definition).labels(one).inc();
      }),
    );
    const { text } = await merged(...shares);
    for (const one of values) expect(text.value('steps_total', one)).toBe(3);
    // With the overflow.
    expect(text.seriesCount).toBe(3);
  });
});

describe('gauges of several processes', () => {
  const merges: readonly (readonly [MergeMode, Readonly<Record<string, number>>])[] = [
    ['sum', { '': 4 }],
    ['max', { '': 7 }],
    ['min', { '': -5 }],
    ['mostRecent', { '': 2 }],
    ['each', { 0: 7, 1: 2, 3: -5 }],
  ];
  beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: NOW }));
  afterEach(() => vi.useRealTimers());

  /** Each is set at another time. */
  function shares(mode: MergeMode, ...settings: readonly (readonly [value: number | undefined, time: number])[]) {
    const definition = defineGauge({ name: 'dogs', help, merge: mode, labels: DOG });
    return settings.map(([value, time], slot) =>
      shareOf(slot, (store) => {
        vi.setSystemTime(NOW + time);
        const gauge = store.gauge(definition).labels({ dog: 'rex' });
        if (value === undefined) gauge.unset();
        else gauge.set(value);
      }),
    );
  }

  it.each(merges)('are merged by %s', async (mode, byProcess) => {
    const { text, protobuf } = await merged(...shares(mode, [7, 1], [2, 9], [undefined, 10], [-5, 2]));
    const found = text.series('dogs', { dog: 'rex' });
    expect(Object.fromEntries(found.map(({ labels, value }) => [labels['process'] ?? '', value]))).toEqual(byProcess);
    expect([text.seriesCount, protobuf[0]?.metric?.length]).toEqual([found.length, found.length]);
  });

  it.each(merges)('are absent when none is set: %s', async (mode) => {
    const { text } = await merged(...shares(mode, [undefined, 1], [undefined, 2]));
    expect(text.seriesCount).toBe(0);
    expect(text.families.has('dogs')).toBe(true);
  });

  it('that were set at the same time have the larger value, whoever comes first', async () => {
    const both = shares('mostRecent', [1, 5], [3, 5]);
    for (const list of [both, both.toReversed()]) expect((await merged(...list)).text.sum('dogs')).toBe(3);
  });

  it('go with their process', async () => {
    for (const [mode] of merges) {
      const [living, dead] = shares(mode, [7, 1], [2, 9]);
      const { text } = await merged(living!, { ...dead!, isEnded: true });
      expect(text.sum('dogs')).toBe(7);
      expect(endedOf(dead!.reading).own).toEqual([]);
    }
  });
});

describe('metrics of each process', () => {
  it('are series for each of them, and go with it', async () => {
    const cpu = defineCounter({ name: 'cpu_seconds_total', help, merge: 'each' });
    const pauses = defineHistogram({ name: 'pauses', help, buckets: [1], merge: 'each', labels: DOG });
    const share = (slot: number) =>
      shareOf(slot, (store) => {
        store.counter(cpu).labels({}).inc(slot);
        store.histogram(pauses).labels({ dog: 'rex' }).observe(slot);
      });
    const { text, openmetrics } = await merged(share(1), share(4), { ...share(2), isEnded: true });
    expect(Array.from(text.series('cpu_seconds_total'), ({ labels, value }) => [labels, value])).toEqual([
      [{ process: '1' }, 1],
      [{ process: '4' }, 4],
    ]);
    expect(openmetrics.value('pauses_bucket', { dog: 'rex', process: '4', le: '1.0' })).toBe(0);
    expect(openmetrics.value('pauses_count', { dog: 'rex', process: '4' })).toBe(1);
  });
});

describe('histograms of several processes', () => {
  const classic = (slot: number, bounds: readonly number[], ...observed: readonly number[]) =>
    shareOf(slot, (store) => {
      const histogram = store.histogram(walks(...bounds)).labels({});
      for (const value of observed) histogram.observe(value);
    });

  it.each([
    ['the same', [1, 2, 5], [1, 2, 5], { 1: 2, 2: 4, 5: 6 }],
    ['some in common', [1, 2, 5], [1, 3, 5, 8], { 1: 2, 5: 6 }],
    ['others in between', [2, 5], [1, 2, 3, 5], { 2: 4, 5: 6 }],
    ['none in common', [1, 2], [3], {}],
  ])('are added up over the bounds that all have: %s', async (_, bounds, others, expected) => {
    const observed = [0.5, 1.5, 4, 10];
    const { text, openmetrics, protobuf } = await merged(
      classic(0, bounds, ...observed),
      classic(1, others, ...observed),
    );
    const buckets = text.series('walks_bucket').map(({ labels, value }) => [labels['le'], value]);
    expect(buckets).toEqual([...Object.entries(expected), ['+Inf', 8]]);
    for (const exposition of [text, openmetrics]) {
      expect(exposition.value('walks_count')).toBe(8);
      expect(exposition.value('walks_sum')).toBe(32);
    }
    expect(histogramOf(protobuf)?.sampleCount).toBe(8);
  });

  it('have the newest exemplar of each bucket', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const observed = (slot: number, bounds: readonly number[], times: readonly (readonly [number, number])[]) =>
        shareOf(slot, (store) => {
          const histogram = store.histogram(walks(...bounds)).labels({});
          for (const [value, time] of times) {
            vi.setSystemTime(NOW + time);
            histogram.observe(value, slot === 0 ? SPAN : OTHER_SPAN);
          }
        });
      const first = observed(
        0,
        [1, 2, 5],
        [
          [0.5, 1],
          [1.5, 2],
          [4, 9],
        ],
      );
      const second = observed(
        1,
        [1, 5],
        [
          [0.25, 5],
          [3, 7],
          [9, 3],
        ],
      );
      const expected = [
        [0.25, OTHER_SPAN.spanId],
        [4, SPAN.spanId],
        [9, OTHER_SPAN.spanId],
      ];
      for (const shares of [
        [first, second],
        [second, first],
      ]) {
        const { openmetrics } = await merged(...shares);
        const exemplars = openmetrics.series('walks_bucket').map(({ exemplar }) => exemplar);
        expect(exemplars.map((exemplar) => [exemplar?.value, exemplar?.labels['span_id']])).toEqual(expected);
        expect(exemplars[1]?.timestamp).toBe((NOW + 9) / 1000);
      }
      const { openmetrics } = await merged(first, { ...second, isEnded: true }, ended(endedOf(first.reading)));
      const values = openmetrics.series('walks_bucket').map(({ exemplar }) => exemplar?.value);
      expect(values).toEqual([0.5, 1.5, 4, undefined]);
    } finally {
      vi.useRealTimers();
    }
  });

  const native = (slot: number, ...observed: readonly number[]) =>
    shareOf(
      slot,
      (store) => {
        const histogram = store.histogram(walks(1)).labels({});
        for (const value of observed) histogram.observe(value);
      },
      { nativeHistograms: true },
    );

  it('have native buckets that are added up at the coarser schema', async () => {
    const [fine, wide] = [native(0, 1, 1, 0, -1), native(1, 1, 1e-30, 1e30, 0)];
    const { protobuf } = await merged(fine, wide, native(2));
    const histogram = histogramOf(protobuf)!;
    const schemaOf = async (share: typeof fine) => histogramOf((await merged(share)).protobuf)!.schema;
    expect(await schemaOf(fine)).toBe(4);
    expect(histogram.schema).toBe(await schemaOf(wide));
    expect(histogram).toMatchObject({ sampleCount: 8, zeroCount: 2 });
    const positive = bucketsOf(histogram.positiveSpan, histogram.positiveDelta);
    expect(positive.get(0)).toBe(3);
    expect([...positive.values()].reduce((sum, count) => sum + count)).toBe(5);
    expect(bucketsOf(histogram.negativeSpan, histogram.negativeDelta)).toEqual(new Map([[0, 1]]));
  });

  it('halve the resolution of native buckets when together they are too many', async () => {
    const { protobuf } = await merged(native(0, 1), native(1, 2 ** 20), native(2, 2 ** -20));
    expect(histogramOf(protobuf)).toMatchObject({ schema: 2, sampleCount: 3 });
  });

  it('have classic buckets only while some processes have no native ones', async () => {
    const { text, protobuf } = await merged(native(0, 0.5, 3), classic(1, [1], 0.5));
    expect(histogramOf(protobuf)).not.toHaveProperty('schema');
    expect(histogramOf(protobuf)?.sampleCount).toBe(3);
    expect(text.value('walks_count')).toBe(3);
  });
});

describe('histograms of processes that have ended', () => {
  const observed = (bounds: readonly number[], isNative: boolean, ...values: readonly number[]) =>
    shareOf(
      0,
      (store) => {
        const histogram = store.histogram(walks(...bounds)).labels({});
        for (const value of values) histogram.observe(value);
      },
      { nativeHistograms: isNative },
    );
  const bucketsIn = ({ text }: Awaited<ReturnType<typeof merged>>) =>
    text.series('walks_bucket').map(({ labels, value }) => [labels['le'], value]);

  it('leave all buckets of their release to those that live, where their counts certainly are', async () => {
    const earlier = ended(observed([1, 4], false, 0.5, 2, 9).reading);
    const later = observed([1, 2, 4, 8], false, 0.5, 1.5, 3, 9);
    expect(bucketsIn(await merged(later, earlier))).toEqual([
      ['1', 2],
      ['2', 3],
      ['4', 5],
      ['8', 5],
      ['+Inf', 7],
    ]);
    // The later release ends too, and a third one begins: no bucket loses a count.
    const both = ended(endedOf(mergeShares([earlier, ended(later.reading)], fail)));
    expect(bucketsIn(await merged(observed([2, 4, 6], false), both))).toEqual([
      ['2', 3],
      ['4', 5],
      ['6', 5],
      ['+Inf', 7],
    ]);
  });

  it('do not keep native buckets away from those that live', async () => {
    const earlier = ended(observed([-1, 0, 1, 4], false, -3, 0, 0.5, 2, 9).reading);
    const histogram = histogramOf((await merged(observed([1, 4], true, 3), earlier)).protobuf)!;
    expect(histogram).toMatchObject({ sampleCount: 6, zeroCount: 1, schema: 4 });
    expect(bucketsOf(histogram.negativeSpan, histogram.negativeDelta)).toEqual(new Map([[0, 1]]));
    const positive = bucketsOf(histogram.positiveSpan, histogram.positiveDelta);
    expect(new Map([...positive].filter(([, count]) => count > 0))).toEqual(
      new Map([
        [0, 1],
        [26, 1],
        [32, 1],
        [48, 1],
      ]),
    );
    expect(histogram.bucket?.map(({ cumulativeCount }) => cumulativeCount)).toEqual([3, 5, 6]);
  });

  it('of prom-client do the same', async () => {
    const rows = (bounds: readonly number[], counts: readonly number[]): readonly Row[] => [
      ...bounds.map((le, i): Row => ['theirs_bucket', '', counts[i]!, le]),
      ['theirs_sum', '', 1],
      ['theirs_count', '', counts.at(-1)!],
    ];
    const earlier = ended(foreignShare(0, foreign('histogram', rows([1, 4, Infinity], [1, 2, 3]))).reading);
    const later = foreignShare(0, foreign('histogram', rows([0.5, 1, 2, 4, Infinity], [1, 2, 3, 4, 5])));
    const { text } = await merged(later, earlier);
    expect(text.series('theirs_bucket').map(({ value }) => value)).toEqual([1, 3, 4, 6, 8]);
    expect(text.value('theirs_count')).toBe(8);
  });
});

describe('label sets beyond the limit', () => {
  it('are folded into one series of all processes', async () => {
    const share = (slot: number, ...dogs: readonly string[]) =>
      shareOf(
        slot,
        (store) => {
          for (const dog of dogs) store.counter(BARKS).labels({ dog }).inc();
        },
        { labelSetsPerMetric: 1 },
      );
    const closed = defineCounter({ name: 'barks_total', help, labels: { dog: oneOf('rex') } });
    const word = shareOf(2, (store) =>
      store
        .counter(closed)
        .labels({ dog: '_overflow' as 'rex' })
        .inc(5),
    );
    const shares = [share(0, 'rex', 'ada', 'max'), share(1, 'rex', 'ida'), word];
    for (const list of [shares, shares.toReversed()]) {
      const { text, openmetrics, protobuf } = await merged(...list);
      expect(text.value('barks_total', { dog: '_overflow' })).toBe(8);
      expect(text.value('barks_total', { dog: 'rex' })).toBe(2);
      expect([text.seriesCount, openmetrics.seriesCount, protobuf[0]?.metric?.length]).toEqual([2, 2, 2]);
    }
  });
});

describe('what differs between processes', () => {
  const counter = (name: string, more: object = {}) =>
    shareOf(0, (store) =>
      store
        .counter(defineCounter({ name, help, ...more }))
        .labels({})
        .inc(),
    );
  const gauge = (name: string, more: object = {}) =>
    shareOf(1, (store) =>
      store
        .gauge(defineGauge({ name, help, ...more }))
        .labels({})
        .set(5),
    );

  it('in its help or its labels is merged, and keeps the first help', async () => {
    const labels = { dog: oneOf('rex') };
    const other = shareOf(1, (store) => {
      store
        .counter(defineCounter({ name: 'x_total', help: 'Other.', labels }))
        .labels({ dog: 'rex' })
        .inc();
    });
    const { text } = await merged(counter('x_total'), other);
    expect(text.families.get('x_total')?.help).toBe(help);
    expect(text.seriesCount).toBe(2);
  });

  it.each([
    ['type', counter('x_total'), gauge('x_total'), 'it is a gauge there and a counter in others'],
    ['mode', gauge('x', { merge: 'max' }), gauge('x'), 'it is merged by sum there and by max in others'],
    ['mode of a counter', counter('x_total', { merge: 'each' }), counter('x_total'), 'it is merged by sum there'],
    ['name', counter('x_total'), gauge('x'), 'it takes up a name of x_total, which others have'],
    [
      'owner',
      counter('x_total'),
      foreignShare(1, foreign('gauge', [['x', '', 5]], 'x')),
      'it takes up a name of x_total',
    ],
  ])('in its %s is left out, and told once', async (_, first, second, why) => {
    const problems: string[] = [];
    const reading = mergeShares([first, second, second], (problem) => problems.push(problem));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^The metric x(?:_total)? of some processes was left out: /);
    expect(problems[0]).toContain(why);
    expect((await inAllFormats(reading)).text.seriesCount).toBe(1);
  });
});

type Row = readonly [name: string, labels: string, value: number, le?: number];

function foreign(
  type: ForeignFamily['type'],
  rows: readonly Row[],
  name = 'theirs',
  aggregator?: Aggregator,
): ForeignFamily {
  const samples = rows.map(([sample, labels, value, le]): ForeignSample => ({
    name: sample,
    labels,
    value,
    ...(le !== undefined && { le }),
  }));
  return { name, help, type, samples, ...(aggregator !== undefined && { aggregator }) };
}

describe('metrics of prom-client in several processes', () => {
  const values = [7, NaN, 2, -5].map((value, slot) => [slot, value] as const);

  it.each<[Aggregator, number | undefined]>([
    ['sum', 4],
    ['first', 7],
    ['min', -5],
    ['max', 7],
    ['average', 4 / 3],
    ['omit', undefined],
  ])('are merged by their aggregator: %s', async (aggregator, value) => {
    const shares = values.map(([slot, one]) =>
      foreignShare(slot, foreign('gauge', [['theirs', 'dog="rex"', one]], 'theirs', aggregator)),
    );
    const { text, protobuf } = await merged(...shares);
    expect(text.value('theirs', { dog: 'rex' })).toBe(value);
    expect(protobuf).toHaveLength(aggregator === 'omit' ? 0 : 1);
  });

  it('are no number where no process has one', async () => {
    const share = foreignShare(0, foreign('gauge', [['theirs', '', NaN]]));
    expect((await merged(share, share)).text.value('theirs')).toBeNaN();
  });

  it('are the same series with their labels in another order', async () => {
    const share = (slot: number, labels: string) =>
      foreignShare(slot, foreign('counter', [['x_total', labels, 1]], 'x_total'));
    const { text } = await merged(
      share(0, 'dog="rex",place="a,dog=\\"b\\""'),
      share(1, 'place="a,dog=\\"b\\"",dog="rex"'),
      share(2, 'place="a,dog=\\"b\\"",dog="rex",none=""'),
    );
    expect(text.value('x_total', { dog: 'rex', place: 'a,dog="b"' })).toBe(3);
    expect(text.seriesCount).toBe(1);
  });

  it('of the type histogram have the buckets that all processes have, each label set together', async () => {
    const rows = (dog: string, bounds: readonly number[]): readonly Row[] => [
      ...bounds.map((le, i): Row => ['theirs_bucket', `dog="${dog}"`, i + 1, le]),
      ['theirs_sum', `dog="${dog}"`, 0.5],
      ['theirs_count', `dog="${dog}"`, bounds.length],
    ];
    const { text, openmetrics, protobuf } = await merged(
      foreignShare(0, foreign('histogram', [...rows('rex', [1, 2, 5, Infinity]), ...rows('ada', [1, 2, 5, Infinity])])),
      foreignShare(1, foreign('histogram', [...rows('max', [1, 5, 8, Infinity]), ...rows('rex', [1, 5, 8, Infinity])])),
      foreignShare(2, foreign('histogram', [])),
    );
    const buckets = text.series('theirs_bucket').map(({ labels, value }) => [labels['dog'], labels['le'], value]);
    expect(buckets).toEqual([
      ['rex', '1', 2],
      ['rex', '5', 5],
      ['rex', '+Inf', 8],
      ['ada', '1', 1],
      ['ada', '5', 3],
      ['ada', '+Inf', 4],
      ['max', '1', 1],
      ['max', '5', 2],
      ['max', '+Inf', 4],
    ]);
    expect(openmetrics.value('theirs_count', { dog: 'rex' })).toBe(8);
    expect(protobuf[0]?.metric).toHaveLength(3);
  });

  it('of the type summary are added up, except for quantiles', async () => {
    const rows = (quantile: number): readonly Row[] => [
      ['theirs', 'dog="rex",quantile="0.5"', quantile],
      ['theirs_sum', 'dog="rex"', 10],
      ['theirs_count', 'dog="rex"', 2],
    ];
    const [a, b, c] = [3, NaN, 8].map((quantile, slot) => foreignShare(slot, foreign('summary', rows(quantile))));
    const { text, protobuf } = await merged(a!, b!, { ...c!, isEnded: true });
    expect(text.value('theirs', { dog: 'rex', quantile: '0.5' })).toBe(3);
    expect(text.value('theirs_sum', { dog: 'rex' })).toBe(30);
    expect(text.value('theirs_count', { dog: 'rex' })).toBe(6);
    expect(protobuf[0]?.metric).toHaveLength(1);
    const { samples } = endedOf(c!.reading).foreign[0]!;
    expect(samples.map(({ name }) => name)).toEqual(['theirs_sum', 'theirs_count']);
  });

  it('keep the newest exemplar', async () => {
    const share = (slot: number, value: number, timestampSeconds: number | undefined, isEnded = false) => {
      const exemplar = { labels: 'trace_id="a"', value, timestampSeconds };
      const samples = [{ name: 'x_total', labels: '', value: 1, exemplar }];
      return { ...foreignShare(slot, { name: 'x_total', help, type: 'counter', samples }), isEnded };
    };
    const shares = [share(0, 1, undefined), share(1, 2, 50), share(2, 3, 40), share(3, 4, 90, true)];
    for (const list of [shares, shares.toReversed()]) {
      const [sample] = (await merged(...list)).openmetrics;
      expect(sample?.exemplar).toMatchObject({ value: 2, timestamp: 50 });
    }
    expect(endedOf(shares[1]!.reading).foreign[0]?.samples).toEqual([{ name: 'x_total', labels: '', value: 1 }]);
  });

  it.each<[ForeignFamily['type'], Aggregator | undefined, number]>([
    ['counter', undefined, 3],
    ['counter', 'sum', 3],
    ['counter', 'max', 1],
    ['gauge', 'sum', 1],
    ['unknown', 'sum', 1],
  ])('that a process has left: a %s with the aggregator %s', async (type, aggregator, value) => {
    const share = (count: number) => foreignShare(0, foreign(type, [['x_total', '', count]], 'x_total', aggregator));
    expect((await merged(share(1), { ...share(2), isEnded: true })).text.value('x_total')).toBe(value);
    expect((await merged(share(1), ended(endedOf(share(2).reading)))).text.value('x_total')).toBe(value);
  });

  it.each<[string, ForeignFamily, ForeignFamily, string]>([
    ['type', foreign('gauge', [['x', '', 1]], 'x'), foreign('counter', [['x', '', 1]], 'x'), 'it is a counter there'],
    [
      'aggregator',
      foreign('gauge', [['x', '', 1]], 'x', 'max'),
      foreign('gauge', [['x', '', 2]], 'x'),
      'its aggregator is sum there and max in others',
    ],
  ])('of another %s are left out, and told once', (_, first, second, why) => {
    const problems: string[] = [];
    const shares = [foreignShare(0, first), foreignShare(1, second), foreignShare(2, second)];
    expect(mergeShares(shares, (problem) => problems.push(problem)).foreign).toHaveLength(1);
    expect(problems).toEqual([expect.stringContaining(why)]);
  });

  it('may share names among them, as in one process', async () => {
    const share = foreignShare(
      0,
      foreign('gauge', [['x', '', 1]], 'x'),
      foreign('counter', [['x_total', '', 1]], 'x_total'),
    );
    expect(
      Object.fromEntries(Array.from((await merged(share, share)).text, ({ name, value }) => [name, value])),
    ).toEqual({
      x: 2,
      x_total: 2,
    });
  });
});

function fail(problem: string): never {
  throw new Error(problem);
}
