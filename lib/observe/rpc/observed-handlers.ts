import { StandIns } from '../../host/stand-ins.js';
import { type ErrorBoundary } from '../error-boundary.js';
import { type Operation } from '../operation-events.js';
import { followStreams, type Executions } from '../operations/executions.js';
import { contextOf, putOnContext } from './message-context.js';
import { type RpcHandler, type RpcServer } from './rpc-server.js';
import { streamsOfClient } from './streams-of-client.js';

/**
 * Observes the handlers of a server: those that it has, and those that Nest registers later. What is in the map is the
 * whole handling of a message. Of several handlers of one event only the first is there; it calls the others.
 *
 * @returns the function that takes it back
 */
export function observeHandlers(
  { messageHandlers }: RpcServer,
  executions: Executions,
  operationOf: (pattern: string) => Operation,
  boundary: ErrorBoundary,
): () => void {
  const originals = new Map<RpcHandler, RpcHandler>();
  const observe = (pattern: unknown, handler: RpcHandler): RpcHandler => {
    const original = originals.get(handler) ?? handler;
    const ours = observedHandler(original, executions, operationOf(String(pattern)));
    originals.set(ours, original);
    return ours;
  };
  const observed = (pattern: unknown, handler: RpcHandler) =>
    boundary.run('rpc', () => observe(pattern, handler)) ?? handler;
  for (const [pattern, handler] of messageHandlers) messageHandlers.set(pattern, observed(pattern, handler));
  const standIns = new StandIns();
  standIns.put(messageHandlers, 'set', (set) => (pattern, handler) => {
    return set.call(messageHandlers, pattern, observed(pattern, handler as RpcHandler));
  });
  return () => {
    standIns.putBack();
    for (const [pattern, handler] of messageHandlers) {
      messageHandlers.set(pattern, originals.get(handler) ?? handler);
    }
  };
}

/** A proxy, because Nest keeps things on the function: whether it is for events, and the next handler of the event. */
function observedHandler(handler: RpcHandler, executions: Executions, operation: Operation): RpcHandler {
  return new Proxy(handler, {
    apply(original, self, args: unknown[]) {
      const execution = executions.start(operation);
      if (execution === undefined) return Reflect.apply(original, self, args);
      const context = contextOf(args);
      putOnContext(context, execution);
      let result: unknown;
      try {
        result = execution.run(() => Reflect.apply(original, self, args));
      } catch (error) {
        execution.failed(error);
        throw error;
      }
      // Nobody waits for what a handler of events returns.
      return followStreams(result, execution, original.isEventHandler === true ? undefined : streamsOfClient(context));
    },
  });
}
