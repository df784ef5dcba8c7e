import {
  type Arbitrary,
  array,
  boolean,
  constant,
  constantFrom,
  integer,
  oneof,
  record,
  subarray,
  tuple,
} from 'fast-check';
import { vi } from 'vitest';
import { type Aggregator, AGGREGATORS, type ForeignFamily } from '../../lib/expose/foreign-family.js';
import { type Share } from '../../lib/expose/processes/merge/share.js';
import { boundedBy, defineCounter, defineGauge, defineHistogram } from '../../lib/metrics/definition.js';
import { labelPair } from '../../lib/metrics/label-text.js';
import { MERGE_MODES, type MergeMode } from '../../lib/metrics/merge-mode.js';
import { shareOf } from './shares.js';

/** Label values that are hard to tell from what is around them. */
export const DOGS = ['rex', '', 'a="b",c="d"', '},{', ',process="0"', '\\', '\\"', 'line\nfeed', '_overflow'] as const;

/** Bounds of a histogram in one release or another. */
const BOUNDS = [
  [1, 4, 16],
  [2, 4, 8, 16],
  [0.5, 1, 2, 4, 8, 16, 32],
  [3, 9],
] as const;

/** When the processes count. */
const START = 1_700_000_000_000;

/** Something that is counted or measured for one dog. */
interface Of<T> {
  readonly dog: string;
  readonly value: T;
}

/** What one process counts and measures. */
export interface ProcessPlan {
  readonly isEnded: boolean;
  /** Families that it does not have, in its release. */
  readonly missing: readonly string[];
  readonly barks: readonly Of<number>[];
  readonly bounds: readonly number[];
  readonly isNative: boolean;
  readonly walks: readonly Of<number>[];
  /** `undefined` is a gauge that is unset. */
  readonly gauges: Readonly<Record<MergeMode, readonly Of<number | undefined>[]>>;
  readonly theirs: Readonly<Record<Aggregator, readonly Of<number>[]>>;
  readonly theirWalks: readonly Of<number>[];
}

/** An observation of a histogram: at which time, in which span. */
export interface Walk extends Of<number> {
  readonly timeMs: number;
  readonly spanId: string;
}

const anyDog = constantFrom(...DOGS);
/** Sums of them are exact. */
const eighths = (most: number) => integer({ min: 0, max: most }).map((value) => value / 8);
const some = <T>(value: Arbitrary<T>) => array(record({ dog: anyDog, value }), { maxLength: 5 });
/** No bound of a native bucket is near. */
const walk = tuple(constantFrom(3, 5, 7), integer({ min: -20, max: 20 })).map(([odd, power]) => odd * 2 ** power);
const measured = tuple(boolean(), eighths(8000)).map(([isNegative, value]) => (isNegative ? -value : value));

export const FAMILIES = [
  'barks_total',
  'walks',
  ...MERGE_MODES,
  ...AGGREGATORS.map((one) => `their_${one}`),
  'their_walks',
];

export const processPlans: Arbitrary<readonly ProcessPlan[]> = array(
  record({
    isEnded: boolean(),
    missing: oneof(constant([]), subarray(FAMILIES)),
    barks: some(eighths(8000)),
    bounds: constantFrom(...BOUNDS),
    isNative: oneof(constant(true), boolean()),
    walks: some(oneof(walk, constantFrom(0, 1, 4, 8))),
    gauges: recordOf(MERGE_MODES, some(oneof(measured, constant(undefined)))),
    theirs: recordOf(AGGREGATORS, some(oneof(measured, constant(NaN)))),
    theirWalks: some(oneof(walk, constantFrom(1, 4, 8))),
  }),
  { minLength: 1, maxLength: 5 },
);

function recordOf<K extends string, T>(keys: readonly K[], value: Arbitrary<T>): Arbitrary<Readonly<Record<K, T>>> {
  return tuple(...keys.map(() => value)).map(
    (values) => Object.fromEntries(keys.map((key, i) => [key, values[i]])) as Record<K, T>,
  );
}

/** The observations of a process; each replaces the exemplar of the one before. */
export function walksOf(plan: ProcessPlan, slot: number): readonly Walk[] {
  return plan.walks.map((one, i) => ({
    ...one,
    timeMs: START + i * 10_000 + slot * 1000,
    spanId: `${slot + 1}${i}`.padStart(16, 'a'),
  }));
}

/** When the gauge is set: later ones win. */
export function gaugeTime(slot: number, i: number): number {
  return START + i * 100 + ((slot * 37) % 100);
}

const LABELS = { dog: boundedBy('the test') };
const help = 'Something.';

/** A process that counts what the plan says. The clock is that of the plan: `Date` has to be faked. */
export function planned(plan: ProcessPlan, slot: number): Share {
  const share = shareOf(
    slot,
    (store) => {
      if (hasFamily(plan, 'barks_total')) {
        const barks = store.counter(defineCounter({ name: 'barks_total', help, labels: LABELS }));
        for (const { dog, value } of plan.barks) barks.labels({ dog }).inc(value);
      }
      if (hasFamily(plan, 'walks')) {
        const { bounds, isNative: native } = plan;
        const walks = store.histogram(
          defineHistogram({ name: 'walks', help, labels: LABELS, buckets: bounds, native }),
        );
        for (const { dog, value, timeMs, spanId } of walksOf(plan, slot)) {
          vi.setSystemTime(timeMs);
          walks.labels({ dog }).observe(value, { traceId: spanId.repeat(2), spanId, traceFlags: 1 });
        }
      }
      for (const merge of MERGE_MODES.filter((mode) => hasFamily(plan, mode))) {
        const gauge = store.gauge(defineGauge({ name: merge, help, labels: LABELS, merge }));
        plan.gauges[merge].forEach(({ dog, value }, i) => {
          vi.setSystemTime(gaugeTime(slot, i));
          if (value === undefined) gauge.labels({ dog }).unset();
          else gauge.labels({ dog }).set(value);
        });
      }
    },
    {},
    foreignOf(plan),
  );
  return { ...share, isEnded: plan.isEnded };
}

export function hasFamily({ missing }: ProcessPlan, name: string): boolean {
  return !missing.includes(name);
}

/** The last value of each dog. */
export function lastOf<T>(list: readonly Of<T>[]): ReadonlyMap<string, T> {
  return new Map(list.map(({ dog, value }) => [dog, value]));
}

function foreignOf(plan: ProcessPlan): readonly ForeignFamily[] {
  const gauges = AGGREGATORS.map((aggregator): ForeignFamily => {
    const name = `their_${aggregator}`;
    const samples = Array.from(lastOf(plan.theirs[aggregator]), ([dog, value]) => ({
      name,
      labels: labelPair('dog', dog),
      value,
    }));
    return { name, help, type: 'gauge', aggregator, samples };
  });
  return [...gauges, foreignWalks(plan)].filter(({ name }) => hasFamily(plan, name));
}

function foreignWalks({ theirWalks, bounds }: ProcessPlan): ForeignFamily {
  const name = 'their_walks';
  const samples = [...new Set(theirWalks.map(({ dog }) => dog))].flatMap((dog) => {
    const values = theirWalks.filter((one) => one.dog === dog).map(({ value }) => value);
    const labels = labelPair('dog', dog);
    const buckets = [...bounds, Infinity].map((le) => {
      const count = values.filter((value) => value <= le).length;
      return { name: `${name}_bucket`, labels, le, value: count };
    });
    const sum = values.reduce((all, value) => all + value, 0);
    return [
      ...buckets,
      { name: `${name}_sum`, labels, value: sum },
      { name: `${name}_count`, labels, value: values.length },
    ];
  });
  return { name, help, type: 'histogram', samples };
}
