import { type Follower } from '../../host/follow-result.js';
import { type RunningExecution } from '../operations/running-execution.js';

/** What a processor throws to put its job back: it has not failed, and BullMQ does not count an attempt. */
const PUTS_BACK: ReadonlySet<unknown> = new Set([
  'DelayedError',
  'RateLimitError',
  'WaitingChildrenError',
  'WaitingError',
]);

/** Follows one attempt of a job. */
export class Attempt implements Follower {
  constructor(private readonly execution: RunningExecution) {}

  succeeded(): void {
    this.execution.succeeded();
  }

  failed(error: unknown): void {
    if (PUTS_BACK.has(nameOf(error))) this.execution.succeeded();
    else this.execution.failed(error);
  }
}

/** A getter of the application's may throw. */
function nameOf(error: unknown): unknown {
  try {
    return error instanceof Error ? error.name : undefined;
  } catch {
    return undefined;
  }
}
