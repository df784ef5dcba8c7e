import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type HttpServer } from '@nestjs/common';
import { type AnyMethod } from '../../host/any-method.js';
import { StandIns } from '../../host/stand-ins.js';
import { type RequestScope, RequestTally } from '../request-scope.js';
import { EXCHANGE, Exchange, type Observed } from './exchange.js';
import { type FastifyRouted } from './reached.js';
import { listenFirst } from './server-requests.js';

/** Called for each request. */
interface Arrivals {
  arrive(request: IncomingMessage, response: ServerResponse): void;
}

interface FastifyRequest extends FastifyRouted {
  readonly raw: IncomingMessage & Observed;
}

/** What we use of a Fastify instance. */
interface FastifyInstance {
  readonly server: Server;
  addHook(
    name: 'onRequest' | 'preValidation',
    hook: (request: FastifyRequest, reply: { raw: ServerResponse }, done: () => void) => void,
  ): void;
}

/**
 * Tells of every request that reaches the adapter, before anything else sees it, and with a scope runs all that follows
 * on its behalf.
 *
 * @returns the function that takes the hooks out again
 */
export function hookAdapter(adapter: HttpServer, arrivals: Arrivals, scope: RequestScope | undefined): () => void {
  const instance: unknown = adapter.getInstance();
  if (adapter.getType() === 'express') return hookExpress(instance as object, arrivals, scope);
  if (adapter.getType() === 'fastify') return hookFastify(instance as FastifyInstance, arrivals, scope);
  return hookServer(adapter.getHttpServer() as Server | undefined, arrivals);
}

/**
 * Tells of the requests that are answered by other listeners of the server than the framework.
 *
 * @returns the function that takes the hook out again
 */
export function hookServerOf(adapter: HttpServer, arrivals: Arrivals): () => void {
  // Fastify's server has been listened to since it was there.
  if (adapter.getType() !== 'express') return () => undefined;
  return hookServer(adapter.getHttpServer() as Server | undefined, arrivals, adapter.getInstance());
}

/**
 * Express calls `handle` of its application for each request, from the server and from whoever calls the application
 * as a function (serverless, another Express). A middleware would come later and cost a layer of the router.
 */
function hookExpress(instance: object, arrivals: Arrivals, scope: RequestScope | undefined): () => void {
  const standIns = new StandIns();
  standIns.put(instance, 'handle', (handle) => {
    return function (this: unknown, request: IncomingMessage, response: ServerResponse, next: unknown) {
      arrivals.arrive(request, response);
      if (scope === undefined) return handle.call(this, request, response, next);
      return onBehalfOf(request, scope, () => handle.call(this, request, response, next));
    } as AnyMethod;
  });
  return () => standIns.putBack();
}

/**
 * The server's event comes first and sees what Fastify answers before its hooks (a bad URI, a middleware of
 * `app.use()`); the hook sees what comes without that server: `inject()`, and the second server of `localhost`.
 * What runs on behalf of a request is lost while its body is read, so it is told again behind that.
 */
function hookFastify(instance: FastifyInstance, arrivals: Arrivals, scope: RequestScope | undefined): () => void {
  instance.addHook('onRequest', (request, reply, done) => {
    arrivals.arrive(request.raw, reply.raw);
    const exchange = request.raw[EXCHANGE];
    if (exchange instanceof Exchange) exchange.reached = request;
    if (scope === undefined) done();
    else onBehalfOf(request.raw, scope, done);
  });
  if (scope !== undefined) {
    instance.addHook('preValidation', (request, _reply, done) => onBehalfOf(request.raw, scope, done));
  }
  return hookServer(instance.server, arrivals);
}

function hookServer(server: Server | undefined, arrivals: Arrivals, framework?: unknown): () => void {
  if (server === undefined) return () => undefined;
  return listenFirst(server, (request, response) => arrivals.arrive(request, response), framework);
}

/** A request that is not observed has nothing to tally with. */
function onBehalfOf<T>(request: IncomingMessage & Observed, scope: RequestScope, go: () => T): T {
  const exchange = request[EXCHANGE];
  if (!(exchange instanceof Exchange)) return go();
  exchange.tally ??= new RequestTally();
  return scope.run(exchange.tally, go);
}
