import { type IncomingMessage, type ServerResponse } from 'node:http';
import { hasEnded, itsTurn } from './turn.js';

/** What of a lock is used: it refuses a request, or has nothing against it. */
export interface AskedLock<Refusal> {
  check(request: IncomingMessage): Promise<Refusal | undefined>;
}

/**
 * Asks a lock about a request once its response can be sent, so that pipelined requests are checked one after the other.
 *
 * @returns the refusal, undefined if the request is let in, or `gone` if nobody waits for the answer any more
 */
export async function askLock<Refusal>(
  lock: AskedLock<Refusal>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Refusal | 'gone' | undefined> {
  if (!(await itsTurn(request, response))) return 'gone';
  const refusal = await lock.check(request);
  return hasEnded(response) ? 'gone' : refusal;
}
