import { Document, isScalar, type Pair, Scalar, visit, type YAMLMap } from 'yaml';
import { type Rule, type RuleGroup } from './rule.js';

/** A rule file for Prometheus, with its comments. Expressions of several lines are blocks. */
export function rulesYaml(comment: string, groups: readonly RuleGroup[]): string {
  const document = new Document({
    groups: groups.map((group) => ({ ...group, rules: group.rules.map(withoutComment) })),
  });
  document.commentBefore = commentLines(comment);
  groups.forEach((group, groupIndex) => {
    spaceBefore(document.getIn(['groups', groupIndex]) as YAMLMap, groupIndex > 0);
    group.rules.forEach((rule, ruleIndex) => {
      const node = document.getIn(['groups', groupIndex, 'rules', ruleIndex]) as YAMLMap;
      spaceBefore(node, ruleIndex > 0 && isApart(rule));
      if (rule.comment !== undefined) node.commentBefore = commentLines(rule.comment);
    });
  });
  visit(document, { Pair: (_, pair) => asBlock(pair) });
  // Without an empty line between the comment and the first key, the comment would be that of the key.
  return document.toString({ lineWidth: 0, indentSeq: true, singleQuote: true }).replace('\n\ngroups:', '\ngroups:');
}

/** An alert, or the first of recording rules that belong together. */
function isApart(rule: Rule): boolean {
  return rule.comment !== undefined || 'alert' in rule;
}

/** The keys in the order of Prometheus' documentation. */
function withoutComment(rule: Rule): object {
  if ('record' in rule) return { record: rule.record, expr: rule.expr, labels: rule.labels };
  const { alert, expr, labels, annotations } = rule;
  return { alert, expr, for: rule.for, labels, annotations };
}

function spaceBefore(node: YAMLMap, isSpaced: boolean): void {
  if (isSpaced) node.spaceBefore = true;
}

function asBlock({ value }: Pair): void {
  if (!isScalar(value) || typeof value.value !== 'string' || !value.value.includes('\n')) return;
  value.type = Scalar.BLOCK_LITERAL;
  value.value += '\n';
}

function commentLines(comment: string): string {
  return comment.replaceAll(/^(?=.)/gm, ' ');
}
