import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FENCE = /^( *)```promql\n(.*?)^ *```/gms;

/** A query in a page, and in a migration guide the one of the old package that it replaces. */
export interface DocumentedQuery {
  readonly query: string;
  readonly before?: string;
  /** What a guide says about the two answers after `# now: `. */
  readonly verdict?: string;
}

/**
 * The queries in the ```promql blocks of a page. A block has one query, or several with an empty line between them, or
 * in a migration guide two: the old one below a line `# before`, the new one below a line `# now: …`.
 */
export function promqlFences(page: string): readonly DocumentedQuery[] {
  const text = readFileSync(ROOT + page, 'utf8');
  return [...text.matchAll(FENCE)].flatMap(([, , block = '']) => queriesOf(block));
}

function queriesOf(block: string): readonly DocumentedQuery[] {
  const [, before, verdict, query] = /^# before\n(.+?)^# now: ([^\n]+)\n(.+)$/ms.exec(block) ?? [];
  if (before !== undefined && verdict !== undefined && query !== undefined) {
    return [{ before: before.trim(), verdict, query: query.trim() }];
  }
  const queries = block.split(/\n\s*\n/).map((text) => text.trim());
  return queries.filter((text) => text !== '').map((text) => ({ query: text }));
}
