import { Series } from './series.js';

/** A counter's handle. */
export interface CounterSeries {
  /** Adds `by`, 1 by default. Anything but a finite number from 0 is ignored and counted as an error of ours. */
  inc(by?: number): void;
}

/** Its cell is the value. */
export class CounterInCells extends Series implements CounterSeries {
  inc(by = 1): void {
    if (typeof by === 'number' && by >= 0 && by < Infinity) this.cells[this.at]! += by;
    else this.owner.reject(by);
  }
}
