import { setImmediate } from 'node:timers';
import { type Operation } from '../operation-events.js';
import { type Executions, followPromises } from '../operations/executions.js';
import { type RunningExecution } from '../operations/running-execution.js';
import { FieldExecution, type FieldExecutionOwner, type FieldScope } from './field-execution.js';
import { LoneField } from './lone-field.js';
import { NonNullFollower } from './non-null-follower.js';
import { type Path, type ResolveArguments, type Resolver, rootOf, type RootResolver } from './graphql-schema.js';

/** Calls resolvers, and knows to which execution of a root field each of them belongs. */
export class FieldExecutions implements FieldExecutionOwner {
  private readonly scopes = new WeakMap<Path, FieldScope>();
  private resting: FieldExecution[] = [];

  /** Whether a resolver of ours can be around another. Then all of them have to be remembered, which costs most of all. */
  canBeAround = false;

  constructor(private readonly executions: Executions) {}

  resolveRoot(operation: Operation, resolver: RootResolver, self: unknown, args: ResolveArguments): unknown {
    const path = args[3]?.path;
    // A root type can also be the type of a field: that of the result of a mutation.
    if (path?.prev !== undefined) return this.resolveNested(resolver, self, args);
    if (this.isResolved(path)) return resolver.resolve.apply(self, args);
    const execution = this.executions.start(operation);
    if (execution === undefined) return resolver.resolve.apply(self, args);
    if (resolver.isLone && !this.canBeAround) return this.resolveLone(execution, resolver, self, args);
    return this.resolveAs(new FieldExecution(this, execution), resolver, self, args);
  }

  resolveNested(resolver: Resolver, self: unknown, args: ResolveArguments): unknown {
    const path = args[3]?.path;
    const scope = path && this.scopes.get(rootOf(path));
    if (scope === undefined) return resolver.resolve.apply(self, args);
    if (!this.canBeAround) return follow(scope, resolver, self, args);
    return this.isResolved(path) ? resolver.resolve.apply(self, args) : this.resolveAs(scope, resolver, self, args);
  }

  /** Whether a resolver of ours has been called already: a transformed schema can have one around another. */
  isResolved(path: Path | undefined): boolean {
    return path !== undefined && this.scopes.has(path);
  }

  /** Calls a resolver in a scope. Those of the fields below a root field will run in the same one. */
  resolveAs(scope: FieldScope, resolver: Resolver, self: unknown, args: ResolveArguments): unknown {
    const path = args[3]?.path;
    if (path !== undefined) this.scopes.set(path, scope);
    return follow(scope, resolver, self, args);
  }

  threw(execution: RunningExecution, error: unknown): void {
    this.executions.threw(execution, error);
  }

  rests(field: FieldExecution): void {
    if (this.resting.push(field) === 1) setImmediate(() => this.endResting());
  }

  private resolveLone(execution: RunningExecution, resolver: Resolver, self: unknown, args: ResolveArguments): unknown {
    let result: unknown;
    try {
      result = execution.run(() => resolver.resolve.apply(self, args));
    } catch (error) {
      execution.failed(error);
      throw error;
    }
    return followPromises(result, new LoneField(this, execution, resolver.isNonNull));
  }

  private endResting(): void {
    const all = this.resting;
    this.resting = [];
    for (const field of all) field.endIfAtRest();
  }
}

function follow(scope: FieldScope, resolver: Resolver, self: unknown, args: ResolveArguments): unknown {
  scope.began();
  let result: unknown;
  try {
    result = scope.run(() => resolver.resolve.apply(self, args));
  } catch (error) {
    scope.failed(error);
    throw error;
  }
  return followPromises(result, resolver.isNonNull ? new NonNullFollower(scope) : scope);
}
