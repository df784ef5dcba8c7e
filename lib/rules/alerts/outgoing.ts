import { type RuleSettings } from '../rule-settings.js';
import { block } from '../text-block.js';
import { type AlertThresholds } from '../thresholds.js';
import { type AlertDraft } from './alert-draft.js';

/** Alerts about the hosts to which the application sends HTTP requests. */
export function outgoingAlerts(_: RuleSettings, limits: AlertThresholds): readonly AlertDraft[] {
  return [errors(limits), latency(limits)];
}

function errors({ outgoingErrorRatio, minimumFailures }: AlertThresholds): AlertDraft {
  return {
    alert: 'NestjsOutgoingErrorRatioHigh',
    severity: 'warning',
    for: '5m',
    expr: block`
        job_host:nestjs_outgoing_http_requests_failed_per_requests:ratio_rate5m > ${outgoingErrorRatio}
      and
        job_host:nestjs_outgoing_http_requests_failed:rate5m * 300 >= ${minimumFailures}`,
    summary: 'Many requests of {{ $labels.job }} to a host fail.',
    description:
      '{{ $value | humanizePercentage }} of the requests of {{ $labels.job }} to {{ $labels.host }} got no answer or a 5xx in the last 5 minutes.',
  };
}

function latency({ outgoingSeconds, minimumObservations }: AlertThresholds): AlertDraft {
  return {
    alert: 'NestjsOutgoingLatencyHigh',
    severity: 'warning',
    for: '10m',
    expr: block`
        job_host:nestjs_outgoing_http_request_duration_seconds:p99_rate5m > ${outgoingSeconds}
      and
        job_host:nestjs_outgoing_http_requests:rate5m * 300 >= ${minimumObservations}`,
    summary: 'A host answers {{ $labels.job }} slowly.',
    description:
      'One in a hundred requests of {{ $labels.job }} to {{ $labels.host }} took longer than {{ $value | humanizeDuration }} in the last 5 minutes.',
  };
}
