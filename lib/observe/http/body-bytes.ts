import { type IncomingMessage, type ServerResponse } from 'node:http';
import { EXCHANGE, type Exchange, type Observed, type ResponseMethods } from './exchange.js';

/**
 * Counts the bytes of bodies as they pass, chunked ones too, by standing in for three methods of this one request and
 * response. The stand-ins are shared functions: a request costs no closure. Each calls the method that it stands in for,
 * with the same `this` and arguments, and returns or throws what that does.
 */

type Push = (this: IncomingMessage, chunk: unknown, encoding?: BufferEncoding) => boolean;

export function countResponseBody(response: ServerResponse & Observed, exchange: Exchange): void {
  response[EXCHANGE] = exchange;
  if (Object.hasOwn(response, 'write') || Object.hasOwn(response, 'end')) {
    const { write, end } = response as unknown as ResponseMethods;
    exchange.methods = { write, end };
  }
  response.write = countedWrite as ServerResponse['write'];
  response.end = countedEnd as ServerResponse['end'];
}

/** Only for requests that announce a body: most have none. */
export function countRequestBody(request: IncomingMessage): void {
  const { headers } = request;
  const length = headers['content-length'];
  const hasBody =
    length === undefined
      ? headers['transfer-encoding'] !== undefined || (request.httpVersionMajor >= 2 && request.method !== 'GET')
      : length !== '0';
  if (hasBody) request.push = countedPush;
}

/** Headers that are flushed before any body are the first bytes of an answer. */
export function noticeFlushedHeaders(response: ServerResponse, exchange: Exchange): void {
  const flushHeaders = response.flushHeaders.bind(response);
  response.flushHeaders = () => {
    flushHeaders();
    exchange.startedAnswering();
  };
}

function countedWrite(this: ServerResponse, chunk: unknown, encoding: unknown, callback: unknown): boolean {
  const exchange = exchangeOf(this);
  const wasEnded = this.writableEnded;
  const { write } = exchange.methods ?? classMethods(exchange);
  const result = write.call(this, chunk, encoding, callback);
  if (!wasEnded) note(exchange, chunk, encoding, true);
  return result;
}

function countedEnd(this: ServerResponse, chunk: unknown, encoding: unknown, callback: unknown): ServerResponse {
  const exchange = exchangeOf(this);
  const { endCalled: wasEnded, writtenBytes: before, streamed } = exchange;
  const { end } = exchange.methods ?? classMethods(exchange);
  const result = end.call(this, chunk, encoding, callback);
  exchange.endCalled = true;
  // Over HTTP/2 and in inject(), end() writes what it is given with write(), which has counted it then, as a piece.
  exchange.streamed = streamed;
  if (!wasEnded && exchange.writtenBytes === before) note(exchange, chunk, encoding, false);
  return result;
}

/** The class's own is asked of the request itself, as `classMethods` does for responses. */
function countedPush(this: IncomingMessage & Observed, chunk: unknown, encoding?: BufferEncoding): boolean {
  const exchange = this[EXCHANGE] as Exchange;
  exchange.requestBodyBytes += byteLength(chunk, encoding);
  return (Object.getPrototypeOf(exchange.raw) as { push: Push }).push.call(this, chunk, encoding);
}

/**
 * Those of the class, looked up when they are needed: Express gives a response its class after we have seen it. Asked of
 * the response itself, for `this` may be an object that somebody made with the response as its prototype.
 */
function classMethods({ response }: Exchange): ResponseMethods {
  return Object.getPrototypeOf(response) as ResponseMethods;
}

/** Only responses that have one are given the counting methods. */
function exchangeOf(response: ServerResponse & Observed): Exchange {
  return response[EXCHANGE] as Exchange;
}

function note(exchange: Exchange, chunk: unknown, encoding: unknown, piece: boolean): void {
  try {
    exchange.wrote(byteLength(chunk, encoding), piece);
  } catch (error) {
    exchange.owner.failed(error);
  }
}

function byteLength(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') {
    return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
  }
  return chunk instanceof Uint8Array ? chunk.byteLength : 0;
}
