import { type DashboardPlan } from '../dashboard-plan.js';
import { HTTP } from './http.js';

export const OVERVIEW: DashboardPlan = {
  uid: 'nestjs-overview',
  title: 'NestJS / Overview',
  description: 'Whether the application works, and where to look if it does not.',
  rows: [
    {
      title: 'Now',
      panels: [
        {
          kind: 'stat',
          title: 'Requests',
          description: 'Answered requests per second.',
          unit: 'reqps',
          query: 'sum(rate(nestjs_http_requests_total[$__rate_interval]))',
        },
        {
          kind: 'stat',
          title: 'Error ratio',
          description: 'The share of the answered requests that got a 5xx.',
          unit: 'percentunit',
          query:
            'sum(rate(nestjs_http_requests_total{status=~"5.."}[$__rate_interval])) / (sum(rate(nestjs_http_requests_total[$__rate_interval])) > 0)',
          warnings: { yellow: 0.01, red: 0.05 },
        },
        {
          kind: 'stat',
          title: 'Duration, p99',
          description: '99 of 100 requests were answered within this time.',
          unit: 's',
          query:
            'histogram_quantile(0.99, sum by (le) (rate(nestjs_http_request_duration_seconds_bucket[$__rate_interval])))',
          warnings: { yellow: 0.5, red: 2.5 },
        },
        {
          kind: 'stat',
          title: 'In flight',
          description: 'Requests that have arrived and are neither answered nor aborted.',
          unit: 'short',
          query: 'sum(nestjs_http_requests_in_flight)',
        },
        {
          kind: 'stat',
          title: 'Busiest event loop',
          description:
            'Utilization of the event loop of the busiest instance over the last one to two minutes. At 100 % the process is at its limit.',
          unit: 'percentunit',
          query: 'max(nodejs_eventloop_utilization_ratio)',
          warnings: { yellow: 0.7, red: 0.9 },
        },
        {
          kind: 'stat',
          title: 'Targets down',
          description:
            'Instances that Prometheus cannot scrape. Look at their logs, and at Status / Targets of Prometheus.',
          unit: 'short',
          query: 'sum((1 - up) and on (job) last_over_time(nestjs_metrics_info[$__range]))',
          warnings: { yellow: 1, red: 1 },
        },
      ],
    },
    {
      title: 'HTTP',
      panels: [
        {
          kind: 'graph',
          title: 'Requests by status class',
          description:
            'Answered requests per second, whoever answered: a handler, a guard, a filter, middleware or the 404.',
          unit: 'reqps',
          isStacked: true,
          queries: {
            '{{status_class}}':
              'sum by (status_class) (rate(nestjs_http_request_duration_seconds_count[$__rate_interval]))',
          },
        },
        {
          kind: 'graph',
          title: 'Errors and aborts',
          description:
            'The share of the answered requests that got a 5xx, and the share of all ended requests that the client aborted. Clients abort when they have waited too long.',
          unit: 'percentunit',
          queries: {
            '5xx':
              'sum(rate(nestjs_http_requests_total{status=~"5.."}[$__rate_interval])) / (sum(rate(nestjs_http_requests_total[$__rate_interval])) > 0)',
            aborted:
              'sum(rate(nestjs_http_requests_aborted_total[$__rate_interval])) / (sum(rate(nestjs_http_requests_total[$__rate_interval])) + sum(rate(nestjs_http_requests_aborted_total[$__rate_interval])) > 0)',
          },
        },
        {
          kind: 'graph',
          title: 'Duration',
          description:
            'Time from the arrival of a request to the last byte of its answer. Aborted requests are not in it.',
          unit: 's',
          queries: {
            p50: 'histogram_quantile(0.5, sum by (le) (rate(nestjs_http_request_duration_seconds_bucket[$__rate_interval])))',
            p90: 'histogram_quantile(0.9, sum by (le) (rate(nestjs_http_request_duration_seconds_bucket[$__rate_interval])))',
            p99: 'histogram_quantile(0.99, sum by (le) (rate(nestjs_http_request_duration_seconds_bucket[$__rate_interval])))',
          },
        },
        {
          kind: 'table',
          title: 'Routes',
          description: 'The routes that were used in the shown time. A click on a route opens it.',
          width: 24,
          labels: { method: 'Method', route: 'Route' },
          columns: [
            {
              title: 'Requests',
              unit: 'reqps',
              query: 'sum by (method, route) (rate(nestjs_http_requests_total[$__range])) > 0',
            },
            {
              title: '5xx',
              unit: 'percentunit',
              query:
                'sum by (method, route) (rate(nestjs_http_requests_total{status=~"5.."}[$__range])) / (sum by (method, route) (rate(nestjs_http_requests_total[$__range])) > 0)',
            },
            {
              title: 'p99',
              unit: 's',
              query:
                'histogram_quantile(0.99, sum by (method, route, le) (rate(nestjs_http_request_duration_seconds_bucket[$__range]))) >= 0',
            },
          ],
          sortedBy: 'Requests',
          link: { label: 'route', uid: HTTP.uid, title: 'Show this route' },
        },
      ],
    },
    {
      title: 'Database and caches',
      panels: [
        {
          kind: 'graph',
          title: 'Statements by operation',
          description: 'SQL statements per second, failed ones included.',
          unit: 'ops',
          isStacked: true,
          queries: {
            '{{operation}}': 'sum by (operation) (rate(typeorm_query_duration_seconds_count[$__rate_interval]))',
          },
        },
        {
          kind: 'graph',
          title: 'Statement duration, p99',
          description: '99 of 100 statements had their result within this time, the wait for a connection included.',
          unit: 's',
          queries: {
            '{{data_source}}':
              'histogram_quantile(0.99, sum by (data_source, le) (rate(typeorm_query_duration_seconds_bucket[$__rate_interval])))',
          },
        },
        {
          kind: 'graph',
          title: 'Failures of databases and caches',
          description: 'Failed statements, connections that could not be obtained, and keys for which a cache failed.',
          unit: 'ops',
          queries: {
            'statements, {{data_source}}': 'sum by (data_source) (rate(typeorm_query_errors_total[$__rate_interval]))',
            'connections, {{data_source}}':
              'sum by (data_source) (rate(typeorm_connection_errors_total[$__rate_interval]))',
            'cache {{cache}}': 'sum by (cache) (rate(nestjs_cache_failures_total[$__rate_interval]))',
          },
        },
      ],
    },
    {
      title: 'Instances',
      panels: [
        {
          kind: 'table',
          title: 'Instances',
          description: 'The instances that run now. A click on an instance shows it in depth.',
          width: 24,
          labels: { instance: 'Instance', job: 'Job' },
          columns: [
            {
              title: 'Requests',
              unit: 'reqps',
              query: 'sum by (job, instance) (rate(nestjs_http_requests_total[$__rate_interval]))',
            },
            {
              title: 'CPU',
              unit: 'percentunit',
              query: 'sum by (job, instance) (rate(process_cpu_seconds_total[$__rate_interval]))',
            },
            {
              title: 'Resident memory',
              unit: 'bytes',
              query: 'sum by (job, instance) (process_resident_memory_bytes)',
            },
            {
              title: 'Event loop delay, p99',
              unit: 's',
              query: 'max by (job, instance) (nodejs_eventloop_lag_p99_seconds)',
            },
            {
              title: 'Uptime',
              unit: 's',
              query: 'time() - max by (job, instance) (process_start_time_seconds)',
            },
          ],
          sortedBy: 'CPU',
          link: { label: 'instance', uid: 'nestjs-process', title: 'Show this instance' },
        },
      ],
    },
    {
      title: 'Methods with @Timed() and @Counted()',
      isCollapsed: true,
      panels: [
        {
          kind: 'graph',
          title: 'Calls of methods with @Timed()',
          description: 'Calls per second that have ended.',
          unit: 'ops',
          queries: {
            '{{class}}.{{method}} {{outcome}}':
              'sum by (class, method, outcome) (rate(nestjs_method_duration_seconds_count[$__rate_interval]))',
          },
        },
        {
          kind: 'graph',
          title: 'Duration of methods with @Timed(), p99',
          description: '99 of 100 calls ended within this time.',
          unit: 's',
          queries: {
            '{{class}}.{{method}}':
              'histogram_quantile(0.99, sum by (class, method, le) (rate(nestjs_method_duration_seconds_bucket[$__rate_interval])))',
          },
        },
        {
          kind: 'graph',
          title: 'Calls of methods with @Counted()',
          description: 'Calls per second that have ended.',
          unit: 'ops',
          queries: {
            '{{class}}.{{method}} {{outcome}}':
              'sum by (class, method, outcome) (rate(nestjs_method_calls_total[$__rate_interval]))',
          },
        },
      ],
    },
  ],
};
