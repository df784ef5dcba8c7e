import { type SyntaxNode } from '@lezer/common';
import { type ParsedPromql, stringOf, textOf } from './parse-promql.js';

/** A metric that a selector names, and where in the text the name is. */
export interface NamedMetric {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Alternatives without any other character of a regular expression. */
const PLAIN_NAMES = /^[a-zA-Z_:][\w:]*(?:\|[a-zA-Z_:][\w:]*)*$/;

/**
 * The metrics that a selector names: `x`, `{__name__="x"}`, `{"x"}`, or several in `{__name__=~"x|y"}`. None for
 * `{job="x"}` and for any other regular expression.
 */
export function namedMetrics(selector: SyntaxNode, parsed: ParsedPromql): readonly NamedMetric[] {
  const identifier = selector.getChild('Identifier');
  if (identifier) return [{ name: textOf(identifier, parsed), from: identifier.from, to: identifier.to }];
  const matchers = selector.getChild('LabelMatchers');
  if (!matchers) return [];
  const quoted = matchers.getChildren('QuotedLabelName').flatMap((name) => named(name.getChild('StringLiteral')));
  const byLabel = matchers.getChildren('UnquotedLabelMatcher').filter((matcher) => isOfName(matcher, parsed));
  return [...quoted, ...byLabel.flatMap((matcher) => named(matcher.getChild('StringLiteral')))];

  function named(literal: SyntaxNode | null): readonly NamedMetric[] {
    return literal === null ? [] : alternatives(stringOf(literal, parsed), literal.from + 1);
  }
}

function isOfName(matcher: SyntaxNode, parsed: ParsedPromql): boolean {
  const label = matcher.getChild('LabelName');
  const operator = matcher.getChild('MatchOp');
  return (
    label !== null &&
    textOf(label, parsed) === '__name__' &&
    operator !== null &&
    ['=', '=~'].includes(textOf(operator, parsed))
  );
}

function alternatives(names: string, start: number): readonly NamedMetric[] {
  if (!PLAIN_NAMES.test(names)) return [];
  return Array.from(names.matchAll(/[^|]+/g), ({ 0: name, index }) => {
    const from = start + index;
    return { name, from, to: from + name.length };
  });
}
