import { type SyntaxNode } from '@lezer/common';
import { type ParsedPromql, stringOf, textOf } from './parse-promql.js';

/** The labels between the parentheses of `by (…)`, `on (…)` and the like. */
export function groupingLabels(node: SyntaxNode | null | undefined, parsed: ParsedPromql): readonly string[] {
  if (!node) return [];
  const plain = node.getChildren('LabelName').map((label) => textOf(label, parsed));
  const quoted = node.getChildren('QuotedLabelName').map(({ firstChild }) => firstChild);
  return [...plain, ...quoted.flatMap((literal) => (literal ? [stringOf(literal, parsed)] : []))];
}
