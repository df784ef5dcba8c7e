import { type Naming } from '../catalogue/naming.js';
import { DURATION_BUCKETS } from '../catalogue/nest/http.definitions.js';

/** What rules are written for. */
export interface RuleSettings {
  /** What the names of all metrics of the library begin with, underscore included: `shop_`, or nothing. */
  readonly namespace: string;
  /** Which metrics the rules read. */
  readonly naming: Naming;
  /** Labels that differ between the instances of one application. Rules about the application drop them. */
  readonly instanceLabels: readonly string[];
  /** The share of the requests that must be answered without a 5xx, between 0 and 1. */
  readonly availability: { readonly objective: number };
  /** The share of the requests that must be answered within so many seconds, which must be a bound of the buckets. */
  readonly latency: { readonly objective: number; readonly seconds: number };
  /** The bounds of the request duration buckets that the application has. */
  readonly durationBuckets: readonly number[];
  /** The folder of the runbooks, as a URL or path with a slash at its end: `runbook_url` is this and `<AlertName>.md`. */
  readonly runbooks: string;
  /** The address of Grafana. If given, each alert has a `dashboard_url`. */
  readonly dashboards?: string;
}

export const DEFAULT_RULE_SETTINGS: RuleSettings = {
  namespace: '',
  naming: 'nest',
  instanceLabels: ['instance'],
  availability: { objective: 0.999 },
  latency: { objective: 0.99, seconds: 0.5 },
  durationBuckets: DURATION_BUCKETS,
  runbooks: 'https://github.com/nestjs-prometheus-exporter/nestjs-prometheus-exporter/blob/main/docs/runbooks/',
};

/** The labels that rules about the application drop, for `without (…)`. */
export function instanceLabelsOf({ instanceLabels }: RuleSettings): string {
  return instanceLabels.join(', ');
}

/** The labels that say which target a series comes from, for `on (…)`. */
export function targetLabelsOf({ instanceLabels }: RuleSettings): string {
  return ['job', ...instanceLabels].join(', ');
}
