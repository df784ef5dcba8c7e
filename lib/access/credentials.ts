import { type IncomingMessage } from 'node:http';

/** What an `Authorization` header says. User and password are bytes, because clients differ in their encodings. */
export type Credentials =
  | { readonly scheme: 'bearer'; readonly token: string }
  | { readonly scheme: 'basic'; readonly user: Buffer; readonly password: Buffer };

/** Longer tokens are refused. Servers of Node accept 16 KiB for all headers together. */
export const MAX_TOKEN_LENGTH = 8192;
/** The characters of a token: visible ASCII without spaces. */
export const TOKEN = /^[\x21-\x7e]+$/;

const HEADER = /^(bearer|basic) +([\x21-\x7e]+) *$/i;
const LONGEST_SCHEME = 'bearer '.length;
const BASE64 = /^[a-z\d+/]+={0,2}$/i;
const COLON = 0x3a;

/** The credentials of a request; undefined if it has none, more than one, or unreadable ones. */
export function credentialsOf(request: Pick<IncomingMessage, 'headers' | 'rawHeaders'>): Credentials | undefined {
  const header = request.headers.authorization;
  if (typeof header !== 'string' || header.length > MAX_TOKEN_LENGTH + LONGEST_SCHEME) return undefined;
  // Node drops every further one. Another server on the way may have checked one of those.
  if (countOf('authorization', request.rawHeaders) > 1) return undefined;
  const [, scheme = '', value = ''] = HEADER.exec(header) ?? [];
  if (scheme.toLowerCase() === 'bearer') return { scheme: 'bearer', token: value };
  return BASE64.test(value) ? basicCredentials(Buffer.from(value, 'base64')) : undefined;
}

/** A password can contain colons, a user cannot. */
function basicCredentials(decoded: Buffer): Credentials | undefined {
  const at = decoded.indexOf(COLON);
  if (at === -1) return undefined;
  return { scheme: 'basic', user: decoded.subarray(0, at), password: decoded.subarray(at + 1) };
}

/** Simulated requests can have no raw headers. */
function countOf(name: string, rawHeaders: readonly string[] | undefined = []): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]!.toLowerCase() === name) count += 1;
  return count;
}
