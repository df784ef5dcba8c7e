import { type DashboardPlan } from '../dashboard-plan.js';
import { ANSWERS, BODIES, NOT_BY_DEFAULT } from './http-details.js';

export const HTTP: DashboardPlan = {
  uid: 'nestjs-http',
  title: 'NestJS / HTTP routes',
  description: 'Requests, errors and durations by route, exceptions, and the SQL of a request.',
  variables: [{ label: 'route', title: 'Route', metric: 'nestjs_http_requests_total' }],
  rows: [
    {
      title: 'Rate, errors, duration',
      panels: [
        {
          kind: 'graph',
          title: 'Requests by status',
          description: 'Answered requests per second, by the status code that was sent.',
          unit: 'reqps',
          isStacked: true,
          queries: {
            '{{status}}': 'sum by (status) (rate(nestjs_http_requests_total{route=~"$route"}[$__rate_interval])) > 0',
          },
        },
        {
          kind: 'graph',
          title: 'Error ratio',
          description: 'The share of the answered requests that got a 4xx or a 5xx. A 4xx is a fault of the client.',
          unit: 'percentunit',
          queries: {
            '5xx':
              'sum(rate(nestjs_http_requests_total{route=~"$route", status=~"5.."}[$__rate_interval])) / (sum(rate(nestjs_http_requests_total{route=~"$route"}[$__rate_interval])) > 0)',
            '4xx':
              'sum(rate(nestjs_http_requests_total{route=~"$route", status=~"4.."}[$__rate_interval])) / (sum(rate(nestjs_http_requests_total{route=~"$route"}[$__rate_interval])) > 0)',
          },
        },
        {
          kind: 'graph',
          title: 'Duration',
          description:
            'Time from the arrival of a request to the last byte of its answer. Aborted requests are not in it.',
          unit: 's',
          queries: {
            p50: 'histogram_quantile(0.5, sum by (le) (rate(nestjs_http_request_duration_seconds_bucket{route=~"$route"}[$__rate_interval])))',
            p90: 'histogram_quantile(0.9, sum by (le) (rate(nestjs_http_request_duration_seconds_bucket{route=~"$route"}[$__rate_interval])))',
            p99: 'histogram_quantile(0.99, sum by (le) (rate(nestjs_http_request_duration_seconds_bucket{route=~"$route"}[$__rate_interval])))',
            mean: 'sum(rate(nestjs_http_request_duration_seconds_sum{route=~"$route"}[$__rate_interval])) / (sum(rate(nestjs_http_request_duration_seconds_count{route=~"$route"}[$__rate_interval])) > 0)',
          },
        },
        {
          kind: 'graph',
          title: 'Aborted requests',
          description: 'Requests per second whose client closed the connection before the answer was complete.',
          unit: 'reqps',
          queries: {
            '{{method}} {{route}}':
              'sum by (method, route) (rate(nestjs_http_requests_aborted_total{route=~"$route"}[$__rate_interval])) > 0',
          },
        },
        {
          kind: 'graph',
          title: 'Requests in flight',
          description: 'Requests that have arrived and are neither answered nor aborted, of all routes.',
          unit: 'short',
          isStacked: true,
          queries: { '{{method}}': 'sum by (method) (nestjs_http_requests_in_flight)' },
        },
        {
          kind: 'heatmap',
          title: 'Durations',
          description:
            'How many requests fell into each bucket. Two bands mean two kinds of requests, such as with and without a cache.',
          unit: 's',
          query:
            'sum by (le) (increase(nestjs_http_request_duration_seconds_bucket{route=~"$route"}[$__rate_interval]))',
        },
      ],
    },
    {
      title: 'Routes',
      panels: [
        {
          kind: 'table',
          title: 'Routes',
          description:
            'The routes that were used in the shown time. Many statements per request are N+1 queries; they are counted from Node 24 on, or with http.queriesPerRequest.',
          width: 24,
          labels: { method: 'Method', route: 'Route' },
          columns: [
            {
              title: 'Requests',
              unit: 'reqps',
              query: 'sum by (method, route) (rate(nestjs_http_requests_total{route=~"$route"}[$__range])) > 0',
            },
            {
              title: '5xx',
              unit: 'percentunit',
              query:
                'sum by (method, route) (rate(nestjs_http_requests_total{route=~"$route", status=~"5.."}[$__range])) / (sum by (method, route) (rate(nestjs_http_requests_total{route=~"$route"}[$__range])) > 0)',
            },
            {
              title: 'p50',
              unit: 's',
              query:
                'histogram_quantile(0.5, sum by (method, route, le) (rate(nestjs_http_request_duration_seconds_bucket{route=~"$route"}[$__range]))) >= 0',
            },
            {
              title: 'p99',
              unit: 's',
              query:
                'histogram_quantile(0.99, sum by (method, route, le) (rate(nestjs_http_request_duration_seconds_bucket{route=~"$route"}[$__range]))) >= 0',
            },
            {
              title: 'Time per second',
              unit: 's',
              query:
                'sum by (method, route) (rate(nestjs_http_request_duration_seconds_sum{route=~"$route"}[$__range])) > 0',
            },
            {
              title: 'Statements per request',
              unit: 'short',
              query:
                'sum by (method, route) (rate(nestjs_http_request_db_queries_sum{route=~"$route"}[$__range])) / (sum by (method, route) (rate(nestjs_http_request_db_queries_count{route=~"$route"}[$__range])) > 0)',
            },
          ],
          sortedBy: 'Requests',
        },
      ],
    },
    {
      title: 'SQL of a request',
      panels: [
        {
          kind: 'graph',
          title: 'Statements per request',
          description:
            'SQL statements per request on average. A high value means N+1 queries. Only with http.queriesPerRequest, which is on from Node 24.',
          unit: 'short',
          width: 12,
          queries: {
            '{{method}} {{route}}':
              'sum by (method, route) (rate(nestjs_http_request_db_queries_sum{route=~"$route"}[$__rate_interval])) / (sum by (method, route) (rate(nestjs_http_request_db_queries_count{route=~"$route"}[$__rate_interval])) > 0)',
          },
        },
        {
          kind: 'graph',
          title: 'SQL time per request, p99',
          description: 'Total time of the statements of a request. Statements that run at the same time count in full.',
          unit: 's',
          width: 12,
          queries: {
            '{{method}} {{route}}':
              'histogram_quantile(0.99, sum by (method, route, le) (rate(nestjs_http_request_db_seconds_bucket{route=~"$route"}[$__rate_interval]))) >= 0',
          },
        },
      ],
    },
    ANSWERS,
    BODIES,
    NOT_BY_DEFAULT,
  ],
};
