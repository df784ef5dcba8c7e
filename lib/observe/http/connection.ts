import { type Socket } from 'node:net';
import { type Exchange } from './exchange.js';

const WAITING = Symbol.for('nestjs-prometheus-exporter.waiting-exchanges');

interface Watched extends Socket {
  [WAITING]?: Set<Exchange>;
}

/**
 * Watches over pipelined requests. A response that waits behind another on its connection has no socket yet, is told
 * neither `finish` nor `close` when the client dies, and its request would stay in flight for ever. So the connection is
 * listened to for these, and only for these: most connections never see one.
 */
export function watchConnection(exchange: Exchange): void {
  const socket: Watched | undefined = exchange.socket;
  if (socket === undefined || exchange.response.socket !== null) return;
  (socket[WAITING] ?? watch(socket)).add(exchange);
}

export function unwatchConnection(exchange: Exchange): void {
  const socket: Watched | undefined = exchange.socket;
  socket?.[WAITING]?.delete(exchange);
}

function watch(socket: Watched): Set<Exchange> {
  const waiting = new Set<Exchange>();
  socket[WAITING] = waiting;
  socket.once('close', endAll);
  return waiting;
}

function endAll(this: Watched): void {
  for (const exchange of this[WAITING] ?? []) exchange.owner.ended(exchange);
}
