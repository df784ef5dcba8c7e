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
  standIns.put(server, 'getHandlerByPattern', (find) => (pattern) => {
    const handler = find.call(server, pattern);
    if (handler || isCounted) return handler;
    isCounted = isInEvent;
    executions.start(unmatched)?.end('error');
    return handler;
  });
  standIns.put(server, 'handleEvent', (handle) => (...args) => {
    isInEvent = true;
    try {
      return handle.apply(server, args);
    } finally {
      isInEvent = isCounted = false;
    }
  });
  return () => standIns.putBack();
}
