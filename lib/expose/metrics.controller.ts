import { type IncomingMessage, type ServerResponse } from 'node:http';
import {
  All,
  type CanActivate,
  Controller,
  Inject,
  Req,
  Res,
  type Type,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { MetricsEndpoint } from './endpoint.js';

/** Express gives Node's own objects, Fastify wraps them. */
type MaybeWrapped<T> = T | { readonly raw: T };

/** What we use of a Fastify reply. */
interface Reply {
  readonly raw: ServerResponse;
  hijack(): void;
  getHeaders(): Readonly<Record<string, number | string | string[] | undefined>>;
}

export interface MetricsControllerOptions {
  readonly path: string;
  readonly guards: readonly (Type<CanActivate> | CanActivate)[];
  readonly decorators: readonly ClassDecorator[];
}

/**
 * The route inside the application. A class of its own for each module, for the decorators of one application must not
 * show up in another.
 */
export function metricsController({ path, guards, decorators }: MetricsControllerOptions): Type {
  @Controller({ path, version: VERSION_NEUTRAL })
  class MetricsController {
    constructor(@Inject(MetricsEndpoint) private readonly endpoint: MetricsEndpoint) {}

    /** All methods, so that those which do not read metrics are told which ones do. */
    @All()
    metrics(@Req() request: MaybeWrapped<IncomingMessage>, @Res() response: ServerResponse | Reply): Promise<void> {
      return this.endpoint.answer(nodeRequest(request), nodeResponse(response));
    }
  }
  for (const decorate of [...decorators, UseGuards(...guards)]) decorate(MetricsController);
  return MetricsController;
}

/** Node's request of whatever framework. */
export function nodeRequest(request: MaybeWrapped<IncomingMessage>): IncomingMessage {
  return 'raw' in request ? request.raw : request;
}

/**
 * Node's response of whatever framework. Taken from Fastify, it is ours alone: its plugins would compress the body a
 * second time. The headers that they have set so far (CORS, security) are kept.
 */
export function nodeResponse(response: ServerResponse | Reply): ServerResponse {
  if (!('hijack' in response)) return response;
  for (const [name, value] of Object.entries(response.getHeaders())) {
    if (value !== undefined) response.raw.setHeader(name, value);
  }
  response.hijack();
  return response.raw;
}
