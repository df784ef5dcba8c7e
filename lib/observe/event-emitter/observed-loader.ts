import { type AnyMethod } from '../../host/any-method.js';
import { type StandIns } from '../../host/stand-ins.js';
import { type Operation } from '../operation-events.js';
import { type Executions } from '../operations/executions.js';
import { type EventListenerMetadata, type EventSubscribersLoader, type Handlers } from './event-subscribers-loader.js';

/**
 * Registers each handler through a loader that knows its event: one that inherits from the real one, and differs in two
 * members. So errors are seen before the loader suppresses them, and handlers of request-scoped classes too.
 */
export function observeLoader(
  loader: EventSubscribersLoader,
  executions: Executions,
  operationOf: (event: string) => Operation,
  standIns: StandIns,
): void {
  const observed =
    (subscribe: AnyMethod) =>
    (instance: Handlers, methodKey: string, ...rest: unknown[]): void => {
      const all = loader.metadataAccessor.getEventHandlerMetadata(instance[methodKey]) ?? [];
      for (const metadata of all) {
        const knowing = knowingLoader(loader, metadata, executions, operationOf(nameOf(metadata.event)));
        subscribe.call(knowing, instance, methodKey, ...rest);
      }
    };
  standIns.put(loader, 'subscribeToEventIfListener', (subscribe) => observed(subscribe) as AnyMethod);
}

function knowingLoader(
  loader: EventSubscribersLoader,
  metadata: EventListenerMetadata,
  executions: Executions,
  operation: Operation,
): EventSubscribersLoader {
  return Object.assign(Object.create(loader) as EventSubscribersLoader, {
    metadataAccessor: { getEventHandlerMetadata: () => [metadata] },
    wrapFunctionInTryCatchBlocks: (instance: Handlers, methodKey: string, args: unknown[], options: unknown) =>
      loader.wrapFunctionInTryCatchBlocks(
        followed(instance, methodKey, executions, operation),
        methodKey,
        args,
        options,
      ),
  });
}

/** Stands in for an instance: the loader only does `instance[methodKey].call(instance, …)`. */
function followed(instance: Handlers, methodKey: string, executions: Executions, operation: Operation): Handlers {
  const call = (_self: unknown, ...args: unknown[]) =>
    executions.follow(operation, () => instance[methodKey]!.call(instance, ...args));
  return { [methodKey]: { call } } as unknown as Handlers;
}

/** Symbols by their description; a list, of emitters with wildcards, as one name. */
function nameOf(event: unknown): string {
  if (Array.isArray(event)) return event.map(nameOf).join('.');
  return typeof event === 'symbol' ? (event.description ?? '') : String(event);
}
