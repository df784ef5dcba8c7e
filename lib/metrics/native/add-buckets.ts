import { coarser } from './bucket-index.js';
import { type BucketRun, type NativeBuckets } from './native-layout.js';

/** Adds counts to buckets of the same or of a coarser schema, among which each of them has its place. */
export function addBuckets(from: NativeBuckets, to: NativeBuckets): void {
  const halvings = from.schema - to.schema;
  const addRun = (run: BucketRun, source: number, target: number): void => {
    for (let i = 0; i < run.length; i += 1) {
      to.cells[target + coarser(run.from + i, halvings)]! += from.cells[source + i]!;
    }
  };
  addRun(from.positive, from.at, to.at - to.positive.from);
  addRun(from.negative, from.at + from.positive.length, to.at + to.positive.length - to.negative.from);
}
