import { type AlertRule } from '../rule.js';
import { type RuleNaming, type TranslatedMetric } from './rule-naming.js';

export type LabelNames = TranslatedMetric['labels'];

const RECORDED = /[a-z_]+:[a-z0-9_]+:[a-z0-9_]+/g;
/** Not the metric of a recorded name. */
const SELECTOR = /(?<![:\w])((?:nestjs|typeorm)_[a-z_]+)(?![:\w])(\{[^}]*\})?/g;
const GROUPING = /\b(without|by|on|ignoring) \(([^)]*)\)/g;
const MATCHERS = /\{([^}]*)\}/g;
const MATCHER = /^(\w+)([!=]~?.*)$/;

/** All labels together; undefined if one of them is missing, or if two have different names for a label. */
export function mergedLabels(all: readonly (LabelNames | undefined)[]): LabelNames | undefined {
  const merged: Record<string, readonly string[]> = {};
  for (const labels of all) {
    if (labels === undefined) return undefined;
    for (const [ours, theirs] of Object.entries(labels)) {
      const others = merged[ours];
      if (others !== undefined && others[0] !== theirs[0]) return undefined;
      merged[ours] = [...new Set([...(others ?? []), ...theirs])];
    }
  }
  return merged;
}

/** The expression with the names and labels of the naming. It must read nothing that the naming does not have. */
export function translated(expression: string, naming: RuleNaming, labels: LabelNames): string {
  return expression
    .replaceAll(MATCHERS, (_, matchers: string) => translatedMatchers(matchers, naming, labels))
    .replaceAll(GROUPING, (_, keyword: string, list: string) => `${keyword} (${groupedBy(list, labels)})`)
    .replaceAll(SELECTOR, (all, name: string, matchers?: string) => selectorOf(all, naming.metrics[name], matchers))
    .replaceAll(RECORDED, (name) => translatedRecord(name, naming, labels));
}

/** A recorded name: its level has their labels, and its metric begins as theirs do. */
export function translatedRecord(record: string, { prefixes }: RuleNaming, labels: LabelNames): string {
  const [level = '', metric = '', operations = ''] = record.split(':');
  const theirLevel = Object.entries(labels).reduce(
    (name, [ours, [theirs]]) => name.replace(`_${ours}`, theirs === undefined ? '' : `_${theirs}`),
    level,
  );
  const prefix = Object.keys(prefixes).find((one) => metric.startsWith(one));
  const theirMetric = prefix === undefined ? metric : `${prefixes[prefix]}${metric.slice(prefix.length)}`;
  return `${theirLevel}:${theirMetric}:${operations}`;
}

/** Annotations with their labels. What a missing label would say is left out. */
export function translatedText(annotations: AlertRule['annotations'], labels: LabelNames): AlertRule['annotations'] {
  const texts = Object.entries(annotations).map(([name, text]) => [name, textOf(text, labels)]);
  return { ...annotations, ...(Object.fromEntries(texts) as Record<string, string>) };
}

function textOf(text: string, labels: LabelNames): string {
  return Object.entries(labels).reduce((result, [ours, [theirs]]) => {
    const ourLabel = `{{ $labels.${ours} }}`;
    if (theirs !== undefined) return result.replaceAll(ourLabel, `{{ $labels.${theirs} }}`);
    return result.replace(` Cause: ${ourLabel}.`, '').replace(` (${ourLabel})`, '').replace(` ${ourLabel}`, '');
  }, text);
}

function translatedMatchers(list: string, { matchers = {} }: RuleNaming, labels: LabelNames): string {
  const theirs = list.split(', ').flatMap((matcher) => {
    const [, label = '', rest = ''] = MATCHER.exec(matcher) ?? [];
    const names = labels[label] ?? [label];
    if (names.length === 0) return [];
    return matchers[matcher] ?? `${names[0]}${rest}`;
  });
  return theirs.length > 0 ? `{${theirs.join(', ')}}` : '';
}

function groupedBy(list: string, labels: LabelNames): string {
  return [...new Set(list.split(', ').flatMap((label) => labels[label] ?? [label]))].join(', ');
}

function selectorOf(all: string, metric: TranslatedMetric | undefined, matchers = ''): string {
  if (metric === undefined) return all;
  const both = [metric.matcher, matchers.slice(1, -1)].filter((one) => one);
  return both.length > 0 ? `${metric.name}{${both.join(', ')}}` : metric.name;
}
