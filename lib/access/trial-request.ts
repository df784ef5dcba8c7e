import { randomBytes } from 'node:crypto';
import { type IncomingMessage } from 'node:http';

/** Names a request with which the boot tries a lock. A client that learns the value is let in no more than before. */
const HEADER = 'nestjs-prometheus-exporter-trial';
export const TRIAL_KEY = randomBytes(16).toString('hex');

/** The headers of a trial: no credentials. */
export const TRIAL_HEADERS: Readonly<Record<string, string>> = { [HEADER]: TRIAL_KEY };

/**
 * Whether a request is a trial. It counts as one from an address that is not allowed, and is in no metric.
 *
 * @param key that of the application's thread
 */
export function isTrial({ headers }: Pick<IncomingMessage, 'headers'>, key: string): boolean {
  return headers[HEADER] === key;
}
