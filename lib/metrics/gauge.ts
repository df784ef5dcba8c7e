import { Series } from './series.js';

/** A gauge's handle. */
export interface GaugeSeries {
  /** Sets the value. Anything but a finite number is ignored and counted as an error of ours. */
  set(value: number): void;
  /** Adds `by`, 1 by default. */
  inc(by?: number): void;
  /** Subtracts `by`, 1 by default. */
  dec(by?: number): void;
  /** Leaves the series out of the exposition until it is set again: better no number than a wrong one. */
  unset(): void;
}

/** Its cell is the value, or `NaN` while it is not set. */
export class GaugeInCells extends Series implements GaugeSeries {
  set(value: number): void {
    if (Number.isFinite(value)) this.cells[this.at] = value;
    else this.owner.reject(value);
  }

  inc(by = 1): void {
    if (typeof by !== 'number') return this.owner.reject(by);
    const value = (this.cells[this.at] || 0) + by;
    if (Number.isFinite(value)) this.cells[this.at] = value;
    else this.owner.reject(by);
  }

  dec(by = 1): void {
    if (typeof by === 'number') this.inc(-by);
    else this.owner.reject(by);
  }

  unset(): void {
    this.cells[this.at] = NaN;
  }
}
