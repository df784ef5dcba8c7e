import { createReadStream, existsSync, statSync } from 'node:fs';
import { CommandFault, reasonOf } from '../command-fault.js';
import { type Terminal } from '../terminal.js';
import { type Access } from './access.js';
import { collectText } from './collect-text.js';
import { fetchText } from './fetch-text.js';
import { shownUrl, urlOf, withoutCredentials } from './source-url.js';

/** The text of a source, and what is known of it. */
export interface SourceText {
  /** For messages, without credentials. */
  readonly shown: string;
  readonly text: string;
  /** What an endpoint says its text is; undefined for a file. */
  readonly contentType: string | undefined;
}

/** Reads an exposition from a URL, a file, or stdin if `source` is `-`. */
export async function readSource(source: string, access: Access, terminal: Terminal): Promise<SourceText> {
  if (source === '-') return { shown: 'stdin', ...(await streamed(terminal.stdin, 'stdin')) };
  const url = urlOf(source);
  if (url) return { shown: shownUrl(url), ...(await fetchText(url, access, terminal.stop)) };
  return { shown: source, ...(await readFile(source)) };
}

/** The text of a file, within bounds. */
export async function readFile(path: string): Promise<Omit<SourceText, 'shown'>> {
  if (!existsSync(path)) {
    const shown = withoutCredentials(path);
    throw new CommandFault(`There is no file ${shown}.${schemeMissing(shown)}`);
  }
  if (statSync(path).isDirectory()) throw new CommandFault(`${path} is a folder, not a file.`);
  try {
    return await streamed(createReadStream(path), path);
  } catch (error) {
    throw error instanceof CommandFault ? error : new CommandFault(`Cannot read ${path}: ${reasonOf(error)}.`);
  }
}

async function streamed(stream: AsyncIterable<Uint8Array | string>, shown: string) {
  return { text: await collectText(stream, shown), contentType: undefined };
}

function schemeMissing(path: string): string {
  return /^[\w.-]+:\d+(?:\/|$)/.test(path) ? ` For an endpoint, write http://${path}` : '';
}
