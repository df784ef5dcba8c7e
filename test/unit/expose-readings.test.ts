import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MetricsEndpoint } from '../../lib/expose/endpoint.js';
import { RenderedSource } from '../../lib/expose/rendered-source.js';
import { type ForeignFamily } from '../../lib/expose/foreign-family.js';
import { render } from '../../lib/expose/formats/render.js';
import { negotiateFormat } from '../../lib/expose/negotiate.js';
import { readEngine } from '../../lib/expose/read-engine.js';
import { type Reading } from '../../lib/expose/reading.js';
import { boundedBy, defineCounter, defineGauge, defineHistogram } from '../../lib/metrics/definition.js';
import { familyData, type FamilyData, type SeriesData } from '../../lib/metrics/family-data.js';
import { type SpanContext } from '../../lib/metrics/span-context.js';
import { engineOf, MetricStore } from '../../lib/metrics/store.js';
import { send } from '../support/http-client.js';
import { JournalReader } from '../support/journal-reader.js';
import { listen } from '../support/listen.js';
import { decodeExposition } from '../support/protobuf-exposition.js';
import { ReadingWorker } from '../support/reading-worker.js';
import { scraperOf } from '../support/scraper.js';

const TEXT = 'text/plain; version=0.0.4';
const OPENMETRICS = 'application/openmetrics-text; version=1.0.0';
const PROTOBUF = 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';
const ACCEPTED = [TEXT, OPENMETRICS];

const DOG = { dog: boundedBy('the test') };
const BARKS = defineCounter({ name: 'barks_total', help: 'Barks\n"loud" \\ low.', labels: DOG });
const WALKS = defineHistogram({
  name: 'walk_seconds',
  help: 'Walks.',
  unit: 'seconds',
  buckets: [0.5, 1, 1e6],
  labels: DOG,
});
const WEIGHT = defineGauge({ name: 'weight', help: 'Weight.', labels: DOG });
const DOGS = defineGauge({ name: 'dogs', help: 'Dogs.' });

/** As the bridge brings them. */
const FOREIGN: readonly ForeignFamily[] = [
  {
    name: 'theirs',
    help: 'Theirs.',
    type: 'histogram',
    samples: [
      { name: 'theirs_bucket', labels: 'dog="Rex"', le: 1, value: 2 },
      {
        name: 'theirs_bucket',
        labels: 'dog="Rex"',
        le: Infinity,
        value: 3,
        exemplar: { labels: 'trace_id="abc"', value: 5, timestampSeconds: 1_700_000_000.5 },
      },
      { name: 'theirs_sum', labels: 'dog="Rex"', value: 0.1 + 0.2 },
      { name: 'theirs_count', labels: 'dog="Rex"', value: 3 },
    ],
  },
];

const SPAN = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

let store: MetricStore;

beforeEach(() => {
  store = new MetricStore({
    namespace: 'shop',
    defaultLabels: { app: 'ken"nel' },
    labelSetsPerMetric: 3000,
    nativeHistograms: true,
  });
});

/** Series of every kind, in more than one chunk; those of the later dogs in cells of dogs that have gone. */
function fill(dogs: number, span?: SpanContext): void {
  const [barks, walks, weight] = [store.counter(BARKS), store.histogram(WALKS), store.gauge(WEIGHT)];
  for (let dog = 0; dog < dogs; dog += 1) {
    barks.labels({ dog: `${dog}` }).inc(dog);
    walks.labels({ dog: `${dog}` }).observe(dog / 10, dog % 2 === 0 ? span : undefined);
    weight.known({ dog: `${dog}` }).set(-dog / 3);
  }
  weight.known({ dog: 'not weighed' }).unset();
  for (let dog = 0; dog < dogs; dog += 3) for (const metric of [barks, walks, weight]) metric.remove({ dog: `${dog}` });
  for (let dog = dogs; dog < dogs * 1.2; dog += 1) walks.labels({ dog: `"${dog}"` }).observe(1e9);
}

async function rendered(reading: Reading, accept: string): Promise<string> {
  return Buffer.concat(await render(reading, negotiateFormat(accept), new AbortController().signal)).toString();
}

describe('a reading of another thread, which follows the journal', () => {
  let worker: ReadingWorker;
  let server: Server;
  let port: number;

  beforeAll(async () => {
    worker = await ReadingWorker.start();
  });
  afterAll(() => worker.stop());

  beforeEach(async () => {
    const source = { collectors: () => [{ name: 'theirs', collect: () => FOREIGN }] };
    const report = { rejected: () => undefined, failed: (error: unknown) => expect.unreachable(String(error)) };
    const limits = { concurrentScrapes: 4, scrapeTimeoutSeconds: 10 };
    const endpoint = new MetricsEndpoint(new RenderedSource(scraperOf(store, [source])), limits, report);
    server = createServer((request, response) => void endpoint.answer(request, response));
    port = await listen(server);
  });
  afterEach(() => server.close());

  it('is rendered to the bytes that the endpoint serves, in all formats', async () => {
    store.gauge(DOGS).labels({}).set(7);
    const stop = engineOf(store).journal.follow(worker.hear);
    try {
      fill(2500, SPAN);
      for (const accept of ACCEPTED) {
        const served = await send(port, { headers: { accept } });
        expect(served.status).toBe(200);
        expect(served.body).toContain('shop_walk_seconds_count{app="ken\\"nel",dog="\\"2999\\""} 1');
        expect(served.body).toContain('theirs_count{dog="Rex"} 3');
        expect(served.body.includes(SPAN.traceId)).toBe(accept === OPENMETRICS);
        expect((await worker.exposition({ accept, foreign: FOREIGN })).equals(served.bytes)).toBe(true);
      }
      const served = await send(port, { headers: { accept: PROTOBUF } });
      expect(served.headers['content-type']).toContain('protobuf');
      expect(decodeExposition(served.bytes).map(({ name }) => name)).toContain('theirs');
      expect((await worker.exposition({ accept: PROTOBUF, foreign: FOREIGN })).equals(served.bytes)).toBe(true);
    } finally {
      stop();
    }
  });
});

describe('a reading that came as data', () => {
  it('is the same after a structured clone', async () => {
    const reader = new JournalReader();
    engineOf(store).journal.follow((entry) => reader.hear(entry));
    fill(50, SPAN);
    const clone = structuredClone(reader.read(FOREIGN));
    for (const accept of [...ACCEPTED, PROTOBUF]) {
      expect(await rendered(clone, accept)).toBe(await rendered(readEngine(engineOf(store), FOREIGN), accept));
    }
  });

  it('is the same after JSON of its numbers', async () => {
    fill(50);
    const reading = readEngine(engineOf(store), FOREIGN);
    // The addresses of native buckets mean nothing there: they are for threads.
    const parsed = fromJson(JSON.stringify(familiesOf(reading)));
    for (const accept of ACCEPTED) {
      expect(await rendered({ ...parsed, foreign: FOREIGN }, accept)).toBe(await rendered(reading, accept));
    }
  });
});

interface NumberedSeries {
  readonly labels: string;
  readonly createdSeconds: number;
  /** JSON has no NaN: null is a gauge that is not set. */
  readonly numbers: readonly (number | null)[];
}

type NumberedFamily = FamilyData & {
  readonly series: readonly NumberedSeries[];
  readonly overflow: NumberedSeries | undefined;
};

/** What a process would send: each series with its numbers, whatever chunk they are in. */
function familiesOf({ own, chunks }: Reading): readonly NumberedFamily[] {
  return own.map((family) => {
    const { type, bounds, series, seriesCount, overflow } = family;
    const width = type === 'histogram' ? bounds.length + 2 : 1;
    const numbered = ({ labels, createdSeconds, chunk, at }: SeriesData) => ({
      labels,
      createdSeconds,
      numbers: [...chunks[chunk]!.subarray(at, at + width)],
    });
    const listed = series.slice(0, seriesCount).map(numbered);
    return { ...familyData(family), series: listed, overflow: overflow && numbered(overflow) };
  });
}

/** And what another one makes of it: one chunk for all. */
function fromJson(json: string): Omit<Reading, 'foreign'> {
  const numbers: number[] = [];
  const placed = (one: NumberedSeries): SeriesData => {
    const at = numbers.length;
    numbers.push(...one.numbers.map((number) => number ?? NaN));
    return { labels: one.labels, createdSeconds: one.createdSeconds, chunk: 0, at };
  };
  const own = (JSON.parse(json) as readonly NumberedFamily[]).map(({ series, overflow, ...data }) => ({
    ...data,
    series: series.map(placed),
    seriesCount: series.length,
    overflow: overflow && placed(overflow),
  }));
  return { own, chunks: [Float64Array.from(numbers)] };
}
