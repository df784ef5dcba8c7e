import { answerText } from './answer-text.js';
import { networkFault } from './network-fault.js';
import { type Receiver } from './receiver.js';

/** What came of one request. */
export type TryOutcome =
  | { readonly isTaken: true }
  | {
      readonly isTaken: false;
      /** The end of a sentence about the receiver. */
      readonly reason: string;
      /** Trying again will not help. */
      readonly isFinal: boolean;
      /** How long the receiver wants to be left alone. */
      readonly retryAfterMs: number;
    };

const TOO_MANY_REQUESTS = 429;
const MOST_CHARACTERS = 200;

/**
 * Sends the metrics once. Never rejects.
 *
 * @param signal has to be aborted afterwards: the rest of an answer is not read
 */
export async function pushOnce(receiver: Receiver, body: Uint8Array, signal: AbortSignal): Promise<TryOutcome> {
  const { url, method } = receiver;
  // Pushes are far apart, and a connection that is kept would outlive the application.
  const headers = { ...receiver.headers, connection: 'close' };
  try {
    // Another address could get the credentials.
    const answer = await fetch(url, { method, headers, body, signal, redirect: 'manual' });
    return await outcomeOf(answer, receiver);
  } catch (error) {
    return { isTaken: false, reason: networkFault(error), isFinal: false, retryAfterMs: 0 };
  }
}

async function outcomeOf(answer: Response, { refusedIn }: Receiver): Promise<TryOutcome> {
  const text = await answerText(answer);
  if (!answer.ok) return refusal(answer, text);
  const reason = refusedIn?.(text);
  return reason === undefined ? { isTaken: true } : { isTaken: false, reason, isFinal: true, retryAfterMs: 0 };
}

function refusal({ status, headers }: Response, text: string): TryOutcome {
  const isRedirect = status >= 300 && status < 400;
  const said = isRedirect ? 'redirects are not followed, so give the address of the receiver itself' : firstLine(text);
  const isFinal = status !== TOO_MANY_REQUESTS && status < 500;
  const reason = `it answered ${status}${said === '' ? '' : `: ${said}`}`;
  return { isTaken: false, reason, isFinal, retryAfterMs: isFinal ? 0 : retryAfterMs(headers.get('retry-after')) };
}

function firstLine(text: string): string {
  const [line = ''] = text.trimStart().split(/[\r\n]/, 1);
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line.trimEnd();
}

/** Seconds or a date; 0 for anything else. */
function retryAfterMs(header: string | null): number {
  if (header === null) return 0;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Math.max(0, Number.isNaN(ms) ? 0 : ms);
}
