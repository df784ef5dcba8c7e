import { setTimeout as after } from 'node:timers/promises';
import { Deadline } from './deadline.js';
import { pushOnce, type TryOutcome } from './push-try.js';
import { type Receiver } from './receiver.js';

/** Undefined if the receiver took it, or the reason why not. */
export type Undelivered = { readonly reason: string; readonly tries: number } | undefined;

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8000;
/** A receiver that hangs once must not take the time of the second try. */
const SHARE_OF_ONE_TRY = 0.5;

/**
 * Sends a body until the receiver takes it, refuses it, or the time is over. Never rejects.
 *
 * @param wholeMs how long all of it may take together; the deadline may be nearer
 * @param hurry is aborted when newer numbers wait to be pushed: then there is no further try
 */
export async function deliver(
  receiver: Receiver,
  body: Uint8Array,
  { deadline, wholeMs, hurry }: { readonly deadline: Deadline; readonly wholeMs: number; readonly hurry: AbortSignal },
): Promise<Undelivered> {
  for (let tries = 1; ; tries += 1) {
    // One after the other is the point.
    const outcome = await oneTry(receiver, body, deadline, wholeMs);
    if (outcome.isTaken) return undefined;
    const waitMs = Math.max(outcome.retryAfterMs, backoffMs(tries));
    if (outcome.isFinal || waitMs >= deadline.leftMs || !(await waited(waitMs, deadline, hurry))) {
      return { reason: outcome.reason, tries };
    }
  }
}

async function oneTry(receiver: Receiver, body: Uint8Array, whole: Deadline, wholeMs: number): Promise<TryOutcome> {
  const mine = new Deadline(wholeMs * SHARE_OF_ONE_TRY, whole.signal);
  try {
    return await pushOnce(receiver, body, mine.signal);
  } finally {
    mine.end();
  }
}

/** Twice as long after each try, less up to a half by chance: many processes may have lost the same receiver. */
function backoffMs(tries: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), LONGEST_WAIT_MS) * (1 - Math.random() / 2);
}

/** False if it was given up before. */
async function waited(ms: number, { signal }: Deadline, hurry: AbortSignal): Promise<boolean> {
  try {
    await after(ms, undefined, { signal: AbortSignal.any([signal, hurry]) });
    return true;
  } catch {
    return false;
  }
}
