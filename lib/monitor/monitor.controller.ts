import { type IncomingMessage, type ServerResponse } from 'node:http';
import { Controller, Get, Inject, Req, Res, type Type, VERSION_NEUTRAL } from '@nestjs/common';
import { type MaybeWrapped, nodeRequest, nodeResponse, type Reply } from '../serving/node-http.js';
import { decorateController, type OwnControllerOptions } from '../serving/own-controller.js';
import { DevelopmentGuard } from './development.guard.js';
import { type Answer, Entrance } from './entrance.js';
import { MonitorResponder } from './monitor-responder.js';
import { ROUTES } from './own-routes.js';

type Request = MaybeWrapped<IncomingMessage>;
type Response = ServerResponse | Reply;

/** The handlers of all routes. */
export const HANDLERS = ['page', 'script', 'style', 'data', 'nagios', 'events'] as const;
export type MonitorRoutes = Record<(typeof HANDLERS)[number], (request: Request, response: Response) => Promise<void>>;

/**
 * The routes inside the application. A class of its own for each module, for the decorators of one application must not
 * show up in another.
 */
export function monitorController({ path, guards, decorators }: OwnControllerOptions): Type<MonitorRoutes> {
  @Controller({ path, version: VERSION_NEUTRAL })
  class MonitorController implements MonitorRoutes {
    constructor(
      @Inject(MonitorResponder) private readonly responder: MonitorResponder,
      @Inject(Entrance) private readonly entrance: Entrance,
    ) {}

    @Get()
    page(@Req() request: Request, @Res() response: Response): Promise<void> {
      return this.answer(request, response, (asked, answered) => this.responder.page(asked, answered));
    }

    @Get(ROUTES.script)
    script(@Req() request: Request, @Res() response: Response): Promise<void> {
      return this.answer(request, response, (asked, answered) => this.responder.file('page.js', asked, answered));
    }

    @Get(ROUTES.style)
    style(@Req() request: Request, @Res() response: Response): Promise<void> {
      return this.answer(request, response, (asked, answered) => this.responder.file('page.css', asked, answered));
    }

    @Get(ROUTES.data)
    data(@Req() request: Request, @Res() response: Response): Promise<void> {
      return this.answer(request, response, (asked, answered) => this.responder.data(asked, answered));
    }

    @Get(ROUTES.nagios)
    nagios(@Req() request: Request, @Res() response: Response): Promise<void> {
      return this.answer(request, response, (_, answered) => this.responder.nagios(answered));
    }

    @Get(ROUTES.events)
    events(@Req() request: Request, @Res() response: Response): Promise<void> {
      return this.answer(request, response, (asked, answered) => this.responder.events(asked, answered));
    }

    private answer(request: Request, response: Response, give: Answer): Promise<void> {
      return this.entrance.through(nodeRequest(request), nodeResponse(response), give);
    }
  }
  const applied = { guards: guards.length > 0 ? guards : [DevelopmentGuard], decorators };
  return decorateController(MonitorController, applied) as Type<MonitorRoutes>;
}
