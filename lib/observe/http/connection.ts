import { type Socket } from 'node:net';
import { type Exchange } from './exchange.js';

const OPEN = Symbol.for('nestjs-prometheus-exporter.open-exchanges');
const WAITING = Symbol.for('nestjs-prometheus-exporter.waiting-exchanges');

interface Watched extends Socket {
  [OPEN]?: number;
  [WAITING]?: Set<Exchange>;
}

/**
 * Watches over pipelined requests. A response that waits behind another on its connection is told neither `finish` nor
 * `close` when the client dies, and its request would stay in flight for ever; the first one of a connection always is
 * told. So a connection is only listened to once a second request comes before the first has ended.
 */
export function enterConnection(exchange: Exchange): void {
  const socket: Watched | undefined = exchange.socket;
  if (socket === undefined) return;
  const open = (socket[OPEN] ?? 0) + 1;
  socket[OPEN] = open;
  if (open > 1) (socket[WAITING] ?? watch(socket)).add(exchange);
}

export function leaveConnection(exchange: Exchange): void {
  const socket: Watched | undefined = exchange.socket;
  if (socket === undefined) return;
  socket[OPEN] = (socket[OPEN] ?? 1) - 1;
  socket[WAITING]?.delete(exchange);
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
