import { type SyntaxNode } from '@lezer/common';
import { groupingLabels } from './grouping-labels.js';
import { type LabelUse, NO_LABELS, withIgnored, withLabels, withoutLabels } from './label-use.js';
import { type ParsedPromql } from './parse-promql.js';

/** Their result has the labels of the left side alone. */
const KEEPS_LEFT = ['And', 'Unless'];

/**
 * The two sides of a binary operator, and the labels that are needed of each. `on` joins on labels of both sides.
 * Labels that are needed outside come from the side with many series; those in parentheses after `group_left` and
 * `group_right` come from the other one.
 */
export function binarySides(node: SyntaxNode, use: LabelUse, parsed: ParsedPromql) {
  const [left, right] = node.getChildren('Expr');
  if (!left || !right) return [];
  const outside = usedOutside(node, use, parsed);
  const join = (side: LabelUse) => joined(side, node.getChild('MatchingModifierClause'), parsed);
  return [
    { node: left, use: join(outside.left) },
    { node: right, use: join(outside.right) },
  ];
}

interface Sides {
  readonly left: LabelUse;
  readonly right: LabelUse;
}

function usedOutside(node: SyntaxNode, use: LabelUse, parsed: ParsedPromql): Sides {
  const clause = node.getChild('MatchingModifierClause');
  const groupsLeft = clause?.getChild('GroupLeft');
  if (clause && (groupsLeft || clause.getChild('GroupRight'))) {
    const [, extra] = clause.getChildren('GroupingLabels');
    const labels = groupingLabels(extra, parsed);
    const many = withoutLabels(use, labels);
    const one = withLabels({ ...NO_LABELS, ignoredLabels: use.ignoredLabels }, labels);
    return groupsLeft ? { left: many, right: one } : { left: one, right: many };
  }
  return { left: use, right: KEEPS_LEFT.some((name) => node.getChild(name)) ? NO_LABELS : use };
}

function joined(side: LabelUse, clause: SyntaxNode | null, parsed: ParsedPromql): LabelUse {
  if (!clause) return side;
  const labels = groupingLabels(clause.getChild('GroupingLabels'), parsed);
  return clause.getChild('On') ? withLabels(side, labels) : withIgnored(side, labels);
}
