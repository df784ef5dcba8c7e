const FIRST_MS = 60_000;
const LONGEST_MS = 3_600_000;

/**
 * For how long something that was said is not said again: a minute, then two, up to an hour, so that what others can
 * bring about again and again does not fill the log. After an hour without it is a minute again.
 */
export class QuietTime {
  private lengthMs = FIRST_MS;
  private endsAt = -Infinity;

  /** How much of it is left, in milliseconds. */
  get leftMs(): number {
    return Math.max(0, this.endsAt - performance.now());
  }

  begin(): void {
    const now = performance.now();
    this.lengthMs = now - this.endsAt >= LONGEST_MS ? FIRST_MS : Math.min(2 * this.lengthMs, LONGEST_MS);
    this.endsAt = now + this.lengthMs;
  }
}
