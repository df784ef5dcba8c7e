import { type DashboardPlan } from '../dashboard-plan.js';

export const OUTGOING: DashboardPlan = {
  uid: 'nestjs-outgoing',
  title: 'NestJS / Outgoing HTTP',
  description:
    'The HTTP requests that the application sends: rate, errors, durations by host, and per incoming request.',
  variables: [{ label: 'host', title: 'Host', metric: 'nestjs_outgoing_http_requests_in_flight' }],
  rows: [
    {
      title: 'Rate, errors, duration',
      panels: [
        {
          kind: 'graph',
          title: 'Requests by host and status class',
          description: 'Answered requests per second.',
          unit: 'reqps',
          isStacked: true,
          queries: {
            '{{host}} {{status_class}}':
              'sum by (host, status_class) (rate(nestjs_outgoing_http_requests_total{host=~"$host"}[$__rate_interval])) > 0',
          },
        },
        {
          kind: 'graph',
          title: 'Requests without an answer',
          description: 'Requests per second, by cause. Aborted ones were aborted by the application.',
          unit: 'reqps',
          queries: {
            '{{host}} {{error_type}}':
              'sum by (host, error_type) (rate(nestjs_outgoing_http_request_errors_total{host=~"$host"}[$__rate_interval])) > 0',
          },
        },
        {
          kind: 'graph',
          title: 'Duration by host, p99',
          description: '99 of 100 answers were complete within this time.',
          unit: 's',
          queries: {
            '{{host}}':
              'histogram_quantile(0.99, sum by (host, le) (rate(nestjs_outgoing_http_request_duration_seconds_bucket{host=~"$host"}[$__rate_interval]))) >= 0',
          },
        },
        {
          kind: 'graph',
          title: 'Requests in flight by host',
          description: 'Requests that were sent, and whose answer is not complete.',
          unit: 'short',
          isStacked: true,
          width: 12,
          queries: { '{{host}}': 'sum by (host) (nestjs_outgoing_http_requests_in_flight{host=~"$host"})' },
        },
        {
          kind: 'heatmap',
          title: 'Durations of answers',
          description: 'How many answers fell into each bucket.',
          unit: 's',
          width: 12,
          query:
            'sum by (le) (increase(nestjs_outgoing_http_request_duration_seconds_bucket{host=~"$host"}[$__rate_interval]))',
        },
        {
          kind: 'table',
          title: 'Hosts',
          description: 'The hosts that were asked in the shown time.',
          width: 24,
          labels: { method: 'Method', host: 'Host' },
          columns: [
            {
              title: 'Answers',
              unit: 'reqps',
              query: 'sum by (method, host) (rate(nestjs_outgoing_http_requests_total{host=~"$host"}[$__range])) > 0',
            },
            {
              title: '5xx',
              unit: 'percentunit',
              query:
                'sum by (method, host) (rate(nestjs_outgoing_http_requests_total{host=~"$host", status_class="5xx"}[$__range])) / (sum by (method, host) (rate(nestjs_outgoing_http_requests_total{host=~"$host"}[$__range])) > 0)',
            },
            {
              title: 'Without an answer',
              unit: 'reqps',
              query: 'sum by (method, host) (rate(nestjs_outgoing_http_request_errors_total{host=~"$host"}[$__range]))',
            },
            {
              title: 'p99',
              unit: 's',
              query:
                'histogram_quantile(0.99, sum by (method, host, le) (rate(nestjs_outgoing_http_request_duration_seconds_bucket{host=~"$host"}[$__range]))) >= 0',
            },
            {
              title: 'Time per second',
              unit: 's',
              query:
                'sum by (method, host) (rate(nestjs_outgoing_http_request_duration_seconds_sum{host=~"$host"}[$__range])) > 0',
            },
          ],
          sortedBy: 'Time per second',
        },
      ],
    },
    {
      title: 'Per incoming request',
      panels: [
        {
          kind: 'graph',
          title: 'Outgoing requests per request',
          description:
            'Requests that a request of a route sends on average, to all hosts. A high value is like N+1 queries. Only with http.queriesPerRequest, which is on from Node 24.',
          unit: 'short',
          width: 12,
          queries: {
            '{{method}} {{route}}':
              'sum by (method, route) (rate(nestjs_http_request_outgoing_requests_sum[$__rate_interval])) / (sum by (method, route) (rate(nestjs_http_request_outgoing_requests_count[$__rate_interval])) > 0)',
          },
        },
        {
          kind: 'graph',
          title: 'Outgoing time per request, p99',
          description: 'Total time of these requests. Requests that are sent at the same time count in full.',
          unit: 's',
          width: 12,
          queries: {
            '{{method}} {{route}}':
              'histogram_quantile(0.99, sum by (method, route, le) (rate(nestjs_http_request_outgoing_seconds_bucket[$__rate_interval]))) >= 0',
          },
        },
      ],
    },
  ],
};
