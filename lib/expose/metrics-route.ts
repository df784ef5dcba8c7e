import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type AbstractHttpAdapter } from '@nestjs/core';
import { nodeRequest, nodeResponse } from '../serving/node-http.js';
import { type MetricsEndpoint } from './endpoint.js';

/** Serves the metrics outside Nest's pipeline: no guard, interceptor or filter of the application sees the request. */
export function mountRaw(
  adapter: AbstractHttpAdapter,
  path: string,
  endpoint: MetricsEndpoint,
  onRequest: (request: IncomingMessage) => void,
): void {
  adapter.all(path, (request: IncomingMessage, response: ServerResponse) => {
    const plain = nodeRequest(request);
    onRequest(plain);
    return endpoint.answer(plain, nodeResponse(response));
  });
}
