import { metricNames } from './metric-names.js';
import { type Rule, type RuleFile } from './rule.js';
import { type RuleSettings } from './rule-settings.js';

/** A name of a metric or of a recorded series. What is between quotes is no name. */
const WORD = /"[^"]*"|[a-zA-Z_:][\w:]*/g;
const HISTOGRAM_SUFFIX = /_(?:bucket|count|sum)$/;
/** `level:metric:operations`: the metric begins behind the first colon. */
const LEVEL = /^\w+:/;

/** The file for metrics whose names begin with the namespace, those of recorded series included. */
export function withNamespaceOf({ namespace }: RuleSettings, file: RuleFile): RuleFile {
  if (namespace === '') return file;
  const rename = (text: string) => text.replaceAll(WORD, (word) => renamed(word, namespace));
  const renamedRule = (rule: Rule): Rule =>
    'record' in rule
      ? { ...rule, record: rename(rule.record), expr: rename(rule.expr) }
      : { ...rule, expr: rename(rule.expr) };
  return { ...file, groups: file.groups.map((group) => ({ ...group, rules: group.rules.map(renamedRule) })) };
}

function renamed(word: string, namespace: string): string {
  if (LEVEL.test(word)) return word.replace(LEVEL, (level) => level + namespace);
  const names = metricNames();
  return names.has(word) || names.has(word.replace(HISTOGRAM_SUFFIX, '')) ? namespace + word : word;
}
