import { type Follower } from '../../host/follow-result.js';
import { type Outcome } from '../operation-events.js';
import { type RunningExecution } from '../operations/running-execution.js';
import { openItems } from './list-items.js';

/** Where the resolvers of a root field, and of the fields below it, run. */
export interface FieldScope extends Follower {
  /** Another resolver begins; it ends with `succeeded` or `failed`. */
  began(): void;
  run<T>(work: () => T): T;
}

/** Neither method throws. */
export interface FieldExecutionOwner {
  threw(execution: RunningExecution, error: unknown): void;
  /** No resolver of it runs. It must be asked later whether that is still so: `endIfAtRest`. */
  rests(field: FieldExecution): void;
}

/**
 * One execution of a root field. It ends with the last resolver below the field, which graphql only starts once it has
 * the results of those above it, and with the last promise in a list. So it is not at its end before graphql has had time to start further ones.
 */
export class FieldExecution implements FieldScope {
  private running = 0;
  private outcome: Outcome = 'success';
  private restsSince = 0;
  /** To the owner, which has not asked yet. */
  private isReported = false;

  constructor(
    private readonly owner: FieldExecutionOwner,
    private readonly execution: RunningExecution,
  ) {}

  began(): void {
    this.running += 1;
  }

  run<T>(work: () => T): T {
    return this.execution.run(work);
  }

  succeeded(result: unknown): void {
    // Resolvers may return an error instead of throwing it.
    if (result instanceof Error) {
      this.failed(result);
      return;
    }
    for (const item of openItems(result)) this.followItem(item);
    this.settled();
  }

  failed(error: unknown): void {
    this.outcome = 'error';
    this.owner.threw(this.execution, error);
    this.settled();
  }

  endIfAtRest(): void {
    this.isReported = false;
    if (this.running === 0) this.execution.end(this.outcome, this.restsSince);
  }

  private followItem(item: Promise<unknown> | Error): void {
    this.began();
    if (item instanceof Error) this.failed(item);
    else
      item.then(
        (result) => this.succeeded(result),
        (error: unknown) => this.failed(error),
      );
  }

  private settled(): void {
    this.running -= 1;
    if (this.running > 0) return;
    this.restsSince = performance.now();
    if (!this.isReported) this.owner.rests(this);
    this.isReported = true;
  }
}
