import { type LabelValues, type MetricDefinition } from './definition.js';

/** The series of a metric, by the values of their labels. */
export interface SeriesByLabels<D extends MetricDefinition, S> {
  readonly definition: D;
  /** The handle of a label set, made on first use while the budget lasts. */
  labels(values: LabelValues<D['labels']>): S;
  /** The handle of a label set that is known at boot: there at zero, and outside the budget. */
  known(values: LabelValues<D['labels']>): S;
  /**
   * Removes every series with these values, whatever its other labels are: `remove({ shop })` for a shop that has
   * closed, `remove({})` for all. From then on no scrape has them, what they counted is gone from every sum, and their
   * memory and their place in the budget are free for others. A handle that was kept counts nothing any more; `labels()`
   * makes a new series, which begins at zero, as after a restart.
   *
   * The series of a metric without labels and `_overflow` stay. Values that no series has, or a name that is no label,
   * remove nothing.
   *
   * @returns how many were removed
   */
  remove(values: Partial<LabelValues<D['labels']>>): number;
}
