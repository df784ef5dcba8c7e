import { type RecordingRule, type RuleFile } from '../rule.js';
import { instanceLabelsOf, type RuleSettings } from '../rule-settings.js';
import { block } from '../text-block.js';

const COMMENT = block`
  Recording rules over the HTTP requests that the application sends, by host.

  A request has failed if it was answered with a 5xx, or if it got no answer, such as for a refused connection. One that
  the application aborted itself has neither failed nor succeeded.`;

export function outgoingRecordingRules(settings: RuleSettings): RuleFile {
  const instance = instanceLabelsOf(settings);
  return {
    name: 'nestjs-outgoing.rules.yml',
    comment: COMMENT,
    groups: [
      { name: 'nestjs-outgoing-requests', rules: requests(instance) },
      { name: 'nestjs-outgoing-duration', rules: duration(instance) },
      { name: 'nestjs-outgoing-per-request', rules: perRequest(instance) },
    ],
  };
}

const NO_ANSWER = 'nestjs_outgoing_http_request_errors_total{error_type!="aborted"}';

function requests(instance: string): readonly RecordingRule[] {
  return [
    {
      comment: 'Requests that were answered, and those that got no answer, by cause, per second.',
      record: 'job_host:nestjs_outgoing_http_requests:rate5m',
      expr: `sum without (${instance}, method, status_class) (rate(nestjs_outgoing_http_requests_total[5m]))`,
    },
    {
      record: 'job_host_error_type:nestjs_outgoing_http_request_errors:rate5m',
      expr: `sum without (${instance}, method) (rate(nestjs_outgoing_http_request_errors_total[5m]))`,
    },
    {
      comment: block`
        Requests that have failed, per second and as a share of all. "or" puts the two kinds together: only one of them
        has a status class, and only the other one an error type.`,
      record: 'job_host:nestjs_outgoing_http_requests_failed:rate5m',
      expr: block`
          sum without (${instance}, method, status_class, error_type) (
              rate(nestjs_outgoing_http_requests_total{status_class="5xx"}[5m])
            or
              rate(${NO_ANSWER}[5m])
          )
        or
          0 * job_host:nestjs_outgoing_http_requests:rate5m`,
    },
    {
      record: 'job_host:nestjs_outgoing_http_requests_failed_per_requests:ratio_rate5m',
      expr: block`
          job_host:nestjs_outgoing_http_requests_failed:rate5m
        /
          (
              sum without (${instance}, method, status_class, error_type) (
                  rate(nestjs_outgoing_http_requests_total[5m])
                or
                  rate(${NO_ANSWER}[5m])
              )
            >
              0
          )`,
    },
    {
      comment: 'Requests in flight.',
      record: 'job_host:nestjs_outgoing_http_requests_in_flight:sum',
      expr: `sum without (${instance}, method) (nestjs_outgoing_http_requests_in_flight)`,
    },
  ];
}

function duration(instance: string): readonly RecordingRule[] {
  return [
    {
      comment: 'Seconds within which ninety-nine hundredths of the answers were complete.',
      record: 'job_host_le:nestjs_outgoing_http_request_duration_seconds_bucket:rate5m',
      expr: `sum without (${instance}, method, status_class) (rate(nestjs_outgoing_http_request_duration_seconds_bucket[5m]))`,
    },
    {
      record: 'job_host:nestjs_outgoing_http_request_duration_seconds:p99_rate5m',
      expr: 'histogram_quantile(0.99, job_host_le:nestjs_outgoing_http_request_duration_seconds_bucket:rate5m) >= 0',
    },
  ];
}

function perRequest(instance: string): readonly RecordingRule[] {
  return [
    {
      comment: 'Requests that a request of a route sends on average, and the seconds that they take together.',
      record: 'job_route:nestjs_http_request_outgoing_requests:mean5m',
      expr: meanOf('nestjs_http_request_outgoing_requests', instance),
    },
    {
      record: 'job_route:nestjs_http_request_outgoing_seconds:mean5m',
      expr: meanOf('nestjs_http_request_outgoing_seconds', instance),
    },
  ];
}

function meanOf(histogram: string, instance: string): string {
  return block`
      sum without (${instance}, method) (rate(${histogram}_sum[5m]))
    /
      (sum without (${instance}, method) (rate(${histogram}_count[5m])) > 0)`;
}
