import { lostBy } from './exact-sum.js';
import { type MergedSeries } from './merged-series.js';
import { type AddSeries, type Merging } from './merging.js';

/** Counters are added up. */
export class CounterMerging implements Merging {
  constructor(private readonly complete: (sum: number, lost: number) => number) {}

  part(): AddSeries {
    return (merged, { at }, cells) => addExactly(merged, merged.at, cells[at]!);
  }

  finish({ cells, at, lost }: MergedSeries): void {
    cells[at] = this.complete(cells[at]!, lost);
  }
}

/** Adds to the one cell of a series that may have a fraction. */
export function addExactly(merged: MergedSeries, at: number, value: number): void {
  const before = merged.cells[at]!;
  merged.lost += lostBy(before, value);
  merged.cells[at] = before + value;
}
