import { type AlertRule, type Severity } from '../rule.js';
import { type RuleSettings } from '../rule-settings.js';

/** An alert without its links. */
export interface AlertDraft {
  readonly alert: string;
  readonly severity: Severity;
  /** Labels besides the severity. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly for?: string;
  readonly expr: string;
  /** One line, without numbers. */
  readonly summary: string;
  /** What was measured, with its unit. */
  readonly description: string;
  readonly comment?: string;
}

/** The alert with the links to its runbook, and to the dashboard with this uid if there is a Grafana. */
export function linked(draft: AlertDraft, dashboard: string, { runbooks, dashboards }: RuleSettings): AlertRule {
  const { severity, labels, summary, description, ...rule } = draft;
  return {
    ...rule,
    labels: { severity, ...labels },
    annotations: {
      summary,
      description,
      runbook_url: `${folder(runbooks)}${draft.alert}.md`,
      ...(dashboards !== undefined && { dashboard_url: `${folder(dashboards)}d/${dashboard}` }),
    },
  };
}

function folder(address: string): string {
  return address.endsWith('/') ? address : `${address}/`;
}
