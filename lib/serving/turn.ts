import { type IncomingMessage, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { offConnectionClosed, onConnectionClosed } from './connection.js';

/** An HTTP/2 response is not a stream itself, but has one. */
type AnyResponse = ServerResponse & { readonly stream?: { readonly destroyed: boolean; readonly closed: boolean } };

/** Whether nothing can be sent any more: the response was sent, or the client has disconnected. */
export function hasEnded(response: AnyResponse): boolean {
  const { stream } = response;
  return response.destroyed || response.writableEnded || stream?.destroyed === true || stream?.closed === true;
}

/**
 * Resolves when the response can be sent. That is at once, except for a pipelined request, which waits for the requests
 * before it on its connection. Resolves with false if the client has disconnected or the response was sent. A waiting
 * response emits no `close` when its client disconnects, and buffers what is written to it, so no shared resource must
 * be held for it until then.
 */
export async function itsTurn(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  // If other code has already answered, the response has no socket, and will not get one.
  if (hasEnded(response)) return false;
  if (waitsForOthers(request, response)) await turnOrClose(request.socket, response);
  return !isClosed(request) && !hasEnded(response);
}

function isClosed({ socket }: IncomingMessage): boolean {
  return (socket as Socket | null | undefined)?.destroyed === true;
}

/** A simulated request, from `inject()` or a serverless platform, has no connection with other requests. */
function waitsForOthers({ httpVersionMajor, socket }: IncomingMessage, response: ServerResponse): boolean {
  return httpVersionMajor < 2 && response.socket === null && socket instanceof Socket && !socket.pending;
}

function turnOrClose(socket: Socket, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const waiting = { connectionClosed: resolve };
    onConnectionClosed(socket, response, waiting);
    response.once('socket', () => {
      offConnectionClosed(socket, waiting);
      // The response before this one is just ending. Wait until it has released its resources.
      setImmediate(resolve);
    });
  });
}
