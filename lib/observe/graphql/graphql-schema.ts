/** What of a `GraphQLSchema` is used. The same in graphql 15, 16 and 17. */
export interface GraphQLSchema {
  getQueryType(): ObjectType | null | undefined;
  getMutationType(): ObjectType | null | undefined;
  getSubscriptionType(): ObjectType | null | undefined;
  getTypeMap(): Readonly<Record<string, unknown>>;
  /** Of an interface or a union. */
  getPossibleTypes(abstractType: unknown): readonly unknown[];
}

export interface ObjectType {
  readonly name: string;
  getFields(): Readonly<Record<string, Field>>;
}

export interface Field {
  readonly name: string;
  readonly type: unknown;
  resolve?: Resolve | undefined;
  /** Only of fields of the subscription type: makes the stream of events. `resolve` makes a result of each event. */
  subscribe?: Resolve | undefined;
}

export type Resolve = (this: unknown, ...args: ResolveArguments) => unknown;

/**
 * The object that the field is read from, its arguments, the context of the operation, and where it is. Graphql gives all
 * of them, but an application may call a resolver itself.
 */
export type ResolveArguments = [source?: unknown, args?: unknown, context?: unknown, info?: ResolveInfo];

export interface ResolveInfo {
  readonly fieldName: string;
  readonly path?: Path;
}

/** Where in the result a field is. All fields below a root field lead to the very object that is the root field's. */
export interface Path {
  readonly prev: Path | undefined;
}

export function rootOf(path: Path): Path {
  let one = path;
  while (one.prev !== undefined) one = one.prev;
  return one;
}

const ROOT_TYPES = ['query', 'mutation', 'subscription'] as const;
export type RootType = (typeof ROOT_TYPES)[number];

/** The root types that a schema has. */
export function rootTypesOf(schema: GraphQLSchema): readonly (readonly [RootType, ObjectType])[] {
  const types = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  };
  return ROOT_TYPES.flatMap((name) => {
    const type = types[name];
    return type === null || type === undefined ? [] : [[name, type] as const];
  });
}

/** The types with fields that are resolved, besides the root types and those of introspection. */
export function nestedTypesOf(schema: GraphQLSchema): readonly ObjectType[] {
  const roots = new Set<unknown>(rootTypesOf(schema).map(([, type]) => type));
  return Object.values(schema.getTypeMap()).filter(
    (type): type is ObjectType => isObjectType(type) && !type.name.startsWith('__') && !roots.has(type),
  );
}

/** Told by its tag: a process can have two copies of graphql. */
export function isObjectType(type: unknown): type is ObjectType {
  return Object.prototype.toString.call(type) === '[object GraphQLObjectType]';
}

export function isSchema(schema: unknown): schema is GraphQLSchema {
  return Object.prototype.toString.call(schema) === '[object GraphQLSchema]';
}

/** A resolver that is observed, and what has to be known of its field. */
export interface Resolver {
  readonly resolve: Resolve;
  /** Whether graphql fails the field if its result is null. */
  readonly isNonNull: boolean;
}

export interface RootResolver extends Resolver {
  /** No resolver is called below its field, in any schema that it is in. */
  isLone: boolean;
}

export function resolverOf({ type }: Field, resolve: Resolve): Resolver {
  return { resolve, isNonNull: Object.prototype.toString.call(type) === '[object GraphQLNonNull]' };
}

/** Resolvers that only read a property: graphql's own, and the one that Nest gives to each `@Field()`. */
const READ_A_PROPERTY = new Set(['defaultFieldResolver', 'rootFieldResolver']);

/** Whether code of the application stands behind a field. The others are too many, and too fast, to be observed. */
export function hasResolver({ resolve }: Field): boolean {
  return resolve !== undefined && !READ_A_PROPERTY.has(resolve.name);
}

/** What graphql does for a field that has no resolver. */
export const readProperty: Resolve = (source, args, context, info) => {
  if ((typeof source !== 'object' || source === null) && typeof source !== 'function') return undefined;
  const property: unknown = Reflect.get(source, info?.fieldName ?? '');
  return typeof property === 'function' ? Reflect.apply(property, source, [args, context, info]) : property;
};
