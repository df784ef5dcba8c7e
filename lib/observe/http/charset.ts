import { type ServerResponse } from 'node:http';

/** A response with the header text that Node has sent; undefined over HTTP/2. */
interface SentResponse {
  readonly _header?: string | null;
}

const IN_HEADER_TEXT = /^content-type:([^\r\n]*)/im;
const CHARSET = /;\s*charset\s*=\s*"?([^\s";,]+)/i;

/**
 * The `charset` of a response's Content-Type, in lower case. Headers that were given to `writeHead()`, as Fastify does,
 * are only in the text that Node has sent.
 */
export function charsetOf(response: ServerResponse): string | undefined {
  const contentType = response.getHeader('content-type') ?? sentContentType(response as SentResponse);
  return typeof contentType === 'string' ? CHARSET.exec(contentType)?.[1]?.toLowerCase() : undefined;
}

function sentContentType({ _header: text }: SentResponse): string | undefined {
  return typeof text === 'string' ? IN_HEADER_TEXT.exec(text)?.[1] : undefined;
}
