import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { ownAgent } from '../../host/own-agent.js';
import { type Receiver } from './receiver.js';

/** Enough for the reason of a refusal. */
const MOST_BYTES = 4096;

export interface PushAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** The beginning of what it says, as far as it comes. */
  readonly text: string;
}

/**
 * Sends one request and reads the beginning of its answer. Rejects without an answer.
 *
 * Not with `fetch`: it goes on connecting for ten seconds after it was aborted, which keeps a process alive.
 */
export async function pushRequest(receiver: Receiver, body: Uint8Array, signal: AbortSignal): Promise<PushAnswer> {
  const answer = await answerOf(receiver, body, signal);
  const text = await beginningOf(answer);
  return { status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'], text };
}

/** Each request has a connection of its own, and none is kept. */
function answerOf({ url, method, headers }: Receiver, body: Uint8Array, signal: AbortSignal): Promise<IncomingMessage> {
  const isTls = url.startsWith('https:');
  const request = isTls ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const options = {
      method,
      headers: { ...headers, 'content-length': body.byteLength },
      agent: ownAgent(isTls),
      signal,
    };
    request(url, options, resolve).on('error', reject).end(body);
  });
}

/** What is left unread is not waited for: the connection is closed. */
async function beginningOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of answer as AsyncIterable<Buffer>) {
      pieces.push(piece);
      bytes += piece.byteLength;
      if (bytes >= MOST_BYTES) break;
    }
  } catch {
    // Cut off or too slow: the status has been received.
  }
  return Buffer.concat(pieces).subarray(0, MOST_BYTES).toString();
}
