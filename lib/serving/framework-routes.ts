import { type AbstractHttpAdapter } from '@nestjs/core';

/** What we use of an Express application: the layers that have been registered so far. */
interface ExpressInstance {
  readonly router: { readonly stack: readonly { readonly route?: ExpressRoute }[] };
}
interface ExpressRoute {
  readonly path: unknown;
  /** Its handlers; those of `all()` have no method. */
  readonly stack: readonly { readonly method?: string; readonly handle: { readonly length: number } }[];
}

/** What we use of a Fastify instance. */
interface FastifyInstance {
  readonly supportedMethods: readonly string[];
  hasRoute(route: { readonly method: string; readonly url: string }): boolean;
}

/**
 * The methods, `ALL` for all of them, that a route takes at this path which was registered with Express or Fastify
 * directly before Nest registers those of the controllers.
 */
export function methodsInFramework(adapter: AbstractHttpAdapter, path: string): readonly string[] {
  const instance: unknown = adapter.getInstance();
  if (adapter.getType() === 'express') return methodsInExpress(instance as ExpressInstance, path);
  if (adapter.getType() === 'fastify') return methodsInFastify(instance as FastifyInstance, path);
  return [];
}

/** A handler with `next` may pass the request on, as a password for the path does, and so may middleware. */
function methodsInExpress({ router }: ExpressInstance, path: string): readonly string[] {
  return router.stack
    .flatMap(({ route }) => (route?.path === path ? route.stack : []))
    .filter(({ handle }) => handle.length < 3)
    .map(({ method = 'all' }) => method.toUpperCase());
}

function methodsInFastify(instance: FastifyInstance, url: string): readonly string[] {
  return instance.supportedMethods.filter((method) => instance.hasRoute({ method, url }));
}
