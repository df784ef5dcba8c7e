import { type ModulesContainer } from '@nestjs/core';
import { wrappersOf } from '../../host/wrappers.js';

/** What of a driver of `@nestjs/graphql` is used. Nest starts its server with the schema that it has made. */
export interface GraphQLDriver {
  start(options: DriverOptions): unknown;
  /** The Fastify instance, of the driver for Mercurius. */
  readonly instance?: unknown;
}

export interface DriverOptions {
  /** Nothing, for the drivers of a gateway. */
  readonly schema?: unknown;
  /** Apollo's resolver of fields that have none. */
  readonly fieldResolver?: unknown;
  /** Apollo's plugins. */
  plugins?: unknown;
}

/**
 * The drivers of an application, one per GraphQLModule. They are found by the name of their token, so that the package is
 * not imported, and costs nothing where it is not used.
 *
 * @errors throws if there is one without the method that we need
 */
export function graphQLDrivers(modules: ModulesContainer): readonly GraphQLDriver[] {
  return [...wrappersOf(modules, ['providers'])].filter(isDriver).map(({ instance }) => asDriver(instance));
}

function isDriver({ token }: { readonly token: unknown }): boolean {
  return typeof token === 'function' && token.name === 'AbstractGraphQLDriver';
}

function asDriver(instance: unknown): GraphQLDriver {
  if (typeof Reflect.get(Object(instance), 'start') === 'function') return instance as GraphQLDriver;
  throw new TypeError('This version of @nestjs/graphql starts its server in a way that is not known.');
}
