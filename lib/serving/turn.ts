import { type IncomingMessage, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { offConnectionClosed, onConnectionClosed } from './connection.js';

/** A response of HTTP/2 has a stream instead of being one. */
type AnyResponse = ServerResponse & { readonly stream?: { readonly destroyed: boolean; readonly closed: boolean } };

/** Whether nothing can be sent through it any more: it was answered, or its client has left. */
export function hasEnded(response: AnyResponse): boolean {
  const { stream } = response;
  return response.destroyed || response.writableEnded || stream?.destroyed === true || stream?.closed === true;
}

/**
 * Resolves when the answer can be sent: at once, but for a pipelined request, which waits for those before it on its
 * connection. False when there is nobody to send it to. Until then such a response emits no `close` when its client
 * leaves, and keeps in memory what is written to it, so nothing that others need may be taken for it.
 */
export async function itsTurn(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  // Answered by somebody else meanwhile, it has no socket any more, and none will come.
  if (hasEnded(response)) return false;
  if (waitsForOthers(request, response)) await turnOrClose(request.socket, response);
  return !isClosed(request) && !hasEnded(response);
}

function isClosed({ socket }: IncomingMessage): boolean {
  return (socket as Socket | null | undefined)?.destroyed === true;
}

/** A request that was made up, by `inject()` or on a serverless platform, has no connection on which to wait. */
function waitsForOthers({ httpVersionMajor, socket }: IncomingMessage, response: ServerResponse): boolean {
  return httpVersionMajor < 2 && response.socket === null && socket instanceof Socket && !socket.pending;
}

function turnOrClose(socket: Socket, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const waiting = { connectionClosed: resolve };
    onConnectionClosed(socket, response, waiting);
    response.once('socket', () => {
      offConnectionClosed(socket, waiting);
      // The answer before this one ends right now: let it give back what it has taken.
      setImmediate(resolve);
    });
  });
}
