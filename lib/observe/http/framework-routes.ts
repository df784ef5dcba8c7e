import { type HttpServer } from '@nestjs/common';
import { type ErrorBoundary } from '../error-boundary.js';
import { StandIns } from '../../host/stand-ins.js';
import { expressTemplate, forgetMounts, isRouter, noteMounts, noticeNotFound } from './express-routes.js';
import { fastifyTemplate, noteMiddleware } from './fastify-routes.js';
import { type HttpObserver } from './http-observer.js';
import { type RouteTemplates } from './route-templates.js';

/**
 * Names requests that no handler of Nest took after what the application registered with the framework itself: GraphQL,
 * Swagger, the routers and middleware of other packages.
 *
 * @returns the function that takes everything out again
 */
export function nameFrameworkRoutes(
  adapter: HttpServer,
  observer: HttpObserver,
  templates: RouteTemplates,
  boundary: ErrorBoundary,
): () => void {
  const standIns = new StandIns();
  if (adapter.getType() === 'fastify') {
    noteMiddleware(adapter, standIns, boundary);
    observer.templateOf = (exchange) => fastifyTemplate(exchange, templates);
  }
  if (adapter.getType() !== 'express') return () => standIns.putBack();
  const { router } = adapter.getInstance() as { readonly router: unknown };
  // Another adapter may call itself `express` and have none.
  if (isRouter(router)) noteMounts(router, standIns, boundary);
  noticeNotFound(adapter, standIns);
  observer.templateOf = expressTemplate;
  return () => {
    standIns.putBack();
    if (isRouter(router)) forgetMounts(router);
  };
}
