/** A rule that stores the result of an expression as a metric. */
export interface RecordingRule {
  /** `level:metric:operations`, see https://prometheus.io/docs/practices/rules/. */
  readonly record: string;
  readonly expr: string;
  /** Labels that the recorded series get. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What an operator should know, as lines above the rule in the file. */
  readonly comment?: string;
}

export const SEVERITIES = ['critical', 'warning', 'info'] as const;
/** `critical` wakes somebody up, `warning` is looked at on the same day, `info` is for dashboards. */
export type Severity = (typeof SEVERITIES)[number];

/** A rule that raises an alert for each series that its expression gives. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  /** How long the expression must give the series without a pause. At once, if missing. */
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>> & { readonly severity: Severity };
  readonly annotations: Readonly<Record<string, string>> & { readonly summary: string; readonly description: string };
  readonly comment?: string;
}

export type Rule = RecordingRule | AlertRule;

/** The rules with a comment above the first one. */
export function commented<Kind extends Rule>(comment: string, rules: readonly Kind[]): readonly Kind[] {
  return rules.map((rule, index) => (index === 0 ? { ...rule, comment } : rule));
}

/** Rules that Prometheus evaluates one after the other, at the same time stamp. */
export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** A file of rules that Prometheus can load. */
export interface RuleFile {
  /** The name of the file, without a folder. */
  readonly name: string;
  /** What the file is for, as lines at its beginning. */
  readonly comment: string;
  readonly groups: readonly RuleGroup[];
}
