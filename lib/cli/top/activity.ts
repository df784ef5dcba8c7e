import { grouped } from '../grouped.js';
import { bucketQuantile } from './bucket-quantile.js';
import { type Growth } from './histogram-growth.js';
import { type Subject } from './subjects.js';

/** What happened on one route, or with one kind of statement, during an interval. `--json` prints it as it is. */
export interface Activity {
  readonly labels: Readonly<Record<string, string>>;
  readonly perSecond: number;
  readonly meanSeconds: number;
  /** Estimated from the buckets; null if there are none. */
  readonly p95Seconds: number | null;
  /** Between 0 and 1; null if the metric does not tell failures apart. */
  readonly failedRatio: number | null;
  /** Seconds spent per second: 2 means that on average two were under way at the same time. */
  readonly busy: number;
}

/** What can come first. */
export const ORDERS = ['time', 'rate', 'mean', 'p95', 'failed'] as const;
export type Order = (typeof ORDERS)[number];

const VALUES: Readonly<Record<Order, (activity: Activity) => number>> = {
  time: ({ busy }) => busy,
  rate: ({ perSecond }) => perSecond,
  mean: ({ meanSeconds }) => meanSeconds,
  p95: ({ p95Seconds }) => p95Seconds ?? 0,
  failed: ({ perSecond, failedRatio }) => perSecond * (failedRatio ?? 0),
};

/** Of everything that happened, in this order. Labels that are no column are summed. */
export function activities(subject: Subject, growths: readonly Growth[], seconds: number, order: Order) {
  const rows = grouped(growths, ({ labels }) => JSON.stringify(subject.columns.map(({ label }) => labels[label])));
  const value = VALUES[order];
  return Array.from(rows.values(), (row) => activity(subject, row, seconds))
    .filter(({ perSecond }) => perSecond > 0)
    .toSorted((one, other) => value(other) - value(one));
}

function activity({ columns, failed }: Subject, row: readonly Growth[], seconds: number): Activity {
  const count = sumOf(row, (growth) => growth.count);
  const sum = sumOf(row, (growth) => growth.sum);
  const isFailed = ({ labels }: Growth) => failed?.values.test(labels[failed.label] ?? '') === true;
  return {
    labels: Object.fromEntries(columns.map(({ label }) => [label, row[0]?.labels[label] ?? ''])),
    perSecond: count / seconds,
    meanSeconds: count === 0 ? 0 : sum / count,
    p95Seconds: bucketQuantile(0.95, mergedBuckets(row)) ?? null,
    failedRatio: failed && count > 0 ? sumOf(row.filter(isFailed), (growth) => growth.count) / count : null,
    busy: sum / seconds,
  };
}

function mergedBuckets(row: readonly Growth[]): ReadonlyMap<number, number> {
  const merged = new Map<number, number>();
  for (const { buckets } of row) {
    for (const [bound, count] of buckets) merged.set(bound, (merged.get(bound) ?? 0) + count);
  }
  return merged;
}

function sumOf(row: readonly Growth[], value: (growth: Growth) => number): number {
  return row.reduce((sum, growth) => sum + value(growth), 0);
}
