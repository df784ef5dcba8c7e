import { type IncomingMessage, type ServerResponse } from 'node:http';
import { All, Controller, Inject, Req, Res, type Type, VERSION_NEUTRAL } from '@nestjs/common';
import { type MaybeWrapped, nodeRequest, nodeResponse, type Reply } from '../serving/node-http.js';
import { decorateController, type OwnControllerOptions } from '../serving/own-controller.js';
import { MetricsEndpoint } from './endpoint.js';

/** A handler for Node's requests and responses, and for those of any framework. */
export interface MetricsRoute {
  metrics(request: MaybeWrapped<IncomingMessage>, response: ServerResponse | Reply): Promise<void>;
}

/**
 * The route inside the application. A class of its own for each module, for the decorators of one application must not
 * show up in another.
 */
export function metricsController({ path, ...options }: OwnControllerOptions): Type<MetricsRoute> {
  @Controller({ path, version: VERSION_NEUTRAL })
  class MetricsController implements MetricsRoute {
    constructor(@Inject(MetricsEndpoint) private readonly endpoint: MetricsEndpoint) {}

    /** All methods, so that those which do not read metrics are told which ones do. */
    @All()
    metrics(@Req() request: MaybeWrapped<IncomingMessage>, @Res() response: ServerResponse | Reply): Promise<void> {
      return this.endpoint.answer(nodeRequest(request), nodeResponse(response));
    }
  }
  return decorateController(MetricsController, options) as Type<MetricsRoute>;
}
