import { Series } from './series.js';

/** A histogram's handle. */
export interface HistogramSeries {
  /** Puts one value into its bucket. Anything but a finite number is ignored and counted as an error of ours. */
  observe(value: number): void;
}

/**
 * Its cells are one count per bucket (not cumulative), one for `+Inf`, then the sum.
 * The count is the sum of the buckets, so `_count` and `+Inf` agree in every reading.
 */
export class HistogramInCells extends Series implements HistogramSeries {
  observe(value: number): void {
    const { bounds } = this.owner;
    if (!(typeof value === 'number' && value > -Infinity && value < Infinity)) return this.owner.reject(value);
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket += 1;
    this.cells[this.at + bucket]! += 1;
    this.cells[this.at + bounds.length + 1]! += value;
  }
}
