import { type HttpMethod, type Route, UNMATCHED } from '../events.js';

/** One template and its routes, one per method. */
class RouteTemplate {
  private readonly routes = new Map<HttpMethod, Route>();
  /** The methods for which a handler of Nest is registered. */
  readonly known = new Set<HttpMethod>();

  constructor(
    private readonly path: string,
    private readonly nextIndex: () => number,
  ) {}

  route(method: HttpMethod): Route {
    return this.routes.get(method) ?? this.add(method);
  }

  private add(method: HttpMethod): Route {
    const route = { method, template: this.path, index: this.nextIndex() };
    this.routes.set(method, route);
    return route;
  }
}

export type { RouteTemplate };

/** Far more than applications register with Express or Fastify. An application that does so per request has no limit. */
const MOST_OF_FRAMEWORK = 1000;

/** Every route template of an application, each as one object. Templates come from the framework, never from a URL. */
export class RouteTemplates {
  private readonly byPath = new Map<string, RouteTemplate>();
  private count = 0;
  private ofFrameworkCount = 0;

  readonly unmatched = this.of(UNMATCHED);

  of(path: string): RouteTemplate {
    return this.byPath.get(path) ?? this.add(path);
  }

  /** The template of what is registered with the framework itself; beyond the limit, new ones are unmatched. */
  ofFramework(path: string): RouteTemplate {
    const template = this.byPath.get(path);
    if (template !== undefined) return template;
    if (this.ofFrameworkCount === MOST_OF_FRAMEWORK) return this.unmatched;
    this.ofFrameworkCount += 1;
    return this.add(path);
  }

  /** Whether Nest has a handler for it; a HEAD goes to that of GET. */
  isKnown(path: string, method: HttpMethod): boolean {
    const known = this.byPath.get(path)?.known;
    return known !== undefined && (known.has(method) || (method === 'HEAD' && known.has('GET')));
  }

  private add(path: string): RouteTemplate {
    const template = new RouteTemplate(path, () => this.count++);
    this.byPath.set(path, template);
    return template;
  }
}
