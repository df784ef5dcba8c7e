import { type Follower } from '../../host/follow-result.js';
import { type SpanContext } from '../../metrics/span-context.js';
import { type Execution, type Operation, type Outcome } from '../operation-events.js';
import { type RequestScope, type RequestTally } from '../request-scope.js';

/** Hears of the end of an execution. Neither method throws. */
export interface ExecutionOwner {
  ended(execution: RunningExecution): void;
  threw(execution: RunningExecution, error: unknown): void;
}

/** One execution and the event that tells of it: one object, nothing copied. It ends once, whatever is called later. */
export class RunningExecution implements Execution, Follower {
  outcome: Outcome | undefined = undefined;
  durationSeconds = 0;
  private hasThrown = false;
  private readonly startedAt = performance.now();

  constructor(
    private readonly owner: ExecutionOwner,
    readonly operation: Operation,
    private readonly scope: RequestScope | undefined,
    private readonly tally: RequestTally | undefined,
    readonly span: SpanContext | undefined,
  ) {}

  get databaseQueries(): number {
    return this.tally?.databaseQueries ?? 0;
  }

  get databaseSeconds(): number {
    return this.tally?.databaseSeconds ?? 0;
  }

  /** Runs a part of its work, so that statements are counted as its own. */
  run<T>(work: () => T): T {
    return this.scope === undefined || this.tally === undefined ? work() : this.scope.run(this.tally, work);
  }

  succeeded(): void {
    this.end('success');
  }

  failed(error: unknown): void {
    if (!this.hasThrown) this.threw(error);
    this.end('error');
  }

  /** Tells of an exception before the execution ends: a filter may turn it into something else, or into a result. */
  threw(error: unknown): void {
    if (this.outcome !== undefined) return;
    this.hasThrown = true;
    this.owner.threw(this, error);
  }

  aborted(): void {
    this.end('aborted');
  }

  /**
   * For those who tell of exceptions elsewhere.
   *
   * @param at when it ended, as `performance.now()` says it
   */
  end(outcome: Outcome, at = performance.now()): void {
    if (this.outcome !== undefined) return;
    this.outcome = outcome;
    this.durationSeconds = (at - this.startedAt) / 1000;
    if (this.tally !== undefined) this.tally.ended = true;
    this.owner.ended(this);
  }
}
