import { type SyntaxNode } from '@lezer/common';
import { type LabelUse, NO_LABELS, withLabels, withoutLabels } from './label-use.js';
import { type ParsedPromql, stringOf, textOf } from './parse-promql.js';

/** Their result has no label of their arguments, or labels from elsewhere. */
const DROPS_LABELS = ['scalar', 'vector', 'absent', 'absent_over_time', 'info'];

type StringArguments = (strings: readonly string[]) => {
  readonly made: readonly string[];
  readonly read: readonly string[];
};

/** Functions that make or read labels, which are named in their string arguments. */
const LABEL_FUNCTIONS: Readonly<Record<string, StringArguments>> = {
  label_replace: ([target = '', , source = '']) => ({ made: [target], read: [source] }),
  label_join: ([target = '', , ...sources]) => ({ made: [target], read: sources }),
  histogram_quantiles: ([target = '']) => ({ made: [target], read: [] }),
  sort_by_label: (labels) => ({ made: [], read: labels }),
  sort_by_label_desc: (labels) => ({ made: [], read: labels }),
};

/** The arguments of a function, and the labels that are needed of them. */
export function argumentsOf(node: SyntaxNode, use: LabelUse, parsed: ParsedPromql) {
  const identifier = node.getChild('FunctionIdentifier');
  const name = identifier ? textOf(identifier, parsed) : '';
  const body = node.getChild('FunctionCallBody')?.getChildren('Expr') ?? [];
  const strings = body.filter((part) => part.name === 'StringLiteral').map((literal) => stringOf(literal, parsed));
  const inner = DROPS_LABELS.includes(name) ? NO_LABELS : labelled(use, LABEL_FUNCTIONS[name]?.(strings));
  return body.map((part) => ({ node: part, use: inner }));
}

function labelled(use: LabelUse, labels: ReturnType<StringArguments> | undefined): LabelUse {
  return labels ? withLabels(withoutLabels(use, labels.made), labels.read) : use;
}
