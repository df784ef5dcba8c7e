import { Series } from './series.js';

/** A gauge's handle. */
export class GaugeSeries extends Series {
  /** Sets the value. Anything but a finite number is ignored and counted as an error of ours. */
  set(value: number): void {
    if (Number.isFinite(value)) this.cells[this.at] = value;
    else this.owner.reject(value);
  }

  /** Adds `by`, 1 by default. */
  inc(by = 1): void {
    if (typeof by !== 'number') return this.owner.reject(by);
    const value = (this.cells[this.at] || 0) + by;
    if (Number.isFinite(value)) this.cells[this.at] = value;
    else this.owner.reject(by);
  }

  /** Subtracts `by`, 1 by default. */
  dec(by = 1): void {
    if (typeof by === 'number') this.inc(-by);
    else this.owner.reject(by);
  }

  /** Leaves the series out of the exposition until it is set again: better no number than a wrong one. */
  unset(): void {
    this.cells[this.at] = NaN;
  }
}
