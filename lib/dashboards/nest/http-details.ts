import { type Row } from '../dashboard-plan.js';

export const ANSWERS: Row = {
  title: 'Exceptions and answers',
  panels: [
    {
      kind: 'graph',
      title: 'Exceptions by class',
      description:
        'Exceptions out of guards, pipes, interceptors and handlers, before any exception filter, of all routes.',
      unit: 'cps',
      queries: {
        '{{error_type}} in {{controller}}.{{handler}}':
          'sum by (error_type, controller, handler) (rate(nestjs_http_exceptions_total[$__rate_interval])) > 0',
      },
    },
    {
      kind: 'graph',
      title: 'Streamed answers',
      description: 'Answers whose body was sent in chunks: server-sent events, files and other streams.',
      unit: 'reqps',
      queries: {
        '{{method}} {{route}}':
          'sum by (method, route) (rate(nestjs_http_responses_streamed_total{route=~"$route"}[$__rate_interval])) > 0',
      },
    },
    {
      kind: 'graph',
      title: 'Requests received by protocol',
      description: 'Requests per second when they arrive, of all routes.',
      unit: 'reqps',
      isStacked: true,
      queries: {
        '{{transport}} {{http_version}}':
          'sum by (transport, http_version) (rate(nestjs_http_requests_received_total[$__rate_interval]))',
      },
    },
  ],
};

export const BODIES: Row = {
  title: 'Bodies',
  panels: [
    {
      kind: 'graph',
      title: 'Body bytes',
      description:
        'Bytes of request bodies that were read and of answer bodies that were sent, after compression, of all routes.',
      unit: 'binBps',
      queries: {
        read: 'sum(rate(nestjs_http_request_body_bytes_sum[$__rate_interval]))',
        sent: 'sum(rate(nestjs_http_response_body_bytes_sum[$__rate_interval]))',
      },
    },
    {
      kind: 'graph',
      title: 'Size of request bodies',
      description: 'Half of the request bodies, and 99 of 100, were at most this large.',
      unit: 'bytes',
      queries: {
        p50: 'histogram_quantile(0.5, sum by (le) (rate(nestjs_http_request_body_bytes_bucket[$__rate_interval])))',
        p99: 'histogram_quantile(0.99, sum by (le) (rate(nestjs_http_request_body_bytes_bucket[$__rate_interval])))',
      },
    },
    {
      kind: 'graph',
      title: 'Size of answer bodies',
      description: 'Half of the answer bodies, and 99 of 100, were at most this large.',
      unit: 'bytes',
      queries: {
        p50: 'histogram_quantile(0.5, sum by (le) (rate(nestjs_http_response_body_bytes_bucket[$__rate_interval])))',
        p99: 'histogram_quantile(0.99, sum by (le) (rate(nestjs_http_response_body_bytes_bucket[$__rate_interval])))',
      },
    },
  ],
};

export const NOT_BY_DEFAULT: Row = {
  title: 'Handlers, first byte, templates',
  isCollapsed: true,
  panels: [
    {
      kind: 'graph',
      title: 'Handler duration, p99',
      description: 'Time in interceptors, pipes and the handler. Only with http.handlerDuration.',
      unit: 's',
      queries: {
        '{{controller}}.{{handler}}':
          'histogram_quantile(0.99, sum by (controller, handler, le) (rate(nestjs_http_handler_duration_seconds_bucket[$__rate_interval]))) >= 0',
      },
    },
    {
      kind: 'graph',
      title: 'Time to first byte, p99',
      description:
        'Time from the arrival of a request to the first byte of its answer. Only with http.timeToFirstByte.',
      unit: 's',
      queries: {
        '{{method}} {{route}}':
          'histogram_quantile(0.99, sum by (method, route, le) (rate(nestjs_http_time_to_first_byte_seconds_bucket{route=~"$route"}[$__rate_interval]))) >= 0',
      },
    },
    {
      kind: 'graph',
      title: 'Rendered templates',
      description: 'Templates rendered by @Render and sent. Only in applications with such a handler.',
      unit: 'ops',
      queries: {
        '{{template}}': 'sum by (template) (rate(nestjs_http_templates_rendered_total[$__rate_interval]))',
      },
    },
    {
      kind: 'table',
      title: 'Routes and their handlers',
      description: 'The handler behind each route, and the versions that the route answers to.',
      width: 24,
      labels: { method: 'Method', route: 'Route', controller: 'Controller', handler: 'Handler', version: 'Version' },
      columns: [
        {
          title: 'Known',
          unit: 'short',
          query: 'max by (method, route, controller, handler, version) (nestjs_route_info{route=~"$route"})',
          isHidden: true,
        },
      ],
    },
  ],
};
