import { type IncomingMessage, type ServerResponse } from 'node:http';
import { EXCHANGE, Exchange, type Observed } from './exchange.js';

/**
 * Counts the bytes of bodies as they pass, chunked ones too, by standing in for three methods of this one request and
 * response. The stand-ins are shared functions: a request costs no closure. Each calls the method that it found first,
 * with the same `this` and arguments, and returns or throws what that does.
 */

type Write = ServerResponse['write'];
type End = ServerResponse['end'];
type Push = IncomingMessage['push'];

const PASS = Symbol('the methods that were there before');

interface Counted extends Observed {
  [PASS]: { write: Write; end: End };
}
type CountedResponse = ServerResponse & Counted;
type CountedRequest = IncomingMessage & Observed;

/** The pairs that were seen, so that requests share the object: in practice there is one. */
let pass: { write: Write; end: End } | undefined;

export function countResponseBody(response: ServerResponse): void {
  if (pass?.write !== response.write || pass.end !== response.end) pass = { write: response.write, end: response.end };
  (response as unknown as Counted)[PASS] = pass;
  response.write = countedWrite as Write;
  response.end = countedEnd as End;
}

/** Only for requests that announce a body: most have none. */
export function countRequestBody(request: IncomingMessage): void {
  const { headers } = request;
  const length = headers['content-length'];
  const hasBody =
    headers['transfer-encoding'] !== undefined ||
    (length !== undefined ? length !== '0' : request.httpVersionMajor >= 2 && request.method !== 'GET');
  if (hasBody) request.push = countedPush as Push;
}

/** Headers that are flushed before any body are the first bytes of an answer. */
export function noticeFlushedHeaders(response: ServerResponse & Observed): void {
  const { flushHeaders } = response;
  response.flushHeaders = function (this: ServerResponse & Observed) {
    flushHeaders.call(this);
    const exchange = this[EXCHANGE];
    if (exchange instanceof Exchange) exchange.startedAnswering();
  };
}

function countedWrite(this: CountedResponse, ...args: Parameters<Write>): boolean {
  const wasEnded = this.writableEnded;
  const result = this[PASS].write.apply(this, args);
  if (!wasEnded) wrote(this, args, true);
  return result;
}

function countedEnd(this: CountedResponse, ...args: Parameters<End>): ServerResponse {
  const wasEnded = this.writableEnded;
  const result = this[PASS].end.apply(this, args);
  if (!wasEnded) wrote(this, args, false);
  return result;
}

function countedPush(this: CountedRequest, chunk: unknown, encoding?: BufferEncoding): boolean {
  const exchange = this[EXCHANGE];
  if (exchange instanceof Exchange) exchange.requestBodyBytes += byteLength(chunk, encoding);
  return (Object.getPrototypeOf(this) as IncomingMessage).push.call(this, chunk, encoding);
}

function wrote(response: CountedResponse, args: readonly unknown[], piece: boolean): void {
  const exchange = response[EXCHANGE];
  if (!(exchange instanceof Exchange)) return;
  exchange.startedAnswering();
  const bytes = byteLength(args[0], args[1]);
  exchange.writtenBytes += bytes;
  if (piece && bytes > 0) exchange.streamed = true;
}

function byteLength(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') {
    return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
  }
  return chunk instanceof Uint8Array ? chunk.byteLength : 0;
}
