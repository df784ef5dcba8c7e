import { type CellPlace } from './cell-address.js';
import { type MergeMode } from './merge-mode.js';

/**
 * What is known of metrics and series as plain data, which another thread or process can be given: no classes, no
 * functions.
 */

export type MetricType = 'counter' | 'gauge' | 'histogram';

/** Base units of the Prometheus naming advice; the name of the metric ends in it (before `_total`). */
export type Unit = 'seconds' | 'bytes';

export interface FamilyData {
  /** The name with the namespace. */
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly unit: Unit | undefined;
  /** The upper bounds of a histogram's buckets, without `+Inf`; of other types none. */
  readonly bounds: readonly number[];
  /** A gauge whose value is only set when a scrape collects it. */
  readonly readAtScrape: boolean;
  /** Whether it is a histogram that has native buckets beside the classic ones: see `native/native-layout.ts`. */
  readonly native: boolean;
  /** Whether OpenMetrics has a `_created` line for each of its series. */
  readonly createdLines: boolean;
  /** How the numbers of several processes become one. */
  readonly merge: MergeMode;
}

/** The data of a family, without what else the object has. */
export function familyData(family: FamilyData): FamilyData {
  const { name, help, type, unit, bounds, readAtScrape, native, createdLines, merge } = family;
  return { name, help, type, unit, bounds, readAtScrape, native, createdLines, merge };
}

/** One series: how it is called and where its numbers are. */
export interface SeriesData {
  /** The text between the braces, escaped; empty without labels. */
  readonly labels: string;
  /** The index of the chunk that has its cells. */
  readonly chunk: number;
  /**
   * The first of its cells in the chunk. A counter and a gauge have one; `NaN` is a gauge that is not set. A gauge that is
   * merged by `mostRecent` has the time of its last change behind it. A histogram has one count per bucket (not cumulative), one for `+Inf`, then the sum; with native buckets the count of the zero
   * bucket and the address of the others follow.
   */
  readonly at: number;
  /** Where the exemplars of a histogram's buckets are: see `exemplar-cells.ts`. Undefined before the first one. */
  readonly exemplars?: CellPlace | undefined;
  /** When it began to count, in Unix time. A series that was removed and made again has begun again. */
  readonly createdSeconds: number;
}

/** How many cells each series of a metric has. */
export function seriesWidth({ type, bounds, native, merge }: FamilyData): number {
  if (type !== 'histogram') return merge === 'mostRecent' ? 2 : 1;
  return bounds.length + 2 + (native ? 2 : 0);
}
