import { connect, type Socket } from 'node:net';
import { Connection } from './connection.js';
import { type HttpAnswer, splitAnswers } from './http-answers.js';

export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  /** `host`, and `content-length` of the body, are added unless they are given. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Sends bytes as they are and gives everything the server answers until it closes the connection, which a well-formed
 * last request asks for with `Connection: close`. A reset ends the answer as well: what came before it is given.
 */
export async function sendRaw(port: number, bytes: string | Uint8Array): Promise<string> {
  return (await exchange(port, bytes)).toString();
}

/** Sends bytes and never reads what the server answers, until the socket is resumed. */
export function sendUnread(port: number, bytes: string): Socket {
  const socket = connect({ port, host: '127.0.0.1' }).on('error', () => undefined);
  socket.pause().write(bytes);
  return socket;
}

/** Sends requests on one connection without waiting for answers in between, and gives the answers. */
export async function sendPipelined(port: number, requests: readonly RawRequest[]): Promise<HttpAnswer[]> {
  const texts = requests.map(({ headers, ...request }, index) =>
    requestText({ ...request, headers: { ...headers, ...(index === requests.length - 1 && { connection: 'close' }) } }),
  );
  const received = await exchange(port, texts.join(''));
  return splitAnswers(
    received,
    requests.map(({ method = 'GET' }) => method),
  );
}

/**
 * When to leave: at once when connected, when the request is handed to the system, when the head of the answer or the
 * first byte of its body is here. Or when a promise settles, such as one that the server's handler resolves.
 */
export type AbortMoment = 'connected' | 'request sent' | 'response head' | 'first body byte' | Promise<unknown>;

export interface AbortOptions {
  /** `close` leaves like a browser, `reset` like a machine that lost its power. */
  readonly how?: 'close' | 'reset';
}

/**
 * Sends a request and leaves at the given moment; gives what had been received by then.
 * For an upload that stays unfinished give a `content-length` greater than the body.
 * Rejects when the server is first to end the connection: nothing would have been aborted then.
 */
export async function abortAfter(
  port: number,
  moment: AbortMoment,
  request: RawRequest = {},
  { how = 'close' }: AbortOptions = {},
): Promise<string> {
  const connection = await Connection.open(port);
  if (moment !== 'connected') {
    await connection.until('the request was sent', connection.write(requestText(request)));
    await connection.until('the moment to abort', reached(connection, moment));
  }
  await connection.leave(how);
  return connection.received.toString();
}

function reached(connection: Connection, moment: Exclude<AbortMoment, 'connected'>): Promise<unknown> {
  if (moment === 'request sent') return Promise.resolve();
  if (moment === 'response head') return connection.receives((bytes) => bytes.includes('\r\n\r\n'));
  if (moment === 'first body byte') return connection.receives(hasBodyByte);
  return moment;
}

function hasBodyByte(bytes: Buffer): boolean {
  const headEnd = bytes.indexOf('\r\n\r\n');
  return headEnd >= 0 && bytes.length > headEnd + 4;
}

export function requestText({ method = 'GET', path = '/', headers = {}, body = '' }: RawRequest): string {
  const all = {
    host: '127.0.0.1',
    ...(body !== '' &&
      headers['transfer-encoding'] === undefined && { 'content-length': `${Buffer.byteLength(body)}` }),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

async function exchange(port: number, bytes: string | Uint8Array): Promise<Buffer> {
  const connection = await Connection.open(port);
  // The server may answer and close before it has read everything: the answer counts, not the failed write.
  connection.write(bytes).catch(() => undefined);
  await connection.ended();
  return connection.received;
}
