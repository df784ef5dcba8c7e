import { type Aggregator, type ForeignExemplar, type ForeignSample } from '../../../foreign-family.js';
import { completeSum, completeSumUp, lostBy } from '../exact-sum.js';

/** How two values become one. A sum and an average are added up first. */
export type SampleMode = Exclude<Aggregator, 'omit'>;

/** A sample of several processes. */
export class MergedSample {
  private value = NaN;
  private lost = 0;
  private count = 0;
  private exemplar: ForeignExemplar | undefined;

  constructor(
    private readonly sample: ForeignSample,
    private readonly mode: SampleMode,
  ) {}

  /** What is no number, as the quantile of a summary without values, does not take part. */
  add(value: number): void {
    if (Number.isNaN(value)) return;
    this.count += 1;
    this.value = this.count === 1 ? value : this.taken(value);
  }

  /** The newest one stays; one without a time is older than any other. */
  exemplify(exemplar: ForeignExemplar | undefined): void {
    if (exemplar === undefined) return;
    const isNewer = timeOf(exemplar) > timeOf(this.exemplar);
    if (this.exemplar === undefined || isNewer) this.exemplar = exemplar;
  }

  /** @param isUp never below the exact sum */
  finish(isUp: boolean): ForeignSample {
    const { name, labels, le } = this.sample;
    const value = this.finalValue(isUp);
    return {
      name,
      labels,
      value,
      ...(le !== undefined && { le }),
      ...(this.exemplar !== undefined && { exemplar: this.exemplar }),
    };
  }

  private taken(value: number): number {
    const before = this.value;
    if (this.mode === 'first') return before;
    if (this.mode === 'max') return Math.max(before, value);
    if (this.mode === 'min') return Math.min(before, value);
    this.lost += lostBy(before, value);
    return before + value;
  }

  private finalValue(isUp: boolean): number {
    const value = (isUp ? completeSumUp : completeSum)(this.value, this.lost);
    return this.mode === 'average' ? value / this.count : value;
  }
}

function timeOf(exemplar: ForeignExemplar | undefined): number {
  return exemplar?.timestampSeconds ?? -Infinity;
}
