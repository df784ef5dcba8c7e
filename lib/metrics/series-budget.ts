/**
 * How many label sets a metric may make while the application runs.
 *
 * Those known at boot (routes, entities, data sources) are bounded by the application's own code and are admitted
 * without using the budget up; it is there for what nobody foresaw.
 */
export class SeriesBudget {
  private left: number;

  constructor(limit: number) {
    this.left = limit;
  }

  /** Takes one place; false when none is left and the label set has to be folded into `_overflow`. */
  admit(): boolean {
    if (this.left <= 0) return false;
    this.left -= 1;
    return true;
  }
}

/** The value of every label of the series into which a metric folds what its budget does not admit. */
export const OVERFLOW = '_overflow';
