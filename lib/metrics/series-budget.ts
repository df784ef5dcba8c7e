/**
 * How many label sets a metric may make while the application runs.
 *
 * Those known at boot (routes, entities, data sources) are bounded by the application's own code and are admitted
 * without using the budget up; it is there for what nobody foresaw.
 */
export class SeriesBudget {
  /** The series that have a place. */
  private readonly admitted = new Set<object>();

  constructor(private readonly limit: number) {}

  /** When there is none, the label set has to be folded into `_overflow`. */
  get hasPlace(): boolean {
    return this.admitted.size < this.limit;
  }

  take(series: object): void {
    this.admitted.add(series);
  }

  /** A series is no more: another one may have its place, if it had one. */
  giveBack(series: object): void {
    this.admitted.delete(series);
  }
}

/** The value of every label of the series into which a metric folds what its budget does not admit. */
export const OVERFLOW = '_overflow';
