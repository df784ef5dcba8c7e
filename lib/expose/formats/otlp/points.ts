/**
 * Messages of `opentelemetry/proto/metrics/v1/metrics.proto` in their JSON encoding: names in lower camel case, enums as
 * numbers, whole numbers of 64 bits as texts, and ids of traces in hexadecimal digits.
 */

/** A `double`. JSON has no `NaN` and no infinity, which are texts. */
export type JsonDouble = number | 'NaN' | 'Infinity' | '-Infinity';

export interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string };
}

export interface Exemplar {
  readonly timeUnixNano?: string;
  readonly asDouble: JsonDouble;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly filteredAttributes?: readonly Attribute[];
}

/** What all data points have. */
export interface PointHead {
  readonly attributes: readonly Attribute[];
  /** When it began to count; a gauge has none. */
  readonly startTimeUnixNano?: string;
  readonly timeUnixNano: string;
}

export interface NumberPoint extends PointHead {
  readonly asDouble: JsonDouble;
  readonly exemplars?: readonly Exemplar[];
}

export interface HistogramPoint extends PointHead {
  readonly count: string;
  readonly sum: JsonDouble;
  readonly explicitBounds: readonly number[];
  /** Of each bucket its own, not cumulative: one more than there are bounds. */
  readonly bucketCounts: readonly string[];
  readonly exemplars?: readonly Exemplar[];
}

export interface ExponentialBuckets {
  readonly offset: number;
  readonly bucketCounts: readonly string[];
}

export interface ExponentialPoint extends PointHead {
  readonly count: string;
  readonly sum: JsonDouble;
  readonly scale: number;
  readonly zeroCount: string;
  readonly zeroThreshold: number;
  readonly positive: ExponentialBuckets;
  readonly negative: ExponentialBuckets;
  readonly exemplars?: readonly Exemplar[];
}

export interface SummaryPoint extends PointHead {
  readonly count: string;
  readonly sum: JsonDouble;
  readonly quantileValues: readonly { readonly quantile: JsonDouble; readonly value: JsonDouble }[];
}

export type Point = NumberPoint | HistogramPoint | ExponentialPoint | SummaryPoint;

/** The field of a `Metric` that has its data points. */
export type PointKind = 'sum' | 'gauge' | 'histogram' | 'exponentialHistogram' | 'summary';

const CUMULATIVE = 2;

/** What stands behind the data points. */
export const AFTER_POINTS: Readonly<Record<PointKind, object>> = {
  sum: { aggregationTemporality: CUMULATIVE, isMonotonic: true },
  gauge: {},
  histogram: { aggregationTemporality: CUMULATIVE },
  exponentialHistogram: { aggregationTemporality: CUMULATIVE },
  summary: {},
};

export function jsonDouble(value: number): JsonDouble {
  return Number.isFinite(value) ? value : (String(value) as JsonDouble);
}

/** A count as `fixed64`. prom-client allows other than whole numbers. */
export function jsonCount(value: number): string {
  return value > 0 ? BigInt(Math.round(Math.min(value, Number.MAX_SAFE_INTEGER))).toString() : '0';
}

/** Unix time, to the millisecond. */
export function jsonTime(unixSeconds: number): string {
  return `${jsonCount(unixSeconds * 1000)}000000`;
}
