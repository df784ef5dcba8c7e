import { type IncomingMessage, type ServerResponse } from 'node:http';

/** Express uses Node's own objects, Fastify wraps them. */
export type MaybeWrapped<T> = T | { readonly raw: T };

/** The parts of a Fastify reply that we use. */
export interface Reply {
  readonly raw: ServerResponse;
  hijack(): void;
  getHeaders(): Readonly<Record<string, number | string | string[] | undefined>>;
}

/** Node's request, with any framework. */
export function nodeRequest(request: MaybeWrapped<IncomingMessage>): IncomingMessage {
  return isNodes(request) ? request : request.raw;
}

/**
 * Node's response, with any framework. It is taken over from Fastify (hijacked), because its plugins would compress the
 * body a second time. Headers that the plugins have set so far (CORS, security) are kept.
 */
export function nodeResponse(response: ServerResponse | Reply): ServerResponse {
  if (isNodes(response)) return response;
  for (const [name, value] of Object.entries(response.getHeaders())) {
    if (value !== undefined) response.raw.setHeader(name, value);
  }
  response.hijack();
  return response.raw;
}

/**
 * Node's requests and responses are event emitters, in HTTP/1, HTTP/2 and `inject()`; Fastify's wrappers are not. `raw`
 * cannot be used: on Express it belongs to the application, which may keep the bytes of a body there.
 */
function isNodes<T extends IncomingMessage | ServerResponse>(given: T | { readonly raw: unknown }): given is T {
  return typeof (given as Partial<T>).on === 'function';
}
