import { type SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { withoutVariables } from './grafana-variables.js';
import { PromqlFault } from './promql-fault.js';

/** An expression and what the grammar of Prometheus makes of it. Offsets in the tree are those in `text`. */
export interface ParsedPromql {
  readonly text: string;
  readonly root: SyntaxNode;
}

/**
 * Reads PromQL with the grammar of Prometheus' own user interface. Variables of Grafana are read as numbers. Types are
 * not checked: `rate(x)` without a range passes.
 *
 * @errors throws a `PromqlFault` with the place of the first fault
 */
export function parsePromql(text: string): ParsedPromql {
  const tree = parser.parse(withoutVariables(text));
  tree.iterate({
    enter({ type, from }) {
      if (type.isError) throw new PromqlFault(text.trim() === '' ? 'Nothing to read' : 'A syntax error', text, from);
    },
  });
  return { text, root: tree.topNode };
}

/** The text of a node, as the author wrote it. */
export function textOf(node: SyntaxNode, { text }: ParsedPromql): string {
  return text.slice(node.from, node.to);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** What a string literal stands for. Escapes by number (`\x41`) do not occur in names and labels, and stay. */
export function stringOf(node: SyntaxNode, parsed: ParsedPromql): string {
  const literal = textOf(node, parsed);
  const inside = literal.slice(1, -1);
  if (literal.startsWith('`')) return inside;
  return inside.replaceAll(/\\([^xuU0-7])/g, (_, escape: string) => ESCAPES[escape] ?? escape);
}
