import { RequestMethod } from '@nestjs/common';
import { type AbstractHttpAdapter } from '@nestjs/core';

/** What we use of an Express application: the layers that have been registered so far. */
interface ExpressInstance {
  readonly router: { readonly stack: readonly { readonly route?: ExpressRoute }[] };
}
interface ExpressRoute {
  readonly path: unknown;
  readonly methods: Readonly<Record<string, boolean>>;
}

/** What we use of a Fastify instance. */
interface FastifyInstance {
  readonly supportedMethods: readonly string[];
  hasRoute(route: { readonly method: string; readonly url: string }): boolean;
}

/**
 * Whether a route at this path was registered with Express or Fastify directly before Nest registers those of the
 * controllers. Middleware (`app.use('/metrics', …)`) cannot be told: it may answer or pass the request on.
 */
export function isTakenInFramework(adapter: AbstractHttpAdapter, path: string, requestMethod: RequestMethod): boolean {
  const instance: unknown = adapter.getInstance();
  if (adapter.getType() === 'express') return isTakenInExpress(instance as ExpressInstance, path, requestMethod);
  if (adapter.getType() === 'fastify') return isTakenInFastify(instance as FastifyInstance, path, requestMethod);
  return false;
}

function isTakenInExpress(instance: ExpressInstance, path: string, requestMethod: RequestMethod): boolean {
  const name = RequestMethod[requestMethod].toLowerCase();
  return instance.router.stack.some(
    ({ route }) =>
      route?.path === path && (requestMethod === RequestMethod.ALL || route.methods['_all'] || route.methods[name]),
  );
}

function isTakenInFastify(instance: FastifyInstance, url: string, requestMethod: RequestMethod): boolean {
  const methods = requestMethod === RequestMethod.ALL ? instance.supportedMethods : [RequestMethod[requestMethod]];
  return methods.some((method) => instance.hasRoute({ method, url }));
}
