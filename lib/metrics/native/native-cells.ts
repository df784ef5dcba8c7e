import { type CellRange, type Cells, type SizedRange } from '../cells.js';
import { addBuckets } from './add-buckets.js';
import { coarser, finestIndex } from './bucket-index.js';
import {
  FINEST_SCHEMA,
  HEAD_CELLS,
  type NativeBuckets,
  type NativeWindow,
  NO_WINDOW,
  windowWidth,
  writeHead,
} from './native-layout.js';

/** The native buckets of one series, in cells of their own. Another window has other cells, and is another object. */
export class NativeCells implements SizedRange {
  readonly cells: Float64Array;
  /** How often the finest resolution was halved. */
  readonly halvings: number;
  readonly positiveFrom: number;
  readonly positiveTo: number;
  /** Where the bucket with the index 0 is or would be. */
  readonly positiveAt: number;
  readonly negativeFrom: number;
  readonly negativeTo: number;
  readonly negativeAt: number;

  private constructor(
    readonly window: NativeWindow,
    readonly range: CellRange,
  ) {
    const { positive, negative, schema } = window;
    const first = range.at + HEAD_CELLS;
    this.cells = range.cells;
    this.halvings = FINEST_SCHEMA - schema;
    this.positiveFrom = positive.from;
    this.positiveTo = positive.from + positive.length;
    this.positiveAt = first - positive.from;
    this.negativeFrom = negative.from;
    this.negativeTo = negative.from + negative.length;
    this.negativeAt = first + positive.length - negative.from;
  }

  /** No cells, and no bucket for any value. */
  static readonly NONE = new NativeCells(NO_WINDOW, { cells: new Float64Array(0), chunk: 0, at: 0 });

  /** Cells for a window, with what is counted in `earlier`. */
  static allocate(window: NativeWindow, cells: Cells, earlier: NativeCells): NativeCells {
    const made = new NativeCells(window, cells.allocate(windowWidth(window)));
    writeHead(made.cells, made.range.at, window);
    addBuckets(earlier.buckets, made.buckets);
    return made;
  }

  get width(): number {
    return windowWidth(this.window);
  }

  private get buckets(): NativeBuckets {
    return { ...this.window, cells: this.cells, at: this.range.at + HEAD_CELLS };
  }

  countPositive(value: number): boolean {
    const index = coarser(finestIndex(value), this.halvings);
    if (index < this.positiveFrom || index >= this.positiveTo) return false;
    this.cells[this.positiveAt + index]! += 1;
    return true;
  }

  /** Of an absolute value. Both say whether there is a bucket for it. */
  countNegative(value: number): boolean {
    const index = coarser(finestIndex(value), this.halvings);
    if (index < this.negativeFrom || index >= this.negativeTo) return false;
    this.cells[this.negativeAt + index]! += 1;
    return true;
  }
}
