import { type CellRange } from './cells.js';
import { MAX_BUCKETS, type MetricDefinition } from './definition.js';

/** What a series needs of its metric: the bucket bounds, and where a wrong value is reported. */
export interface SeriesOwner {
  readonly bounds: readonly number[];
  reject(value: unknown): void;
}

/** What those who render a series read of it. */
export interface SeriesCells extends CellRange {
  /** The text between the braces, escaped; empty without labels. */
  readonly labels: string;
}

/** What those who render a metric read of it. */
export interface Family {
  readonly id: number;
  /** The name with the namespace. */
  readonly name: string;
  readonly definition: MetricDefinition;
  readonly bounds: readonly number[];
  /** Grows at its end; another list when a series has been removed, so that whoever reads can keep the old one. */
  readonly series: readonly SeriesCells[];
  readonly overflow: SeriesCells | undefined;
}

/** One label set of one metric: its label text and its cells. Kept by hot paths as a handle. */
export abstract class Series implements SeriesCells {
  readonly cells: Float64Array;
  readonly at: number;

  constructor(
    protected readonly owner: SeriesOwner,
    range: CellRange,
    readonly labels: string,
  ) {
    this.cells = range.cells;
    this.at = range.at;
  }
}

/** Where handles of removed series count, wide enough for any. Nobody reads it. */
const NOWHERE = new Float64Array(new SharedArrayBuffer((MAX_BUCKETS + 2) * Float64Array.BYTES_PER_ELEMENT));

const formerPlaces = new WeakMap<SeriesCells, CellRange>();

/**
 * Takes its cells from a series, and gives them. Who still has the handle counts nowhere, without a check on the path of
 * every increment.
 */
export function detach(series: Series): CellRange {
  const place = { cells: series.cells, at: series.at };
  formerPlaces.set(series, place);
  const moved: { cells: Float64Array; at: number } = series;
  moved.cells = NOWHERE;
  moved.at = 0;
  return place;
}

export function isDetached({ cells }: CellRange): boolean {
  return cells === NOWHERE;
}

/** Where the numbers of a series are or, once it has been removed, were: an older copy of the cells has them there. */
export function placeOf(series: SeriesCells): CellRange {
  return isDetached(series) ? (formerPlaces.get(series) ?? series) : series;
}
