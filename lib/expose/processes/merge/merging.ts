import { type SeriesData } from '../../../metrics/family-data.js';
import { type MergedSeries } from './merged-series.js';
import { type FamilyPart } from './share.js';

/** How the numbers of one series in several processes become one. */
export interface Merging {
  /** How the series of one process are added. */
  part(part: FamilyPart): AddSeries;
  /** All processes were added. */
  finish(merged: MergedSeries): void;
}

/** Adds the numbers of a series to the merged one, which has zeros before the first. */
export type AddSeries = (merged: MergedSeries, series: SeriesData, cells: Float64Array) => void;
