import { type IncomingMessage } from 'node:http';
import { type ErrorBoundary } from '../error-boundary.js';
import { type AnyMethod } from '../../host/any-method.js';
import { type StandIns } from '../../host/stand-ins.js';
import { EXCHANGE, Exchange, type Observed } from './exchange.js';
import { enter, Mounted, type Next, NOT_FOUND, pathText } from './reached.js';
import { type RouteTemplates } from './route-templates.js';

type Middleware = (this: unknown, request: IncomingMessage & Observed, response: unknown, next: Next) => unknown;

/**
 * Notes which middleware under a path a request comes to. Nest keeps the path of `consumer.apply()` to itself, so that
 * is noted where the application gives it to Nest.
 */
export function noteMiddleware(adapter: object, standIns: StandIns, boundary: ErrorBoundary): void {
  standIns.put(adapter, 'use', (use) => withPath(use, boundary));
  standIns.put(
    adapter,
    'createMiddlewareFactory',
    (original) =>
      async function (this: unknown, ...args) {
        return withPath((await original.apply(this, args)) as AnyMethod, boundary);
      },
  );
}

/** A function that registers middleware, given what it is given with the middleware noted. */
function withPath(register: AnyMethod, boundary: ErrorBoundary): AnyMethod {
  return function (this: unknown, first, ...rest) {
    const path = typeof first === 'function' ? undefined : boundary.run('http', () => pathText(first));
    if (path === undefined || isEverything(path)) return register.call(this, first, ...rest);
    // The `$` with which Nest marks the end of a path.
    const mounted = new Mounted(path.replace(/\$$/, ''));
    return register.call(this, first, ...rest.map((one) => noted(one, mounted)));
  };
}

function isEverything(path: string): boolean {
  return path === '' || path === '/';
}

function noted(middleware: unknown, mounted: Mounted): unknown {
  if (Array.isArray(middleware)) return middleware.map((one) => noted(one, mounted));
  if (typeof middleware !== 'function' || middleware.length > 3) return middleware;
  const original = middleware as Middleware;
  const ours: Middleware = function (request, response, next) {
    const exchange = request[EXCHANGE];
    if (!(exchange instanceof Exchange)) return original.call(this, request, response, next);
    return original.call(this, request, response, enter(exchange, mounted, next));
  };
  return Object.defineProperty(ours, 'name', { value: original.name });
}

/**
 * The template under which Fastify took a request that came to no handler of Nest: that of a route which the
 * application registered with Fastify itself.
 */
export function fastifyTemplate({ reached, method }: Exchange, templates: RouteTemplates): string | undefined {
  if (reached === NOT_FOUND || reached === undefined) return undefined;
  if (reached instanceof Mounted) return reached.fullPath;
  const template = reached.routeOptions?.url;
  // A route of Nest whose handler was not chosen: its body could not be read, or its host is another one.
  return template === undefined || templates.isKnown(template, method) ? undefined : template;
}
