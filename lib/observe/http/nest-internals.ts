import { type ApplicationConfig } from '@nestjs/core';
import { type RequestMethod, type VersioningOptions } from '@nestjs/common';

/** What Nest's own factory needs to know of a handler to say where it is registered. */
export interface RoutePathMetadata {
  readonly ctrlPath: string;
  readonly methodPath: string;
  readonly modulePath: string | undefined;
  readonly globalPrefix: string;
  readonly controllerVersion: unknown;
  readonly methodVersion: unknown;
  readonly versioningOptions: VersioningOptions | undefined;
}

interface RoutePathFactory {
  create(metadata: RoutePathMetadata, requestMethod: RequestMethod): string[];
}

/** The place where Nest handles what guards, pipes, interceptors and handlers throw. */
export interface ExceptionsHandlerPrototype {
  next: (exception: unknown, context: { getArgByIndex(index: number): unknown }) => void;
}

export interface NestInternals {
  readonly routePaths: ((config: ApplicationConfig) => RoutePathFactory) | undefined;
  readonly exceptions: ExceptionsHandlerPrototype | undefined;
}

/**
 * The two parts of `@nestjs/core` that have no public name. They have been at these places since Nest 10, but may move:
 * a missing one costs what hangs on it (series at zero before the first request; the counting of exceptions) and is
 * reported, and the application starts all the same. That is why they are loaded here and not imported.
 */
export async function loadNestInternals(onMissing: (error: unknown) => void): Promise<NestInternals> {
  const missing = (error: unknown): undefined => {
    onMissing(error);
  };
  const [routes, exceptions] = await Promise.all([
    import('@nestjs/core/router/route-path-factory.js').catch(missing),
    import('@nestjs/core/exceptions/exceptions-handler.js').catch(missing),
  ]);
  return {
    routePaths: routes && ((config) => new routes.RoutePathFactory(config) as unknown as RoutePathFactory),
    exceptions: exceptions?.ExceptionsHandler.prototype as ExceptionsHandlerPrototype | undefined,
  };
}
