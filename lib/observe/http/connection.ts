import { type Socket } from 'node:net';
import { type Exchange } from './exchange.js';

const OPEN = Symbol.for('nestjs-prometheus-exporter.open-exchanges');

interface Watched extends Socket {
  [OPEN]?: Set<Exchange>;
}

/**
 * Ends what a dead connection leaves open. A response that waits behind another on a pipelined connection is told
 * neither `finish` nor `close` when the client dies, and its request would stay in flight for ever.
 */
export function watchConnection(exchange: Exchange): void {
  const socket: Watched | undefined = exchange.socket;
  if (socket !== undefined) (socket[OPEN] ?? watch(socket)).add(exchange);
}

export function leaveConnection(exchange: Exchange): void {
  const socket: Watched | undefined = exchange.socket;
  socket?.[OPEN]?.delete(exchange);
}

function watch(socket: Watched): Set<Exchange> {
  const open = new Set<Exchange>();
  socket[OPEN] = open;
  socket.once('close', endAll);
  return open;
}

function endAll(this: Watched): void {
  for (const exchange of this[OPEN] ?? []) exchange.owner.ended(exchange);
}
