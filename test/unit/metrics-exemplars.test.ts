import { once } from 'node:events';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { CELLS_PER_CHUNK } from '../../lib/metrics/cell-address.js';
import { protobuf } from '../../lib/expose/formats/protobuf/protobuf.js';
import { render } from '../../lib/expose/formats/render.js';
import { readEngine } from '../../lib/expose/read-engine.js';
import { exemplarAt, exemplarsWidth, readExemplar, writeExemplar } from '../../lib/metrics/exemplar-cells.js';
import { boundedBy, defineHistogram } from '../../lib/metrics/definition.js';
import { type JournalEntry } from '../../lib/metrics/journal.js';
import { type HistogramSeries } from '../../lib/metrics/histogram.js';
import { type SpanContext } from '../../lib/metrics/span-context.js';
import { engineOf, type Histogram, MetricStore } from '../../lib/metrics/store.js';
import { startBundledWorker } from '../support/bundled-worker.js';
import { liveSeries } from '../support/engine-inside.js';
import { CAUGHT, COPIES, MIXED, READ, STOP, type WatchedExemplars } from '../support/exemplar-watch.js';
import { follower } from '../support/journal-follower.js';
import { decodeExposition } from '../support/protobuf-exposition.js';
import { readStore, rendered } from '../support/rendered.js';

const DOG = { dog: boundedBy('the test') };
const WALKS = defineHistogram({ name: 'walk_seconds', help: 'Walks.', unit: 'seconds', buckets: [1, 2], labels: DOG });

const A_SPAN: SpanContext = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const FULL_SPAN: SpanContext = { traceId: 'f'.repeat(32), spanId: 'f'.repeat(16), traceFlags: 1 };

let rejected: unknown[];
let store: MetricStore;
let walks: Histogram<typeof DOG>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_700_000_000_123 });
  rejected = [];
  store = new MetricStore({ onRejected: (_, value) => rejected.push(value) });
  walks = store.histogram(WALKS);
  return () => vi.useRealTimers();
});

/** The exemplars of the buckets, as a copy of the cells has them. */
function exemplarsOf(handle: HistogramSeries) {
  const series = liveSeries(handle);
  const { exemplars } = series;
  if (exemplars === undefined) return [];
  const copy = engineOf(store).copyCells()[exemplars.chunk]!;
  return [0, 1, 2].map((bucket) => readExemplar(copy, exemplarAt(exemplars, bucket), series));
}

function later(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

describe('an observation in a span', () => {
  it.each([A_SPAN, FULL_SPAN, { traceId: `${'0'.repeat(31)}1`, spanId: `${'0'.repeat(15)}1` }])(
    'leaves its ids, its value and its time in its bucket: %o',
    ({ traceId, spanId, traceFlags }) => {
      const rex = walks.labels({ dog: 'Rex' });
      rex.observe(1.5, traceFlags === undefined ? { traceId, spanId } : { traceId, spanId, traceFlags });
      const exemplar = { traceId, spanId, value: 1.5, timestampSeconds: 1_700_000_000.123 };
      expect(exemplarsOf(rex)).toEqual([undefined, exemplar, undefined]);
    },
  );

  it('may be in every bucket, also in that of +Inf and with any finite value', () => {
    const rex = walks.labels({ dog: 'Rex' });
    for (const value of [-Number.MAX_VALUE, 2, Number.MAX_VALUE]) rex.observe(value, A_SPAN);
    expect(exemplarsOf(rex).map((one) => one?.value)).toEqual([-Number.MAX_VALUE, 2, Number.MAX_VALUE]);
  });

  it('replaces an exemplar that is a second old, and no younger one', () => {
    const rex = walks.labels({ dog: 'Rex' });
    rex.observe(0.1, A_SPAN);
    later(999);
    rex.observe(0.2, FULL_SPAN);
    expect(exemplarsOf(rex)[0]).toMatchObject({ value: 0.1, traceId: A_SPAN.traceId });
    later(1);
    rex.observe(0.3, FULL_SPAN);
    expect(exemplarsOf(rex)[0]).toMatchObject({ value: 0.3, traceId: FULL_SPAN.traceId });
  });

  it('replaces one of a clock that was set back', () => {
    const rex = walks.labels({ dog: 'Rex' });
    rex.observe(0.1, A_SPAN);
    later(-3_600_000);
    rex.observe(0.2, A_SPAN);
    expect(exemplarsOf(rex)[0]).toMatchObject({ value: 0.2 });
  });

  const WITHOUT_EXEMPLAR: Readonly<Record<string, SpanContext>> = {
    'is not sampled': { ...A_SPAN, traceFlags: 0 },
    'is sampled by other flags only': { ...A_SPAN, traceFlags: 2 },
    'has no trace': { ...A_SPAN, traceId: '0'.repeat(32) },
    'has no id': { ...A_SPAN, spanId: '0'.repeat(16) },
    'has an id of another length': { ...A_SPAN, spanId: 'b7ad6b71692033310' },
    'has an id that is no number': { ...A_SPAN, traceId: `${A_SPAN.traceId.slice(0, 31)}"` },
    'has an id with a line break': { ...A_SPAN, spanId: `${A_SPAN.spanId.slice(0, 15)}\n` },
    'has ids of another type': { traceId: 5, spanId: {} } as never,
  };
  it.each(Object.entries(WITHOUT_EXEMPLAR))('leaves nothing, and takes no memory, when the span %s', (_, span) => {
    const rex = walks.labels({ dog: 'Rex' });
    rex.observe(0.5, span);
    expect(liveSeries(rex).exemplars).toBeUndefined();
    expect(engineOf(store).copyCells()[0]![liveSeries(rex).at]).toBe(1);
    expect(rejected).toEqual([]);
  });

  it('counts when the span throws on reading, and the error is one of ours', () => {
    const rex = walks.labels({ dog: 'Rex' });
    const span = Object.defineProperty({ ...A_SPAN }, 'traceId', {
      get: () => {
        throw new Error('no id');
      },
    });
    rex.observe(0.5, span);
    expect(engineOf(store).copyCells()[0]![liveSeries(rex).at]).toBe(1);
    expect(rejected).toEqual([span]);
  });

  it('leaves nothing where exemplars are off', () => {
    store = new MetricStore({ exemplars: false });
    const rex = store.histogram(WALKS).labels({ dog: 'Rex' });
    rex.observe(0.5, A_SPAN);
    expect(liveSeries(rex).exemplars).toBeUndefined();
  });
});

describe('the cells of exemplars', () => {
  it('belong to those who follow the journal, whenever they begin', () => {
    const early: JournalEntry[] = [];
    engineOf(store).journal.follow((entry) => early.push(entry));
    const rex = walks.labels({ dog: 'Rex' });
    rex.observe(0.5, A_SPAN);
    const { chunk, at, exemplars } = liveSeries(rex);
    const place = { chunk: exemplars!.chunk, at: exemplars!.at };
    expect(early.at(-1)).toEqual({ kind: 'exemplars', metric: 0, chunk, at, exemplars: place });
    const late: JournalEntry[] = [];
    engineOf(store).journal.follow((entry) => late.push(entry));
    expect(late.at(-1)).toMatchObject({ kind: 'series', labels: 'dog="Rex"', exemplars: place });
    expect(structuredClone(late.at(-1))).toEqual(late.at(-1));
  });

  it('are given back with their series, and who follows the journal reads on', () => {
    const { hear, read } = follower();
    engineOf(store).journal.follow(hear);
    const bella = walks.labels({ dog: 'Bella' });
    const rex = walks.labels({ dog: 'Rex' });
    rex.observe(0.5, A_SPAN);
    const { exemplars } = liveSeries(rex);
    walks.remove({ dog: 'Rex' });
    expect(read('walk_seconds', 'dog="Bella"')).toEqual([0, 0, 0, 0]);
    bella.observe(0.5, A_SPAN);
    expect(liveSeries(bella).exemplars).toEqual(exemplars);
  });

  it('are not written by a handle whose series was removed', () => {
    const rex = walks.labels({ dog: 'Rex' });
    const rambo = walks.labels({ dog: 'Rambo' });
    rex.observe(0.5, A_SPAN);
    walks.remove({});
    const before = engineOf(store).copyCells();
    later(5000);
    rex.observe(0.5, A_SPAN);
    rambo.observe(0.5, A_SPAN);
    expect(engineOf(store).copyCells()).toEqual(before);
  });

  it('are not taken for those of a series that had them before, in a copy that is older', () => {
    const bella = walks.labels({ dog: 'Bella' });
    const rex = walks.labels({ dog: 'Rex' });
    rex.observe(0.5, A_SPAN);
    const [copy] = engineOf(store).copyCells();
    walks.remove({ dog: 'Rex' });
    bella.observe(1.5, A_SPAN);
    const series = liveSeries(bella);
    expect(series.exemplars!.at).toBe(liveSeries(rex).exemplars!.at);
    for (const bucket of [0, 1, 2]) {
      expect(readExemplar(copy!, exemplarAt(series.exemplars!, bucket), series)).toBeUndefined();
    }
  });
});

describe('an exposition of exemplars', () => {
  it('has them on the lines of their buckets in OpenMetrics', async () => {
    walks.labels({ dog: 'Rex' }).observe(0.25, A_SPAN);
    walks.labels({ dog: 'Rex' }).observe(1e-7);
    walks.labels({ dog: 'Bella' }).observe(3);
    walks.labels({ dog: 'Rex' }).observe(7, FULL_SPAN);
    expect(await rendered(store, 'openmetrics')).toBe(`# HELP walk_seconds Walks.
# TYPE walk_seconds histogram
# UNIT walk_seconds seconds
walk_seconds_bucket{dog="Rex",le="1.0"} 2 # {trace_id="${A_SPAN.traceId}",span_id="${A_SPAN.spanId}"} 0.25 1700000000.123
walk_seconds_bucket{dog="Rex",le="2.0"} 2
walk_seconds_bucket{dog="Rex",le="+Inf"} 3 # {trace_id="${FULL_SPAN.traceId}",span_id="${FULL_SPAN.spanId}"} 7 1700000000.123
walk_seconds_sum{dog="Rex"} 7.2500001
walk_seconds_count{dog="Rex"} 3
walk_seconds_bucket{dog="Bella",le="1.0"} 0
walk_seconds_bucket{dog="Bella",le="2.0"} 0
walk_seconds_bucket{dog="Bella",le="+Inf"} 1
walk_seconds_sum{dog="Bella"} 3
walk_seconds_count{dog="Bella"} 1
walk_seconds_bucket{dog="_overflow",le="1.0"} 0
walk_seconds_bucket{dog="_overflow",le="2.0"} 0
walk_seconds_bucket{dog="_overflow",le="+Inf"} 0
walk_seconds_sum{dog="_overflow"} 0
walk_seconds_count{dog="_overflow"} 0
# EOF
`);
  });

  it('is in the text format the same as without them', async () => {
    const without = new MetricStore();
    for (const [one, span] of [[store, A_SPAN] as const, [without, undefined] as const]) {
      one.histogram(WALKS).labels({ dog: 'Rex' }).observe(0.25, span);
    }
    expect(await rendered(store, 'text')).toBe(await rendered(without, 'text'));
  });

  it('fits into its pieces whatever the labels and the values are', async () => {
    store = new MetricStore({ labelSetsPerMetric: 10_000 });
    const buckets = Array.from({ length: 50 }, (_, i) => 1.2345678901234567 ** (i + 1) * 1e-300);
    const many = store.histogram(defineHistogram({ name: 'many', help: 'Many.', labels: DOG, buckets }));
    for (let dog = 0; dog < 500; dog += 1) {
      const handle = many.labels({ dog: '\u{1f415}\n'.repeat(dog % 60) + dog });
      for (const bound of buckets) handle.observe(bound, FULL_SPAN);
    }
    const exposition = await readStore(store, 'openmetrics');
    const lines = exposition.series('many_bucket');
    expect(lines.filter(({ exemplar }) => exemplar !== undefined)).toHaveLength(500 * 50);
    const misplaced = lines.filter(({ exemplar, labels }) => exemplar && exemplar.value !== Number(labels['le']));
    expect(misplaced).toEqual([]);
  });
});

describe('the protobuf format', () => {
  const EXEMPLAR = {
    label: [
      { name: 'trace_id', value: A_SPAN.traceId },
      { name: 'span_id', value: A_SPAN.spanId },
    ],
    value: 1.5,
    timestamp: { seconds: 1_700_000_000, nanos: 123_000_000 },
  };

  async function histogramOf(one: MetricStore) {
    one.histogram(WALKS).labels({ dog: 'Rex' }).observe(0.5);
    one.histogram(WALKS).labels({ dog: 'Rex' }).observe(1.5, A_SPAN);
    const reading = readEngine(engineOf(one), []);
    const pieces = await render(reading, protobuf('underscores'), new AbortController().signal);
    return decodeExposition(Buffer.concat(pieces))[0]?.metric?.[0]?.histogram;
  }

  it('has them in their buckets', async () => {
    const histogram = await histogramOf(store);
    expect(histogram?.bucket?.map(({ exemplar }) => exemplar)).toEqual([undefined, EXEMPLAR, undefined]);
    expect(histogram?.exemplars).toBeUndefined();
  });

  it('has them for native histograms too, which have no buckets in Prometheus', async () => {
    const histogram = await histogramOf(new MetricStore({ nativeHistograms: true }));
    expect(histogram?.bucket?.map(({ exemplar }) => exemplar)).toEqual([undefined, EXEMPLAR, undefined]);
    expect(histogram?.exemplars).toEqual([EXEMPLAR]);
    expect(histogram?.positiveSpan).toHaveLength(2);
  });

  it('has none of a removed series that another one could be taken for', async () => {
    const native = new MetricStore({ nativeHistograms: true });
    await histogramOf(native);
    native.histogram(WALKS).remove({ dog: 'Rex' });
    const bella = native.histogram(WALKS).labels({ dog: 'Bella' });
    bella.observe(0.5);
    expect(liveSeries(bella).exemplars).toBeUndefined();
    bella.observe(0.5, FULL_SPAN);
    expect(await rendered(native, 'openmetrics')).not.toContain(A_SPAN.traceId);
    expect(await rendered(native, 'openmetrics')).toContain(FULL_SPAN.traceId);
  });
});

describe('another thread that copies the cells while exemplars are written', () => {
  it('never takes the ids, the value or the time of two exemplars for one', async () => {
    const buckets = Math.floor(CELLS_PER_CHUNK / exemplarsWidth([]));
    const cells = new Float64Array(new SharedArrayBuffer(CELLS_PER_CHUNK * 8));
    const counts = new Int32Array(new SharedArrayBuffer(20));
    const series = { chunk: 3, at: 5 };
    const write = (digit: number, bucket: number) => {
      const text = digit.toString(16);
      const span = { traceId: text.repeat(32), spanId: text.repeat(16) };
      writeExemplar(cells, exemplarAt({ chunk: 0, at: 0 }, bucket), span, digit, 1_700_000_000_000 + digit, series);
    };
    for (let bucket = 0; bucket < buckets; bucket += 1) write(1, bucket);
    const data: WatchedExemplars = { cells, series, buckets, counts };
    const worker = await startBundledWorker('exemplar-worker-main.ts', data);
    try {
      const deadline = performance.now() + 40_000;
      const isEnough = () => Atomics.load(counts, COPIES) > 300 && Atomics.load(counts, CAUGHT) > 20;
      for (let round = 0; !isEnough() && performance.now() < deadline; round += 1) {
        for (let bucket = 0; bucket < buckets; bucket += 1) write(1 + (round % 15), bucket);
      }
      Atomics.store(counts, STOP, 1);
      await once(worker, 'exit');
      expect(counts[MIXED]).toBe(0);
      // Copies were torn, so that without the check the mixed ones would be there.
      expect(counts[CAUGHT]).toBeGreaterThan(20);
      expect(counts[READ]).toBeGreaterThan(10_000);
    } finally {
      await worker.terminate();
    }
  }, 60_000);
});
