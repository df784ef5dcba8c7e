import { type ForeignSample } from '../../../foreign-family.js';

/**
 * The samples of histograms with the buckets of other bounds, that of `+Inf` among them. Counts are cumulative: a bound
 * that the histogram does not have gets the count of the one below it.
 */
export function rebucketed(samples: readonly ForeignSample[], bounds: readonly number[]): readonly ForeignSample[] {
  const result: ForeignSample[] = [];
  let buckets: ForeignSample[] = [];
  for (const sample of samples) {
    if (sample.le !== undefined) buckets.push(sample);
    if (sample.le !== Infinity) {
      if (sample.le === undefined) result.push(sample);
      continue;
    }
    for (const bound of bounds) result.push(bucketUpTo(bound, buckets));
    buckets = [];
  }
  return result;
}

function bucketUpTo(bound: number, buckets: readonly ForeignSample[]): ForeignSample {
  const below = buckets.findLast(({ le = Infinity }) => le <= bound);
  if (below?.le === bound) return below;
  const { name, labels } = buckets[0]!;
  return { name, labels, le: bound, value: below?.value ?? 0 };
}
