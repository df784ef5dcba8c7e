import { type Operation } from '../operation-events.js';
import { type Executions, followPromises } from '../operations/executions.js';
import { type RunningExecution } from '../operations/running-execution.js';
import { FieldExecution, type FieldExecutionOwner, type FieldScope } from './field-execution.js';
import { type Path, type Resolve, type ResolveArguments, rootOf } from './graphql-schema.js';

/** Calls resolvers, and knows to which execution of a root field each of them belongs. */
export class FieldExecutions implements FieldExecutionOwner {
  private readonly scopes = new WeakMap<Path, FieldScope>();
  private resting: FieldExecution[] = [];

  constructor(private readonly executions: Executions) {}

  resolveRoot(operation: Operation, resolve: Resolve, self: unknown, args: ResolveArguments): unknown {
    // A root type can also be the type of a field: that of the result of a mutation.
    if (args[3]?.path?.prev !== undefined) return this.resolveNested(resolve, self, args);
    const execution = this.executions.start(operation);
    if (execution === undefined) return resolve.apply(self, args);
    return this.resolveAs(new FieldExecution(this, execution), resolve, self, args);
  }

  resolveNested(resolve: Resolve, self: unknown, args: ResolveArguments): unknown {
    const path = args[3]?.path;
    const scope = path && this.scopes.get(rootOf(path));
    return scope === undefined ? resolve.apply(self, args) : follow(scope, resolve, self, args);
  }

  /** The resolver of a root field in a scope, which those of the fields below it will run in. */
  resolveAs(scope: FieldScope, resolve: Resolve, self: unknown, args: ResolveArguments): unknown {
    const path = args[3]?.path;
    if (path !== undefined) this.scopes.set(path, scope);
    return follow(scope, resolve, self, args);
  }

  threw(execution: RunningExecution, error: unknown): void {
    this.executions.threw(execution, error);
  }

  rests(field: FieldExecution): void {
    if (this.resting.push(field) === 1) setImmediate(() => this.endResting());
  }

  private endResting(): void {
    const all = this.resting;
    this.resting = [];
    for (const field of all) field.endIfAtRest();
  }
}

function follow(scope: FieldScope, resolve: Resolve, self: unknown, args: ResolveArguments): unknown {
  scope.began();
  let result: unknown;
  try {
    result = scope.run(() => resolve.apply(self, args));
  } catch (error) {
    scope.failed(error);
    throw error;
  }
  return followPromises(result, scope);
}
