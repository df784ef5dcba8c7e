import { instanceLabelsOf, type RuleSettings } from '../rule-settings.js';
import { block } from '../text-block.js';
import { type AlertThresholds } from '../thresholds.js';
import { type AlertDraft } from './alert-draft.js';

/** Alerts about requests, seen from the client. */
export function httpAlerts(settings: RuleSettings, limits: AlertThresholds): readonly AlertDraft[] {
  return [
    ...errors(limits),
    latency(settings, limits),
    aborts(limits),
    inFlight(limits),
    statements(instanceLabelsOf(settings), limits),
  ];
}

function errors({ errorRatio, routeErrorRatio, minimumFailures }: AlertThresholds): readonly AlertDraft[] {
  return [
    {
      comment: `Ratios count from ${minimumFailures} failures in five minutes on, so that one failed request at night is no incident.`,
      alert: 'NestjsErrorRatioHigh',
      severity: 'critical',
      for: '5m',
      expr: block`
          job:nestjs_http_requests_5xx_per_requests:ratio_rate5m > ${errorRatio}
        and
          job:nestjs_http_requests_5xx:rate5m * 300 >= ${minimumFailures}`,
      summary: '{{ $labels.job }} answers many requests with a 5xx.',
      description:
        '{{ $value | humanizePercentage }} of the requests of {{ $labels.job }} were answered with a 5xx in the last 5 minutes.',
    },
    {
      alert: 'NestjsErrorRatioHigh',
      severity: 'warning',
      for: '5m',
      expr: block`
          job_route:nestjs_http_requests_5xx_per_requests:ratio_rate5m > ${routeErrorRatio}
        and
          job_route:nestjs_http_requests_5xx:rate5m * 300 >= ${minimumFailures}`,
      summary: 'A route of {{ $labels.job }} answers many requests with a 5xx.',
      description:
        '{{ $value | humanizePercentage }} of the requests to {{ $labels.route }} of {{ $labels.job }} were answered with a 5xx in the last 5 minutes.',
    },
  ];
}

function latency(settings: RuleSettings, { requestSeconds, minimumObservations }: AlertThresholds): AlertDraft {
  return {
    alert: 'NestjsLatencyHigh',
    severity: 'warning',
    for: '10m',
    expr: block`
        job_route:nestjs_http_request_duration_seconds:p99_rate5m ${tooSlow(settings, requestSeconds)}
      and
        job_route:nestjs_http_requests:rate5m * 300 >= ${minimumObservations}`,
    summary: 'A route of {{ $labels.job }} answers slowly.',
    description:
      'One in a hundred requests to {{ $labels.route }} of {{ $labels.job }} took longer than {{ $value | humanizeDuration }} in the last 5 minutes.',
  };
}

/** histogram_quantile() gives at most the highest bound, which is then the value for everything slower. */
function tooSlow({ durationBuckets }: RuleSettings, seconds: number): string {
  const highest = durationBuckets.at(-1) ?? Infinity;
  return highest <= seconds ? `>= ${highest}` : `> ${seconds}`;
}

function aborts(limits: AlertThresholds): AlertDraft {
  const { abortRatio, abortFactor, abortPast, pastOffset, minimumFailures } = limits;
  const ratio = 'job_route:nestjs_http_requests_aborted_per_requests:ratio_rate5m';
  return {
    comment: block`
      Clients end server-sent events and downloads by aborting them. So a route counts only if clients abort more often
      than is usual for it. A route without a past counts.`,
    alert: 'NestjsAbortsHigh',
    severity: 'warning',
    for: '10m',
    expr: block`
        (
            ${ratio} > ${abortRatio}
          and
            job_route:nestjs_http_requests_aborted:rate5m * 300 >= ${minimumFailures}
        )
      unless
          ${ratio}
        <=
          ${abortFactor} * avg_over_time(${ratio}[${abortPast}] offset ${pastOffset})`,
    summary: 'Clients of {{ $labels.job }} abort many requests to a route.',
    description:
      'Clients aborted {{ $value | humanizePercentage }} of the requests to {{ $labels.route }} of {{ $labels.job }} in the last 5 minutes, which is more than usual.',
  };
}

function inFlight({ inFlight: minimum, inFlightFactor, inFlightPast, pastOffset }: AlertThresholds): AlertDraft {
  const now = 'avg_over_time(job:nestjs_http_requests_in_flight:sum[5m])';
  return {
    comment: block`
      Node has no maximum of requests in flight, so the application is compared with its own past: with the number that
      it exceeded in one hundredth of the time. An application without a past is compared with ${minimum}.`,
    alert: 'NestjsInFlightHigh',
    severity: 'warning',
    for: '5m',
    expr: block`
        ${now} > ${minimum}
      unless
          ${now}
        <=
          ${inFlightFactor} * quantile_over_time(0.99, job:nestjs_http_requests_in_flight:sum[${inFlightPast}] offset ${pastOffset})`,
    summary: 'Requests pile up in {{ $labels.job }}.',
    description:
      '{{ $value | humanize }} requests were in flight in {{ $labels.job }} on average over the last 5 minutes, which is far more than usual.',
  };
}

function statements(instance: string, { statementsPerRequest, minimumObservations }: AlertThresholds): AlertDraft {
  return {
    comment: block`
      The histogram of the statements counts the requests as well. The counter of the requests has the labels of the
      option http.labels too, and so matches nothing here.`,
    alert: 'NestjsQueriesPerRequestHigh',
    severity: 'warning',
    for: '15m',
    expr: block`
        job_route:nestjs_http_request_db_queries:mean5m > ${statementsPerRequest}
      and
        sum without (${instance}, method) (rate(nestjs_http_request_db_queries_count[5m])) * 300 >= ${minimumObservations}`,
    summary: 'A route of {{ $labels.job }} sends many SQL statements per request (N+1 queries).',
    description:
      'A request to {{ $labels.route }} of {{ $labels.job }} sends {{ $value | humanize }} SQL statements on average.',
  };
}
