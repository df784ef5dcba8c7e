import { TEXT } from '../formats/text.js';
import { type ResolvedPushOptions } from './push.options.js';
import { basicHeader, type Receiver } from './receiver.js';

/** The Pushgateway splits the path at slashes, and an address has no segments that are empty or made of dots. */
const NEEDS_BASE64 = /\/|^\.{0,2}$/;

/** PUT replaces everything that the group had, so that metrics which are gone do not stay. */
export function pushgateway({ url, job, grouping, headers }: ResolvedPushOptions): Receiver {
  const address = new URL(url);
  const base = address.origin + address.pathname.replace(/\/+$/, '');
  const labels = Object.entries({ job, ...grouping }).map(([name, value]) => segmentsOf(name, value));
  return {
    format: { accept: TEXT.contentType },
    method: 'PUT',
    url: [base, 'metrics', ...labels].join('/'),
    headers: { ...basicHeader(address), ...headers, 'content-type': TEXT.contentType },
    body: (pieces) => pieces,
  };
}

/** A label of the group as two segments of the path. An empty value is written as one `=`. */
function segmentsOf(name: string, value: string): string {
  const text = value.toWellFormed();
  if (!NEEDS_BASE64.test(text)) return `${name}/${encodeURIComponent(text)}`;
  return `${name}@base64/${Buffer.from(text).toString('base64url') || '='}`;
}
