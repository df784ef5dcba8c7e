import { type SyntaxNode } from '@lezer/common';
import { groupingLabels } from '../../lib/promql/grouping-labels.js';
import { namedMetrics } from '../../lib/promql/named-metrics.js';
import { type ParsedPromql, parsePromql, stringOf, textOf } from '../../lib/promql/parse-promql.js';

type LabelsOf = (metric: string) => readonly string[];

/** These aggregations choose series and keep their labels. */
const CHOOSES = /^(?:topk|bottomk|limitk|limit_ratio)$/i;
const NO_LABELS = /^(?:scalar|vector|time|absent|absent_over_time)$/;

/** The labels that the result of an expression has, if the metrics in it have those of `labelsOf`. */
export function labelsLeft(expression: string, labelsOf: LabelsOf): readonly string[] {
  const parsed = parsePromql(expression);
  return left(parsed.root, labelsOf, parsed);
}

function left(node: SyntaxNode, labelsOf: LabelsOf, parsed: ParsedPromql): readonly string[] {
  const below = (one: SyntaxNode) => left(one, labelsOf, parsed);
  if (node.name === 'VectorSelector') {
    return union(namedMetrics(node, parsed).map(({ name }) => labelsOf(name)));
  }
  if (node.name === 'AggregateExpr') return ofAggregation(node, below, parsed);
  if (node.name === 'BinaryExpr') return ofBinary(node, below, parsed);
  if (node.name === 'FunctionCall') return ofFunction(node, below, parsed);
  return union(node.getChildren('Expr').map(below));
}

type Below = (node: SyntaxNode) => readonly string[];

function ofAggregation(node: SyntaxNode, below: Below, parsed: ParsedPromql): readonly string[] {
  const body = node.getChild('FunctionCallBody')?.getChildren('Expr') ?? [];
  const inner = union(body.map(below));
  if (CHOOSES.test(firstText(node, 'AggregateOp', parsed))) return inner;
  const modifier = node.getChild('AggregateModifier');
  const labels = groupingLabels(modifier?.getChild('GroupingLabels'), parsed);
  const made = body.filter(({ name }) => name === 'StringLiteral').map((literal) => stringOf(literal, parsed));
  const kept = modifier?.getChild('Without') ? without(inner, labels) : labels;
  return union([kept, made]);
}

function ofBinary(node: SyntaxNode, below: Below, parsed: ParsedPromql): readonly string[] {
  const [one = [], other = []] = node.getChildren('Expr').map(below);
  if (node.getChild('And') || node.getChild('Unless')) return one;
  const clause = node.getChild('MatchingModifierClause');
  if (node.getChild('Or') || !clause) return union([one, other]);
  const [matching, extra] = clause.getChildren('GroupingLabels');
  const labels = groupingLabels(matching, parsed);
  if (clause.getChild('GroupLeft')) return union([one, groupingLabels(extra, parsed)]);
  if (clause.getChild('GroupRight')) return union([other, groupingLabels(extra, parsed)]);
  return clause.getChild('On') ? labels : without(one, labels);
}

function ofFunction(node: SyntaxNode, below: Below, parsed: ParsedPromql): readonly string[] {
  const name = firstText(node, 'FunctionIdentifier', parsed);
  if (NO_LABELS.test(name)) return [];
  const body = node.getChild('FunctionCallBody')?.getChildren('Expr') ?? [];
  const inner = union(body.map(below));
  if (name === 'histogram_quantile') return without(inner, ['le']);
  const made = body.find((part) => part.name === 'StringLiteral');
  return name.startsWith('label_') && made ? union([inner, [stringOf(made, parsed)]]) : inner;
}

function firstText(node: SyntaxNode, child: string, parsed: ParsedPromql): string {
  const found = node.getChild(child);
  return found ? textOf(found, parsed) : '';
}

function union(lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())];
}

function without(labels: readonly string[], dropped: readonly string[]): readonly string[] {
  return labels.filter((label) => !dropped.includes(label));
}
