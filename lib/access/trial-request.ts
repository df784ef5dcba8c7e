import { randomBytes } from 'node:crypto';
import { type IncomingMessage } from 'node:http';

/** Names a request with which the boot tries a lock. A client that learns the value is let in no more than before. */
const HEADER = 'nestjs-prometheus-exporter-trial';
const VALUE = randomBytes(16).toString('hex');

/** The headers of a trial: no credentials. */
export const TRIAL_HEADERS: Readonly<Record<string, string>> = { [HEADER]: VALUE };

/** Whether a request is a trial of this thread. It comes from an address that is not allowed, and is not counted. */
export function isTrial({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers[HEADER] === VALUE;
}
