/** What a handler is given: Express gives Node's own request and response, Fastify wraps them. */
export type Wrapped<T> = T | { readonly raw: T };

export function nodeOf<T extends object>(wrapped: Wrapped<T>): T {
  return 'raw' in wrapped ? wrapped.raw : wrapped;
}
