import { type CellSnapshot } from '../metrics/cells.js';
import { type Family, type SeriesCells } from '../metrics/series.js';
import { type ForeignFamily } from './foreign-family.js';

/** All numbers at one instant: what one scrape, or several at once, render. */
export interface Reading {
  readonly own: readonly OwnReading[];
  readonly snapshot: CellSnapshot;
  readonly foreign: readonly ForeignFamily[];
}

export interface OwnReading {
  readonly family: Family;
  /** As it was then: the family makes another list when a series is removed. */
  readonly series: readonly SeriesCells[];
  /** Series made after the snapshot are not in it. */
  readonly seriesCount: number;
  readonly overflow: SeriesCells | undefined;
}
