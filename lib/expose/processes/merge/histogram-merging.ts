import { addressOf } from '../../../metrics/cell-address.js';
import { type Cells } from '../../../metrics/cells.js';
import { copyNewerExemplar, exemplarAt, exemplarsWidth } from '../../../metrics/exemplar-cells.js';
import { type FamilyData, type SeriesData } from '../../../metrics/family-data.js';
import { addBuckets } from '../../../metrics/native/add-buckets.js';
import { HEAD_CELLS, nativeBuckets, windowWidth, writeHead } from '../../../metrics/native/native-layout.js';
import { windowOver } from '../../../metrics/native/native-window.js';
import { type Reading } from '../../reading.js';
import { bucketsAmong } from './merged-bounds.js';
import { addExactly } from './counter-merging.js';
import { type MergedSeries } from './merged-series.js';
import { type AddSeries, type Merging } from './merging.js';
import { type NativeCounts, nativeOfClassic } from './native-of-classic.js';
import { type FamilyPart } from './share.js';

/** Histograms are added up over bounds that fit all: see `merged-bounds.ts`. The newest exemplar of each bucket stays. */
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

  part(part: FamilyPart): AddSeries {
    const { share, family } = part;
    const { reading, isEnded } = share;
    const nativeOf = this.isNative ? nativeReader(part) : undefined;
    const buckets = bucketsAmong(family.bounds, this.bounds);
    const sumAt = family.bounds.length + 1;
    return (merged, series, cells) => {
      addCounts(merged, series.at, cells, sumAt, buckets);
      addExactly(merged, this.sumAt(merged), cells[series.at + sumAt]!);
      if (nativeOf !== undefined) this.addNative(merged, nativeOf(cells, series.at));
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

  private addNative(merged: MergedSeries, { zeroCount, buckets }: NativeCounts): void {
    merged.cells[this.sumAt(merged) + 1]! += zeroCount;
    if (buckets.positive.length + buckets.negative.length > 0) merged.buckets.push(buckets);
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

/** Whether all values of a process are in native buckets. */
export function hasNative({ share, family }: FamilyPart): boolean {
  const { chunks } = share.reading;
  const { bounds, native, series, seriesCount, overflow } = family;
  const isKnown = ({ chunk, at }: SeriesData) =>
    nativeBuckets(chunks, chunks[chunk]!, at + bounds.length + 3) !== undefined;
  return native && series.slice(0, seriesCount).every(isKnown) && (overflow === undefined || isKnown(overflow));
}

/** Reads the native buckets of the series of a process, from its cells. */
function nativeReader(part: FamilyPart): (cells: Float64Array, at: number) => NativeCounts {
  const { chunks } = part.share.reading;
  const { bounds } = part.family;
  // Those that live have them, or nobody does.
  if (part.share.isEnded && !hasNative(part)) return (cells, at) => nativeOfClassic(bounds, cells, at);
  const zeroAt = bounds.length + 2;
  return (cells, at) => ({
    zeroCount: cells[at + zeroAt]!,
    buckets: nativeBuckets(chunks, cells, at + zeroAt + 1)!,
  });
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
