import { type Operation } from '../operation-events.js';
import { type Executions } from '../operations/executions.js';
import { type RunningExecution } from '../operations/running-execution.js';
import { type FieldScope } from './field-execution.js';

/** Where the resolvers of one event of a subscription run. */
export class EventScope implements FieldScope {
  constructor(
    private readonly executions: Executions,
    readonly operation: Operation,
    private readonly subscription: RunningExecution | undefined,
  ) {}

  began(): void {}

  run<T>(work: () => T): T {
    return this.subscription === undefined ? work() : this.subscription.run(work);
  }

  succeeded(result: unknown): void {
    if (result instanceof Error) this.failed(result);
  }

  failed(error: unknown): void {
    this.executions.threw(this, error);
  }
}
