/** Middleware under a path, as a request has come to it. */
export class Mounted {
  constructor(
    /** As it was registered, never what a client asked for. */
    readonly path: string,
    /** The part of the URL that it matched; unused on Fastify. */
    readonly baseUrl = '',
    /** The route that Express had come to before; a later one is within. */
    readonly routeBefore?: unknown,
    /** The middleware that this one is registered within. */
    readonly within?: Mounted,
    /** Express's own object for it. */
    readonly layer?: object,
  ) {}

  /** Where the request has come to this layer before, if it has. */
  passed(layer: object): Mounted | undefined {
    return this.layer === layer ? this : this.within?.passed(layer);
  }

  /** With the paths of all that it is within. */
  get fullPath(): string {
    return this.within === undefined ? this.path : joinedPath(this.within.fullPath, this.path);
  }
}

/** What we use of Fastify's request: which route it goes to, 404s have none. */
export interface FastifyRouted {
  readonly routeOptions?: { readonly url?: string | undefined };
}

/** The request reached the framework's own 404, whatever it has come through. */
export const NOT_FOUND = Symbol('not found');

/** The last place that a request has reached of what is registered with the framework itself. */
export type Reached = Mounted | FastifyRouted | typeof NOT_FOUND;

/** What an exchange knows of how far its request has come. */
interface Progress {
  reached: Reached | undefined;
  readonly endCalled: boolean;
}

export type Next = (reason?: unknown) => unknown;

/**
 * Notes that a request comes to middleware under a path, until that passes the request on. What fails there has been
 * answered on its behalf.
 *
 * @returns the `next` to give to the middleware
 */
export function enter(exchange: Progress, mounted: Mounted, next: Next): Next {
  const before = exchange.reached;
  exchange.reached = mounted;
  return (reason) => {
    if (exchange.reached === mounted && passesOn(reason) && !exchange.endCalled) exchange.reached = before;
    return next(reason);
  };
}

/** Express has two words for what else is to be left out; anything else is an error. */
function passesOn(reason: unknown): boolean {
  return !reason || reason === 'route' || reason === 'router';
}

/** A path as it was registered: text, a regular expression, or several of them: `(/a|/b)`. */
export function pathText(path: unknown): string | undefined {
  if (typeof path === 'string') return path;
  if (path instanceof RegExp) return String(path);
  if (!Array.isArray(path)) return undefined;
  const [only, ...others] = path.flat(Infinity).map(pathText);
  return others.length === 0 ? only : `(${[only, ...others].join('|')})`;
}

export function joinedPath(outer: string, inner: string): string {
  const prefix = outer.endsWith('/') ? outer.slice(0, -1) : outer;
  return inner === '/' && prefix !== '' ? prefix : prefix + inner;
}
