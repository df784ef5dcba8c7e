import { type Endpoint, type Method, UNMATCHED } from '../events.js';

/** One route template and its endpoints, a method each. */
class Route {
  private readonly endpoints = new Map<Method, Endpoint>();
  /** The methods for which a handler of Nest is registered. */
  readonly known = new Set<Method>();

  constructor(
    private readonly template: string,
    private readonly nextIndex: () => number,
  ) {}

  endpoint(method: Method): Endpoint {
    return this.endpoints.get(method) ?? this.add(method);
  }

  private add(method: Method): Endpoint {
    const endpoint = { method, route: this.template, index: this.nextIndex() };
    this.endpoints.set(method, endpoint);
    return endpoint;
  }
}

export type { Route };

/** Far more than applications register with Express or Fastify themselves; one that does so per request has no end. */
const MOST_OF_FRAMEWORK = 1000;

/** Every route template of an application, each as one object. Templates come from the framework, never from a URL. */
export class Routes {
  private readonly byTemplate = new Map<string, Route>();
  private count = 0;
  private ofFrameworkCount = 0;

  readonly unmatched = this.of(UNMATCHED);

  of(template: string): Route {
    return this.byTemplate.get(template) ?? this.add(template);
  }

  /** The route of what is registered with the framework itself; beyond so many, new ones are unmatched. */
  ofFramework(template: string): Route {
    const route = this.byTemplate.get(template);
    if (route !== undefined) return route;
    if (this.ofFrameworkCount === MOST_OF_FRAMEWORK) return this.unmatched;
    this.ofFrameworkCount += 1;
    return this.add(template);
  }

  /** Whether Nest has a handler for it; a HEAD goes to that of GET. */
  isKnown(template: string, method: Method): boolean {
    const known = this.byTemplate.get(template)?.known;
    return known !== undefined && (known.has(method) || (method === 'HEAD' && known.has('GET')));
  }

  private add(template: string): Route {
    const route = new Route(template, () => this.count++);
    this.byTemplate.set(template, route);
    return route;
  }
}
