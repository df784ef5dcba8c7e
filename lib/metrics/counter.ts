import { Series } from './series.js';

/** A counter's handle. */
export class CounterSeries extends Series {
  /** Adds `by`, 1 by default. A negative or non-finite number is ignored and counted as an error of ours. */
  inc(by = 1): void {
    if (by >= 0 && by < Infinity) this.cells[this.at]! += by;
    else this.owner.reject(by);
  }
}
