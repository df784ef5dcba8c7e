import { type IncomingMessage, type ServerResponse } from 'node:http';
import { RequestMethod } from '@nestjs/common';
import { type AbstractHttpAdapter, type ApplicationConfig } from '@nestjs/core';
import { type MetricsEndpoint } from './endpoint.js';
import { nodeRequest, nodeResponse } from './metrics.controller.js';

/** Keeps the controller's route out of the global prefix: scrapers expect it where the options say. */
export function excludeFromPrefix(config: ApplicationConfig, path: string): void {
  const options = config.getGlobalPrefixOptions();
  const escaped = path.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const ours = { path, requestMethod: RequestMethod.ALL, pathRegex: new RegExp(`^${escaped}/?$`, 'i') };
  config.setGlobalPrefixOptions({ ...options, exclude: [...(options.exclude ?? []), ours] });
}

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
