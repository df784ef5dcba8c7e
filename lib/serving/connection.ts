import { type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';

const WAITING = Symbol.for('nestjs-prometheus-exporter.waiting-for-turns');

/** The callbacks for a pipelined response that waits behind another one on its connection. */
export interface WaitingResponse {
  connectionClosed(): void;
}

interface Watched extends Socket {
  [WAITING]?: Set<WaitingResponse>;
}

/**
 * Watches the connection of pipelined requests. A response that waits behind another one has no socket yet. It emits
 * neither `finish` nor `close` when the client disconnects, so its request would stay in flight forever. Only for such
 * responses is a listener added to the connection: most connections never have one. One listener serves all waiting
 * responses of a connection.
 */
export function onConnectionClosed(
  socket: Watched | undefined,
  response: ServerResponse,
  waiting: WaitingResponse,
): void {
  if (socket === undefined || response.socket !== null) return;
  (socket[WAITING] ?? watch(socket)).add(waiting);
}

export function offConnectionClosed(socket: Watched | undefined, waiting: WaitingResponse): void {
  socket?.[WAITING]?.delete(waiting);
}

function watch(socket: Watched): Set<WaitingResponse> {
  const waiting = new Set<WaitingResponse>();
  socket[WAITING] = waiting;
  socket.once('close', endAll);
  return waiting;
}

function endAll(this: Watched): void {
  for (const waiting of this[WAITING] ?? []) waiting.connectionClosed();
}
