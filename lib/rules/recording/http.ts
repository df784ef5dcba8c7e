import { block } from '../text-block.js';
import { commented, type RecordingRule, type RuleFile } from '../rule.js';
import { instanceLabelsOf, type RuleSettings } from '../rule-settings.js';

const COMMENT = block`
Recording rules over the HTTP metrics of nestjs-prometheus-exporter: rate, errors, duration, aborts, requests in flight.

Named level:metric:operations, https://prometheus.io/docs/practices/rules/. They drop labels with "without" and do not
keep some with "by", so that labels which tell your applications apart (cluster, namespace, env) stay. If your targets
have further labels that differ between instances, such as pod, add them wherever "instance" stands.

Three things hold for every ratio and quantile below:
  - numerators and buckets are summed over instances first, and divided after: an average of ratios is not the ratio;
  - a numerator without any series counts as 0: a route that never failed has an error ratio of 0;
  - without requests there is no ratio and no quantile, instead of NaN.`;

const QUANTILES = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p99', 0.99],
] as const;

const QUANTILES_COMMENT = block`
  Seconds within which half, nine tenths and ninety-nine hundredths of the requests were answered.
  ">= 0" drops NaN, which is the quantile of no request.`;

/** Rate, errors, duration, aborts and requests in flight, per route and per application. */
export function httpRecordingRules(settings: RuleSettings): RuleFile {
  const instance = instanceLabelsOf(settings);
  return {
    name: 'nestjs-http.rules.yml',
    comment: COMMENT,
    groups: [
      { name: 'nestjs-http-requests', rules: requests(instance) },
      { name: 'nestjs-http-errors', rules: errors(instance) },
      { name: 'nestjs-http-aborts', rules: aborts(instance) },
      { name: 'nestjs-http-duration', rules: duration(instance) },
      { name: 'nestjs-http-statements', rules: statements(instance) },
    ],
  };
}

function requests(instance: string): readonly RecordingRule[] {
  return [
    {
      comment: 'Answered requests per second.',
      record: 'job_method_route_status:nestjs_http_requests:rate5m',
      expr: `sum without (${instance}) (rate(nestjs_http_requests_total[5m]))`,
    },
    {
      record: 'job_method_route:nestjs_http_requests:rate5m',
      expr: 'sum without (status) (job_method_route_status:nestjs_http_requests:rate5m)',
    },
    {
      record: 'job_route:nestjs_http_requests:rate5m',
      expr: 'sum without (method) (job_method_route:nestjs_http_requests:rate5m)',
    },
    {
      record: 'job:nestjs_http_requests:rate5m',
      expr: 'sum without (route) (job_route:nestjs_http_requests:rate5m)',
    },
    {
      comment: 'Requests in flight.',
      record: 'job_method:nestjs_http_requests_in_flight:sum',
      expr: `sum without (${instance}) (nestjs_http_requests_in_flight)`,
    },
    {
      record: 'job:nestjs_http_requests_in_flight:sum',
      expr: 'sum without (method) (job_method:nestjs_http_requests_in_flight:sum)',
    },
  ];
}

function errors(instance: string): readonly RecordingRule[] {
  return [
    {
      comment: 'Requests that were answered with a 5xx, per second and as a share of all answered requests.',
      record: 'job_route:nestjs_http_requests_5xx:rate5m',
      expr: block`
          sum without (${instance}, method, status) (rate(nestjs_http_requests_total{status=~"5.."}[5m]))
        or
          0 * sum without (${instance}, method, status) (rate(nestjs_http_requests_total[5m]))`,
    },
    {
      record: 'job:nestjs_http_requests_5xx:rate5m',
      expr: 'sum without (route) (job_route:nestjs_http_requests_5xx:rate5m)',
    },
    {
      record: 'job_route:nestjs_http_requests_5xx_per_requests:ratio_rate5m',
      expr: block`
          job_route:nestjs_http_requests_5xx:rate5m
        /
          (sum without (${instance}, method, status) (rate(nestjs_http_requests_total[5m])) > 0)`,
    },
    {
      record: 'job:nestjs_http_requests_5xx_per_requests:ratio_rate5m',
      expr: block`
          job:nestjs_http_requests_5xx:rate5m
        /
          (sum without (${instance}, method, route, status) (rate(nestjs_http_requests_total[5m])) > 0)`,
    },
  ];
}

function aborts(instance: string): readonly RecordingRule[] {
  return [
    {
      comment: block`
        Requests that the client aborted, per second and as a share of all that ended. These are the answered and the
        aborted ones: "or" puts the two together, as only the answered have a status.`,
      record: 'job_route:nestjs_http_requests_aborted:rate5m',
      expr: block`
          sum without (${instance}, method) (rate(nestjs_http_requests_aborted_total[5m]))
        or
          0 * sum without (${instance}, method, status) (rate(nestjs_http_requests_total[5m]))`,
    },
    {
      record: 'job:nestjs_http_requests_aborted:rate5m',
      expr: 'sum without (route) (job_route:nestjs_http_requests_aborted:rate5m)',
    },
    {
      record: 'job_route:nestjs_http_requests_aborted_per_requests:ratio_rate5m',
      expr: abortRatio('job_route', `${instance}, method, status`),
    },
    {
      record: 'job:nestjs_http_requests_aborted_per_requests:ratio_rate5m',
      expr: abortRatio('job', `${instance}, method, route, status`),
    },
  ];
}

function abortRatio(level: string, dropped: string): string {
  return block`
      ${level}:nestjs_http_requests_aborted:rate5m
    /
      (
          sum without (${dropped}) (
              rate(nestjs_http_requests_total[5m])
            or
              rate(nestjs_http_requests_aborted_total[5m])
          )
        >
          0
      )`;
}

function duration(instance: string): readonly RecordingRule[] {
  const dropped = `${instance}, method, status_class`;
  return [
    {
      comment: 'Buckets summed over instances, methods and status classes. Quantiles are taken of these sums.',
      record: 'job_route_le:nestjs_http_request_duration_seconds_bucket:rate5m',
      expr: `sum without (${dropped}) (rate(nestjs_http_request_duration_seconds_bucket[5m]))`,
    },
    {
      record: 'job_le:nestjs_http_request_duration_seconds_bucket:rate5m',
      expr: 'sum without (route) (job_route_le:nestjs_http_request_duration_seconds_bucket:rate5m)',
    },
    ...commented(QUANTILES_COMMENT, quantiles('job_route')),
    ...quantiles('job'),
    {
      comment: 'Mean duration in seconds.',
      record: 'job_route:nestjs_http_request_duration_seconds:mean5m',
      expr: block`
          sum without (${dropped}) (rate(nestjs_http_request_duration_seconds_sum[5m]))
        /
          (sum without (${dropped}) (rate(nestjs_http_request_duration_seconds_count[5m])) > 0)`,
    },
  ];
}

function quantiles(level: 'job' | 'job_route'): readonly RecordingRule[] {
  return QUANTILES.map(([name, quantile]) => ({
    record: `${level}:nestjs_http_request_duration_seconds:${name}_rate5m`,
    expr: `histogram_quantile(${quantile}, ${level}_le:nestjs_http_request_duration_seconds_bucket:rate5m) >= 0`,
  }));
}

function statements(instance: string): readonly RecordingRule[] {
  return [
    {
      comment: 'SQL statements of a request on average. Needs the option `http.queriesPerRequest`.',
      record: 'job_route:nestjs_http_request_db_queries:mean5m',
      expr: block`
          sum without (${instance}, method) (rate(nestjs_http_request_db_queries_sum[5m]))
        /
          (sum without (${instance}, method) (rate(nestjs_http_request_db_queries_count[5m])) > 0)`,
    },
  ];
}
