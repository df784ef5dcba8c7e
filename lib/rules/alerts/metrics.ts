import { instanceLabelsOf, type RuleSettings } from '../rule-settings.js';
import { type AlertThresholds } from '../thresholds.js';
import { type AlertDraft } from './alert-draft.js';

/** Alerts about the metrics themselves: what is incomplete, and what cannot be scraped. */
export function metricsAlerts(settings: RuleSettings, limits: AlertThresholds): readonly AlertDraft[] {
  const instance = instanceLabelsOf(settings);
  return [overflow(instance), collector(limits), errors(instance), scrapes(instance, limits), processes(limits)];
}

function overflow(instance: string): AlertDraft {
  return {
    comment: 'The counter and not its rate: label sets stay folded until the process restarts.',
    alert: 'NestjsMetricsOverflow',
    severity: 'warning',
    expr: `max without (${instance}) (nestjs_metrics_overflow_total) > 0`,
    summary: 'A metric of {{ $labels.job }} has more label sets than its budget allows for.',
    description:
      '{{ $value }} label sets of {{ $labels.metric }} ({{ $labels.job }}) are counted in the series _overflow.',
  };
}

function collector({ collectorSuccess }: AlertThresholds): AlertDraft {
  return {
    alert: 'NestjsMetricsCollectorFailing',
    severity: 'warning',
    for: '5m',
    expr: `avg_over_time(nestjs_metrics_collector_success[10m]) < ${collectorSuccess}`,
    summary: 'Scrapes of {{ $labels.job }} are partial: a collector fails.',
    description:
      'The collector {{ $labels.collector }} of {{ $labels.instance }} ({{ $labels.job }}) succeeded in {{ $value | humanizePercentage }} of the scrapes of the last 10 minutes.',
  };
}

function errors(instance: string): AlertDraft {
  return {
    alert: 'NestjsMetricsErrors',
    severity: 'warning',
    expr: `sum without (${instance}) (increase(nestjs_metrics_errors_total[15m])) > 0`,
    summary: 'The metrics library has errors in {{ $labels.job }}.',
    description:
      'About {{ $value | humanize }} errors in the part {{ $labels.part }} of the metrics library in {{ $labels.job }} in the last 15 minutes. The application did not notice them, but its metrics may be wrong.',
  };
}

function scrapes(instance: string, { rejectedScrapes }: AlertThresholds): AlertDraft {
  return {
    alert: 'NestjsMetricsScrapesRejected',
    severity: 'warning',
    expr: `sum without (${instance}) (increase(nestjs_metrics_scrapes_rejected_total[15m])) >= ${rejectedScrapes}`,
    summary: '{{ $labels.job }} refuses scrapes.',
    description:
      '{{ $labels.job }} refused about {{ $value | humanize }} scrapes in the last 15 minutes. Reason: {{ $labels.reason }}.',
  };
}

function processes({ unansweredProcesses, unansweredWindow }: AlertThresholds): AlertDraft {
  return {
    comment: 'The minimum of a window, because a process that is scraped and does not answer leaves a gap.',
    alert: 'NestjsMetricsProcessesUnanswered',
    severity: 'warning',
    for: '5m',
    expr: `min_over_time(nestjs_metrics_processes_unanswered[${unansweredWindow}]) > ${unansweredProcesses}`,
    summary: 'Processes of {{ $labels.job }} do not answer the one that is scraped.',
    description:
      '{{ $value }} processes of {{ $labels.instance }} ({{ $labels.job }}) have not answered for more than five minutes. Scrapes have their last known numbers.',
  };
}
