import { type Answer } from './exchange.js';

/** What we use of a logger. */
export interface OutageLog {
  log(message: string): void;
  warn(message: string): void;
}

/** A logger of the application may throw, and nobody here could help it. */
function quietly(log: OutageLog): OutageLog {
  const attempt = (write: () => void): void => {
    try {
      write();
    } catch {
      // There is nobody left to tell.
    }
  };
  return {
    log: (message) => attempt(() => log.log(message)),
    warn: (message) => attempt(() => log.warn(message)),
  };
}

/** Remembers since when Redis is away and says so once, and once when it is back; likewise for what it refuses. */
export class Outages {
  /** Since when it is away, in milliseconds since 1970. */
  since: number | undefined;
  /** Since when it is there and takes nothing. */
  refusedSince: number | undefined;
  private isRefusing = false;

  private readonly log: OutageLog;

  constructor(log: OutageLog) {
    this.log = quietly(log);
  }

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
