import { type Cells } from '../../../metrics/cells.js';
import { familyData, type FamilyData, type SeriesData, seriesWidth } from '../../../metrics/family-data.js';
import { labelPair } from '../../../metrics/label-text.js';
import { PROCESS_LABEL } from '../../../metrics/merge-mode.js';
import { type FamilyReading, type Reading } from '../../reading.js';
import { CounterMerging } from './counter-merging.js';
import { completeSum, completeSumUp } from './exact-sum.js';
import { GaugeMerging } from './gauge-merging.js';
import { hasNative, HistogramMerging } from './histogram-merging.js';
import { LabelSets } from './label-sets.js';
import { mergedBounds } from './merged-bounds.js';
import { MergedSeries } from './merged-series.js';
import { type AddSeries, type Merging } from './merging.js';
import { type FamilyPart } from './share.js';

/** The family of one name in all shares, as one. */
export function mergeFamily(parts: readonly FamilyPart[], cells: Cells): FamilyReading {
  const merged = new MergedFamily(dataOf(parts), parts, cells);
  for (const part of parts) merged.add(part);
  return merged.finish();
}

/** That of the first share. Buckets are those that can be known of all. */
function dataOf(parts: readonly FamilyPart[]): FamilyData {
  const bounds = mergedBounds(parts.map(({ share, family }) => ({ ...family, isEnded: share.isEnded })));
  return { ...familyData(parts[0]!.family), bounds, native: isNative(parts) };
}

/**
 * With the buckets of some living processes only, the count of a native histogram would be smaller than the classic one.
 * Ended ones without native buckets can be put into some: see `native-of-classic.ts`.
 */
function isNative(parts: readonly FamilyPart[]): boolean {
  const living = parts.filter(({ share }) => !share.isEnded);
  return living.length > 0 ? living.every(hasNative) : parts.some(hasNative);
}

/** The series of one process. */
interface Source {
  readonly chunks: Reading['chunks'];
  readonly add: AddSeries;
  /** What their labels get at the end. */
  readonly suffix: string;
  readonly hasOnlyNew: boolean;
}

class MergedFamily {
  private readonly width: number;
  private readonly merging: Merging;
  private readonly known = new LabelSets<MergedSeries>();
  private readonly listed: MergedSeries[] = [];
  private overflow: MergedSeries | undefined;

  constructor(
    private readonly data: FamilyData,
    parts: readonly FamilyPart[],
    private readonly cells: Cells,
  ) {
    this.width = seriesWidth(data);
    this.merging = mergingOf(data, parts, cells);
  }

  add(part: FamilyPart): void {
    const { share, family } = part;
    const { series, seriesCount, overflow } = family;
    const isEach = this.data.merge === 'each';
    const source = {
      chunks: share.reading.chunks,
      add: this.merging.part(part),
      suffix: isEach ? labelPair(PROCESS_LABEL, String(share.slot)) : '',
      // Within a process, no two series have the same labels.
      hasOnlyNew: isEach || (this.listed.length === 0 && this.overflow === undefined),
    };
    for (let i = 0; i < seriesCount; i += 1) this.take(series[i]!, source, false);
    if (overflow !== undefined) this.take(overflow, source, !isEach);
  }

  finish(): FamilyReading {
    for (const series of this.listed) this.merging.finish(series);
    if (this.overflow !== undefined) this.merging.finish(this.overflow);
    const series = this.listed.map((one) => one.data());
    return { ...this.data, series, seriesCount: series.length, overflow: this.overflow?.data() };
  }

  private take(series: SeriesData, { chunks, add, suffix, hasOnlyNew }: Source, isOverflow: boolean): void {
    const cells = chunks[series.chunk]!;
    // A gauge that is not set.
    if (Number.isNaN(cells[series.at])) return;
    const labels = joined(series.labels, suffix);
    const known = hasOnlyNew ? undefined : this.known.get(labels);
    const merged = known ?? this.make(labels, isOverflow);
    add(merged, series, cells);
    merged.isNew = false;
    merged.createdSeconds = Math.min(merged.createdSeconds, series.createdSeconds);
  }

  /** A process may have as a label set what is the overflow of another one. */
  private make(labels: string, isOverflow: boolean): MergedSeries {
    const made = new MergedSeries(labels, this.cells.allocate(this.width));
    this.known.set(labels, made);
    if (isOverflow && this.overflow === undefined) this.overflow = made;
    else this.listed.push(made);
    return made;
  }
}

function mergingOf(data: FamilyData, parts: readonly FamilyPart[], cells: Cells): Merging {
  if (data.type === 'gauge') return new GaugeMerging(data.merge);
  // What ended processes have counted is added to other numbers later.
  const complete = parts.every(({ share }) => share.isEnded) ? completeSumUp : completeSum;
  return data.type === 'counter' ? new CounterMerging(complete) : new HistogramMerging(data, cells, complete);
}

function joined(labels: string, suffix: string): string {
  if (labels === '' || suffix === '') return labels + suffix;
  return `${labels},${suffix}`;
}
