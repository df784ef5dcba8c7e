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
  type RootType,
  rootTypesOf,
} from './graphql-schema.js';
import { Subscriptions } from './subscriptions.js';

type OperationOf = (type: RootType, field: string) => Operation;

/** Puts functions of ours in the place of the resolvers of schemas, and takes them out again. */
export class ObservedSchemas {
  private readonly fields: FieldExecutions;
  private readonly subscriptions: Subscriptions;
  /** All that we have put somewhere: a schema can be made from one that we have seen. */
  private readonly ours = new WeakSet<Resolve>();
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
    for (const [type, root] of rootTypesOf(schema)) {
      for (const field of Object.values(root.getFields())) this.observeRoot(type, field, resolveByDefault);
    }
    for (const type of nestedTypesOf(schema)) {
      for (const field of Object.values(type.getFields())) if (hasResolver(field)) this.observeNested(field);
    }
  }

  release(): void {
    for (const undo of this.undo.splice(0)) undo();
  }

  private observeRoot(type: RootType, field: Field, resolveByDefault: Resolve): void {
    const operation = this.operationOf(type, field.name);
    const { fields, subscriptions } = this;
    const resolver = resolverOf(field, field.resolve ?? resolveByDefault);
    if (type !== 'subscription') {
      this.replace(field, 'resolve', function (...args) {
        return fields.resolveRoot(operation, resolver, this, args);
      });
      return;
    }
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
    this.ours.add(replacement);
    field[member] = replacement;
    this.undo.push(() => {
      // Apollo puts functions of its own around ours for some plugins.
      if (field[member] === replacement) field[member] = original;
    });
  }
}
