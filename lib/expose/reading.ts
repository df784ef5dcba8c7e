import { type FamilyData, type SeriesData } from '../metrics/family-data.js';
import { type ForeignFamily } from './foreign-family.js';

/**
 * All numbers at one instant, which one scrape or several at once render. Plain data: it can be made in this thread, in
 * another one that follows the journal, or from the numbers of another process.
 */
export interface Reading {
  /** In the order in which they are written. */
  readonly own: readonly FamilyReading[];
  /** Copies of the chunks that the series refer to by their index: nobody counts in them. */
  readonly chunks: readonly Float64Array[];
  readonly foreign: readonly ForeignFamily[];
}

export interface FamilyReading extends FamilyData {
  readonly series: readonly SeriesData[];
  /** How many of the series are part of the reading: the list may be one that grows at its end. */
  readonly seriesCount: number;
  /** The series into which label sets beyond the limit were folded; it is written last. */
  readonly overflow: SeriesData | undefined;
}
