import { type RequestMethod, type Type } from '@nestjs/common';

/** A handler of any controller of the application, with the templates that Nest registers it with. */
export interface PlacedRoute {
  readonly module: { readonly name: string };
  readonly controller: Type;
  readonly method: { readonly name: string };
  /** A string on those of our routes that must be distinguished by it, see `outside-prefix.ts`. */
  readonly requestMethod: RequestMethod | string;
  readonly templates: readonly string[];
}

/** The routes of one of our modules. */
export interface OwnRoutes {
  /** The name of the module, for error messages. */
  readonly module: string;
  /** Null if the routes are registered with the framework directly. */
  readonly controller: Type | null;
  readonly paths: readonly string[];
  /** The method of all routes: GET, which also answers HEAD, or ALL, so that other methods get 405. */
  readonly requestMethod: RequestMethod.GET | RequestMethod.ALL;
}
