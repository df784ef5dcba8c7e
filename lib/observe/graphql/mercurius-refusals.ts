import { followPromise } from '../../host/follow-result.js';
import { type AnyMethod } from '../../host/any-method.js';
import { type GraphQLDriver } from './graphql-drivers.js';

/** The Fastify instance that Mercurius has added its function to. */
interface FastifyWithGraphQL {
  /** Executes a request. It rejects if that fails before any resolver. */
  graphql: AnyMethod;
}

/**
 * Reports requests to Mercurius that fail before any resolver. It has no hook for them.
 *
 * @returns the function that takes it back
 */
export function observeMercurius(driver: GraphQLDriver, refused: (text: unknown, error: unknown) => void): () => void {
  const { instance } = driver;
  if (!hasMercurius(instance)) return () => undefined;
  const original = instance.graphql;
  const observed = new Proxy(original, {
    apply: (target, self, args: unknown[]) =>
      followPromise(Reflect.apply(target, self, args) as Promise<unknown>, {
        succeeded: () => undefined,
        failed: (error) => refused(args[0], error),
      }),
  });
  instance.graphql = observed;
  return () => {
    if (instance.graphql === observed) instance.graphql = original;
  };
}

function hasMercurius(instance: unknown): instance is FastifyWithGraphQL {
  const graphql: unknown = Reflect.get(Object(instance), 'graphql');
  return typeof graphql === 'function' && typeof Reflect.get(graphql, 'addHook') === 'function';
}
