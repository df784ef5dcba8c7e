import { RequestMethod } from '@nestjs/common';
import { type ApplicationConfig, type HttpAdapterHost } from '@nestjs/core';
import { methodsInFramework } from './framework-routes.js';
import { excludeFromPrefix } from './outside-prefix.js';
import { type OwnRoutes, type PlacedRoute } from './placed-route.js';

/** Methods that read our routes. */
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'ALL']);

/** A route that is not ours, at the same path. */
interface Rival {
  readonly path: string;
  readonly method: string;
  /** The name for error messages. */
  readonly name: string;
}

/** The routes of an application. Our modules reserve their paths here, before Nest registers any route. */
export class RoutePlaces {
  constructor(
    private readonly config: ApplicationConfig,
    private readonly adapterHost: HttpAdapterHost,
    private readonly routes: () => readonly PlacedRoute[],
    private readonly onFault: (error: unknown) => void,
  ) {}

  /**
   * Puts our routes outside the global prefix, and changes no other route.
   *
   * @returns the method to register our routes with: GET if another route at the same path answers another method
   * @errors throws if another route at the same path answers GET or HEAD
   */
  take(ours: OwnRoutes): OwnRoutes['requestMethod'] {
    const rivals = this.rivalsOf(ours);
    const rival = rivals.find(({ method }) => READING.has(method));
    if (rival !== undefined) throw new TypeError(conflict(ours, rival));
    const requestMethod = rivals.length === 0 ? ours.requestMethod : RequestMethod.GET;
    if (ours.controller !== null) excludeFromPrefix(this.config, { ...ours, requestMethod }, this.routes);
    return requestMethod;
  }

  private rivalsOf(ours: OwnRoutes): readonly Rival[] {
    const others = this.routes().filter(({ controller }) => controller !== ours.controller);
    return ours.paths.flatMap((path) => [...this.rivalsInFramework(path), ...this.rivalsInNest(path, others)]);
  }

  private rivalsInFramework(path: string): readonly Rival[] {
    const adapter = this.adapterHost.httpAdapter;
    const name = `a route that was registered with ${adapter.getType()} directly`;
    try {
      return methodsInFramework(adapter, path).map((method) => ({ path, method, name }));
    } catch (error) {
      // A custom adapter can have the type `express` and another structure. The application must start anyway.
      this.onFault(error);
      return [];
    }
  }

  private rivalsInNest(path: string, others: readonly PlacedRoute[]): readonly Rival[] {
    const isExpress = this.adapterHost.httpAdapter.getType() === 'express';
    const spelled = (template: string) => (isExpress ? template.toLowerCase() : template);
    return others
      .filter(({ templates }) => templates.some((template) => spelled(template) === spelled(path)))
      .map(({ requestMethod, controller, method, module }) => ({
        path,
        method: RequestMethod[Number(requestMethod)] ?? 'ALL',
        name: `${controller.name}.${method.name}() in ${module.name}`,
      }));
  }
}

function conflict({ module, controller, paths }: OwnRoutes, { path, name }: Rival): string {
  const own = controller === null ? 'a route' : controller.name;
  const other = `/internal${paths[0]}`;
  return `Expected one route at ${path}, got ${own} in the ${module} of nestjs-prometheus-exporter and ${name}: give one of the two another path, ours with ${module}.forRoot({ path: '${other}' }).`;
}
