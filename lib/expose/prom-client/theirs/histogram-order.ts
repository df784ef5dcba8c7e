/**
 * Sees to it that the samples of each histogram come together: buckets ascending and cumulative up to `+Inf`, the sum
 * and the count.
 *
 * prom-client takes bounds in any order and then counts into the wrong buckets; such a histogram has no true number in
 * it, and a strict reader refuses the whole exposition because of it.
 */
export class HistogramOrder {
  private readonly seen = new Set<string>();
  private identity: string | undefined;
  /** Complete, or a repetition from the start: what still comes is not published. */
  private isClosed = false;
  private bound = -Infinity;
  private count = 0;
  private readonly totals = new Set<string>();

  /**
   * Whether a sample is to be published: one that repeats another is not.
   *
   * @errors throws when it does not follow the one before
   */
  admits(identity: string, suffix: string, bound: number | undefined, value: number): boolean {
    if (identity !== this.identity) this.begin(identity);
    if (this.isClosed) return false;
    const isAdmitted = bound === undefined ? isNew(this.totals, suffix) : this.admitsBucket(bound, value);
    this.isClosed = this.bound === Infinity && this.totals.size === 2;
    return isAdmitted;
  }

  /** @errors throws when the last histogram is not complete */
  finish(): void {
    if (this.identity === undefined || this.isClosed) return;
    throw new TypeError('Expected each of its label sets to have a bucket for +Inf, a sum and a count, together.');
  }

  private begin(identity: string): void {
    this.finish();
    this.identity = identity;
    this.isClosed = !isNew(this.seen, identity);
    this.bound = -Infinity;
    this.count = 0;
    this.totals.clear();
  }

  private admitsBucket(bound: number, count: number): boolean {
    if (bound === this.bound) return false;
    if (!(bound > this.bound) || !(count >= this.count)) {
      throw new TypeError('Expected its buckets to be ascending and cumulative: sort them.');
    }
    this.bound = bound;
    this.count = count;
    return true;
  }
}

function isNew(set: Set<string>, value: string): boolean {
  const before = set.size;
  return set.add(value).size > before;
}
