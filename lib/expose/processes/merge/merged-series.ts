import { type CellPlace } from '../../../metrics/cell-address.js';
import { type CellRange } from '../../../metrics/cells.js';
import { type SeriesData } from '../../../metrics/family-data.js';
import { type NativeBuckets } from '../../../metrics/native/native-layout.js';

/** A series of the merged reading while the numbers of the processes are added to it. */
export class MergedSeries implements CellRange {
  readonly cells: Float64Array;
  readonly chunk: number;
  readonly at: number;
  exemplars: CellRange | undefined;
  /** No process was added yet. */
  isNew = true;
  createdSeconds = Infinity;
  /** What its sum has lost by rounding: see `exact-sum.ts`. */
  lost = 0;
  /** Native buckets that are to be added up: where they go depends on all of them. */
  readonly buckets: NativeBuckets[] = [];

  constructor(
    readonly labels: string,
    range: CellRange,
  ) {
    this.cells = range.cells;
    this.chunk = range.chunk;
    this.at = range.at;
  }

  data(): SeriesData {
    const { labels, chunk, at, createdSeconds, exemplars } = this;
    return { labels, chunk, at, createdSeconds, exemplars: exemplars && placeOf(exemplars) };
  }
}

function placeOf({ chunk, at }: CellPlace): CellPlace {
  return { chunk, at };
}
