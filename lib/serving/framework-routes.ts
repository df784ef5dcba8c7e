import { type AbstractHttpAdapter } from '@nestjs/core';

/** The parts of an Express application that we use: its layers registered so far. */
interface ExpressInstance {
  readonly router: { readonly stack: readonly { readonly route?: ExpressRoute }[] };
}
interface ExpressRoute {
  readonly path: unknown;
  /** The handlers of the route; those of `all()` have no method. */
  readonly stack: readonly { readonly method?: string; readonly handle: { readonly length: number } }[];
}

/** The parts of a Fastify instance that we use. */
interface FastifyInstance {
  readonly supportedMethods: readonly string[];
  hasRoute(route: { readonly method: string; readonly url: string }): boolean;
}

/**
 * The methods of the routes that were registered at this path with Express or Fastify directly, before Nest registers
 * those of the controllers. `ALL` stands for all methods.
 */
export function methodsInFramework(adapter: AbstractHttpAdapter, path: string): readonly string[] {
  const instance: unknown = adapter.getInstance();
  if (adapter.getType() === 'express') return methodsInExpress(instance as ExpressInstance, path);
  if (adapter.getType() === 'fastify') return methodsInFastify(instance as FastifyInstance, path);
  return [];
}

/**
 * Handlers with a `next` parameter and middleware do not count: they can pass the request on, as a password check for
 * the path does.
 */
function methodsInExpress({ router }: ExpressInstance, path: string): readonly string[] {
  return router.stack
    .flatMap(({ route }) => (route?.path === path ? route.stack : []))
    .filter(({ handle }) => handle.length < 3)
    .map(({ method = 'all' }) => method.toUpperCase());
}

function methodsInFastify(instance: FastifyInstance, url: string): readonly string[] {
  return instance.supportedMethods.filter((method) => instance.hasRoute({ method, url }));
}
