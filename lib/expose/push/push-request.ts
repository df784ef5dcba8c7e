import { type IncomingMessage } from 'node:http';
import { ownRequest } from '../../host/own-request.js';
import { type Receiver } from './receiver.js';

/** Enough for the reason of a refusal. */
const MOST_BYTES = 4096;

export interface PushAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** The beginning of what it says, as far as it comes. */
  readonly text: string;
}

/** Sends one request and reads the beginning of its answer. Rejects without an answer. */
export async function pushRequest(
  { url, method, headers }: Receiver,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<PushAnswer> {
  const options = { method, headers: { ...headers, 'content-length': body.byteLength }, signal };
  const answer = await ownRequest(url, options, body);
  const text = await beginningOf(answer);
  return { status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'], text };
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
