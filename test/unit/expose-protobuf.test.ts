import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ForeignFamily } from '../../lib/expose/foreign-family.js';
import { protobuf } from '../../lib/expose/formats/protobuf/protobuf.js';
import { render } from '../../lib/expose/formats/render.js';
import { readEngine } from '../../lib/expose/read-engine.js';
import { boundedBy, defineCounter, defineGauge, defineHistogram } from '../../lib/metrics/definition.js';
import { labelPair } from '../../lib/metrics/label-text.js';
import { engineOf, MetricStore } from '../../lib/metrics/store.js';
import { decodeExposition, type DecodedFamily, type DecodedMetric } from '../support/protobuf-exposition.js';

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
