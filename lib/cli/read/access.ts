import { readFileSync } from 'node:fs';
import { CommandFault, reasonOf } from '../command-fault.js';

/** How endpoints are asked. */
export interface Access {
  /** Sent to the host of the URL only. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Certificate authorities in PEM, instead of those of Node. */
  readonly ca: string | undefined;
}

/** As the flags give it. */
export interface AccessFlags {
  readonly bearerTokenFile?: string;
  readonly header?: readonly string[];
  readonly timeout: number;
  readonly ca?: string;
}

export function accessOf({ bearerTokenFile, header = [], timeout, ca }: AccessFlags): Access {
  const token = bearerTokenFile === undefined ? undefined : contentOf(bearerTokenFile, '--bearer-token-file').trim();
  return {
    headers: { ...Object.fromEntries(header.map(headerOf)), ...(token !== undefined && bearer(token)) },
    // AbortSignal.timeout() takes whole numbers only, and 2.01 * 1000 is none.
    timeoutMs: Math.ceil(timeout * 1000),
    ca: ca === undefined ? undefined : contentOf(ca, '--ca'),
  };
}

/** The value is not shown: it may be a secret. */
function headerOf(text: string): readonly [name: string, value: string] {
  const [, name = '', value = ''] = /^([\w!#$%&'*+.^`|~-]+):\s*([\t\x20-\x7e\x80-\xff]*)$/.exec(text) ?? [];
  if (name === '') throw new CommandFault('Expected --header as "name: value".');
  return [name.toLowerCase(), value.trim()];
}

function bearer(token: string): Readonly<Record<string, string>> {
  if (!/^[\x21-\x7e]+$/.test(token)) throw new CommandFault('Expected --bearer-token-file to contain one token.');
  return { authorization: `Bearer ${token}` };
}

function contentOf(path: string, flag: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandFault(`Cannot read the file of ${flag}: ${reasonOf(error)}.`);
  }
}
