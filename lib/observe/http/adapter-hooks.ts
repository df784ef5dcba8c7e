import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type HttpServer } from '@nestjs/common';

type Arrive = (request: IncomingMessage, response: ServerResponse) => void;

/** What we use of an Express application. */
interface ExpressInstance {
  handle: (request: IncomingMessage, response: ServerResponse, next?: unknown) => unknown;
}

/** What we use of a Fastify instance. */
interface FastifyInstance {
  readonly server: Server;
  addHook(
    name: 'onRequest',
    hook: (request: { raw: IncomingMessage }, reply: { raw: ServerResponse }, done: () => void) => void,
  ): void;
}

/**
 * Calls `arrive` for every request that reaches the adapter, before anything else does.
 *
 * @returns the function that takes the hooks out again
 */
export function hookAdapter(adapter: HttpServer, arrive: Arrive): () => void {
  const instance: unknown = adapter.getInstance();
  if (adapter.getType() === 'express') return hookExpress(instance as ExpressInstance, arrive);
  if (adapter.getType() === 'fastify') return hookFastify(instance as FastifyInstance, arrive);
  return hookServer(adapter.getHttpServer() as Server | undefined, arrive);
}

/**
 * Express calls `handle` of its application for each request, from the server and from whoever calls the application
 * as a function (serverless, another Express). A middleware would come later and cost a layer of the router.
 */
function hookExpress(instance: ExpressInstance, arrive: Arrive): () => void {
  const { handle } = instance;
  const observed: ExpressInstance['handle'] = function (this: unknown, request, response, next) {
    arrive(request, response);
    return handle.call(this as ExpressInstance, request, response, next);
  };
  instance.handle = observed;
  return () => {
    // Somebody who wrapped ours later still calls it; it does nothing once the observer has stopped.
    if (instance.handle === observed) instance.handle = handle;
  };
}

/**
 * The server's event comes first and sees what Fastify answers before its hooks (a bad URI, a middleware of
 * `app.use()`); the hook sees what comes without that server: `inject()`, and the second server of `localhost`.
 */
function hookFastify(instance: FastifyInstance, arrive: Arrive): () => void {
  instance.addHook('onRequest', (request, reply, done) => {
    arrive(request.raw, reply.raw);
    done();
  });
  return hookServer(instance.server, arrive);
}

function hookServer(server: Server | undefined, arrive: Arrive): () => void {
  server?.prependListener('request', arrive);
  return () => server?.removeListener('request', arrive);
}
