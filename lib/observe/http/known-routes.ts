import 'reflect-metadata';
import { HttpStatus, RequestMethod, type Type } from '@nestjs/common';
import { type ApplicationConfig, MetadataScanner, type ModulesContainer } from '@nestjs/core';
import { classOf, type Wrapper, wrappersOf } from '../../host/wrappers.js';
import { type KnownRoute, type HttpMethod, METHODS } from '../events.js';
import { type HandlerMethod, type Handlers } from './handlers.js';
import { methodOf } from './methods.js';
import { type NestInternals } from './nest-internals.js';
import { type RouteTemplates } from './route-templates.js';

/** Metadata keys of Nest's decorators, the same in 11 and 12. */
const PATH = 'path';
const METHOD = 'method';
const VERSION = '__version__';
const HTTP_CODE = '__httpCode__';
const REDIRECT = '__redirect__';
const MODULE_PATH = '__module_path__';

/** Where the routes of an application are declared, and what turns a declaration into a template. */
export interface RouteSources {
  readonly config: ApplicationConfig;
  readonly modules: ModulesContainer;
  readonly internals: NestInternals;
  /** The adapter's own spelling of a template (wildcards differ). */
  readonly normalize: (template: string) => string;
}

/** A method of a controller with the metadata that its decorators left. */
interface Declared {
  readonly module: Type;
  readonly controller: Type;
  readonly modulePath: string | undefined;
  readonly method: HandlerMethod;
  /** A text on routes of ours that have to be told apart from others, see `lib/serving/outside-prefix.ts`. */
  readonly requestMethod: RequestMethod;
}

/** A declared handler, and where Nest registers it. */
export interface DeclaredRoute extends Declared {
  readonly templates: readonly string[];
}

/**
 * Every route of the application, from the same metadata and with the same factory that Nest registers them with: global
 * prefix, versions, RouterModule, array paths and inherited handlers come out as they are served. Each is also noted
 * with its handler, so that a request to a handler with one route need not be asked for its template.
 */
export function knownRoutes(
  sources: RouteSources,
  handlers: Handlers,
  templates: RouteTemplates,
): readonly KnownRoute[] {
  return declaredRoutes(sources).flatMap((declared) => routesOf(declared, sources.config, handlers, templates));
}

/** Every handler of the application with its templates. */
export function declaredRoutes(sources: RouteSources): readonly DeclaredRoute[] {
  return declaredHandlers(sources.modules).map((declared) => ({
    ...declared,
    templates: templatesOf(declared, sources),
  }));
}

function declaredHandlers(modules: ModulesContainer): readonly Declared[] {
  return [...wrappersOf(modules, ['controllers'])].flatMap((wrapper) => handlersOf(wrapper, modules));
}

function handlersOf(wrapper: Wrapper, modules: ModulesContainer): readonly Declared[] {
  const controller = classOf(wrapper);
  const module = wrapper.host?.metatype;
  if (controller === undefined || module === undefined) return [];
  const modulePath = modulePathOf(modules, module);
  const prototype = controller.prototype as Readonly<Record<string, HandlerMethod>>;
  return new MetadataScanner()
    .getAllMethodNames(prototype)
    .map((name) => prototype[name])
    .filter((method) => method !== undefined)
    .filter((method) => Reflect.hasMetadata(PATH, method))
    .map((method) => {
      const requestMethod = Reflect.getMetadata(METHOD, method) as RequestMethod;
      return { module, controller, modulePath, method, requestMethod };
    });
}

function modulePathOf(modules: ModulesContainer, module: Type): string | undefined {
  const own: unknown = Reflect.getMetadata(MODULE_PATH + modules.applicationId, module);
  return (own ?? Reflect.getMetadata(MODULE_PATH, module)) as string | undefined;
}

function routesOf(
  declared: DeclaredRoute,
  config: ApplicationConfig,
  handlers: Handlers,
  templates: RouteTemplates,
): KnownRoute[] {
  const { controller, method, requestMethod } = declared;
  const entry = handlers.of(controller, method);
  const shared = {
    handler: entry.handler,
    version: versionText(versionOf(declared, config)),
    successStatus: successStatusOf(method, requestMethod),
  };
  return declared.templates.map((path) => {
    const template = templates.of(path);
    if (!entry.templates.includes(template)) entry.templates.push(template);
    for (const name of methodsOf(requestMethod)) template.known.add(name);
    return { ...shared, route: template.route(shownMethod(requestMethod)) };
  });
}

function templatesOf(declared: Declared, sources: RouteSources): readonly string[] {
  const { config, internals, normalize } = sources;
  const factory = internals.routePaths?.(config);
  if (factory === undefined) return [];
  const prefix = config.getGlobalPrefix();
  const versioning = config.getVersioning();
  const templates = pathsOf(declared.controller).flatMap((ctrlPath) =>
    pathsOf(declared.method).flatMap((methodPath) =>
      factory.create(
        {
          ctrlPath,
          methodPath,
          modulePath: declared.modulePath,
          globalPrefix: prefix === '' ? '' : slashed(prefix),
          controllerVersion:
            versioning && (Reflect.getMetadata(VERSION, declared.controller) ?? versioning.defaultVersion),
          methodVersion: Reflect.getMetadata(VERSION, declared.method),
          versioningOptions: versioning,
        },
        declared.requestMethod,
      ),
    ),
  );
  return templates.map(normalize);
}

function pathsOf(target: Type | HandlerMethod): readonly string[] {
  const path = Reflect.getMetadata(PATH, target) as string | readonly string[] | undefined;
  return [path ?? ''].flat().map(slashed);
}

function slashed(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

function versionOf({ controller, method }: Declared, config: ApplicationConfig): unknown {
  const versioning = config.getVersioning();
  if (versioning === undefined) return undefined;
  const declared: unknown = Reflect.getMetadata(VERSION, method) ?? Reflect.getMetadata(VERSION, controller);
  return declared ?? versioning.defaultVersion;
}

/** Several versions are listed; the neutral one, a symbol, has no name to show. */
function versionText(version: unknown): string {
  return [version]
    .flat()
    .filter((one) => typeof one === 'string')
    .join(',');
}

function successStatusOf(method: HandlerMethod, requestMethod: RequestMethod): number {
  const declared: unknown = Reflect.getMetadata(HTTP_CODE, method);
  if (typeof declared === 'number') return declared;
  const redirect = Reflect.getMetadata(REDIRECT, method) as { readonly statusCode?: unknown } | undefined;
  if (redirect !== undefined) return typeof redirect.statusCode === 'number' ? redirect.statusCode : HttpStatus.FOUND;
  return requestMethod === RequestMethod.POST ? HttpStatus.CREATED : HttpStatus.OK;
}

function methodsOf(requestMethod: RequestMethod): readonly HttpMethod[] {
  const name = RequestMethod[requestMethod];
  return name === 'ALL' ? METHODS : [methodOf(name)];
}

/** `@All()` answers everything, but to say so ten times for each of them would bury the rest: it stands as GET. */
function shownMethod(requestMethod: RequestMethod): HttpMethod {
  const name = RequestMethod[requestMethod];
  return name === 'ALL' ? 'GET' : methodOf(name);
}
