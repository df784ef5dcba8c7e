import { finestIndex } from '../../../metrics/native/bucket-index.js';
import {
  type BucketRun,
  FINEST_SCHEMA,
  type NativeBuckets,
  NO_RUN,
  ZERO_THRESHOLD,
} from '../../../metrics/native/native-layout.js';

/** Native buckets of one series, with the one around zero. */
export interface NativeCounts {
  readonly zeroCount: number;
  readonly buckets: NativeBuckets;
}

/**
 * The counts of classic buckets in native ones: each at the upper bound of its bucket, and those of `+Inf` at twice the
 * last bound. For ended processes, whose counts do not change any more: rates of the native histogram are exact, and its
 * count is that of the classic one.
 */
export function nativeOfClassic(bounds: readonly number[], cells: Float64Array, at: number): NativeCounts {
  const positive = new Map<number, number>();
  const negative = new Map<number, number>();
  let zeroCount = 0;
  for (let bucket = 0; bucket <= bounds.length; bucket += 1) {
    const count = cells[at + bucket]!;
    const value = bounds[bucket] ?? Math.max(0, bounds.at(-1) ?? 0) * 2;
    if (count === 0) continue;
    if (value > ZERO_THRESHOLD) addTo(positive, finestIndex(value), count);
    else if (value < -ZERO_THRESHOLD) addTo(negative, finestIndex(-value), count);
    else zeroCount += count;
  }
  return { zeroCount, buckets: bucketsOf(positive, negative) };
}

function addTo(counts: Map<number, number>, index: number, count: number): void {
  counts.set(index, (counts.get(index) ?? 0) + count);
}

function bucketsOf(positive: ReadonlyMap<number, number>, negative: ReadonlyMap<number, number>): NativeBuckets {
  const [above, below] = [runOf(positive), runOf(negative)];
  const cells = new Float64Array(above.length + below.length);
  for (const [index, count] of positive) cells[index - above.from] = count;
  for (const [index, count] of negative) cells[above.length + index - below.from] = count;
  return { schema: FINEST_SCHEMA, positive: above, negative: below, cells, at: 0 };
}

function runOf(counts: ReadonlyMap<number, number>): BucketRun {
  const indexes = [...counts.keys()];
  if (indexes.length === 0) return NO_RUN;
  const from = Math.min(...indexes);
  return { from, length: Math.max(...indexes) - from + 1 };
}
