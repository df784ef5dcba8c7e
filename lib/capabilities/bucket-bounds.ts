import { MAX_BUCKETS } from '../metrics/definition.js';
import { listOf, numberOf, type OptionKind } from '../options/option-kinds.js';

/** An option that replaces the bucket bounds of histograms. */
export const BUCKET_BOUNDS: OptionKind = {
  expected: `an ascending list of 1 to ${MAX_BUCKETS} finite numbers, none of them negative`,
  fix: 'sort it, and leave out +Inf',
  holds: areBounds,
  fromText: (text) => listOf(text).map(numberOf),
};

function areBounds(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_BUCKETS) return false;
  return value.every(
    (bound: unknown, i) =>
      Number.isFinite(bound) && Number(bound) >= 0 && (i === 0 || Number(bound) > Number(value[i - 1])),
  );
}
