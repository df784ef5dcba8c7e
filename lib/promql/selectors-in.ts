import { type SyntaxNode } from '@lezer/common';
import { binarySides } from './binary-sides.js';
import { argumentsOf } from './function-arguments.js';
import { groupingLabels } from './grouping-labels.js';
import { type LabelUse, NO_LABELS, withIgnored, withLabels, withoutLabels } from './label-use.js';
import { namedMetrics } from './named-metrics.js';
import { type ParsedPromql, parsePromql, stringOf, textOf } from './parse-promql.js';

/** A metric that an expression reads, with the labels that it uses of it. */
export interface Selector {
  /** Empty for a selector without a name that is known, such as `{job="x"}`. */
  readonly name: string;
  /** The labels of its matchers, and those of `by`, `on`, `group_left` and `group_right` around it. */
  readonly labels: readonly string[];
  /** The labels of `without` and `ignoring` around it. The expression works where they are missing. */
  readonly ignoredLabels: readonly string[];
}

/**
 * Every metric that an expression reads, in the order of the text. A label is attributed to the metrics that it comes
 * from: in `x * on (job) group_left (version) y`, `version` is a label of `y`; one that `label_replace()`,
 * `label_join()` or `count_values` makes belongs to none.
 *
 * @errors throws a `PromqlFault` for text that is not PromQL
 */
export function selectorsIn(expression: string): readonly Selector[] {
  const parsed = parsePromql(expression);
  return below(parsed.root, NO_LABELS, parsed);
}

function below(node: SyntaxNode, use: LabelUse, parsed: ParsedPromql): readonly Selector[] {
  if (node.name === 'VectorSelector') return selectorOf(node, use, parsed);
  return partsOf(node, use, parsed).flatMap((part) => below(part.node, part.use, parsed));
}

interface Part {
  readonly node: SyntaxNode;
  readonly use: LabelUse;
}

function partsOf(node: SyntaxNode, use: LabelUse, parsed: ParsedPromql): readonly Part[] {
  if (node.name === 'AggregateExpr') return aggregated(node, use, parsed);
  if (node.name === 'BinaryExpr') return binarySides(node, use, parsed);
  if (node.name === 'FunctionCall') return argumentsOf(node, use, parsed);
  return node.getChildren('Expr').map((part) => ({ node: part, use }));
}

function aggregated(node: SyntaxNode, use: LabelUse, parsed: ParsedPromql): readonly Part[] {
  const modifier = node.getChild('AggregateModifier');
  const labels = groupingLabels(modifier?.getChild('GroupingLabels'), parsed);
  const body = node.getChild('FunctionCallBody')?.getChildren('Expr') ?? [];
  const made = body.filter(({ name }) => name === 'StringLiteral').map((literal) => stringOf(literal, parsed));
  const inner = withoutLabels(use, made);
  const used = modifier?.getChild('Without') ? withIgnored(inner, labels) : withLabels(inner, labels);
  return body.map((part) => ({ node: part, use: used }));
}

function selectorOf(node: SyntaxNode, use: LabelUse, parsed: ParsedPromql): readonly Selector[] {
  const matchers = node.getChild('LabelMatchers');
  const plain = matchers?.getChildren('UnquotedLabelMatcher').map((one) => one.getChild('LabelName')) ?? [];
  const quoted = matchers?.getChildren('QuotedLabelMatcher').map((one) => one.getChild('QuotedLabelName')) ?? [];
  const matched = [
    ...plain.flatMap((label) => (label ? [textOf(label, parsed)] : [])),
    ...quoted.flatMap((label) => (label?.firstChild ? [stringOf(label.firstChild, parsed)] : [])),
  ].filter((label) => label !== '__name__');
  const { labels, ignoredLabels } = withLabels({ ...use, labels: new Set(matched) }, [...use.labels]);
  const names = namedMetrics(node, parsed).map(({ name }) => name);
  return (names.length > 0 ? names : ['']).map((name) => {
    return { name, labels: [...labels], ignoredLabels: [...ignoredLabels] };
  });
}
