import { type IncomingMessage, type ServerResponse } from 'node:http';
import {
  type CanActivate,
  Controller,
  Get,
  Inject,
  Req,
  Res,
  type Type,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { type MaybeWrapped, nodeRequest, nodeResponse, type Reply } from '../serving/node-http.js';
import { LoopbackGuard } from './loopback.guard.js';
import { MonitorEndpoint } from './monitor-endpoint.js';
import { ROUTES } from './own-routes.js';

type Request = MaybeWrapped<IncomingMessage>;
type Response = ServerResponse | Reply;

export interface MonitorControllerOptions {
  readonly path: string;
  readonly guards: readonly (Type<CanActivate> | CanActivate)[];
  readonly decorators: readonly ClassDecorator[];
}

/**
 * The routes inside the application. A class of its own for each module, for the decorators of one application must not
 * show up in another.
 */
export function monitorController({ path, guards, decorators }: MonitorControllerOptions): Type {
  @Controller({ path, version: VERSION_NEUTRAL })
  class MonitorController {
    constructor(@Inject(MonitorEndpoint) private readonly endpoint: MonitorEndpoint) {}

    @Get()
    page(@Req() request: Request, @Res() response: Response): Promise<void> {
      return this.endpoint.page(nodeRequest(request), nodeResponse(response));
    }

    @Get(ROUTES.script)
    script(@Req() request: Request, @Res() response: Response): Promise<void> {
      return this.endpoint.file('page.js', nodeRequest(request), nodeResponse(response));
    }

    @Get(ROUTES.style)
    style(@Req() request: Request, @Res() response: Response): Promise<void> {
      return this.endpoint.file('page.css', nodeRequest(request), nodeResponse(response));
    }

    @Get(ROUTES.data)
    data(@Req() request: Request, @Res() response: Response): Promise<void> {
      return this.endpoint.data(nodeRequest(request), nodeResponse(response));
    }

    @Get(ROUTES.nagios)
    nagios(@Res() response: Response): Promise<void> {
      return this.endpoint.nagios(nodeResponse(response));
    }

    @Get(ROUTES.events)
    events(@Req() request: Request, @Res() response: Response): Promise<void> {
      return this.endpoint.events(nodeRequest(request), nodeResponse(response));
    }
  }
  const allowed = guards.length > 0 ? guards : [LoopbackGuard];
  for (const decorate of [...decorators, UseGuards(...allowed)]) decorate(MonitorController);
  return MonitorController;
}
