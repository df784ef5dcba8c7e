import { once } from 'node:events';
import { type INestApplication, type WebSocketAdapter } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';

export const SOCKET_TRANSPORTS = ['socket.io', 'ws'] as const;
export type SocketTransport = (typeof SOCKET_TRANSPORTS)[number];

/** What a client received: an event and its data. */
export interface ReceivedEvent {
  readonly event: string;
  readonly data: unknown;
}

/** A client that is connected, of one of the two libraries. */
export interface SocketClient {
  /** All that it has received. */
  readonly received: readonly ReceivedEvent[];
  send(event: string, data?: unknown): void;
  close(): void;
  /** Without a word: the connection is reset or ends below the protocol. */
  vanish(): void;
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<unknown>;
}

export interface SocketIoClient extends SocketClient {
  /** What the server acknowledges with; the first of several values. */
  ask(event: string, data?: unknown): Promise<unknown>;
}

export function socketAdapter(transport: SocketTransport, app: INestApplication): WebSocketAdapter {
  return transport === 'ws' ? new WsAdapter(app) : new IoAdapter(app);
}

/** @param path of a gateway with ws, its namespace with socket.io */
export function connectSocket(transport: SocketTransport, port: number, path = '/'): Promise<SocketClient> {
  return transport === 'ws' ? connectWs(port, path) : connectSocketIo(port, path);
}

async function connectWs(port: number, path: string): Promise<SocketClient> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
  const received: ReceivedEvent[] = [];
  socket.on('message', (text: Buffer) => received.push(JSON.parse(text.toString()) as ReceivedEvent));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'open');
  return {
    received,
    closed,
    send: (event, data) => socket.send(JSON.stringify({ event, data })),
    close: () => socket.close(),
    vanish: () => socket.terminate(),
  };
}

/** What is used of the inside of socket.io's client, to end its connection below the protocol. */
interface Engine {
  readonly transport: { readonly ws: WebSocket };
}

export async function connectSocketIo(port: number, namespace = '/'): Promise<SocketIoClient> {
  const socket = io(`http://127.0.0.1:${port}${namespace}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
  });
  const received: ReceivedEvent[] = [];
  socket.onAny((event: string, data: unknown) => received.push({ event, data }));
  const closed = new Promise((resolve) => socket.once('disconnect', resolve));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  const engine = socket.io.engine as unknown as Engine;
  return {
    received,
    closed,
    send: (event, data) => void socket.emit(event, data),
    ask: (event, data) => socket.timeout(10_000).emitWithAck(event, data) as Promise<unknown>,
    close: () => void socket.disconnect(),
    vanish: () => engine.transport.ws.terminate(),
  };
}
