/** The bounds that all lists have, ascending. Counts up to them are known of every process. */
export function commonBounds(lists: readonly (readonly number[])[]): readonly number[] {
  const [first = [], ...others] = lists;
  return others.reduce(both, first);
}

function both(common: readonly number[], bounds: readonly number[]): readonly number[] {
  if (isSame(common, bounds)) return common;
  const theirs = new Set(bounds);
  return common.filter((bound) => theirs.has(bound));
}

/**
 * For each bucket, that of `+Inf` included, the bucket among fewer bounds that has its values. Undefined if both lists
 * are the same.
 */
export function coarserBuckets(bounds: readonly number[], fewer: readonly number[]): readonly number[] | undefined {
  if (isSame(bounds, fewer)) return undefined;
  const bucketOf = (bound: number) => {
    const bucket = fewer.findIndex((one) => bound <= one);
    return bucket === -1 ? fewer.length : bucket;
  };
  return [...bounds, Infinity].map(bucketOf);
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a === b || (a.length === b.length && a.every((bound, i) => bound === b[i]));
}
