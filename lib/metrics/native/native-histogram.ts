import { HistogramInCells } from '../histogram.js';
import { isDetached } from '../series.js';
import { type SpanContext } from '../span-context.js';
import { finestIndex } from './bucket-index.js';
import { NativeCells } from './native-cells.js';
import { ZERO_THRESHOLD } from './native-layout.js';
import { windowWith } from './native-window.js';

/**
 * A histogram with classic and native buckets. The native ones get cells at the first value, and other cells when a value
 * has no bucket among them: `native-layout.ts` says what is in which cell.
 */
export class NativeHistogramInCells extends HistogramInCells {
  private buckets = NativeCells.NONE;

  override observe(value: number, span?: SpanContext): void {
    super.observe(value, span);
    if (!(typeof value === 'number' && value > ZERO_THRESHOLD && value < Infinity)) this.observeOther(value);
    else if (!this.buckets.countPositive(value)) this.observeOutside('positive', value);
  }

  override giveBackOthers(): void {
    super.giveBackOthers();
    this.moveTo(NativeCells.NONE);
  }

  /** Zero and negative values. What is no finite number has been reported with the classic buckets. */
  private observeOther(value: number): void {
    if (typeof value !== 'number' || !Number.isFinite(value)) return;
    if (value >= -ZERO_THRESHOLD) this.cells[this.zeroAt]! += 1;
    else if (!this.buckets.countNegative(-value)) this.observeOutside('negative', -value);
  }

  /** There is no bucket for the value: all move to cells where there is one. */
  private observeOutside(sign: 'positive' | 'negative', value: number): void {
    // The handle of a series that was removed counts nowhere.
    if (isDetached(this)) return;
    const window = windowWith(this.buckets.window, sign, finestIndex(value));
    const wider = NativeCells.allocate(window, this.owner.cells, this.buckets);
    if (sign === 'positive') wider.countPositive(value);
    else wider.countNegative(value);
    this.moveTo(wider);
  }

  private moveTo(buckets: NativeCells): void {
    const before = this.buckets;
    this.buckets = buckets;
    const { cells, chunk } = this;
    const pointer = { cells, chunk, at: this.zeroAt + 1 };
    this.owner.cells.move(pointer, placed(buckets)?.range, placed(before));
  }

  private get zeroAt(): number {
    return this.at + this.owner.bounds.length + 2;
  }
}

function placed(buckets: NativeCells): NativeCells | undefined {
  return buckets === NativeCells.NONE ? undefined : buckets;
}
