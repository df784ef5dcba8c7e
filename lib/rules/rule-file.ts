import { type AlertDraft, linked } from './alerts/alert-draft.js';
import { cacheAlerts } from './alerts/cache.js';
import { httpAlerts } from './alerts/http.js';
import { jobAlerts } from './alerts/jobs.js';
import { metricsAlerts } from './alerts/metrics.js';
import { operationAlerts } from './alerts/operations.js';
import { outgoingAlerts } from './alerts/outgoing.js';
import { runtimeAlerts } from './alerts/runtime.js';
import { sloAlerts } from './alerts/slo.js';
import { typeormAlerts } from './alerts/typeorm.js';
import { inNaming } from './naming/in-naming.js';
import { cacheRecordingRules } from './recording/cache.js';
import { httpRecordingRules } from './recording/http.js';
import { jobRecordingRules } from './recording/jobs.js';
import { operationRecordingRules } from './recording/operations.js';
import { outgoingRecordingRules } from './recording/outgoing.js';
import { runtimeRecordingRules } from './recording/runtime.js';
import { sloRecordingRules } from './recording/slo.js';
import { typeormRecordingRules } from './recording/typeorm.js';
import { type RuleFile } from './rule.js';
import { type RuleSettings } from './rule-settings.js';
import { rulesYaml } from './rule-yaml.js';
import { block } from './text-block.js';
import { type AlertThresholds, THRESHOLDS } from './thresholds.js';
import { inNamespace } from './rule-namespace.js';

export { type RuleFile } from './rule.js';

const RECORDING = [
  httpRecordingRules,
  sloRecordingRules,
  typeormRecordingRules,
  cacheRecordingRules,
  operationRecordingRules,
  jobRecordingRules,
  outgoingRecordingRules,
  runtimeRecordingRules,
];

const SLO_COMMENT = block`
  Alerts about the objectives (SLO) of availability and latency. They need nestjs-http.rules.yml and
  nestjs-slo.rules.yml.

  An error budget is the share of the requests that may be bad. Each alert compares two windows: the long one shows that
  a relevant part of the budget is gone, the short one that this goes on. See
  https://sre.google/workbook/alerting-on-slos/.`;

/** Alerts about one subject, and the dashboard that shows it. */
interface AlertSubject {
  readonly name: string;
  readonly comment: string;
  readonly dashboard: string;
  readonly alerts: (settings: RuleSettings, limits: AlertThresholds) => readonly AlertDraft[];
}

const ALERTS: readonly AlertSubject[] = [
  {
    name: 'http',
    comment: 'Alerts about HTTP requests. They need nestjs-http.rules.yml.',
    dashboard: 'nestjs-http',
    alerts: httpAlerts,
  },
  {
    name: 'slo',
    comment: SLO_COMMENT,
    dashboard: 'nestjs-overview',
    alerts: sloAlerts,
  },
  {
    name: 'typeorm',
    comment: 'Alerts about databases. They need nestjs-typeorm.rules.yml.',
    dashboard: 'nestjs-database',
    alerts: typeormAlerts,
  },
  {
    name: 'cache',
    comment: 'Alerts about caches. They need nestjs-cache.rules.yml.',
    dashboard: 'nestjs-caches',
    alerts: cacheAlerts,
  },
  {
    name: 'operations',
    comment: 'Alerts about all doors but HTTP. They need nestjs-operations.rules.yml.',
    dashboard: 'nestjs-operations',
    alerts: operationAlerts,
  },
  {
    name: 'jobs',
    comment: 'Alerts about schedules and queues. They need nestjs-jobs.rules.yml.',
    dashboard: 'nestjs-operations',
    alerts: jobAlerts,
  },
  {
    name: 'outgoing',
    comment: 'Alerts about outgoing HTTP requests. They need nestjs-outgoing.rules.yml.',
    dashboard: 'nestjs-outgoing',
    alerts: outgoingAlerts,
  },
  {
    name: 'runtime',
    comment: 'Alerts about the processes of the application. They need no recording rules.',
    dashboard: 'nestjs-runtime',
    alerts: runtimeAlerts,
  },
  {
    name: 'metrics',
    comment: 'Alerts about metrics that are incomplete or cannot be scraped. They need no recording rules.',
    dashboard: 'nestjs-overview',
    alerts: metricsAlerts,
  },
];

/** The recording rules for an application with these settings. */
export function recordingRules(settings: RuleSettings): readonly RuleFile[] {
  return allRules(settings, THRESHOLDS).filter(({ name }) => name.endsWith('.rules.yml'));
}

/** The alerts for an application with these settings, with thresholds of its own if given. */
export function alertRules(settings: RuleSettings, limits: AlertThresholds = THRESHOLDS): readonly RuleFile[] {
  return allRules(settings, limits).filter(({ name }) => name.endsWith('.alerts.yml'));
}

function allRules(settings: RuleSettings, limits: AlertThresholds): readonly RuleFile[] {
  const recording = RECORDING.map((rulesFor) => rulesFor(settings));
  const alerts = ALERTS.map((subject) => alertFile(subject, settings, limits));
  const files = inNaming(settings.naming, [...recording, ...alerts]);
  return files.map((file) => inNamespace(settings.namespace, file));
}

function alertFile(subject: AlertSubject, settings: RuleSettings, limits: AlertThresholds): RuleFile {
  const { name, comment, dashboard, alerts } = subject;
  const rules = alerts(settings, limits).map((draft) => linked(draft, dashboard, settings));
  return { name: `nestjs-${name}.alerts.yml`, comment, groups: [{ name: `nestjs-${name}-alerts`, rules }] };
}

/** The text of the file. */
export function toYaml({ comment, groups }: RuleFile): string {
  return rulesYaml(comment, groups);
}
