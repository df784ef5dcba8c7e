/** What we use of a logger. */
export interface OutageLog {
  log(message: string): void;
  warn(message: string): void;
}

/** Remembers since when Redis is away and says so once, and once when it is back; likewise for what it refuses. */
export class Outages {
  /** Since when it is away, in milliseconds since 1970. */
  since: number | undefined;
  private isRefusing = false;

  constructor(private readonly log: OutageLog) {}

  failed(error: unknown): void {
    if (this.since !== undefined) return;
    this.since = Date.now();
    this.log.warn(
      `Redis cannot be reached: ${textOf(error)}. The application is not affected: its numbers are kept here, and delivered once Redis is back.`,
    );
  }

  /** The application ends, and what is kept here ends with it. */
  ended(): void {
    this.log.warn('Redis did not take the last numbers of this process before it ended: they are lost.');
  }

  /** @param refusal what Redis would not do, although it answered */
  answered(refusal: string | undefined): void {
    if (this.since !== undefined) {
      const seconds = Math.round((Date.now() - this.since) / 1000);
      this.since = undefined;
      this.log.log(`Redis is back after ${seconds} s.`);
    }
    // Which key it is that is told differs from one batch to the next.
    const isRefusing = refusal !== undefined;
    if (isRefusing === this.isRefusing) return;
    this.isRefusing = isRefusing;
    if (refusal === undefined) this.log.log('Redis takes everything again.');
    else this.log.warn(`Redis does not take all numbers, which are kept here until it does: ${refusal}`);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
