import { CommandFault, reasonOf } from '../command-fault.js';
import { type Terminal } from '../terminal.js';
import { type Access } from './access.js';
import { type Published, readPublished } from './published.js';
import { readSource } from './source.js';

/** What a source publishes. */
export interface Endpoint {
  /** For messages, without credentials. */
  readonly shown: string;
  /** Undefined for a file. */
  readonly contentType: string | undefined;
  readonly published: Published;
}

/** Reads the metrics of a URL, a file, or stdin if `source` is `-`. */
export async function readEndpoint(source: string, access: Access, terminal: Terminal): Promise<Endpoint> {
  const { shown, text, contentType } = await readSource(source, access, terminal);
  try {
    return { shown, contentType, published: readPublished(text) };
  } catch (error) {
    throw new CommandFault(`${shown} is not an exposition: ${reasonOf(error)}`);
  }
}
