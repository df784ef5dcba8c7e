import { type ChannelHandlers, type FindObserver } from './channel-handlers.js';
import { CALL, type OutgoingCall } from './outgoing-call.js';

/** What is used of undici's requests, of whatever version; `fetch` is an undici inside Node. */
interface UndiciRequest {
  readonly method: string;
  readonly origin: string | URL;
  readonly upgrade?: unknown;
  [CALL]?: OutgoingCall | undefined;
}

interface Message {
  readonly request: UndiciRequest;
  readonly response: { readonly statusCode: number };
  readonly error: unknown;
}

/** Requests of `fetch` and of every undici of the process. */
export function undiciHandlers(find: FindObserver): ChannelHandlers<Message> {
  return {
    'undici:request:create': ({ request }) => {
      // Connections to proxies and of WebSockets: older versions do not tell when these are answered.
      if (request.method === 'CONNECT' || Boolean(request.upgrade)) return;
      const { origin } = request;
      request[CALL] = find()?.started(request.method, '', typeof origin === 'string' ? origin : origin.origin);
    },
    // Once for each informational response, too; the last one counts.
    'undici:request:headers': ({ request, response }) => {
      const call = request[CALL];
      if (call !== undefined) call.status = response.statusCode;
    },
    'undici:request:trailers': ({ request }) => request[CALL]?.answered(),
    'undici:request:error': ({ request, error }) => request[CALL]?.failed(error),
  };
}
