import { withNamespace } from '../promql/with-namespace.js';
import { METRIC_NAMES } from '../catalogue/published-names.js';
import { type Rule, type RuleFile } from './rule.js';

/** The level of a recorded name, `level:metric:operations`. */
const LEVEL = /\b[a-z_]+:(?=[a-z0-9_]+:)/g;

/**
 * The file for metrics whose names begin with the namespace. Recorded names get it as well, before their metric, so that
 * the rules of several applications can be loaded side by side.
 */
export function inNamespace(namespace: string, file: RuleFile): RuleFile {
  if (namespace === '') return file;
  const recorded = (text: string) => text.replaceAll(LEVEL, (level) => level + namespace);
  const renamed = (rule: Rule): Rule => {
    const expr = recorded(withNamespace(rule.expr, namespace, METRIC_NAMES));
    return 'record' in rule ? { ...rule, record: recorded(rule.record), expr } : { ...rule, expr };
  };
  return { ...file, groups: file.groups.map((group) => ({ ...group, rules: group.rules.map(renamed) })) };
}
