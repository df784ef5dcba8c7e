import { type CellRange } from './cells.js';
import { type MetricDefinition } from './definition.js';

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
