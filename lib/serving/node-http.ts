import { type IncomingMessage, type ServerResponse } from 'node:http';

/** Express gives Node's own objects, Fastify wraps them. */
export type MaybeWrapped<T> = T | { readonly raw: T };

/** What we use of a Fastify reply. */
export interface Reply {
  readonly raw: ServerResponse;
  hijack(): void;
  getHeaders(): Readonly<Record<string, number | string | string[] | undefined>>;
}

/** Node's request of whatever framework. */
export function nodeRequest(request: MaybeWrapped<IncomingMessage>): IncomingMessage {
  return isNodes(request) ? request : request.raw;
}

/**
 * Node's response of whatever framework. Taken from Fastify, it is ours alone: its plugins would compress the body a
 * second time. The headers that they have set so far (CORS, security) are kept.
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
 * Node's requests and responses, of HTTP/1 and 2 and those of `inject()`, are event emitters, what Fastify wraps around
 * them is not. `raw` says nothing: on Express it belongs to the application, which may keep the bytes of a body there.
 */
function isNodes<T extends IncomingMessage | ServerResponse>(given: T | { readonly raw: unknown }): given is T {
  return typeof (given as Partial<T>).on === 'function';
}
