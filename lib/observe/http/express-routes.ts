import { type IncomingMessage } from 'node:http';
import { type ErrorBoundary } from '../error-boundary.js';
import { type StandIns } from '../../host/stand-ins.js';
import { EXCHANGE, Exchange, type Observed } from './exchange.js';
import { enter, joinedPath, Mounted, type Next, NOT_FOUND, pathText } from './reached.js';

/** What we use of Express's request. */
interface ExpressRequest extends IncomingMessage, Observed {
  readonly baseUrl?: string;
  /** The route that the request came to last. */
  readonly route?: { readonly path?: unknown };
  /** Set while the request is in a router. */
  readonly next?: unknown;
}

type HandleRequest = (this: Layer, request: ExpressRequest, response: unknown, next: Next) => unknown;

/** The path of a layer that we have noted. */
const PATH = Symbol.for('nestjs-prometheus-exporter.mount-path');

/** What we use of a layer of Express's router: middleware, or a route with its handlers. */
interface Layer {
  readonly handle: unknown;
  readonly route?: unknown;
  /** It is at `/` and takes everything. */
  readonly slash: boolean;
  /** The path as it was registered; router 2.2 keeps none. */
  readonly rawPath?: unknown;
  handleRequest: HandleRequest;
  [PATH]?: string;
}

export interface ExpressRouter {
  readonly stack: Layer[];
}

/**
 * Notes which middleware under a path a request comes to, in a router and the routers within. Routes are not touched:
 * Express itself says which one a request came to. Nor is middleware without a path, which nearly all requests pass.
 */
export function noteMounts(router: ExpressRouter, standIns: StandIns, boundary: ErrorBoundary): void {
  standIns.put(
    router,
    'use',
    (use) =>
      function (this: ExpressRouter, ...args) {
        const from = this.stack.length;
        const result: unknown = use.apply(this, args);
        boundary.run('http', () => noteLayers(this.stack.slice(from), pathText(args[0]), standIns, boundary));
        return result;
      },
  );
  noteLayers(router.stack, undefined, standIns, boundary);
}

/** Routers may be mounted within themselves. */
export function forgetMounts(router: ExpressRouter, seen = new Set<ExpressRouter>()): void {
  if (seen.has(router)) return;
  seen.add(router);
  for (const layer of router.stack) {
    if (Object.hasOwn(layer, PATH)) {
      delete layer[PATH];
      Reflect.deleteProperty(layer, 'handleRequest');
    }
    if (isRouter(layer.handle)) forgetMounts(layer.handle, seen);
  }
}

/** The path may be part of what `use` was given: layers that were there before us may know theirs. */
function noteLayers(
  layers: readonly Layer[],
  path: string | undefined,
  standIns: StandIns,
  boundary: ErrorBoundary,
): void {
  for (const layer of layers) {
    const known = path ?? pathText(layer.rawPath);
    if (isMounted(layer) && known !== undefined && known !== '' && !Object.hasOwn(layer, PATH)) {
      layer[PATH] = known;
      layer.handleRequest = handleRequest;
    }
    // A `use` of its own is ours: it has been seen to.
    if (isRouter(layer.handle) && !Object.hasOwn(layer.handle, 'use')) noteMounts(layer.handle, standIns, boundary);
  }
}

/** Middleware, and not for everything. */
function isMounted({ route, slash }: Layer): boolean {
  return route === undefined && !slash;
}

export function isRouter(handle: unknown): handle is ExpressRouter {
  return typeof handle === 'function' && 'use' in handle && 'stack' in handle && Array.isArray(handle.stack);
}

/** In the place of the layer's own, shared by all layers that we have noted. */
const handleRequest: HandleRequest = function handleRequest(request, response, next) {
  const { handleRequest: original } = Object.getPrototypeOf(this) as Layer;
  const exchange = request[EXCHANGE];
  if (!(exchange instanceof Exchange)) return original.call(this, request, response, next);
  return original.call(this, request, response, entered(this, request, exchange, next));
};

function entered(layer: Layer, request: ExpressRequest, exchange: Exchange, next: Next): Next {
  try {
    return enter(exchange, mountedBy(layer, request, exchange), next);
  } catch (error) {
    // The application may have put anything where Express keeps `baseUrl`.
    exchange.owner.failed(error);
    return next;
  }
}

/** A router that is mounted within itself counts once: how often it is in the URL is for the client to choose. */
function mountedBy(layer: Layer, { baseUrl = '', route }: ExpressRequest, exchange: Exchange): Mounted {
  const outer = outerOf(exchange, baseUrl);
  const passed = outer?.passed(layer);
  return new Mounted(layer[PATH]!, baseUrl, route, passed === undefined ? outer : passed.within, layer);
}

function outerOf({ reached }: Exchange, baseUrl: string): Mounted | undefined {
  const isOuter = reached instanceof Mounted && reached.baseUrl.length < baseUrl.length;
  return isOuter && baseUrl.startsWith(reached.baseUrl) ? reached : undefined;
}

/** Nest's 404 handler, which says that nobody answered; the application may have registered anything before it. */
export function noticeNotFound(adapter: object, standIns: StandIns): void {
  standIns.put(
    adapter,
    'setNotFoundHandler',
    (original) =>
      function (handler, ...args) {
        return original.call(this, notFound(handler as HandleRequest), ...args);
      },
  );
}

function notFound(handler: HandleRequest): HandleRequest {
  return function (request, response, next) {
    const exchange = request[EXCHANGE];
    if (exchange instanceof Exchange && !exchange.endCalled) exchange.reached = NOT_FOUND;
    return handler.call(this, request, response, next);
  };
}

/**
 * The template under which Express took a request that came to no handler of Nest. Asked when the request has ended:
 * until it is passed on, `baseUrl` and `route` are those of who has it.
 */
export function expressTemplate({ raw, reached }: Exchange): string | undefined {
  const { baseUrl = '', route, next } = raw as ExpressRequest;
  // Express has taken `next` away again: no layer is left, and its own last handler answered.
  if (reached === NOT_FOUND || typeof next !== 'function') return undefined;
  const mounted = reached instanceof Mounted ? reached : undefined;
  const isWithin = route !== mounted?.routeBefore && baseUrl.length <= (mounted?.baseUrl.length ?? 0);
  const inner = isWithin ? pathText(route?.path) : undefined;
  if (mounted === undefined) return inner;
  return inner === undefined ? mounted.fullPath : joinedPath(mounted.fullPath, inner);
}
