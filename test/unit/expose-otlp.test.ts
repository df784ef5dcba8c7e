import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ForeignFamily } from '../../lib/expose/foreign-family.js';
import { otlp } from '../../lib/expose/formats/otlp/otlp.js';
import { render } from '../../lib/expose/formats/render.js';
import { otlpReceiver } from '../../lib/expose/push/otlp-receiver.js';
import { readEngine } from '../../lib/expose/read-engine.js';
import { boundedBy, defineCounter, defineGauge, defineHistogram } from '../../lib/metrics/definition.js';
import { engineOf, MetricStore } from '../../lib/metrics/store.js';
import {
  labelsOf,
  type OtlpMetric,
  type OtlpPoint,
  type OtlpRequest,
  pointsOf,
  readOtlp,
} from '../support/otlp-request.js';

const NOW = 1_700_000_000.5;
const DOG = { dog: boundedBy('the test') };
const BARKS = defineCounter({ name: 'barks_total', help: 'Barks\n"loud".', labels: DOG });
const WEIGHT = defineGauge({ name: 'weight_bytes', help: 'Weight.', unit: 'bytes', labels: DOG });
const WALKS = defineHistogram({
  name: 'walk_seconds',
  help: 'Walks.',
  unit: 'seconds',
  buckets: [0.5, 1],
  labels: DOG,
});

const OPTIONS = {
  url: 'http://receiver/v1/metrics',
  protocol: 'otlp',
  job: 'kennel',
  grouping: { instance: 'a', zone: 'b"c' },
  intervalSeconds: undefined,
  onExit: true,
  timeoutSeconds: 10,
  headers: {},
} as const;

async function pushed(store: MetricStore, foreign: readonly ForeignFamily[] = []): Promise<OtlpRequest> {
  const reading = readEngine(engineOf(store), foreign);
  const pieces = await render(reading, otlp(NOW), new AbortController().signal);
  return readOtlp(Buffer.concat(otlpReceiver(OPTIONS, '1.2.3').body(pieces)).toString());
}

function metricOf({ metrics }: OtlpRequest, name: string): OtlpMetric {
  const metric = metrics.find((one) => one.name === name);
  if (metric === undefined) throw new Error(`There is no ${name}.`);
  return metric;
}

function pointOf(request: OtlpRequest, name: string, labels: Readonly<Record<string, string>> = {}): OtlpPoint {
  const points = pointsOf(metricOf(request, name));
  const point = points.find((one) => JSON.stringify(labelsOf(one)) === JSON.stringify(labels));
  if (point === undefined) throw new Error(`${name} has no ${JSON.stringify(labels)}.`);
  return point;
}

describe('an OTLP request', () => {
  it('says whose metrics it has', async () => {
    const { resource, scope } = await pushed(new MetricStore());
    expect(resource).toEqual({ 'service.name': 'kennel', 'service.instance.id': 'a', zone: 'b"c' });
    expect(scope).toEqual({ name: 'nestjs-prometheus-exporter', version: '1.2.3' });
  });

  it('has a counter as a cumulative sum that began when its series did', async () => {
    const before = Date.now();
    const store = new MetricStore({ namespace: 'shop' });
    store.counter(BARKS).known({ dog: 'Rex' }).inc(3);
    const request = await pushed(store);
    const { description, unit, sum } = metricOf(request, 'shop_barks_total');
    expect({ description, unit, ...sum, dataPoints: [] }).toEqual({
      description: 'Barks\n"loud".',
      unit: '',
      dataPoints: [],
      aggregationTemporality: 2,
      isMonotonic: true,
    });
    const { startTimeUnixNano, ...point } = pointOf(request, 'shop_barks_total', { dog: 'Rex' });
    expect(point).toMatchObject({ asDouble: 3, timeUnixNano: '1700000000500000000' });
    const startedAt = Number(BigInt(startTimeUnixNano ?? 0) / 1_000_000n);
    expect(startedAt).toBeGreaterThanOrEqual(before);
    expect(startedAt).toBeLessThanOrEqual(Date.now());
  });

  it('has a gauge without a beginning, and none that is not set', async () => {
    const store = new MetricStore();
    const weight = store.gauge(WEIGHT);
    weight.known({ dog: 'Rex' }).set(30);
    weight.known({ dog: 'Laika' }).unset();
    const request = await pushed(store);
    const { unit, gauge } = metricOf(request, 'weight_bytes');
    expect(unit).toBe('By');
    expect(gauge?.dataPoints).toEqual([
      {
        attributes: [{ key: 'dog', value: { stringValue: 'Rex' } }],
        timeUnixNano: '1700000000500000000',
        asDouble: 30,
      },
    ]);
  });

  it('leaves out a metric without a value', async () => {
    const store = new MetricStore();
    store.gauge(WEIGHT).known({ dog: 'Laika' }).unset();
    expect((await pushed(store)).metrics).toEqual([]);
  });

  it('has a histogram with the counts of its buckets, not cumulative', async () => {
    const store = new MetricStore();
    for (const seconds of [0.1, 0.5, 0.7, 9]) store.histogram(WALKS).known({ dog: 'Rex' }).observe(seconds);
    const request = await pushed(store);
    expect(metricOf(request, 'walk_seconds')).toMatchObject({ unit: 's', histogram: { aggregationTemporality: 2 } });
    const point = pointOf(request, 'walk_seconds', { dog: 'Rex' });
    expect(point).toMatchObject({ count: '4', explicitBounds: [0.5, 1], bucketCounts: ['2', '1', '1'] });
    expect(point.sum).toBeCloseTo(10.3);
  });

  it('has native buckets as an exponential histogram, each bucket over its value', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 }),
        async (values) => {
          const store = new MetricStore({ nativeHistograms: true });
          const walks = store.histogram(WALKS).known({ dog: 'Rex' });
          for (const value of values) walks.observe(value);
          const request = await pushed(store);
          const {
            count,
            scale = NaN,
            zeroCount,
            positive,
            negative,
          } = pointOf(request, 'walk_seconds', { dog: 'Rex' });
          expect(metricOf(request, 'walk_seconds').histogram).toBeUndefined();
          expect(count).toBe(String(values.length));
          const zero = values.filter((value) => Math.abs(value) <= 2 ** -128).length;
          expect(zeroCount).toBe(String(zero));
          expect(countsIn(positive, scale)).toEqual(countsOf(values, scale));
          expect(countsIn(negative, scale)).toEqual(
            countsOf(
              values.map((value) => -value),
              scale,
            ),
          );
        },
      ),
      { numRuns: 50 },
    );
  });

  it('has the exemplars of a histogram, with their ids in fields of their own', async () => {
    const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
    const store = new MetricStore({ exemplars: true });
    store.histogram(WALKS).known({ dog: 'Rex' }).observe(0.7, span);
    const { exemplars } = pointOf(await pushed(store), 'walk_seconds', { dog: 'Rex' });
    expect(exemplars).toEqual([{ ...span, asDouble: 0.7, timeUnixNano: expect.stringMatching(/^\d{13}000000$/) }]);
  });
});

describe('the metrics of others in an OTLP request', () => {
  const foreign: readonly ForeignFamily[] = [
    {
      name: 'jobs_total',
      help: 'Jobs.',
      type: 'counter',
      samples: [{ name: 'jobs_total', labels: 'a="b\\"\\\\\\n\t="', value: 2 }],
    },
    {
      name: 'odd',
      help: 'Odd.',
      type: 'gauge',
      samples: [
        { name: 'odd', labels: '', value: NaN },
        { name: 'odd', labels: 'a="1"', value: -Infinity },
      ],
    },
    { name: 'any', help: 'Any.', type: 'unknown', samples: [{ name: 'any', labels: '', value: 1 }] },
    {
      name: 'sizes',
      help: 'Sizes.',
      type: 'histogram',
      samples: ['x', 'y'].flatMap((a) => [
        { name: 'sizes_bucket', labels: `a="${a}"`, le: 1, value: 2 },
        {
          name: 'sizes_bucket',
          labels: `a="${a}"`,
          le: 5,
          value: 2,
          exemplar: { labels: 'trace_id="short",user="u"', value: 4, timestampSeconds: undefined },
        },
        { name: 'sizes_bucket', labels: `a="${a}"`, le: Infinity, value: 3 },
        { name: 'sizes_sum', labels: `a="${a}"`, value: 12 },
        { name: 'sizes_count', labels: `a="${a}"`, value: 3 },
      ]),
    },
    {
      name: 'ages',
      help: 'Ages.',
      type: 'summary',
      samples: [
        { name: 'ages', labels: 'a="x",quantile="0.5"', value: 4 },
        { name: 'ages', labels: 'a="x",quantile="0.9"', value: NaN },
        { name: 'ages_sum', labels: 'a="x"', value: 9 },
        { name: 'ages_count', labels: 'a="x"', value: 2 },
      ],
    },
  ];

  it('are counters from the start of the process, with the label values that were meant', async () => {
    const request = await pushed(new MetricStore(), foreign);
    const point = pointOf(request, 'jobs_total', { a: 'b"\\\n\t=' });
    expect(point.asDouble).toBe(2);
    const startedAt = Number(BigInt(point.startTimeUnixNano ?? 0) / 1_000_000n);
    expect(Math.abs(startedAt - (Date.now() - process.uptime() * 1000))).toBeLessThan(5000);
  });

  it('are gauges, also those without a type and with values that JSON does not know', async () => {
    const request = await pushed(new MetricStore(), foreign);
    expect(pointsOf(metricOf(request, 'odd')).map(({ asDouble }) => asDouble)).toEqual(['NaN', '-Infinity']);
    expect(metricOf(request, 'any').gauge?.dataPoints[0]?.asDouble).toBe(1);
  });

  it('are histograms, each with its own buckets', async () => {
    const request = await pushed(new MetricStore(), foreign);
    for (const a of ['x', 'y']) {
      expect(pointOf(request, 'sizes', { a })).toMatchObject({
        count: '3',
        sum: 12,
        explicitBounds: [1, 5],
        bucketCounts: ['2', '0', '1'],
        exemplars: [
          {
            asDouble: 4,
            filteredAttributes: [
              { key: 'trace_id', value: { stringValue: 'short' } },
              { key: 'user', value: { stringValue: 'u' } },
            ],
          },
        ],
      });
    }
    expect(pointsOf(metricOf(request, 'sizes'))).toHaveLength(2);
  });

  it('are summaries', async () => {
    expect(pointOf(await pushed(new MetricStore(), foreign), 'ages', { a: 'x' })).toMatchObject({
      count: '2',
      sum: 9,
      quantileValues: [
        { quantile: 0.5, value: 4 },
        { quantile: 0.9, value: 'NaN' },
      ],
    });
  });
});

/** How many values are in each bucket, by its index in OTLP. */
function countsIn(buckets: OtlpPoint['positive'], scale: number): Readonly<Record<string, number>> {
  const { offset = 0, bucketCounts = [] } = buckets ?? {};
  const used = bucketCounts.map((count, i) => [bucketName(offset + i, scale), Number(count)] as const);
  return Object.fromEntries(used.filter(([, count]) => count > 0));
}

/** The same from the values. A bucket has its upper bound in it and its lower one not. */
function countsOf(values: readonly number[], scale: number): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const value of values.filter((one) => one > 2 ** -128)) {
    const name = bucketName(Math.ceil(Math.log2(value) * 2 ** scale) - 1, scale);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function bucketName(index: number, scale: number): string {
  return `${index} of scale ${scale}`;
}
