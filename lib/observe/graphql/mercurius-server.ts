import { type AnyMethod } from '../../host/any-method.js';
import { followPromise } from '../../host/follow-result.js';
import { StandIns } from '../../host/stand-ins.js';
import { type GraphQLDriver } from './graphql-drivers.js';

/** The Fastify instance that Mercurius has added its function to. */
interface FastifyWithMercurius {
  graphql: Mercurius;
}

/** Executes a request. It rejects if that fails before any resolver. */
interface Mercurius extends AnyMethod {
  schema: unknown;
  /** Puts resolvers into the schema. */
  defineResolvers: AnyMethod;
}

/** What happens in a server of Mercurius besides resolvers. */
export interface MercuriusWatch {
  refused(text: unknown, error: unknown): void;
  /** It has another schema, or other resolvers in it. */
  schemaChanged(schema: unknown): void;
}

/**
 * Observes the server that a driver has started, if it is one of Mercurius.
 *
 * @returns the function that takes it back
 */
export function observeMercurius({ instance }: GraphQLDriver, watch: MercuriusWatch): (() => void) | undefined {
  if (!hasMercurius(instance)) return undefined;
  // Loaders and transformations of its own.
  watch.schemaChanged(instance.graphql.schema);
  const undo = [
    observeRefusals(instance, watch),
    observeSchema(instance.graphql, watch),
    observeResolvers(instance.graphql, watch),
  ];
  return () => {
    for (const one of undo) one();
  };
}

function hasMercurius(instance: unknown): instance is FastifyWithMercurius {
  const graphql: unknown = Reflect.get(Object(instance), 'graphql');
  return typeof graphql === 'function' && typeof Reflect.get(graphql, 'addHook') === 'function';
}

/** There is no hook for them. */
function observeRefusals(fastify: FastifyWithMercurius, watch: MercuriusWatch): () => void {
  const original = fastify.graphql;
  const observed = new Proxy(original, {
    apply: (target, self, args: unknown[]) =>
      followPromise(Reflect.apply(target, self, args) as Promise<unknown>, {
        succeeded: () => undefined,
        failed: (error) => watch.refused(args[0], error),
      }),
  });
  fastify.graphql = observed;
  return () => {
    if (fastify.graphql === observed) fastify.graphql = original;
  };
}

/** `replaceSchema()`, `transformSchema()` and `extendSchema()` set it. */
function observeSchema(mercurius: Mercurius, watch: MercuriusWatch): () => void {
  let schema = mercurius.schema;
  const replace = (value: object) =>
    Object.defineProperty(mercurius, 'schema', { configurable: true, enumerable: true, ...value });
  replace({
    get: () => schema,
    set: (changed: unknown) => {
      schema = changed;
      watch.schemaChanged(changed);
    },
  });
  return () => void replace({ value: schema, writable: true });
}

function observeResolvers(mercurius: Mercurius, watch: MercuriusWatch): () => void {
  const standIns = new StandIns();
  standIns.put(mercurius, 'defineResolvers', (define) => (...args) => {
    const defined = define.apply(mercurius, args);
    watch.schemaChanged(mercurius.schema);
    return defined;
  });
  return () => standIns.putBack();
}
