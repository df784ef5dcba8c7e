import { type Naming } from '../../catalogue/naming.js';
import { selectorsIn } from '../../promql/selectors-in.js';
import { type Rule, type RuleFile, type RuleGroup } from '../rule.js';
import { DJANGO } from './django.js';
import { OTEL } from './otel.js';
import { type RuleNaming } from './rule-naming.js';
import { type LabelNames, mergedLabels, translated, translatedRecord, translatedText } from './translate.js';

const NAMINGS: Readonly<Record<Exclude<Naming, 'nest'>, RuleNaming>> = { django: DJANGO, otel: OTEL };

/** Metrics that have the same name in every naming, and what Prometheus makes itself. */
const SHARED = /^(?:process_|nodejs_|nestjs_metrics_|up$)/;

/**
 * The files for the metrics of another naming. Rules that read something which the naming does not have are left out,
 * and the comment of their file says so. Recording rules must come before the rules that read them.
 */
export function inNaming(naming: Naming, files: readonly RuleFile[]): readonly RuleFile[] {
  if (naming === 'nest') return files;
  const translation = new Translation(NAMINGS[naming]);
  return files.map((file) => translation.file(naming, file)).filter(({ groups }) => groups.length > 0);
}

class Translation {
  /** The labels of each recorded series that the naming has, by our name. */
  private readonly recorded = new Map<string, LabelNames>();
  private readonly written = new Set<string>();

  constructor(private readonly naming: RuleNaming) {}

  file(naming: Naming, { name, comment, groups }: RuleFile): RuleFile {
    const missing: string[] = [];
    const kept = groups.map((group) => this.group(group, missing)).filter(({ rules }) => rules.length > 0);
    const note = `The naming ${naming} has no metrics for: ${[...new Set(missing)].join(', ')}.`;
    return { name, comment: missing.length > 0 ? `${comment}\n\n${note}` : comment, groups: kept };
  }

  private group({ name, rules }: RuleGroup, missing: string[]): RuleGroup {
    return {
      name,
      rules: rules.flatMap((rule) => {
        const labels = this.labelsOf(rule.expr);
        if (labels === undefined) missing.push('record' in rule ? rule.record : rule.alert);
        return labels === undefined ? [] : this.rule(rule, labels);
      }),
    };
  }

  /** Undefined if the expression reads something that the naming does not have, or joins what has no label in common. */
  private labelsOf(expression: string): LabelNames | undefined {
    const names = selectorsIn(expression).map(({ name }) => name);
    const read = names.filter((name) => !SHARED.test(name));
    const found = read.map((name) => this.recorded.get(name) ?? this.naming.metrics[name]?.labels);
    return mergedLabels(found);
  }

  private rule(rule: Rule, labels: LabelNames): readonly Rule[] {
    const expr = translated(rule.expr, this.naming, labels);
    if ('alert' in rule) return [{ ...rule, expr, annotations: translatedText(rule.annotations, labels) }];
    this.recorded.set(rule.record, labels);
    const record = translatedRecord(rule.record, this.naming, labels);
    // Two levels are one where the naming lacks the label in which they differ.
    if (this.written.has(record)) return [];
    this.written.add(record);
    return [{ ...rule, record, expr }];
  }
}
