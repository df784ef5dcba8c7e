import { type Field, type GraphQLSchema, hasResolver, isObjectType, rootTypesOf } from './graphql-schema.js';

/** Finds the fields of a schema that have resolvers, or root types, somewhere below them. */
export class ResolversBelow {
  private readonly roots: ReadonlySet<unknown>;

  constructor(private readonly schema: GraphQLSchema) {
    this.roots = new Set(rootTypesOf(schema).map(([, type]) => type));
  }

  has(field: Field): boolean {
    return this.reached(namedTypeOf(field.type), new Set());
  }

  /** @param seen the types that have been looked at: types can lead to each other */
  private reached(type: unknown, seen: Set<unknown>): boolean {
    if (seen.has(type)) return false;
    seen.add(type);
    if (this.roots.has(type)) return true;
    return this.typesBelow(type, seen);
  }

  private typesBelow(type: unknown, seen: Set<unknown>): boolean {
    if (!isObjectType(type)) {
      return isAbstractType(type) && this.schema.getPossibleTypes(type).some((one) => this.reached(one, seen));
    }
    const fields = Object.values(type.getFields());
    return fields.some((field) => hasResolver(field) || this.reached(namedTypeOf(field.type), seen));
  }
}

/** Without the lists and the marks for values that must not be null around it. */
function namedTypeOf(type: unknown): unknown {
  let one = type;
  while (isWrapper(one)) one = one.ofType;
  return one;
}

function isWrapper(type: unknown): type is { readonly ofType: unknown } {
  return Reflect.get(Object(type) as object, 'ofType') !== undefined;
}

function isAbstractType(type: unknown): boolean {
  const tag = Object.prototype.toString.call(type);
  return tag === '[object GraphQLInterfaceType]' || tag === '[object GraphQLUnionType]';
}
