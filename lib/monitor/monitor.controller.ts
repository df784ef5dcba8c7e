import { type IncomingMessage, type ServerResponse } from 'node:http';
import { Controller, Get, Inject, Req, Res, type Type, VERSION_NEUTRAL } from '@nestjs/common';
import { type MaybeWrapped, nodeRequest, nodeResponse, type Reply } from '../serving/node-http.js';
import { decorateController, type OwnControllerOptions } from '../serving/own-controller.js';
import { DevelopmentGuard } from './development.guard.js';
import { MonitorResponder } from './monitor-responder.js';
import { ROUTES } from './own-routes.js';

type Request = MaybeWrapped<IncomingMessage>;
type Response = ServerResponse | Reply;

/**
 * The routes inside the application. A class of its own for each module, for the decorators of one application must not
 * show up in another.
 */
export function monitorController({ path, guards, decorators }: OwnControllerOptions): Type {
  @Controller({ path, version: VERSION_NEUTRAL })
  class MonitorController {
    constructor(@Inject(MonitorResponder) private readonly responder: MonitorResponder) {}

    @Get()
    page(@Req() request: Request, @Res() response: Response): Promise<void> {
      return this.responder.page(nodeRequest(request), nodeResponse(response));
    }

    @Get(ROUTES.script)
    script(@Req() request: Request, @Res() response: Response): Promise<void> {
      return this.responder.file('page.js', nodeRequest(request), nodeResponse(response));
    }

    @Get(ROUTES.style)
    style(@Req() request: Request, @Res() response: Response): Promise<void> {
      return this.responder.file('page.css', nodeRequest(request), nodeResponse(response));
    }

    @Get(ROUTES.data)
    data(@Req() request: Request, @Res() response: Response): Promise<void> {
      return this.responder.data(nodeRequest(request), nodeResponse(response));
    }

    @Get(ROUTES.nagios)
    nagios(@Res() response: Response): Promise<void> {
      return this.responder.nagios(nodeResponse(response));
    }

    @Get(ROUTES.events)
    events(@Req() request: Request, @Res() response: Response): Promise<void> {
      return this.responder.events(nodeRequest(request), nodeResponse(response));
    }
  }
  return decorateController(MonitorController, { guards: guards.length > 0 ? guards : [DevelopmentGuard], decorators });
}
