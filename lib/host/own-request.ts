import { type IncomingMessage, request as requestHttp, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { ownAgent } from './own-agent.js';

/**
 * Sends a request of this library, which is not counted as one of the application. It has a connection of its own, which
 * is not kept. Rejects without an answer.
 *
 * Not with `fetch`: it cannot be marked, and goes on connecting for ten seconds after it was aborted, which keeps a
 * process alive.
 */
export function ownRequest(
  url: string,
  options: Pick<RequestOptions, 'method' | 'headers' | 'signal'>,
  body?: Uint8Array,
): Promise<IncomingMessage> {
  const isTls = url.startsWith('https:');
  const request = isTls ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    request(url, { ...options, agent: ownAgent(isTls) }, resolve)
      .on('error', reject)
      .end(body);
  });
}
