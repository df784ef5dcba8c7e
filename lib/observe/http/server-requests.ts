import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/**
 * Hears of each request of a server before anybody else does. engine.io, which answers the long polling of socket.io,
 * takes all listeners of the server away and calls them only for what is not its own; whoever comes later, ours comes
 * first again.
 *
 * @param framework a listener that tells of its requests by other means: while it is the only one, ours would only cost
 * @returns the function that takes the listener out again
 */
export function listenFirst(
  server: Server,
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
  framework?: unknown,
): () => void {
  let stopped = false;
  const putFirst = (): void => {
    if (stopped) return;
    server.removeListener('request', onRequest);
    server.prependListener('request', onRequest);
  };
  const onNewListener = (event: string | symbol, listener: unknown): void => {
    // Emitted before the listener is added.
    if (event === 'request' && listener !== onRequest) queueMicrotask(putFirst);
  };
  server.on('newListener', onNewListener);
  if (server.listeners('request').some((listener) => listener !== framework)) putFirst();
  return () => {
    stopped = true;
    server.removeListener('newListener', onNewListener);
    server.removeListener('request', onRequest);
  };
}
