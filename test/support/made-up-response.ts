import { type IncomingMessage, ServerResponse } from 'node:http';

/** A response as serverless adapters make it up: it has no connection, is finished and is never closed. */
export function madeUpResponse(request: IncomingMessage): ServerResponse {
  const response = new ServerResponse(request);
  response.assignSocket({
    _writableState: {},
    writable: true,
    on: () => undefined,
    removeListener: () => undefined,
    destroy: () => undefined,
    cork: () => undefined,
    uncork: () => undefined,
    write: (_: unknown, encoding: unknown, callback?: unknown) => {
      const written = typeof encoding === 'function' ? encoding : callback;
      if (typeof written === 'function') written();
      return true;
    },
  } as never);
  return response;
}
