import { Duplex } from 'node:stream';
import { Observable } from 'rxjs';
import { followObservable } from '../operations/executions.js';
import { type RunningExecution } from '../operations/running-execution.js';
import { type MessageContext } from './message-context.js';

/** What waits for a client of TCP: one listener per connection, however many streams it has. */
const waiting = new WeakMap<Duplex, Set<RunningExecution>>();

/**
 * How streams are followed for the client of a message. When a connection of TCP closes, they are aborted, although Nest
 * lets them run on; so are those that a handler returns afterwards. Nest ends the streams of a call of gRPC that is
 * cancelled, but not those that a handler returns afterwards. Other transports do not tell when a client leaves.
 */
export function streamsOfClient(context: MessageContext | undefined): typeof followObservable {
  if (typeof context?.getSocketRef === 'function') return streamsOfConnection(context);
  return typeof context?.cancelled === 'boolean' ? streamsOfCall(context) : followObservable;
}

function streamsOfCall(call: MessageContext): typeof followObservable {
  return (source, execution) => {
    if (call.cancelled === true) execution.aborted();
    return followObservable(source, execution);
  };
}

function streamsOfConnection(context: MessageContext): typeof followObservable {
  return (source, execution) => {
    const followed = followObservable(source, execution);
    const connection = connectionOf(context);
    if (connection?.destroyed === true) execution.aborted();
    return connection === undefined ? followed : untilClosed(followed, execution, connection);
  };
}

function untilClosed(
  followed: Observable<unknown>,
  execution: RunningExecution,
  connection: Duplex,
): Observable<unknown> {
  return new Observable((subscriber) => {
    const subscription = followed.subscribe(subscriber);
    if (execution.outcome !== undefined) return subscription;
    const streams = streamsOn(connection);
    streams.add(execution);
    subscription.add(() => streams.delete(execution));
    return subscription;
  });
}

function streamsOn(connection: Duplex): Set<RunningExecution> {
  const known = waiting.get(connection);
  if (known !== undefined) return known;
  const streams = new Set<RunningExecution>();
  waiting.set(connection, streams);
  connection.once('close', () => {
    for (const execution of streams) execution.aborted();
    streams.clear();
  });
  return streams;
}

/** The connection below Nest's own socket; undefined if the application has a class of its own for it. */
function connectionOf(context: MessageContext): Duplex | undefined {
  try {
    const socket = (context.getSocketRef as () => { readonly netSocket?: unknown })();
    return socket.netSocket instanceof Duplex ? socket.netSocket : undefined;
  } catch {
    return undefined;
  }
}
