import { type ApplicationConfig, type HttpAdapterHost, type ModulesContainer } from '@nestjs/core';
import { declaredRoutes } from './observe/http/known-routes.js';
import { loadNestInternals } from './observe/http/nest-internals.js';
import { type PrometheusCore } from './prometheus.core.js';
import { RoutePlaces } from './serving/route-places.js';

/** The routes of an application, to find conflicts with ours. */
export async function placesOf(
  { boundary }: PrometheusCore,
  config: ApplicationConfig,
  adapterHost: HttpAdapterHost,
  modules: ModulesContainer,
): Promise<RoutePlaces> {
  const onFault = (error: unknown) => boundary.report('http', error);
  const internals = await loadNestInternals(onFault);
  const sources = { config, modules, internals, normalize: (template: string) => template };
  return new RoutePlaces(config, adapterHost, () => declaredRoutes(sources), onFault);
}
