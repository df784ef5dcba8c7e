import { type ForeignFamily, type ForeignSample } from '../../../foreign-family.js';
import { isQuantile } from '../counted.js';
import { identityOf, labelPairs } from '../label-pairs.js';
import { isSame, mergedBounds } from '../merged-bounds.js';
import { type ForeignPart } from './foreign-parts.js';
import { MergedSample, type SampleMode } from './merged-sample.js';
import { rebucketed } from './rebucketed.js';

/** A label set as others write it. */
interface LabelSet {
  /** The same for equal sets, without the quantile of a summary: that of one metric. */
  readonly identity: string;
  readonly quantile: string;
}

/**
 * One family of others in several processes. The samples of one metric stay together, whichever process brought them.
 */
export class MergedForeign {
  private readonly first: ForeignFamily;
  private readonly mode: SampleMode;
  private readonly bounds: readonly number[];
  private readonly isEnded: boolean;
  private readonly metrics = new Map<string, Map<string, MergedSample>>();
  private readonly labelSets = new Map<string, LabelSet>();

  constructor(parts: readonly ForeignPart[]) {
    this.first = parts[0]!.family;
    const { aggregator = 'sum' } = this.first;
    this.mode = aggregator === 'omit' ? 'sum' : aggregator;
    const shares = parts.map((part) => ({ bounds: boundsOf(part.family), isEnded: part.isEnded }));
    this.bounds = mergedBounds(shares.filter(({ bounds }) => bounds.length > 0));
    this.isEnded = parts.every((part) => part.isEnded);
  }

  add({ family, isEnded }: ForeignPart): void {
    const isAlike = isSame(boundsOf(family), this.bounds);
    for (const sample of isAlike ? family.samples : rebucketed(family.samples, this.bounds)) {
      const { value, exemplar } = sample;
      const isMeasured = isQuantile(family, sample);
      if (isEnded && isMeasured) continue;
      const merged = this.mergedOf(sample, isMeasured);
      merged.add(value);
      if (!isEnded) merged.exemplify(exemplar);
    }
  }

  finish(): ForeignFamily {
    const samples = [...this.metrics.values()].flatMap((metric) =>
      Array.from(metric.values(), (sample) => sample.finish(this.isEnded)),
    );
    return { ...this.first, samples };
  }

  private mergedOf(sample: ForeignSample, isMeasured: boolean): MergedSample {
    const { identity, quantile } = this.labelSetOf(sample.labels);
    const metric = this.metricOf(identity);
    const key = `${sample.name} ${sample.le ?? quantile}`;
    const known = metric.get(key);
    if (known !== undefined) return known;
    // The sum of quantiles means nothing. The quantile of all values together is not above the largest one.
    const made = new MergedSample(sample, isMeasured && this.mode === 'sum' ? 'max' : this.mode);
    metric.set(key, made);
    return made;
  }

  private metricOf(identity: string): Map<string, MergedSample> {
    const known = this.metrics.get(identity);
    if (known !== undefined) return known;
    const made = new Map<string, MergedSample>();
    this.metrics.set(identity, made);
    return made;
  }

  private labelSetOf(labels: string): LabelSet {
    const known = this.labelSets.get(labels);
    if (known !== undefined) return known;
    const pairs = labelPairs(labels);
    const quantile = this.first.type === 'summary' ? pairs.find((pair) => pair.startsWith('quantile=')) : undefined;
    const made = { identity: identityOf(pairs.filter((pair) => pair !== quantile)), quantile: quantile ?? '' };
    this.labelSets.set(labels, made);
    return made;
  }
}

/** With `+Inf`; none if it is no histogram, or has no values yet. */
function boundsOf({ samples }: ForeignFamily): readonly number[] {
  const bounds = new Set<number>();
  for (const { le } of samples) if (le !== undefined) bounds.add(le);
  return [...bounds];
}
