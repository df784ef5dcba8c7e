import { type Operation } from '../operation-events.js';
import { type Executions } from '../operations/executions.js';
import { FieldExecutions } from './field-executions.js';
import {
  type Field,
  type GraphQLSchema,
  hasResolver,
  nestedTypesOf,
  readProperty,
  type Resolve,
  resolverOf,
  type RootResolver,
  type RootType,
  rootTypesOf,
} from './graphql-schema.js';
import { ResolversBelow } from './resolvers-below.js';
import { Subscriptions } from './subscriptions.js';

type OperationOf = (type: RootType, field: string) => Operation;

/** Puts functions of ours in the place of the resolvers of schemas, and takes them out again. */
export class ObservedSchemas {
  private readonly fields: FieldExecutions;
  private readonly subscriptions: Subscriptions;
  /** All that we have put somewhere: a schema can be made from one that we have seen. */
  private readonly ours = new WeakSet<Resolve>();
  /** By the function of ours that calls it. */
  private readonly roots = new WeakMap<Resolve, RootResolver>();
  private hasObserved = false;
  private readonly undo: (() => void)[] = [];

  constructor(
    executions: Executions,
    private readonly operationOf: OperationOf,
  ) {
    this.fields = new FieldExecutions(executions);
    this.subscriptions = new Subscriptions(executions, this.fields);
  }

  /** @param resolveByDefault what the server does for fields without a resolver */
  observe(schema: GraphQLSchema, resolveByDefault: Resolve = readProperty): void {
    const below = new ResolversBelow(schema);
    for (const [type, root] of rootTypesOf(schema)) {
      for (const field of Object.values(root.getFields())) {
        if (type === 'subscription') this.observeSubscription(field, resolveByDefault);
        else this.observeRoot(type, field, resolveByDefault, !below.has(field));
      }
    }
    for (const type of nestedTypesOf(schema)) {
      for (const field of Object.values(type.getFields())) if (hasResolver(field)) this.observeNested(field);
    }
    this.hasObserved = true;
  }

  release(): void {
    for (const undo of this.undo.splice(0)) undo();
  }

  private observeRoot(type: RootType, field: Field, resolveByDefault: Resolve, isLone: boolean): void {
    const operation = this.operationOf(type, field.name);
    const { fields } = this;
    const known = field.resolve && this.roots.get(field.resolve);
    if (known !== undefined) {
      known.isLone &&= isLone;
      return;
    }
    const resolver = { ...resolverOf(field, field.resolve ?? resolveByDefault), isLone };
    const replacement: Resolve = function (...args) {
      return fields.resolveRoot(operation, resolver, this, args);
    };
    this.roots.set(replacement, resolver);
    this.replace(field, 'resolve', replacement);
  }

  private observeSubscription(field: Field, resolveByDefault: Resolve): void {
    const operation = this.operationOf('subscription', field.name);
    const { subscriptions } = this;
    const resolver = resolverOf(field, field.resolve ?? resolveByDefault);
    const subscribe = field.subscribe ?? resolveByDefault;
    this.replace(field, 'subscribe', function (...args) {
      return subscriptions.subscribe(operation, subscribe, this, args);
    });
    this.replace(field, 'resolve', function (...args) {
      return subscriptions.resolveEvent(operation, resolver, this, args);
    });
  }

  private observeNested(field: Field): void {
    const { fields } = this;
    const resolver = resolverOf(field, field.resolve!);
    this.replace(field, 'resolve', function (...args) {
      return fields.resolveNested(resolver, this, args);
    });
  }

  private replace(field: Field, member: 'resolve' | 'subscribe', replacement: Resolve): void {
    const original = field[member];
    if (original !== undefined && this.ours.has(original)) return;
    // What an earlier schema had there may be a function of ours, and this one made from it.
    if (this.hasObserved && original !== undefined) this.fields.canBeAround = true;
    this.ours.add(replacement);
    field[member] = replacement;
    this.undo.push(() => {
      // Apollo puts functions of its own around ours for some plugins.
      if (field[member] === replacement) field[member] = original;
    });
  }
}
