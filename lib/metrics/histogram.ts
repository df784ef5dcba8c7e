import { type CellRange } from './cells.js';
import { exemplarAt, exemplarsWidth, hasIds, isReplaceable, writeExemplar } from './exemplar-cells.js';
import { isDetached, Series } from './series.js';
import { isSampled, type SpanContext } from './span-context.js';

/** A histogram's handle. */
export interface HistogramSeries {
  /**
   * Puts one value into its bucket. Anything but a finite number is ignored and counted as an error of ours.
   *
   * @param span the span that was measured, which becomes the exemplar of the bucket if it is sampled and the bucket got
   *   none within the last second: `trace.getActiveSpan()?.spanContext()` of OpenTelemetry
   */
  observe(value: number, span?: SpanContext): void;
}

/**
 * Its cells are one count per bucket (not cumulative), one for `+Inf`, then the sum.
 * The count is the sum of the buckets, so `_count` and `+Inf` agree in every reading.
 */
export class HistogramInCells extends Series implements HistogramSeries {
  exemplars: CellRange | undefined = undefined;

  observe(value: number, span?: SpanContext): void {
    const { bounds } = this.owner;
    if (!(typeof value === 'number' && value > -Infinity && value < Infinity)) return this.owner.reject(value);
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket += 1;
    this.cells[this.at + bucket]! += 1;
    this.cells[this.at + bounds.length + 1]! += value;
    if (span !== undefined) this.exemplify(bucket, value, span);
  }

  /** Where they were is still said: an older copy of the cells has them there. */
  override giveBackOthers(): void {
    const { exemplars, owner } = this;
    if (exemplars !== undefined) owner.cells.release(exemplars, exemplarsWidth(owner.bounds));
  }

  /** The value is counted by now, whatever it was given with. */
  private exemplify(bucket: number, value: number, span: SpanContext): void {
    try {
      const nowMs = Date.now();
      const { exemplars } = this;
      if (exemplars !== undefined && !isReplaceable(exemplars.cells, exemplarAt(exemplars, bucket), nowMs)) return;
      // Others may have the cells of a series that was removed.
      if (!isSampled(span) || !hasIds(span) || isDetached(this)) return;
      const range = (this.exemplars ??= this.owner.exemplarsFor(this));
      if (range !== undefined) writeExemplar(range.cells, exemplarAt(range, bucket), span, value, nowMs, this);
    } catch {
      this.owner.reject(span);
    }
  }
}
