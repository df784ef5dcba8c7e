import { GaugeInCells } from './gauge.js';

/**
 * A gauge of which the value that was set last counts, in whichever process. Its second cell is the time of the last
 * change, as Unix time in milliseconds; 0 before the first one.
 */
export class MostRecentGaugeInCells extends GaugeInCells {
  override set(value: number): void {
    super.set(value);
    if (Number.isFinite(value)) this.changed();
  }

  /** `dec` comes here too. */
  override inc(by = 1): void {
    super.inc(by);
    if (Number.isFinite(by)) this.changed();
  }

  private changed(): void {
    this.cells[this.at + 1] = Date.now();
  }
}
