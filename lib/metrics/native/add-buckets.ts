import { coarser } from './bucket-index.js';
import { type BucketRun, type NativeBuckets } from './native-layout.js';

/** Adds counts to buckets of the same or of a coarser schema, among which each of them has its place. */
export function addBuckets(from: NativeBuckets, to: NativeBuckets): void {
  const halvings = from.schema - to.schema;
  addRun(from.positive, from.cells, from.at, halvings, to.cells, to.at - to.positive.from);
  const behind = from.at + from.positive.length;
  addRun(from.negative, from.cells, behind, halvings, to.cells, to.at + to.positive.length - to.negative.from);
}

/** @param zeroAt where the bucket with the index 0 is or would be among those that are added to */
function addRun(
  { from, length }: BucketRun,
  cells: Float64Array,
  at: number,
  halvings: number,
  sums: Float64Array,
  zeroAt: number,
): void {
  for (let i = 0; i < length; i += 1) {
    const count = cells[at + i]!;
    if (count > 0) sums[zeroAt + coarser(from + i, halvings)]! += count;
  }
}
