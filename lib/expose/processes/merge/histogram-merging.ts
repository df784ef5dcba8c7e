import { addressOf } from '../../../metrics/cell-address.js';
import { type Cells } from '../../../metrics/cells.js';
import { copyNewerExemplar, exemplarAt, exemplarsWidth } from '../../../metrics/exemplar-cells.js';
import { type FamilyData, type SeriesData } from '../../../metrics/family-data.js';
import { addBuckets } from '../../../metrics/native/add-buckets.js';
import { HEAD_CELLS, nativeBuckets, windowWidth, writeHead } from '../../../metrics/native/native-layout.js';
import { windowOver } from '../../../metrics/native/native-window.js';
import { type Reading } from '../../reading.js';
import { coarserBuckets } from './common-bounds.js';
import { addExactly } from './counter-merging.js';
import { type MergedSeries } from './merged-series.js';
import { type AddSeries, type Merging } from './merging.js';
import { type FamilyPart } from './share.js';

/** Histograms are added up over the bounds that all processes have. The newest exemplar of each bucket stays. */
export class HistogramMerging implements Merging {
  private readonly bounds: readonly number[];
  private readonly isNative: boolean;

  constructor(
    { bounds, native }: FamilyData,
    private readonly cells: Cells,
    private readonly complete: (sum: number, lost: number) => number,
  ) {
    this.bounds = bounds;
    this.isNative = native;
  }

  part({ share: { reading, isEnded }, family }: FamilyPart): AddSeries {
    const buckets = coarserBuckets(family.bounds, this.bounds);
    const sumAt = family.bounds.length + 1;
    return (merged, series, cells) => {
      addCounts(merged, series.at, cells, sumAt, buckets);
      addExactly(merged, this.sumAt(merged), cells[series.at + sumAt]!);
      if (this.isNative) this.addNative(merged, reading.chunks, cells, series.at + sumAt + 1);
      if (series.exemplars !== undefined && !isEnded) this.addExemplars(merged, series, reading.chunks, sumAt, buckets);
    };
  }

  finish(merged: MergedSeries): void {
    const sumAt = this.sumAt(merged);
    merged.cells[sumAt] = this.complete(merged.cells[sumAt]!, merged.lost);
    if (merged.buckets.length > 0) merged.cells[sumAt + 2] = this.addedBuckets(merged);
  }

  private sumAt({ at }: MergedSeries): number {
    return at + this.bounds.length + 1;
  }

  private addNative(merged: MergedSeries, chunks: Reading['chunks'], cells: Float64Array, zeroAt: number): void {
    merged.cells[this.sumAt(merged) + 1]! += cells[zeroAt]!;
    const buckets = nativeBuckets(chunks, cells, zeroAt + 1);
    if (buckets !== undefined && buckets.positive.length + buckets.negative.length > 0) merged.buckets.push(buckets);
  }

  /** Gives the address of the native buckets of all processes. */
  private addedBuckets({ buckets }: MergedSeries): number {
    const window = windowOver(buckets);
    const range = this.cells.allocate(windowWidth(window));
    writeHead(range.cells, range.at, window);
    const sum = { ...window, cells: range.cells, at: range.at + HEAD_CELLS };
    for (const one of buckets) addBuckets(one, sum);
    return addressOf(range);
  }

  private addExemplars(
    merged: MergedSeries,
    series: SeriesData,
    chunks: Reading['chunks'],
    count: number,
    buckets: readonly number[] | undefined,
  ): void {
    const { exemplars } = series;
    const cells = exemplars && chunks[exemplars.chunk];
    // The series may have got these cells after the chunks were copied.
    if (exemplars === undefined || cells === undefined) return;
    const to = (merged.exemplars ??= this.cells.allocate(exemplarsWidth(this.bounds)));
    for (let bucket = 0; bucket < count; bucket += 1) {
      const target = exemplarAt(to, buckets?.[bucket] ?? bucket);
      copyNewerExemplar(cells, exemplarAt(exemplars, bucket), series, to.cells, target, merged);
    }
  }
}

/** Counts of finer buckets are added up in the one that has all of them. */
function addCounts(
  merged: MergedSeries,
  at: number,
  cells: Float64Array,
  count: number,
  buckets: readonly number[] | undefined,
): void {
  const { cells: sums, at: to } = merged;
  if (buckets === undefined) for (let i = 0; i < count; i += 1) sums[to + i]! += cells[at + i]!;
  else for (let i = 0; i < count; i += 1) sums[to + buckets[i]!]! += cells[at + i]!;
}
