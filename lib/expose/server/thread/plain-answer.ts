import { type IncomingMessage, type ServerResponse } from 'node:http';
import { sendPlain } from '../../send.js';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Answers 405 to other methods than GET and HEAD. */
export function reading(handler: Handler): Handler {
  return (request, response) => {
    if (request.method === 'GET' || request.method === 'HEAD') return handler(request, response);
    return sendPlain(response, 405, 'Only GET and HEAD are answered.', { Allow: 'GET, HEAD' });
  };
}

export function sendJson(response: ServerResponse, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(200, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': body.byteLength,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(body);
}
