import { type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';

const WAITING = Symbol.for('nestjs-prometheus-exporter.waiting-for-turns');

/** Whoever follows a response that waits behind another one on its connection. */
export interface WaitingResponse {
  connectionClosed(): void;
}

interface Watched extends Socket {
  [WAITING]?: Set<WaitingResponse>;
}

/**
 * Watches over pipelined requests. A response that waits behind another on its connection has no socket yet, is told
 * neither `finish` nor `close` when the client dies, and its request would stay in flight for ever. So the connection is
 * listened to for these, and only for these: most connections never see one. One listener serves all of a connection.
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
