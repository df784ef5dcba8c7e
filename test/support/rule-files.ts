import { parse } from 'yaml';
import { selectorsIn } from '../../lib/promql/selectors-in.js';

/** A rule of a Prometheus rule file: what it is called and its expression. */
export interface Rule {
  /** The metric that a recording rule writes; undefined for an alert. */
  readonly record: string | undefined;
  /** The name of an alert; undefined for a recording rule. */
  readonly alert: string | undefined;
  readonly expression: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface RuleInYaml {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * The metrics that rules read from targets, in alphabetical order: those their expressions name, without those which
 * recording rules among the given files write. Give all files that build on each other at once.
 */
export function metricNamesIn(...rulesYaml: readonly string[]): string[] {
  const rules = rulesYaml.flatMap(rulesIn);
  const recorded = new Set(rules.map(({ record }) => record));
  const named = new Set(rules.flatMap(({ expression }) => metricNamesInExpression(expression)));
  return [...named].filter((name) => !recorded.has(name)).toSorted();
}

/** The rules of a rule file. */
export function rulesIn(rulesYaml: string): Rule[] {
  const { groups } = parse(rulesYaml) as { readonly groups: readonly { readonly rules: readonly RuleInYaml[] }[] };
  return groups
    .flatMap(({ rules }) => rules)
    .map(({ record, alert, expr, labels = {}, annotations = {} }) => {
      return { record, alert, expression: expr, labels, annotations };
    });
}

export function metricNamesInExpression(expression: string): string[] {
  return selectorsIn(expression).map(({ name }) => name);
}
