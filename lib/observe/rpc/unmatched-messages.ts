import { type AnyMethod } from '../../host/any-method.js';
import { StandIns } from '../../host/stand-ins.js';
import { type Operation } from '../operation-events.js';
import { type Executions } from '../operations/executions.js';
import { type RpcServer } from './rpc-server.js';

/**
 * Counts messages whose pattern has no handler, where the server looks for it.
 *
 * @returns the function that takes it back
 */
export function observeUnmatched(server: RpcServer, executions: Executions, unmatched: Operation): () => void {
  const standIns = new StandIns();
  /** A server may look twice for the handler of an event, as that of RabbitMQ does. */
  let isInEvent = false;
  let isCounted = false;
  const finding = (find: AnyMethod): AnyMethod =>
    function (pattern) {
      const handler = find.call(this, pattern);
      if (handler || isCounted) return handler;
      isCounted = isInEvent;
      executions.start(unmatched)?.end('error');
      return handler;
    };
  const handling = (handle: AnyMethod): AnyMethod =>
    function (...args) {
      isInEvent = true;
      try {
        return handle.apply(this, args);
      } finally {
        isInEvent = isCounted = false;
      }
    };
  standIns.put(server, 'getHandlerByPattern', finding);
  standIns.put(server, 'handleEvent', handling);
  return () => standIns.putBack();
}
