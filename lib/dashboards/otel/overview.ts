import { type DashboardPlan } from '../dashboard-plan.js';
import { OTEL_DATABASE } from './database.js';

export const OTEL_OVERVIEW: DashboardPlan = {
  uid: 'nestjs-otel-overview',
  title: 'NestJS / Overview (names of OpenTelemetry)',
  description:
    "Requests, errors and durations by route, and the database, with the names of OpenTelemetry's conventions.",
  rows: [
    {
      title: 'HTTP',
      panels: [
        {
          kind: 'graph',
          title: 'Requests by status',
          description: 'Requests per second, by the status code that was sent. Aborted ones have none.',
          unit: 'reqps',
          isStacked: true,
          queries: {
            '{{http_response_status_code}}':
              'sum by (http_response_status_code) (rate(http_server_request_duration_seconds_count[$__rate_interval])) > 0',
          },
        },
        {
          kind: 'graph',
          title: 'Error ratio',
          description: 'The share of the requests that got a 5xx.',
          unit: 'percentunit',
          queries: {
            '5xx':
              'sum(rate(http_server_request_duration_seconds_count{http_response_status_code=~"5.."}[$__rate_interval])) / (sum(rate(http_server_request_duration_seconds_count[$__rate_interval])) > 0)',
          },
        },
        {
          kind: 'graph',
          title: 'Duration',
          description: 'Time from the arrival of a request to the last byte of its answer.',
          unit: 's',
          queries: {
            p50: 'histogram_quantile(0.5, sum by (le) (rate(http_server_request_duration_seconds_bucket[$__rate_interval])))',
            p90: 'histogram_quantile(0.9, sum by (le) (rate(http_server_request_duration_seconds_bucket[$__rate_interval])))',
            p99: 'histogram_quantile(0.99, sum by (le) (rate(http_server_request_duration_seconds_bucket[$__rate_interval])))',
          },
        },
        {
          kind: 'table',
          title: 'Routes',
          description: 'The routes that were used in the shown time. Requests that match no route have none.',
          width: 24,
          labels: { http_request_method: 'Method', http_route: 'Route' },
          columns: [
            {
              title: 'Requests',
              unit: 'reqps',
              query:
                'sum by (http_request_method, http_route) (rate(http_server_request_duration_seconds_count[$__range])) > 0',
            },
            {
              title: '5xx',
              unit: 'reqps',
              query:
                'sum by (http_request_method, http_route) (rate(http_server_request_duration_seconds_count{http_response_status_code=~"5.."}[$__range])) > 0',
            },
            {
              title: 'p99',
              unit: 's',
              query:
                'histogram_quantile(0.99, sum by (http_request_method, http_route, le) (rate(http_server_request_duration_seconds_bucket[$__range]))) >= 0',
            },
          ],
          sortedBy: 'Requests',
        },
        {
          kind: 'graph',
          title: 'Active requests',
          description: 'Requests that have arrived and are neither answered nor aborted.',
          unit: 'short',
          width: 12,
          isStacked: true,
          queries: { '{{http_request_method}}': 'sum by (http_request_method) (http_server_active_requests)' },
        },
        {
          kind: 'graph',
          title: 'Body bytes',
          description: 'Bytes of request and response bodies per second.',
          unit: 'binBps',
          width: 12,
          queries: {
            requests: 'sum(rate(http_server_request_body_size_bytes_sum[$__rate_interval]))',
            responses: 'sum(rate(http_server_response_body_size_bytes_sum[$__rate_interval]))',
          },
        },
      ],
    },
    OTEL_DATABASE,
  ],
};
