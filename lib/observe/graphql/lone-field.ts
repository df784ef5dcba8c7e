import { type Follower } from '../../host/follow-result.js';
import { type RunningExecution } from '../operations/running-execution.js';
import { FieldExecution, type FieldExecutionOwner } from './field-execution.js';
import { openItems } from './list-items.js';

/** Follows a root field without resolvers below it: its execution ends with its resolver, or with the promises in its list. */
export class LoneField implements Follower {
  constructor(
    private readonly owner: FieldExecutionOwner,
    private readonly execution: RunningExecution,
    private readonly isNonNull: boolean,
  ) {}

  succeeded(result: unknown): void {
    // Resolvers may return an error instead of throwing it.
    if (result instanceof Error) this.execution.failed(result);
    else if (this.isNonNull && (result === null || result === undefined)) this.execution.failed(nullInNonNull());
    else if (openItems(result).length > 0) this.goOn(result);
    else this.execution.succeeded();
  }

  failed(error: unknown): void {
    this.execution.failed(error);
  }

  /** Its resolver has returned, but not all items of its list have. */
  private goOn(result: unknown): void {
    const field = new FieldExecution(this.owner, this.execution);
    field.began();
    field.succeeded(result);
  }
}

/** What graphql makes of a result that is null where it must not be. */
export function nullInNonNull(): Error {
  return new Error('Cannot return null for a field that must not be null.');
}
