import 'reflect-metadata';
import { type RequestMethod } from '@nestjs/common';
import { type ApplicationConfig } from '@nestjs/core';
import { type OwnRoutes, type PlacedRoute } from './placed-route.js';

/** The metadata key of `@Get()` and similar decorators, the same in every supported version of Nest. */
const METHOD = 'method';

/**
 * Keeps our routes out of the global prefix: users expect them at the path in the options. Nest excludes by path, and
 * so would also take the prefix from a controller of the application with the same path. In that case the exclusion
 * applies to our handlers only.
 */
export function excludeFromPrefix(
  config: ApplicationConfig,
  ours: OwnRoutes,
  routes: () => readonly PlacedRoute[],
): void {
  const options = config.getGlobalPrefixOptions();
  const exclude = (requestMethod: RequestMethod): void => {
    // A module that is used for two applications in turn already has the changed method of the first one.
    for (const { method } of routes().filter(({ controller }) => controller === ours.controller)) {
      Reflect.defineMetadata(METHOD, requestMethod, method);
    }
    const added = ours.paths.map((path) => exclusion(path, requestMethod));
    config.setGlobalPrefixOptions({ ...options, exclude: [...(options.exclude ?? []), ...added] });
  };
  const placesOfOthers = () =>
    routes().flatMap(({ controller, templates }) => (controller === ours.controller ? [] : templates));

  const expected = placesOfOthers().join();
  exclude(ours.requestMethod);
  if (placesOfOthers().join() !== expected) exclude(asText(ours.requestMethod));
}

/**
 * Converts the method to a string. Nest finds the adapter's function by `methods[requestMethod]`, where 5 and '5' are
 * the same key, but compares the methods of a route and an exclusion with `===`. So a string matches no other route.
 */
function asText(method: RequestMethod): RequestMethod {
  return String(method) as never;
}

function exclusion(path: string, requestMethod: RequestMethod) {
  const escaped = path.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return { path, requestMethod, pathRegex: new RegExp(`^${escaped}/?$`, 'i') };
}
