import { HTTP_VERSIONS, METHODS, TRANSPORTS } from '../../observe/events.js';
import { BODY_BUCKETS, DURATION_BUCKETS } from '../buckets.js';
import { boundedBy, defineCounter, defineGauge, defineHistogram, oneOf } from '../../metrics/definition.js';
import { STATUS_CLASSES } from '../status-class.js';

/** The page of the metrics says which option replaces them. */
export { DURATION_BUCKETS };

const METHOD = oneOf(...METHODS);
const ROUTE = boundedBy('the route templates of the application, `_unmatched` where none matched');
const STATUS = boundedBy('the status codes that the application sends');
const STATUS_CLASS = oneOf(...STATUS_CLASSES);
const CONTROLLER = boundedBy('the controllers of the application');
const HANDLER = boundedBy('the handlers of the controllers');

/** Statements per request: a few are normal, hundreds mean N+1 queries. */
export const QUERIES_BUCKETS = [0, 1, 2, 5, 10, 20, 50, 100, 200] as const;

/** Requests to other hosts are slower than statements, so fewer of them are too many. */
const OUTGOING_REQUESTS_BUCKETS = [0, 1, 2, 5, 10, 20, 50] as const;

/**
 * Requests, counted on arrival. Ignored paths are not counted.
 *
 * @labels transport: http, https; http_version: 1.0, 1.1, 2, `_OTHER`
 * @since 0.1.0
 * @example The share of each version of HTTP. Much HTTP/1.0 is usually a proxy without keep-alive: `sum by
 *   (http_version) (rate(nestjs_http_requests_received_total[5m])) /
 *   scalar(sum(rate(nestjs_http_requests_received_total[5m])))`
 */
export const NESTJS_HTTP_REQUESTS_RECEIVED_TOTAL = defineCounter({
  name: 'nestjs_http_requests_received_total',
  help: 'HTTP requests received, counted on arrival.',
  labels: { transport: oneOf(...TRANSPORTS), http_version: oneOf(...HTTP_VERSIONS) },
});

/**
 * Answered requests, whether the answer came from a handler, a guard, a filter, middleware or the framework's 404.
 *
 * @labels method: closed set of 11; route: the templates registered with Nest, Express or Fastify, and `_unmatched`;
 *   status: the status code that was sent
 * @source known routes exist at zero from boot, with their success status and 500
 * @since 0.1.0
 * @example The share of answers with a 5xx status, by route: `sum by (method, route)
 *   (rate(nestjs_http_requests_total{status=~"5.."}[5m])) / sum by (method, route)
 *   (rate(nestjs_http_requests_total[5m]))`
 */
export const NESTJS_HTTP_REQUESTS_TOTAL = defineCounter({
  name: 'nestjs_http_requests_total',
  help: 'HTTP requests answered to the last byte, by route template and status.',
  labels: { method: METHOD, route: ROUTE, status: STATUS },
});

/**
 * Requests aborted by the client before the response was complete. They also count in
 * `nestjs_http_requests_received_total`, but not in `nestjs_http_requests_total`.
 *
 * @labels method, route: as `nestjs_http_requests_total`
 * @since 0.1.0
 * @example The five routes with the most aborted requests in the last hour: `topk(5, sum by (method, route)
 *   (increase(nestjs_http_requests_aborted_total[1h])))`
 */
export const NESTJS_HTTP_REQUESTS_ABORTED_TOTAL = defineCounter({
  name: 'nestjs_http_requests_aborted_total',
  help: 'HTTP requests aborted by the client before the response was complete.',
  labels: { method: METHOD, route: ROUTE },
});

/**
 * Requests that have arrived and are neither answered nor aborted: at any moment received − answered − aborted.
 *
 * @labels method: closed set of 11
 * @since 0.1.0
 * @example The most requests that were in flight at once in the last hour, per instance: `max_over_time(sum by (job,
 *   instance) (nestjs_http_requests_in_flight)[1h:])`
 */
export const NESTJS_HTTP_REQUESTS_IN_FLIGHT = defineGauge({
  name: 'nestjs_http_requests_in_flight',
  help: 'HTTP requests received and neither answered nor aborted yet.',
  labels: { method: METHOD },
  merge: 'sum',
});

/**
 * Time from arrival to the last byte of the response. It includes middleware, guards, pipes, the handler and streaming.
 * Aborted requests are not observed.
 *
 * @unit seconds, monotonic clock
 * @labels method, route: as `nestjs_http_requests_total`; status_class: 1xx to 5xx
 * @since 0.1.0
 * @example The duration that 99 % of the requests stay below, by route: `histogram_quantile(0.99, sum by (method,
 *   route, le) (rate(nestjs_http_request_duration_seconds_bucket[5m])))`
 */
export const NESTJS_HTTP_REQUEST_DURATION_SECONDS = defineHistogram({
  name: 'nestjs_http_request_duration_seconds',
  help: 'Time from the arrival of an HTTP request to the last byte of its answer.',
  unit: 'seconds',
  labels: { method: METHOD, route: ROUTE, status_class: STATUS_CLASS },
  buckets: DURATION_BUCKETS,
});

/**
 * Time in interceptors, pipes and the handler. Off by default (`http.handlerDuration`), because it needs a global
 * interceptor.
 *
 * @unit seconds, monotonic clock
 * @labels controller, handler: those of the application
 * @option `http.handlerDuration: true`
 * @since 0.1.0
 * @example The five handlers that take the most time, in seconds per second: `topk(5, sum by (controller, handler)
 *   (rate(nestjs_http_handler_duration_seconds_sum[5m])))`
 */
export const NESTJS_HTTP_HANDLER_DURATION_SECONDS = defineHistogram({
  name: 'nestjs_http_handler_duration_seconds',
  help: 'Time that interceptors, pipes and the handler took.',
  unit: 'seconds',
  labels: { controller: CONTROLLER, handler: HANDLER },
  buckets: DURATION_BUCKETS,
});

/**
 * Time from arrival to the first byte of the response. Off by default (`http.timeToFirstByte`).
 *
 * @unit seconds, monotonic clock
 * @labels method, route: as `nestjs_http_requests_total`
 * @option `http.timeToFirstByte: true`
 * @since 0.1.0
 * @example The time after which 95 % of the answers have begun, by route: `histogram_quantile(0.95, sum by (method,
 *   route, le) (rate(nestjs_http_time_to_first_byte_seconds_bucket[5m])))`
 */
export const NESTJS_HTTP_TIME_TO_FIRST_BYTE_SECONDS = defineHistogram({
  name: 'nestjs_http_time_to_first_byte_seconds',
  help: 'Time from the arrival of an HTTP request to the first byte of its answer.',
  unit: 'seconds',
  labels: { method: METHOD, route: ROUTE },
  buckets: DURATION_BUCKETS,
});

/**
 * Exceptions thrown by guards, pipes, interceptors and handlers. They are counted before any exception filter runs.
 *
 * @labels controller, handler: those of the application; error_type: the class name of an HttpException, of a
 *   JavaScript or TypeORM error, or of a class in `http.errorTypes`, otherwise `_OTHER`
 * @since 0.1.0
 * @example Exceptions of the last hour that are no HttpException: mostly bugs: `sum by (controller, handler,
 *   error_type) (increase(nestjs_http_exceptions_total{error_type!~".+Exception"}[1h])) > 0`
 */
export const NESTJS_HTTP_EXCEPTIONS_TOTAL = defineCounter({
  name: 'nestjs_http_exceptions_total',
  help: 'Exceptions thrown by guards, pipes, interceptors and handlers.',
  labels: {
    controller: CONTROLLER,
    handler: HANDLER,
    error_type: boundedBy('HttpException classes, errors of JavaScript and TypeORM, registered errors, else `_OTHER`'),
  },
});

/**
 * Body bytes that were read, those of chunked bodies included. If a body was read only in part, only that part counts.
 *
 * @unit bytes
 * @since 0.1.0
 * @example The size that 99 % of the request bodies stay below: `histogram_quantile(0.99, sum by (job, le)
 *   (rate(nestjs_http_request_body_bytes_bucket[5m])))`
 */
export const NESTJS_HTTP_REQUEST_BODY_BYTES = defineHistogram({
  name: 'nestjs_http_request_body_bytes',
  help: 'Bytes of HTTP request bodies that were read.',
  unit: 'bytes',
  buckets: BODY_BUCKETS,
});

/**
 * Body bytes sent, after compression and without headers. An aborted response counts with the bytes written so far.
 *
 * @unit bytes
 * @since 0.1.0
 * @example Bytes of bodies sent per second, per instance: `sum by (job, instance)
 *   (rate(nestjs_http_response_body_bytes_sum[5m]))`
 */
export const NESTJS_HTTP_RESPONSE_BODY_BYTES = defineHistogram({
  name: 'nestjs_http_response_body_bytes',
  help: 'Bytes of HTTP response bodies that were sent.',
  unit: 'bytes',
  buckets: BODY_BUCKETS,
});

/**
 * Responses sent in chunks: server-sent events, StreamableFile and other chunked responses.
 *
 * @labels method, route: as `nestjs_http_requests_total`
 * @since 0.1.0
 * @example The share of answers that were streamed, of the routes that stream: `sum by (method, route)
 *   (rate(nestjs_http_responses_streamed_total[5m])) / sum by (method, route) (rate(nestjs_http_requests_total[5m])) >
 *   0`
 */
export const NESTJS_HTTP_RESPONSES_STREAMED_TOTAL = defineCounter({
  name: 'nestjs_http_responses_streamed_total',
  help: 'HTTP responses whose body was sent in chunks.',
  labels: { method: METHOD, route: ROUTE },
});

/**
 * Templates rendered by `@Render` and sent.
 *
 * @labels template: the arguments of `@Render` in the application
 * @since 0.1.0
 * @example Templates that nobody asked for in the last week: `sum by (template)
 *   (increase(nestjs_http_templates_rendered_total[7d])) == 0`
 */
export const NESTJS_HTTP_TEMPLATES_RENDERED_TOTAL = defineCounter({
  name: 'nestjs_http_templates_rendered_total',
  help: 'Templates rendered and sent.',
  labels: { template: boundedBy('the templates named by @Render') },
});

/**
 * SQL statements per request, those of its transactions included. A high value means N+1 queries. Statements count if
 * they start before the request ends. Needs `http.queriesPerRequest`, which is on by default from Node 24.
 *
 * @unit statements
 * @labels method, route: as `nestjs_http_requests_total`
 * @option `http.queriesPerRequest`
 * @since 0.1.0
 * @example The five routes with the most statements per request: `topk(5, sum by (method, route)
 *   (rate(nestjs_http_request_db_queries_sum[5m])) / sum by (method, route)
 *   (rate(nestjs_http_request_db_queries_count[5m])))`
 */
export const NESTJS_HTTP_REQUEST_DB_QUERIES = defineHistogram({
  name: 'nestjs_http_request_db_queries',
  help: 'SQL statements per HTTP request.',
  labels: { method: METHOD, route: ROUTE },
  buckets: QUERIES_BUCKETS,
});

/**
 * Total time of the SQL statements of a request. Concurrent statements count in full, so the sum can exceed the
 * duration of the request.
 *
 * @unit seconds, monotonic clock
 * @labels method, route: as `nestjs_http_requests_total`
 * @option `http.queriesPerRequest`
 * @since 0.1.0
 * @example The share of request time that SQL takes, by route: `sum by (method, route)
 *   (rate(nestjs_http_request_db_seconds_sum[5m])) / sum by (method, route)
 *   (rate(nestjs_http_request_duration_seconds_sum[5m]))`
 */
export const NESTJS_HTTP_REQUEST_DB_SECONDS = defineHistogram({
  name: 'nestjs_http_request_db_seconds',
  help: 'Total time of the SQL statements of an HTTP request.',
  unit: 'seconds',
  labels: { method: METHOD, route: ROUTE },
  buckets: DURATION_BUCKETS,
});

/**
 * HTTP requests that a request sent to other hosts. They count if they start before the request ends. A route has this
 * metric from its first request that sends one.
 *
 * @unit requests
 * @labels method, route: as `nestjs_http_requests_total`
 * @option `http.queriesPerRequest`
 * @since 0.1.0
 * @example The five routes with the most outgoing requests per request: `topk(5, sum by (method, route)
 *   (rate(nestjs_http_request_outgoing_requests_sum[5m])) / sum by (method, route)
 *   (rate(nestjs_http_request_outgoing_requests_count[5m])))`
 */
export const NESTJS_HTTP_REQUEST_OUTGOING_REQUESTS = defineHistogram({
  name: 'nestjs_http_request_outgoing_requests',
  help: 'Outgoing HTTP requests per HTTP request.',
  labels: { method: METHOD, route: ROUTE },
  buckets: OUTGOING_REQUESTS_BUCKETS,
});

/**
 * Total time of the HTTP requests that a request sent to other hosts, as far as they ended before it. Concurrent ones
 * count in full, so the sum can exceed the duration of the request.
 *
 * @unit seconds, monotonic clock
 * @labels method, route: as `nestjs_http_requests_total`
 * @option `http.queriesPerRequest`
 * @since 0.1.0
 * @example The share of request time that waiting for other hosts takes, by route: `sum by (method, route)
 *   (rate(nestjs_http_request_outgoing_seconds_sum[5m])) / sum by (method, route)
 *   (rate(nestjs_http_request_duration_seconds_sum[5m]))`
 */
export const NESTJS_HTTP_REQUEST_OUTGOING_SECONDS = defineHistogram({
  name: 'nestjs_http_request_outgoing_seconds',
  help: 'Total time of the outgoing HTTP requests of an HTTP request.',
  unit: 'seconds',
  labels: { method: METHOD, route: ROUTE },
  buckets: DURATION_BUCKETS,
});

/**
 * Always 1. Says which handler serves a route. Join it on `method` and `route` instead of putting more labels on other
 * metrics.
 *
 * @labels version: the versions that the route answers to, separated by commas; empty if it has none
 * @since 0.1.0
 * @example The handlers of the routes that answered with a 5xx status in the last five minutes: `nestjs_route_info and
 *   on (job, instance, method, route) (increase(nestjs_http_requests_total{status=~"5.."}[5m]) > 0)`
 */
export const NESTJS_ROUTE_INFO = defineGauge({
  name: 'nestjs_route_info',
  help: 'The routes of the application, with the handler behind each.',
  labels: {
    method: METHOD,
    route: ROUTE,
    controller: CONTROLLER,
    handler: HANDLER,
    version: boundedBy('the versions declared in the application'),
  },
  merge: 'max',
});
