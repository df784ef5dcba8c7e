import { RequestMethod } from '@nestjs/common';
import { type ApplicationConfig, type HttpAdapterHost } from '@nestjs/core';
import { methodsInFramework } from './framework-routes.js';
import { excludeFromPrefix } from './outside-prefix.js';
import { type OwnRoutes, type PlacedRoute } from './placed-route.js';

/** The methods with which ours are read. */
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'ALL']);

/** A route of somebody else at one of our places. */
interface Rival {
  readonly path: string;
  readonly method: string;
  /** For those who read an error. */
  readonly name: string;
}

/** Where the routes of an application are. Our modules take their places here, before Nest registers any route. */
export class RoutePlaces {
  constructor(
    private readonly config: ApplicationConfig,
    private readonly adapterHost: HttpAdapterHost,
    private readonly routes: () => readonly PlacedRoute[],
    private readonly onFault: (error: unknown) => void,
  ) {}

  /**
   * Puts routes of ours outside the global prefix, and leaves those of everybody else where they are.
   *
   * @returns the method to register ours with: GET where somebody else answers another method at the same place
   * @errors throws where somebody else is read at the same place
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
      // An adapter may call itself `express` and be built in another way: the application starts all the same.
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
