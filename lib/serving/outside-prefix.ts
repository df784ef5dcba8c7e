import 'reflect-metadata';
import { type RequestMethod } from '@nestjs/common';
import { type ApplicationConfig } from '@nestjs/core';
import { type OwnRoutes, type PlacedRoute } from './placed-route.js';

/** The metadata key of `@Get()` and its like, the same in every Nest that we support. */
const METHOD = 'method';

/**
 * Keeps routes of ours out of the global prefix: they are expected where the options say. Nest excludes by path, and
 * would take the prefix from a controller of the application that is declared with the same one. Where that happens,
 * the exclusion is for our handlers alone.
 */
export function excludeFromPrefix(
  config: ApplicationConfig,
  ours: OwnRoutes,
  routes: () => readonly PlacedRoute[],
): void {
  const options = config.getGlobalPrefixOptions();
  const exclude = (requestMethod: RequestMethod): void => {
    // A module that is used for two applications in turn has that of the first one.
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
 * Nest finds the function of the adapter by `methods[requestMethod]`, where 5 and '5' are the same, and compares the
 * methods of a route and an exclusion by `===`, where they are not: as a text it is the method of no other route.
 */
function asText(method: RequestMethod): RequestMethod {
  return String(method) as never;
}

function exclusion(path: string, requestMethod: RequestMethod) {
  const escaped = path.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return { path, requestMethod, pathRegex: new RegExp(`^${escaped}/?$`, 'i') };
}
