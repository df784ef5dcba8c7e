import { isThenable } from '../../host/follow-result.js';
import { type Operation } from '../operation-events.js';
import { type Executions } from '../operations/executions.js';
import { type RunningExecution } from '../operations/running-execution.js';
import { EventScope } from './event-scope.js';
import { type FieldExecutions } from './field-executions.js';
import { areEvents, followEvents } from './followed-events.js';
import { type Path, type Resolve, type ResolveArguments, type Resolver } from './graphql-schema.js';

/** The executions of the fields of the subscription type: one per subscription, however many events it has. */
export class Subscriptions {
  /** Null for a context that several of them share: it cannot be said which one an event is of. */
  private readonly byContext = new WeakMap<object, RunningExecution | null>();

  /** Where a stream is made already: a transformed schema can have one function of ours around another. */
  private readonly followed = new WeakSet<Path>();

  constructor(
    private readonly executions: Executions,
    private readonly fields: FieldExecutions,
  ) {}

  subscribe(operation: Operation, subscribe: Resolve, self: unknown, args: ResolveArguments): unknown {
    const path = args[3]?.path;
    const isFollowed = path !== undefined && this.followed.has(path);
    const execution = isFollowed ? undefined : this.executions.start(operation);
    if (execution === undefined) return subscribe.apply(self, args);
    if (path !== undefined) this.followed.add(path);
    this.remember(execution, args[2]);
    let result: unknown;
    try {
      result = execution.run(() => subscribe.apply(self, args));
    } catch (error) {
      execution.failed(error);
      throw error;
    }
    if (!isThenable(result)) return followed(result, execution);
    return result.then(
      (events) => followed(events, execution),
      (error: unknown) => {
        execution.failed(error);
        throw error;
      },
    );
  }

  /** Makes the result of an event. Its errors are in that result, and do not end the subscription. */
  resolveEvent(operation: Operation, resolver: Resolver, self: unknown, args: ResolveArguments): unknown {
    if (this.fields.isResolved(args[3]?.path)) return resolver.resolve.apply(self, args);
    const execution = this.byContext.get(Object(args[2]) as object) ?? undefined;
    return this.fields.resolveAs(new EventScope(this.executions, operation, execution), resolver, self, args);
  }

  private remember(execution: RunningExecution, context: unknown): void {
    if (typeof context !== 'object' || context === null) return;
    this.byContext.set(context, this.byContext.has(context) ? null : execution);
  }
}

function followed(result: unknown, execution: RunningExecution): unknown {
  if (areEvents(result)) return followEvents(result, execution);
  // Graphql answers with an error.
  if (result instanceof Error) execution.failed(result);
  else execution.end('error');
  return result;
}
