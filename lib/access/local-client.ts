import { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Headers of proxies: a client on the same machine that speaks for another one is none of ours. */
const FORWARDED = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'x-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'via',
] as const;

const LOOPBACK_ADDRESS = /^(?:::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/;
const LOOPBACK_HOST = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/i;

export function isLoopbackAddress(address: string): boolean {
  return isIP(address) !== 0 && LOOPBACK_ADDRESS.test(address);
}

/**
 * Whether a request seems to come from the machine itself. The name that was asked for has to be a loopback one, for the
 * name of a stranger can lead here (DNS rebinding); and so has the page that asks, for a browser asks for any page.
 *
 * It protects a developer's browser and no more: a client behind a proxy on this machine chooses all of it.
 */
export function seemsLocal({ socket, headers, httpVersion }: IncomingMessage): boolean {
  if (!isLoopbackAddress(socket.remoteAddress ?? '')) return false;
  // nginx before 1.29.7 speaks HTTP/1.0 unless told otherwise, and no browser does.
  if (httpVersion === '1.0' || isForwarded(headers)) return false;
  if (headers.origin !== undefined && !LOOPBACK_HOST.test(headers.origin.replace(/^https?:\/\//, ''))) return false;
  return LOOPBACK_HOST.test(headers.host ?? String(headers[':authority'] ?? ''));
}

function isForwarded(headers: IncomingHttpHeaders): boolean {
  return FORWARDED.some((name) => headers[name] !== undefined);
}
