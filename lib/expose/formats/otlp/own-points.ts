import { type FamilyData, type SeriesData } from '../../../metrics/family-data.js';
import { type BucketRun, nativeBuckets, ZERO_THRESHOLD } from '../../../metrics/native/native-layout.js';
import { type Reading } from '../../reading.js';
import { ownExemplars } from '../own-exemplars.js';
import { attributesOf, exemplarsField } from './attributes.js';
import {
  type ExponentialBuckets,
  jsonCount,
  jsonDouble,
  jsonTime,
  type Point,
  type PointHead,
  type PointKind,
} from './points.js';

/** The data point of a series; undefined if it has no value. */
export type OwnPoint = (series: SeriesData) => Point | undefined;

/** A metric of OTLP has data points of one kind: native buckets replace the classic ones. */
export function kindOf({ type, native }: FamilyData): PointKind {
  if (type === 'histogram') return native ? 'exponentialHistogram' : 'histogram';
  return type === 'counter' ? 'sum' : 'gauge';
}

export function ownPoint(family: FamilyData, chunks: Reading['chunks'], timeUnixNano: string): OwnPoint {
  const kind = kindOf(family);
  const head = ({ labels, createdSeconds }: SeriesData): PointHead => ({
    attributes: attributesOf(labels),
    ...(kind !== 'gauge' && { startTimeUnixNano: jsonTime(createdSeconds) }),
    timeUnixNano,
  });
  if (kind === 'histogram') return histogram(family, chunks, head);
  if (kind === 'exponentialHistogram') return exponential(family, chunks, head);
  return (series) => {
    const value = chunks[series.chunk]![series.at]!;
    return Number.isNaN(value) ? undefined : { ...head(series), asDouble: jsonDouble(value) };
  };
}

function histogram(
  { bounds }: FamilyData,
  chunks: Reading['chunks'],
  head: (series: SeriesData) => PointHead,
): OwnPoint {
  const buckets = bounds.length + 1;
  return (series) => {
    const { chunk, at } = series;
    const counts = Array.from(chunks[chunk]!.subarray(at, at + buckets));
    return {
      ...head(series),
      count: jsonCount(sumOf(counts)),
      sum: jsonDouble(chunks[chunk]![at + buckets]!),
      explicitBounds: bounds,
      bucketCounts: counts.map(jsonCount),
      ...exemplarsField(ownExemplars(series, chunks, buckets)),
    };
  };
}

/** Its scale is the schema of the native buckets. */
function exponential(
  { bounds }: FamilyData,
  chunks: Reading['chunks'],
  head: (series: SeriesData) => PointHead,
): OwnPoint {
  const buckets = bounds.length + 1;
  return (series) => {
    const cells = chunks[series.chunk]!;
    const sumAt = series.at + buckets;
    const native = nativeBuckets(chunks, cells, sumAt + 2);
    if (native === undefined) return undefined;
    const zeroCount = cells[sumAt + 1]!;
    const { positive, negative, at } = native;
    const positiveCounts = Array.from(native.cells.subarray(at, at + positive.length));
    const negativeCounts = Array.from(
      native.cells.subarray(at + positive.length, at + positive.length + negative.length),
    );
    return {
      ...head(series),
      count: jsonCount(zeroCount + sumOf(positiveCounts) + sumOf(negativeCounts)),
      sum: jsonDouble(cells[sumAt]!),
      scale: native.schema,
      zeroCount: jsonCount(zeroCount),
      zeroThreshold: ZERO_THRESHOLD,
      positive: exponentialBuckets(positive, positiveCounts),
      negative: exponentialBuckets(negative, negativeCounts),
      ...exemplarsField(ownExemplars(series, chunks, buckets)),
    };
  };
}

/** Prometheus numbers a bucket by its upper bound, and OTLP by its lower one. */
function exponentialBuckets({ from }: BucketRun, counts: readonly number[]): ExponentialBuckets {
  return { offset: counts.length === 0 ? 0 : from - 1, bucketCounts: counts.map(jsonCount) };
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
