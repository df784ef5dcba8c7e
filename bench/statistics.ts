/** The results of several runs of the same case. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The median, because one disturbed run must not change the result; the range, to show such disturbances. */
export function summarize(runs: readonly number[]): Summary {
  const sorted = runs.toSorted((a, b) => a - b);
  return { median: middle(sorted), min: sorted.at(0) ?? NaN, max: sorted.at(-1) ?? NaN };
}

export function median(runs: readonly number[]): number {
  return summarize(runs).median;
}

function middle(sorted: readonly number[]): number {
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? NaN) + upper) / 2;
}
