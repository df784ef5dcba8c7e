import { type DashboardPlan } from '../dashboard-plan.js';
import { DJANGO_DATABASE } from './database.js';

export const DJANGO_OVERVIEW: DashboardPlan = {
  uid: 'nestjs-django-overview',
  title: 'NestJS / Overview (names of Django)',
  description:
    'Requests, errors and durations by view, the database, models and caches, with the names of django-prometheus.',
  variables: [{ label: 'view', title: 'View', metric: 'django_http_requests_total_by_view_transport_method_total' }],
  rows: [
    {
      title: 'HTTP',
      panels: [
        {
          kind: 'graph',
          title: 'Responses by status',
          description: 'Responses per second, by the status code that was sent.',
          unit: 'reqps',
          isStacked: true,
          queries: {
            '{{status}}':
              'sum by (status) (rate(django_http_responses_total_by_status_view_method_total{view=~"$view"}[$__rate_interval])) > 0',
          },
        },
        {
          kind: 'graph',
          title: 'Error ratio',
          description: 'The share of the responses that are a 5xx.',
          unit: 'percentunit',
          queries: {
            '5xx':
              'sum(rate(django_http_responses_total_by_status_view_method_total{view=~"$view", status=~"5.."}[$__rate_interval])) / (sum(rate(django_http_responses_total_by_status_view_method_total{view=~"$view"}[$__rate_interval])) > 0)',
          },
        },
        {
          kind: 'graph',
          title: 'Duration',
          description: 'Time from the arrival of a request until the response is sent.',
          unit: 's',
          queries: {
            p50: 'histogram_quantile(0.5, sum by (le) (rate(django_http_requests_latency_seconds_by_view_method_bucket{view=~"$view"}[$__rate_interval])))',
            p90: 'histogram_quantile(0.9, sum by (le) (rate(django_http_requests_latency_seconds_by_view_method_bucket{view=~"$view"}[$__rate_interval])))',
            p99: 'histogram_quantile(0.99, sum by (le) (rate(django_http_requests_latency_seconds_by_view_method_bucket{view=~"$view"}[$__rate_interval])))',
          },
        },
        {
          kind: 'table',
          title: 'Views',
          description: 'The views, which are handlers, that were used in the shown time.',
          width: 24,
          labels: { method: 'Method', view: 'View' },
          columns: [
            {
              title: 'Requests',
              unit: 'reqps',
              query:
                'sum by (method, view) (rate(django_http_requests_latency_seconds_by_view_method_count{view=~"$view"}[$__range])) > 0',
            },
            {
              title: '5xx',
              unit: 'reqps',
              query:
                'sum by (method, view) (rate(django_http_responses_total_by_status_view_method_total{view=~"$view", status=~"5.."}[$__range])) > 0',
            },
            {
              title: 'p99',
              unit: 's',
              query:
                'histogram_quantile(0.99, sum by (method, view, le) (rate(django_http_requests_latency_seconds_by_view_method_bucket{view=~"$view"}[$__range]))) >= 0',
            },
          ],
          sortedBy: 'Requests',
        },
        {
          kind: 'graph',
          title: 'Exceptions by class',
          description: 'Exceptions per second, of all views.',
          unit: 'cps',
          queries: {
            '{{type}}': 'sum by (type) (rate(django_http_exceptions_total_by_type_total[$__rate_interval])) > 0',
          },
        },
        {
          kind: 'graph',
          title: 'Body bytes',
          description: 'Bytes of request and response bodies per second, of all views.',
          unit: 'binBps',
          queries: {
            requests: 'sum(rate(django_http_requests_body_total_bytes_sum[$__rate_interval]))',
            responses: 'sum(rate(django_http_responses_body_total_bytes_sum[$__rate_interval]))',
          },
        },
        {
          kind: 'graph',
          title: 'Streamed responses',
          description: 'Responses per second whose body was sent in chunks, of all views.',
          unit: 'reqps',
          queries: { streamed: 'sum(rate(django_http_responses_streaming_total[$__rate_interval]))' },
        },
      ],
    },
    DJANGO_DATABASE,
    {
      title: 'Caches',
      panels: [
        {
          kind: 'graph',
          title: 'Hit ratio',
          description: 'The share of the looked up keys that were found.',
          unit: 'percentunit',
          width: 12,
          max: 1,
          queries: {
            '{{backend}}':
              'sum by (backend) (rate(django_cache_get_hits_total[$__rate_interval])) / (sum by (backend) (rate(django_cache_get_total[$__rate_interval])) > 0)',
          },
        },
        {
          kind: 'graph',
          title: 'Lookups that failed',
          description: 'Keys per second for which the store of a cache failed.',
          unit: 'ops',
          width: 12,
          queries: { '{{backend}}': 'sum by (backend) (rate(django_cache_get_fail_total[$__rate_interval]))' },
        },
      ],
    },
  ],
};
