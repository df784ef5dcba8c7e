import { RequestMethod } from '@nestjs/common';
import { type ApplicationConfig, type HttpAdapterHost } from '@nestjs/core';
import { isTakenInFramework } from './framework-routes.js';
import { excludeFromPrefix } from './outside-prefix.js';
import { type OwnRoutes, type PlacedRoute } from './placed-route.js';

/** Where the routes of an application are. Our modules take their places here, before Nest registers any route. */
export class RoutePlaces {
  constructor(
    private readonly config: ApplicationConfig,
    private readonly adapterHost: HttpAdapterHost,
    private readonly routes: () => readonly PlacedRoute[],
  ) {}

  /**
   * Puts routes of ours outside the global prefix, and leaves those of everybody else where they are.
   *
   * @errors throws where somebody else has a route at the same place
   */
  take(ours: OwnRoutes): void {
    if (ours.controller !== null) excludeFromPrefix(this.config, ours, this.routes);
    const others = this.routes().filter(({ controller }) => controller !== ours.controller);
    for (const { path, requestMethod } of ours.routes) {
      const rival = this.rivalAt(path, requestMethod, others);
      if (rival !== undefined) throw new TypeError(conflict(path, ours, rival));
    }
  }

  private rivalAt(path: string, requestMethod: RequestMethod, others: readonly PlacedRoute[]): string | undefined {
    const adapter = this.adapterHost.httpAdapter;
    if (isTakenInFramework(adapter, path, requestMethod)) {
      return `a route that was registered with ${adapter.getType()} directly`;
    }
    const spelled = (template: string) => (adapter.getType() === 'express' ? template.toLowerCase() : template);
    const rival = others.find(
      (other) =>
        overlap(Number(other.requestMethod), requestMethod) &&
        other.templates.some((template) => spelled(template) === spelled(path)),
    );
    return rival && `${rival.controller.name}.${rival.method.name}() in ${rival.module.name}`;
  }
}

function overlap(one: RequestMethod, other: RequestMethod): boolean {
  return one === other || one === RequestMethod.ALL || other === RequestMethod.ALL;
}

function conflict(path: string, { module, controller, routes }: OwnRoutes, rival: string): string {
  const own = controller === null ? 'a route' : controller.name;
  const other = `/internal${routes[0]?.path}`;
  return `Expected one route at ${path}, got ${own} in the ${module} of nestjs-prometheus-exporter and ${rival}: give one of the two another path, ours with ${module}.forRoot({ path: '${other}' }).`;
}
