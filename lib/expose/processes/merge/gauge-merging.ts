import { type MergeMode } from '../../../metrics/merge-mode.js';
import { type AddSeries, type Merging } from './merging.js';

/** Takes a value in, given the merged one of the processes before. */
type Take = (before: number, value: number) => number;

const sum: Take = (before, value) => before + value;

const TAKE: Readonly<Record<Exclude<MergeMode, 'mostRecent'>, Take>> = {
  sum,
  max: (before, value) => Math.max(before, value),
  min: (before, value) => Math.min(before, value),
  // A series for each process: there is one value.
  each: sum,
};

/** Gauges are merged as their definition says. One that is not set does not take part. */
export class GaugeMerging implements Merging {
  private readonly add: AddSeries;

  constructor(mode: MergeMode) {
    this.add = mode === 'mostRecent' ? addMostRecent : adding(TAKE[mode]);
  }

  part(): AddSeries {
    return this.add;
  }

  finish(): void {}
}

function adding(take: Take): AddSeries {
  return (merged, { at }, cells) => {
    const value = cells[at]!;
    merged.cells[merged.at] = merged.isNew ? value : take(merged.cells[merged.at]!, value);
  };
}

/** The time of the last change is behind the value. Of two values of the same time the larger one, whoever comes first. */
const addMostRecent: AddSeries = (merged, { at }, cells) => {
  const [value, time] = [cells[at]!, cells[at + 1]!];
  const [before, timeBefore] = [merged.cells[merged.at]!, merged.cells[merged.at + 1]!];
  if (!merged.isNew && (time < timeBefore || (time === timeBefore && value <= before))) return;
  merged.cells[merged.at] = value;
  merged.cells[merged.at + 1] = time;
};
