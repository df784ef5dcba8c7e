import { type SyntaxNode } from '@lezer/common';
import { groupingLabels } from '../../promql/grouping-labels.js';
import { type ParsedPromql, parsePromql, textOf } from '../../promql/parse-promql.js';
import { type Edit, withEdits } from './edits.js';

/** What each of the series of a classic histogram is of a native one. A native histogram is a single series. */
const READ_BY: Readonly<Record<string, string | undefined>> = { _count: 'histogram_count', _sum: 'histogram_sum' };

/**
 * The expression over native histograms, of one that is over the series of classic ones: `rate(x_count[5m])` becomes
 * `histogram_count(rate(x[5m]))`, and `sum by (route, le) (rate(x_bucket[5m]))` becomes `sum by (route) (rate(x[5m]))`.
 */
export function withNativeHistograms(expression: string, histograms: ReadonlySet<string>): string {
  const parsed = parsePromql(expression);
  const edits: Edit[] = [];
  parsed.root.cursor().iterate(({ node }) => {
    if (node.name === 'VectorSelector') edits.push(...ofSelector(node, parsed, histograms));
    if (node.name === 'AggregateModifier') edits.push(...withoutBound(node, parsed));
  });
  return withEdits(expression, edits);
}

function ofSelector(selector: SyntaxNode, parsed: ParsedPromql, histograms: ReadonlySet<string>): readonly Edit[] {
  const identifier = selector.getChild('Identifier');
  const [, name = '', suffix = ''] =
    /^(\w+)(_bucket|_count|_sum)$/.exec(identifier ? textOf(identifier, parsed) : '') ?? [];
  if (!identifier || !histograms.has(name)) return [];
  const shortened = { from: identifier.to - suffix.length, to: identifier.to, text: '' };
  const reader = READ_BY[suffix];
  const rate = reader === undefined ? undefined : callAround(selector);
  if (!rate) return [shortened];
  return [{ from: rate.from, to: rate.from, text: `${reader}(` }, shortened, { from: rate.to, to: rate.to, text: ')' }];
}

/** `rate(…)` or `increase(…)` of a selector. */
function callAround(selector: SyntaxNode): SyntaxNode | undefined {
  for (let node = selector.parent; node; node = node.parent) {
    if (node.name === 'FunctionCall') return node;
  }
  return undefined;
}

/** `by (route, le)` without `le`, and nothing of ` by (le) `, with the spaces around it. */
function withoutBound(modifier: SyntaxNode, parsed: ParsedPromql): readonly Edit[] {
  const labels = groupingLabels(modifier.getChild('GroupingLabels'), parsed);
  if (!labels.includes('le')) return [];
  const others = labels.filter((label) => label !== 'le');
  if (others.length > 0) return [{ from: modifier.from, to: modifier.to, text: `by (${others.join(', ')})` }];
  const isFollowedBySpace = parsed.text[modifier.to] === ' ';
  return [{ from: modifier.from - 1, to: modifier.to + (isFollowedBySpace ? 1 : 0), text: '' }];
}
