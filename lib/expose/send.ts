import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse } from 'node:http';

/**
 * Writes a body as fast as it is taken, and resolves when the system has all of it. Rejects as soon as `gone` is aborted.
 */
export async function sendPieces(
  { method }: IncomingMessage,
  response: ServerResponse,
  pieces: readonly Uint8Array[],
  gone: AbortSignal,
): Promise<void> {
  setCommonHeaders(response);
  response.setHeader('Content-Length', byteLength(pieces));
  const bodies = method === 'HEAD' ? [] : pieces;
  for (const piece of bodies.slice(0, -1)) {
    gone.throwIfAborted();
    // One piece after the other is the point.
    if (!response.write(piece)) await once(response, 'drain', { signal: gone });
  }
  const finished = once(response, 'finish', { signal: gone });
  // Somebody's end() may throw, and then nobody waits for it.
  finished.catch(() => undefined);
  response.end(bodies.at(-1));
  await finished;
}

export function sendPlain(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.statusCode = status;
  response.removeHeader('Content-Encoding');
  setCommonHeaders(response);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(text) + 1);
  response.end(`${text}\n`);
}

export function byteLength(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((total, piece) => total + piece.byteLength, 0);
}

function setCommonHeaders(response: ServerResponse): void {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Vary', [response.getHeader('Vary') ?? [], 'Accept, Accept-Encoding'].flat().join(', '));
  response.setHeader('X-Content-Type-Options', 'nosniff');
}
