import { type IncomingMessage, type ServerResponse } from 'node:http';
import { RequestMethod } from '@nestjs/common';
import { type AbstractHttpAdapter } from '@nestjs/core';
import { nodeRequest, nodeResponse } from '../serving/node-http.js';
import { type OwnRoutes } from '../serving/placed-route.js';
import { type MetricsEndpoint } from './endpoint.js';

/**
 * Serves the metrics outside Nest's pipeline: no guard, interceptor or filter of the application sees the request.
 *
 * @returns the handler of the route
 */
export function mountRaw(
  adapter: AbstractHttpAdapter,
  { path, requestMethod }: Pick<OwnRoutes, 'requestMethod'> & { readonly path: string },
  endpoint: MetricsEndpoint,
  onRequest: (request: IncomingMessage) => void,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const plain = nodeRequest(request);
    onRequest(plain);
    return endpoint.answer(plain, nodeResponse(response));
  };
  if (requestMethod === RequestMethod.ALL) adapter.all(path, answer);
  else adapter.get(path, answer);
  return answer;
}
