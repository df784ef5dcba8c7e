/**
 * The quantile, estimated as `histogram_quantile()` of Prometheus does: linearly within a bucket, and for values above
 * the highest bound that bound. Undefined without buckets.
 */
export function bucketQuantile(quantile: number, buckets: ReadonlyMap<number, number>): number | undefined {
  const sorted = [...buckets].toSorted(([one], [other]) => one - other);
  const total = sorted.at(-1)?.[1] ?? 0;
  if (total === 0) return undefined;
  const rank = quantile * total;
  const index = sorted.findIndex(([, count]) => count >= rank);
  const [upper = Infinity, count = 0] = sorted[index] ?? [];
  const [lower, below] = sorted[index - 1] ?? [0, 0];
  return upper === Infinity ? lower : lower + (upper - lower) * ((rank - below) / (count - below));
}
