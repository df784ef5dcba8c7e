import { AGGREGATORS, type Aggregator } from '../../lib/expose/foreign-family.js';
import { MERGE_MODES, type MergeMode } from '../../lib/metrics/merge-mode.js';
import { type Exposition } from './exposition.js';
import { gaugeTime, hasFamily, lastOf, type ProcessPlan, type Walk, walksOf } from './merge-plans.js';
import { type DecodedFamily, type DecodedMetric } from './protobuf-exposition.js';

/** Values by series: `walks_bucket {"dog":"rex","le":"1"}`. */
export type Values = ReadonlyMap<string, number>;

export function seriesKey(name: string, labels: Readonly<Record<string, string>>): string {
  const { le, ...others } = labels;
  const present = Object.entries(others).filter(([, value]) => value !== '');
  const sorted = present.toSorted(([a], [b]) => (a < b ? -1 : 1));
  const bound = le === undefined ? [] : [['le', le === '+Inf' ? 'Infinity' : String(Number(le))]];
  return `${name} ${JSON.stringify([...sorted, ...bound])}`;
}

/** What an exposition has, of whatever format. */
export function valuesIn(exposition: Exposition): Values {
  const all = Array.from(exposition, ({ name, labels, value }) => [seriesKey(name, labels), value] as const);
  return new Map(all.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export function valuesInProtobuf(families: readonly DecodedFamily[]): Values {
  const all = families.flatMap(({ name, metric = [] }) => metric.flatMap((one) => samplesOf(name, one)));
  return new Map(all.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function samplesOf(name: string, metric: DecodedMetric): readonly (readonly [string, number])[] {
  const labels = Object.fromEntries((metric.label ?? []).map((pair) => [pair.name, pair.value]));
  const { counter, gauge, histogram } = metric;
  const single = counter ?? gauge;
  if (single !== undefined) return [[seriesKey(name, labels), single.value]];
  if (histogram === undefined) return [];
  const { bucket = [], sampleCount, sampleSum } = histogram;
  return [
    ...bucket.map(
      ({ upperBound, cumulativeCount }) =>
        [seriesKey(`${name}_bucket`, { ...labels, le: String(upperBound) }), cumulativeCount] as const,
    ),
    [seriesKey(`${name}_count`, labels), sampleCount],
    [seriesKey(`${name}_sum`, labels), sampleSum],
  ];
}

/** What the processes of these plans have to give together, by the plainest means. */
export function modelOf(plans: readonly ProcessPlan[]): Values {
  const values = new Map<string, number>();
  const living = plans.filter(({ isEnded }) => !isEnded);
  addBarks(values, plans);
  for (const mode of MERGE_MODES) addGauges(values, plans, mode);
  for (const aggregator of AGGREGATORS) addTheirs(values, living, aggregator);
  const walks = plans.filter((plan) => hasFamily(plan, 'walks'));
  const bucketed = (plan: ProcessPlan, of: 'walks' | 'theirWalks') => plan[of].map((one) => placed(one, plan));
  addHistogram(
    values,
    'walks',
    boundsOf(walks),
    walks.flatMap((plan) => bucketed(plan, 'walks')),
    walks.length > 0 ? ['_overflow'] : [],
  );
  const theirs = plans.filter((plan) => hasFamily(plan, 'their_walks') && plan.theirWalks.length > 0);
  addHistogram(
    values,
    'their_walks',
    boundsOf(theirs),
    theirs.flatMap((plan) => bucketed(plan, 'theirWalks')),
    [],
  );
  return new Map([...values].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The bounds that all living ones have; without any, all bounds. */
export function boundsOf(plans: readonly ProcessPlan[]): readonly number[] {
  const all = [...new Set(plans.flatMap(({ bounds }) => bounds))].toSorted((a, b) => a - b);
  const living = plans.filter(({ isEnded }) => !isEnded);
  return all.filter((bound) => living.every(({ bounds }) => bounds.includes(bound)));
}

/** An observation, and the bound from which on it certainly counts: an ended process has left buckets only. */
interface Placed {
  readonly dog: string;
  readonly value: number;
  readonly from: number;
}

function placed({ dog, value }: ProcessPlan['walks'][number], { isEnded, bounds }: ProcessPlan): Placed {
  const bound = bounds.find((one) => value <= one) ?? Infinity;
  return { dog, value, from: isEnded ? bound : value };
}

function addBarks(values: Map<string, number>, plans: readonly ProcessPlan[]): void {
  for (const plan of plans.filter((one) => hasFamily(one, 'barks_total'))) {
    for (const { dog, value } of [...plan.barks, { dog: '_overflow', value: 0 }]) {
      const key = seriesKey('barks_total', { dog });
      values.set(key, (values.get(key) ?? 0) + value);
    }
  }
}

function addGauges(values: Map<string, number>, plans: readonly ProcessPlan[], mode: MergeMode): void {
  const found = plans.flatMap((plan, slot) => {
    if (plan.isEnded || !hasFamily(plan, mode)) return [];
    return Array.from(lastOf(plan.gauges[mode]), ([dog, value]) => {
      const i = plan.gauges[mode].findLastIndex((one) => one.dog === dog);
      return { dog, value, slot, time: gaugeTime(slot, i) };
    }).filter((one): one is typeof one & { readonly value: number } => one.value !== undefined);
  });
  for (const { dog, slot, value } of found) {
    const same = found.filter((one) => one.dog === dog);
    const all = same.map((one) => one.value);
    if (mode === 'sum')
      values.set(
        seriesKey(mode, { dog }),
        all.reduce((sum, one) => sum + one),
      );
    else if (mode === 'max') values.set(seriesKey(mode, { dog }), Math.max(...all));
    else if (mode === 'min') values.set(seriesKey(mode, { dog }), Math.min(...all));
    else if (mode === 'each') values.set(seriesKey(mode, { dog, process: String(slot) }), value);
    else values.set(seriesKey(mode, { dog }), same.toSorted((a, b) => b.time - a.time)[0]!.value);
  }
}

function addTheirs(values: Map<string, number>, plans: readonly ProcessPlan[], aggregator: Aggregator): void {
  const name = `their_${aggregator}`;
  if (aggregator === 'omit') return;
  const found = plans.flatMap((plan) => (hasFamily(plan, name) ? [...lastOf(plan.theirs[aggregator])] : []));
  for (const [dog] of found) {
    const all = found.filter(([other]) => other === dog).map(([, value]) => value);
    const numbers = all.filter((value) => !Number.isNaN(value));
    values.set(seriesKey(name, { dog }), numbers.length === 0 ? NaN : aggregated(numbers, aggregator));
  }
}

function aggregated(values: readonly number[], aggregator: Exclude<Aggregator, 'omit'>): number {
  const sum = values.reduce((all, value) => all + value);
  return {
    sum,
    average: sum / values.length,
    first: values[0]!,
    max: Math.max(...values),
    min: Math.min(...values),
  }[aggregator];
}

function addHistogram(
  values: Map<string, number>,
  name: string,
  bounds: readonly number[],
  observed: readonly Placed[],
  always: readonly string[],
): void {
  for (const dog of new Set([...observed.map((one) => one.dog), ...always])) {
    const its = observed.filter((one) => one.dog === dog);
    for (const le of [...bounds, Infinity]) {
      const count = its.filter(({ from }) => from <= le).length;
      values.set(seriesKey(`${name}_bucket`, { dog, le: String(le) }), count);
    }
    values.set(seriesKey(`${name}_count`, { dog }), its.length);
    values.set(
      seriesKey(`${name}_sum`, { dog }),
      its.reduce((all, { value }) => all + value, 0),
    );
  }
}

/** The spans of the newest observation in each bucket, of the processes that live. */
export function exemplarsOf(plans: readonly ProcessPlan[]): ReadonlyMap<string, string> {
  const bounds = [...boundsOf(plans.filter((plan) => hasFamily(plan, 'walks'))), Infinity];
  const walks = plans.flatMap((plan, slot) => (plan.isEnded || !hasFamily(plan, 'walks') ? [] : walksOf(plan, slot)));
  const newest = new Map<string, Walk>();
  for (const walk of walks) {
    const le = bounds.find((bound) => walk.value <= bound);
    const key = seriesKey('walks_bucket', { dog: walk.dog, le: String(le) });
    const before = newest.get(key);
    if (before === undefined || before.timeMs < walk.timeMs) newest.set(key, walk);
  }
  return new Map(
    Array.from(newest, ([key, { spanId }]) => [key, spanId] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}
