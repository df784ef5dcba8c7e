import { errorText, logText } from '../../observe/log-text.js';
import { type Answer } from './round-trip.js';
import { QuietTime } from './quiet-time.js';

/** What we use of a logger; it never throws. */
export interface OutageLog {
  log(message: string): void;
  warn(message: string): void;
}

/** Of an error, which may quote what others have written: what we say besides must fit into the same line. */
const MOST_CHARACTERS = 500;

/**
 * Remembers since when Redis is away and says so once, and once when it is back; likewise for what it refuses, but less
 * and less often, for that is what whoever writes into the same Redis can bring about every second.
 */
export class Outages {
  /** Since when it is away, in milliseconds since 1970. */
  since: number | undefined;
  /** Since when it is there and takes nothing. */
  refusedSince: number | undefined;
  private isRefusalSaid = false;
  private readonly quiet = new QuietTime();

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

  /** @param answer what Redis would not do, although it answered, and whether it did nothing at all */
  answered({ error: refusal, isRefused }: Pick<Answer, 'error' | 'isRefused'>): void {
    this.refusedSince = isRefused ? (this.refusedSince ?? Date.now()) : undefined;
    if (this.since !== undefined) {
      const seconds = Math.round((Date.now() - this.since) / 1000);
      this.since = undefined;
      this.log.log(`Redis is back after ${seconds} s.`);
    }
    if (refusal === undefined) this.sayAccepted();
    else this.sayRefused(refusal);
  }

  /** Said once: which key the error names differs from one batch to the next. */
  private sayRefused(refusal: string): void {
    if (this.isRefusalSaid || this.quiet.leftMs > 0) return;
    this.isRefusalSaid = true;
    this.quiet.begin();
    const reason = logText(refusal, MOST_CHARACTERS);
    this.log.warn(`Redis does not take all numbers, which are kept here until it does: ${reason}`);
  }

  private sayAccepted(): void {
    if (!this.isRefusalSaid) return;
    this.isRefusalSaid = false;
    const seconds = Math.ceil(this.quiet.leftMs / 1000);
    const quiet =
      seconds > 0 ? ` If that changes within the next ${seconds} s, it is not logged before they are over.` : '';
    this.log.log(`Redis takes everything again.${quiet}`);
  }
}

/** The name and message of an error, whatever a client rejects with. */
function textOf(error: unknown): string {
  const [head = ''] = errorText(error).split('\n', 1);
  return logText(head, MOST_CHARACTERS);
}
