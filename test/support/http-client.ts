import {
  type Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as httpRequest,
} from 'node:http';
import { buffer } from 'node:stream/consumers';

export { splitAnswers, type HttpAnswer } from './http-answers.js';
export { abortAfter, type AbortMoment, type RawRequest, sendPipelined, sendRaw } from './raw-socket.js';

export interface SentRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
  /** For connections that are kept alive; without one every request has a connection of its own. */
  readonly agent?: Agent;
  readonly timeoutMs?: number;
}

export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body read as UTF-8. */
  readonly body: string;
  /** The body as it came, compressed if the answer is. */
  readonly bytes: Buffer;
}

/** Sends a request as it is asked for: any method and header fetch would refuse or change, no redirects, no decoding. */
export async function send(port: number, request: SentRequest = {}): Promise<Received> {
  const { method = 'GET', path = '/', headers = {}, body, agent = false, timeoutMs = 30_000 } = request;
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port, method, path, headers, agent, signal }, resolve)
      .on('error', reject)
      .end(body);
  });
  const bytes = await buffer(response);
  return { status: response.statusCode ?? 0, headers: response.headers, body: bytes.toString(), bytes };
}
