import { type RequestMethod, type Type } from '@nestjs/common';

/** A handler of any controller of the application, and the templates that Nest registers it with. */
export interface PlacedRoute {
  readonly module: { readonly name: string };
  readonly controller: Type;
  readonly method: { readonly name: string };
  /** A text on routes of ours that are told apart by it, see `outside-prefix.ts`. */
  readonly requestMethod: RequestMethod | string;
  readonly templates: readonly string[];
}

/** The routes of one of our modules. */
export interface OwnRoutes {
  /** The name of the module, for those who read an error. */
  readonly module: string;
  /** Null where they are registered with the framework directly. */
  readonly controller: Type | null;
  readonly paths: readonly string[];
  /** Of all of them: GET, which answers HEAD as well, or ALL to tell the others that they are not allowed. */
  readonly requestMethod: RequestMethod.GET | RequestMethod.ALL;
}
