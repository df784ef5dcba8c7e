import { type IncomingMessage, request } from 'node:http';
import { clearTimeout, setTimeout } from 'node:timers';
import { socketAddress } from '../../host/life-socket.js';
import { readShare } from './bytes/read-share.js';
import { type ShareContent } from './bytes/share-content.js';
import { QUESTION_HEADER, type ShareQuestion } from './share-server.js';

/** More than any process of one application has to tell. */
export const MAX_SHARE_BYTES = 256 * 1024 * 1024;

/** A thread that runs begins its answer at once, and goes on when its collectors have answered. */
const BEGINS_WITHIN_MS = 1000;

/**
 * Asks another process for its numbers. Rejects with a `TimeoutError` when it takes too long, and with another error when
 * nobody listens there or the answer is nonsense.
 *
 * @param former what it told before
 */
export async function askShare(
  socketPath: string,
  question: ShareQuestion,
  withinMs: number,
  former: ShareContent | undefined,
): Promise<ShareContent> {
  const late = new AbortController();
  // It takes whole numbers only, and 2.01 * 1000 is none.
  const signal = AbortSignal.any([late.signal, AbortSignal.timeout(Math.ceil(withinMs))]);
  const timer = setTimeout(
    () => late.abort(new DOMException('it did not begin to answer', 'TimeoutError')),
    BEGINS_WITHIN_MS,
  );
  try {
    const response = await responseOf(socketPath, question, signal);
    clearTimeout(timer);
    return readShare(await bytesOf(response), former);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

function responseOf(socketPath: string, question: ShareQuestion, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { [QUESTION_HEADER]: JSON.stringify(question) };
    request({ socketPath: socketAddress(socketPath), path: '/', agent: false, signal, headers }, resolve)
      .on('error', reject)
      .end();
  });
}

async function bytesOf(response: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    length += piece.byteLength;
    if (length > MAX_SHARE_BYTES) throw new RangeError(`it answers with more than ${MAX_SHARE_BYTES} bytes`);
    pieces.push(piece);
  }
  // A buffer of its own, in which cells are at multiples of 8.
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return bytes;
}
