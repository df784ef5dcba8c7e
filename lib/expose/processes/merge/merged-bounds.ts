import { MAX_BUCKETS } from '../../../metrics/definition.js';

/** The bounds of a histogram in one share. */
export interface ShareBounds {
  readonly bounds: readonly number[];
  readonly isEnded: boolean;
}

/**
 * The bounds of the merged histogram: those that all living processes have, for counts up to them are known of each. What
 * ended processes counted does not change any more: it has to fit in, and only counts for bounds above it. Without any
 * living process, all bounds are kept, because the next one may have any of them.
 */
export function mergedBounds(shares: readonly ShareBounds[]): readonly number[] {
  const living = shares.filter(({ isEnded }) => !isEnded);
  const [first = [], ...others] = (living.length > 0 ? living : shares).map(({ bounds }) => bounds);
  return others.reduce(living.length > 0 ? common : all, first);
}

function common(some: readonly number[], bounds: readonly number[]): readonly number[] {
  if (isSame(some, bounds)) return some;
  const theirs = new Set(bounds);
  return some.filter((bound) => theirs.has(bound));
}

/** As many releases with other bounds as that do not follow each other while a process lives. */
function all(some: readonly number[], bounds: readonly number[]): readonly number[] {
  if (isSame(some, bounds)) return some;
  const union = [...new Set([...some, ...bounds])].toSorted((a, b) => a - b);
  return union.length > MAX_BUCKETS ? some : union;
}

/**
 * For each bucket, that of `+Inf` included, the bucket among other bounds that certainly has all its values. Undefined if
 * both lists are the same.
 */
export function bucketsAmong(bounds: readonly number[], others: readonly number[]): readonly number[] | undefined {
  if (isSame(bounds, others)) return undefined;
  const bucketOf = (bound: number) => {
    const bucket = others.findIndex((one) => bound <= one);
    return bucket === -1 ? others.length : bucket;
  };
  return [...bounds, Infinity].map(bucketOf);
}

export function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a === b || (a.length === b.length && a.every((bound, i) => bound === b[i]));
}
