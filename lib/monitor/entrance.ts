import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Lock } from '../access/lock.js';
import { askLock } from '../serving/ask-lock.js';
import { answer, PLAIN_TEXT } from './monitor-responder.js';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Every request to the monitor comes through here, to its routes inside the application and to its own port. */
export class Entrance {
  /** @param lock from option `auth`, if it is given */
  constructor(private readonly lock: Lock | undefined) {}

  get isLocked(): boolean {
    return this.lock !== undefined;
  }

  async through(request: IncomingMessage, response: ServerResponse, give: Answer): Promise<void> {
    const refusal = this.lock && (await askLock(this.lock, request, response));
    if (refusal === undefined) return give(request, response);
    if (refusal === 'gone') return;
    answer(response, refusal.status, { ...PLAIN_TEXT, ...refusal.headers }, `${refusal.text}\n`);
  }
}
