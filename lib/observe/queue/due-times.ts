import { type Job } from './bullmq-types.js';

/** Retries whose time is known at most, so that jobs which are never tried again here do not pile up. */
const MAX_RETRIES = 10_000;

/** Of a job that failed and is tried again. */
interface Retry {
  readonly due: number;
  /** The number of attempts that had begun. */
  readonly attempts: number;
}

/**
 * When the attempts of jobs could have begun, as Unix time in milliseconds. A job says it of its first attempt. It does
 * not say when its last attempt failed, so retries are known to the process that saw that.
 */
export class DueTimes {
  private readonly retries = new Map<string | undefined, Retry>();

  /** Undefined if it is not known. */
  of(job: Job): number | undefined {
    if (job.attemptsMade === 0 && (job.attemptsStarted ?? 1) <= 1) return job.timestamp + (job.opts.delay ?? 0);
    const retry = this.retries.get(job.id);
    this.retries.delete(job.id);
    // Between the attempt that failed here and this one, another process may have tried it.
    return retry?.attempts === (job.attemptsStarted ?? job.attemptsMade + 1) - 1 ? retry.due : undefined;
  }

  /** An attempt failed, and the job is tried again. */
  willRetry({ id, opts, delay, attemptsMade, attemptsStarted = attemptsMade }: Job): void {
    const delayMs = opts.backoff ? delay : 0;
    const due = Date.now() + (Number.isFinite(delayMs) ? delayMs : 0);
    this.retries.set(id, { due, attempts: attemptsStarted });
    if (this.retries.size <= MAX_RETRIES) return;
    const [oldest] = this.retries.keys();
    this.retries.delete(oldest);
  }
}
