import { networkFault } from './network-fault.js';
import { type PushAnswer, pushRequest } from './push-request.js';
import { type Receiver } from './receiver.js';

/** What came of one request. */
export type TryOutcome = { readonly isTaken: true } | Refused;

interface Refused {
  readonly isTaken: false;
  /** The end of a sentence about the receiver. */
  readonly reason: string;
  /** Trying again will not help. */
  readonly isFinal: boolean;
  /** How long the receiver wants to be left alone. */
  readonly retryAfterMs: number;
}

const TOO_MANY_REQUESTS = 429;
const MOST_CHARACTERS = 200;

/** Sends the metrics once. Never rejects. */
export async function pushOnce(receiver: Receiver, body: Uint8Array, signal: AbortSignal): Promise<TryOutcome> {
  try {
    return outcomeOf(await pushRequest(receiver, body, signal), receiver);
  } catch (error) {
    return { isTaken: false, reason: networkFault(error), isFinal: false, retryAfterMs: 0 };
  }
}

function outcomeOf(answer: PushAnswer, { refusedIn }: Receiver): TryOutcome {
  if (answer.status < 200 || answer.status >= 300) return refusal(answer);
  const reason = refusedIn?.(answer.text);
  return reason === undefined ? { isTaken: true } : { isTaken: false, reason, isFinal: true, retryAfterMs: 0 };
}

/** Redirects are not followed: the other address could get the credentials. */
function refusal({ status, text, retryAfter }: PushAnswer): Refused {
  const isRedirect = status >= 300 && status < 400;
  const said = isRedirect ? 'redirects are not followed, so give the address of the receiver itself' : firstLine(text);
  const isFinal = status !== TOO_MANY_REQUESTS && status < 500;
  const reason = `it answered ${status}${said === '' ? '' : `: ${said}`}`;
  return { isTaken: false, reason, isFinal, retryAfterMs: isFinal ? 0 : retryAfterMs(retryAfter) };
}

function firstLine(text: string): string {
  const [line = ''] = text.trimStart().split(/[\r\n]/, 1);
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line.trimEnd();
}

/** Seconds or a date; 0 for anything else. */
function retryAfterMs(header = ''): number {
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Math.max(0, Number.isNaN(ms) ? 0 : ms);
}
