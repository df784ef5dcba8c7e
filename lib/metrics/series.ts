import { CELLS_PER_CHUNK } from './cell-address.js';
import { type CellRange, type Cells } from './cells.js';
import { type MetricDefinition } from './definition.js';
import { type FamilyData, type SeriesData } from './family-data.js';

/** What a series needs of its metric: the bucket bounds, further cells, and where a wrong value is reported. */
export interface SeriesOwner {
  readonly bounds: readonly number[];
  readonly cells: Cells;
  reject(value: unknown): void;
  /** Cells for the exemplars of its buckets; undefined if none are kept. */
  exemplarsFor(series: Series): CellRange | undefined;
}

/** A series as it is read while the application goes on counting. */
export interface LiveSeries extends SeriesData, CellRange {}

/** What those who read a metric in this thread know of it. */
export interface Family extends FamilyData {
  readonly id: number;
  readonly definition: MetricDefinition;
  /** Grows at its end; another list when a series has been removed, so that whoever reads can keep the old one. */
  readonly series: readonly LiveSeries[];
  readonly overflow: LiveSeries | undefined;
}

/** One label set of one metric: its label text and its cells. Kept by hot paths as a handle. */
export abstract class Series implements LiveSeries {
  readonly cells: Float64Array;
  readonly at: number;
  readonly chunk: number;
  readonly createdSeconds = Date.now() / 1000;

  constructor(
    protected readonly owner: SeriesOwner,
    range: CellRange,
    readonly labels: string,
  ) {
    this.cells = range.cells;
    this.at = range.at;
    this.chunk = range.chunk;
  }

  /** Gives back the cells that it has beside its own range. */
  giveBackOthers(): void {}
}

/** Where handles of removed series count, at the place that they had in their chunk. Nobody reads it. */
const NOWHERE = new Float64Array(new SharedArrayBuffer(CELLS_PER_CHUNK * Float64Array.BYTES_PER_ELEMENT));

/**
 * Takes its cells from a series, and gives them. A handle that is still kept counts nowhere, without a check on the path
 * of every increment. The series goes on telling where its numbers were: an older copy of the cells has them there.
 */
export function detach(series: Series): CellRange {
  series.giveBackOthers();
  const { cells, chunk, at } = series;
  const detached: { cells: Float64Array } = series;
  detached.cells = NOWHERE;
  return { cells, chunk, at };
}

/** Whether the series of a handle has been removed. */
export function isDetached(series: object): boolean {
  return (series as Partial<CellRange>).cells === NOWHERE;
}
