import { type CanActivate, type ExecutionContext } from '@nestjs/common';
import { exchangeOf, type ExchangeOwner, type Observed } from './exchange.js';
import { type HttpRequest } from '../events.js';
import { type HandlerRoutes, type Handlers } from './handlers.js';
import { matchedTemplate } from './route-template.js';
import { type RouteTemplate, type RouteTemplates } from './route-templates.js';

/**
 * The first of all guards: it lets everything pass and notes which handler is about to answer. It is the earliest place
 * at which Nest says so, and the cheapest (0.3 µs; an interceptor costs 5).
 */
export class MarkerGuard implements CanActivate {
  constructor(
    private readonly owner: ExchangeOwner,
    private readonly handlers: Handlers,
    private readonly templates: RouteTemplates,
  ) {}

  canActivate(context: ExecutionContext): true {
    try {
      if (context.getType() === 'http') this.mark(context);
    } catch (error) {
      this.owner.failed(error);
    }
    return true;
  }

  private mark(context: ExecutionContext): void {
    const request = context.getArgByIndex<HttpRequest & Observed>(0);
    const exchange = exchangeOf(request);
    // An application inside another one: the outer one has counted the request, and does not know our routes.
    if (exchange?.owner !== this.owner) return;
    const entry = this.handlers.of(context.getClass(), context.getHandler() as never);
    exchange.handler = entry.handler;
    exchange.request = request;
    exchange.route = this.templateOf(entry, request).route(exchange.method);
    this.owner.handled(exchange);
  }

  private templateOf({ templates }: HandlerRoutes, request: object): RouteTemplate {
    if (templates.length === 1) return templates[0]!;
    const path = matchedTemplate(request);
    return path === undefined ? this.templates.unmatched : this.templates.of(path);
  }
}
