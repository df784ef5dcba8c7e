import { type IncomingMessage } from 'node:http';
import { seemsLocal } from '../../../access/local-client.js';
import { type Lock, type LockRefusal } from '../../../access/lock.js';
import { askLock, type AskedLock } from '../../../serving/ask-lock.js';
import { sendPlain } from '../../send.js';
import { type Handler } from './plain-answer.js';

/** Answers only whom the lock lets in. Without a lock, everybody. */
export function locked(lock: Lock | undefined, refused: () => void, handler: Handler): Handler {
  if (lock === undefined) return handler;
  return lockedBy(lock, handler, (request) => {
    if (!lock.isTrial(request)) refused();
  });
}

/** Answers only clients on this machine that speak for themselves. */
export function localOnly(handler: Handler): Handler {
  const refusal = { status: 403, text: 'Only clients on the same machine are answered.', headers: {} } as const;
  const lock = { check: (request: IncomingMessage) => Promise.resolve(seemsLocal(request) ? undefined : refusal) };
  return lockedBy(lock, handler, () => undefined);
}

function lockedBy(
  lock: AskedLock<LockRefusal>,
  handler: Handler,
  refused: (request: IncomingMessage) => void,
): Handler {
  return async (request, response) => {
    const refusal = await askLock(lock, request, response);
    if (refusal === undefined) return handler(request, response);
    if (refusal === 'gone') return undefined;
    refused(request);
    return sendPlain(response, refusal.status, refusal.text, refusal.headers);
  };
}
