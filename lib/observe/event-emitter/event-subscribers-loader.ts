import { type ModulesContainer } from '@nestjs/core';
import { wrappersOf } from '../../host/wrappers.js';

/** One `@OnEvent()` on a method. */
export interface EventListenerMetadata {
  readonly event: unknown;
  readonly options?: unknown;
}

/** What of `EventSubscribersLoader` of `@nestjs/event-emitter` is used: it registers the handlers. The same in 3 and 12. */
export interface EventSubscribersLoader {
  readonly metadataAccessor: {
    getEventHandlerMetadata(method: unknown): readonly EventListenerMetadata[] | undefined;
  };
  subscribeToEventIfListener(instance: Handlers, methodKey: string, ...rest: unknown[]): void;
  wrapFunctionInTryCatchBlocks(instance: Handlers, methodKey: string, args: unknown[], options: unknown): unknown;
}

/** An instance with handlers. */
export type Handlers = Record<string, (...args: unknown[]) => unknown>;

/**
 * The loaders of an application. They are found by the name of their class, so that the package is not imported, and
 * costs nothing where it is not used.
 *
 * @errors throws if there is one without the methods that we need
 */
export function eventSubscribersLoaders(modules: ModulesContainer): readonly EventSubscribersLoader[] {
  return [...wrappersOf(modules, ['providers'])].filter(isLoader).map(({ instance }) => asLoader(instance));
}

function isLoader({ metatype }: { readonly metatype: unknown }): boolean {
  return typeof metatype === 'function' && metatype.name === 'EventSubscribersLoader';
}

function asLoader(instance: unknown): EventSubscribersLoader {
  const loader = instance as EventSubscribersLoader;
  const used = [
    Reflect.get(Object(loader.metadataAccessor), 'getEventHandlerMetadata'),
    Reflect.get(loader, 'subscribeToEventIfListener'),
    Reflect.get(loader, 'wrapFunctionInTryCatchBlocks'),
  ];
  if (used.every((method) => typeof method === 'function')) return loader;
  throw new TypeError('This version of @nestjs/event-emitter registers handlers in a way that is not known.');
}
