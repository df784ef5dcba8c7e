import { type Labels, type Sample } from '../exposition/family.js';
import { isCumulative } from '../exposition/cumulative.js';
import { type Snapshot } from '../exposition/snapshot.js';

export interface Change {
  readonly name: string;
  readonly labels: Labels;
  /** After less before; a series that is not there counts as 0. */
  readonly by: number;
}

/** What happened between two snapshots. A series that was not there before counts from 0. */
export interface Delta {
  /** How much the series with exactly these labels grew; 0 when neither snapshot has it. */
  value(name: string, labels?: Labels): number;
  /** How much the sum over the series with these labels, and any others, grew. */
  sum(name: string, labels?: Labels): number;
  /** Every series that differs, so that a test can say that nothing else moved. */
  readonly changes: readonly Change[];
  /**
   * Counters, and counts and buckets of histograms, that went down or are gone, which they never do by themselves.
   * Either the process started anew, or their series were removed, as those of a data source that has ended; what
   * `value` and `sum` say of them counts nothing.
   */
  readonly resets: readonly Change[];
}

/** What changed from one snapshot of a source to a later one. */
export function delta(before: Snapshot, after: Snapshot): Delta {
  const value = (name: string, labels: Labels = {}) =>
    (after.value(name, labels) ?? 0) - (before.value(name, labels) ?? 0);
  const changeOf = ({ name, labels }: Sample): Change => ({ name, labels, by: value(name, labels) });
  return {
    value,
    sum: (name, labels) => after.sum(name, labels) - before.sum(name, labels),
    changes: seriesOfEither(before, after)
      // Not by the difference, which between two NaN, or two infinities, is none.
      .filter(({ name, labels }) => !Object.is(before.value(name, labels) ?? 0, after.value(name, labels) ?? 0))
      .map(changeOf),
    resets: [...cumulativeSeries(before)].filter((sample) => isReset(sample, after)).map(changeOf),
  };
}

function seriesOfEither(before: Snapshot, after: Snapshot): readonly Sample[] {
  return [...after, ...[...before].filter(({ name, labels }) => after.value(name, labels) === undefined)];
}

function cumulativeSeries({ families }: Snapshot): readonly Sample[] {
  return [...families.values()].flatMap((family) => family.samples.filter(({ name }) => isCumulative(name, family)));
}

function isReset({ name, labels, value }: Sample, after: Snapshot): boolean {
  const later = after.value(name, labels);
  return later === undefined || later < value;
}
