import { HTTP_VERSIONS, METHODS, TRANSPORTS } from '../../observe/events.js';
import { boundedBy, defineCounter, defineGauge, defineHistogram, oneOf } from '../../metrics/definition.js';

const METHOD = oneOf(...METHODS);
const ROUTE = boundedBy('the route templates of the application, `_unmatched` where none matched');
const STATUS = boundedBy('the status codes that the application sends');
const STATUS_CLASS = oneOf('1xx', '2xx', '3xx', '4xx', '5xx', '_OTHER');
const CONTROLLER = boundedBy('the controllers of the application');
const HANDLER = boundedBy('the handlers of the controllers');

/** OpenTelemetry's advice for request durations, in seconds. */
export const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const;

/** Statements in one request: up to a handful is well, hundreds are one per row. */
export const QUERIES_BUCKETS = [0, 1, 2, 5, 10, 20, 50, 100, 200] as const;

/** 256 bytes to 64 MiB. */
export const BODY_BUCKETS = [256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864] as const;

/**
 * Every request, when it arrives. Ignored paths are not here.
 *
 * @labels transport: http, https; http_version: 1.0, 1.1, 2, `_OTHER`
 */
export const NESTJS_HTTP_REQUESTS_RECEIVED_TOTAL = defineCounter({
  name: 'nestjs_http_requests_received_total',
  help: 'HTTP requests received, counted on arrival.',
  labels: { transport: oneOf(...TRANSPORTS), http_version: oneOf(...HTTP_VERSIONS) },
});

/**
 * Every answered request, whoever answered: handler, guard, filter, middleware, the framework's 404.
 *
 * @labels method: closed set of 11; route: the templates registered with Nest, Express or Fastify, and `_unmatched`;
 *   status: the number sent
 * @source known routes exist at zero from boot, with the status of success and 500
 */
export const NESTJS_HTTP_REQUESTS_TOTAL = defineCounter({
  name: 'nestjs_http_requests_total',
  help: 'HTTP requests answered to the last byte, by route template and status.',
  labels: { method: METHOD, route: ROUTE, status: STATUS },
});

/**
 * Requests whose client left before the answer was complete. They are in no other counter but the received ones.
 *
 * @labels method, route: as `nestjs_http_requests_total`
 */
export const NESTJS_HTTP_REQUESTS_ABORTED_TOTAL = defineCounter({
  name: 'nestjs_http_requests_aborted_total',
  help: 'HTTP requests whose client left before the answer was complete.',
  labels: { method: METHOD, route: ROUTE },
});

/**
 * Requests that arrived and were neither answered nor aborted yet: received − answered − aborted, at any moment.
 *
 * @labels method: closed set of 11
 */
export const NESTJS_HTTP_REQUESTS_IN_FLIGHT = defineGauge({
  name: 'nestjs_http_requests_in_flight',
  help: 'HTTP requests received and neither answered nor aborted yet.',
  labels: { method: METHOD },
});

/**
 * From arrival to the last byte of an answer, everything included: middleware, guards, pipes, the handler, streaming.
 *
 * @unit seconds, monotonic clock
 * @labels method, route: as `nestjs_http_requests_total`; status_class: 1xx to 5xx
 */
export const NESTJS_HTTP_REQUEST_DURATION_SECONDS = defineHistogram({
  name: 'nestjs_http_request_duration_seconds',
  help: 'Time from the arrival of an HTTP request to the last byte of its answer.',
  unit: 'seconds',
  labels: { method: METHOD, route: ROUTE, status_class: STATUS_CLASS },
  buckets: DURATION_BUCKETS,
});

/**
 * Interceptors, pipes and handler together. Off by default (`http.handlerDuration`), for it costs an interceptor.
 *
 * @unit seconds, monotonic clock
 * @labels controller, handler: those of the application
 * @option `http.handlerDuration: true`
 */
export const NESTJS_HTTP_HANDLER_DURATION_SECONDS = defineHistogram({
  name: 'nestjs_http_handler_duration_seconds',
  help: 'Time that interceptors, pipes and the handler took.',
  unit: 'seconds',
  labels: { controller: CONTROLLER, handler: HANDLER },
  buckets: DURATION_BUCKETS,
});

/**
 * From arrival to the first byte of the answer. Off by default (`http.timeToFirstByte`).
 *
 * @unit seconds, monotonic clock
 * @labels method, route: as `nestjs_http_requests_total`
 * @option `http.timeToFirstByte: true`
 */
export const NESTJS_HTTP_TIME_TO_FIRST_BYTE_SECONDS = defineHistogram({
  name: 'nestjs_http_time_to_first_byte_seconds',
  help: 'Time from the arrival of an HTTP request to the first byte of its answer.',
  unit: 'seconds',
  labels: { method: METHOD, route: ROUTE },
  buckets: DURATION_BUCKETS,
});

/**
 * What guards, pipes, interceptors and handlers threw, counted where Nest handles it, before any filter.
 *
 * @labels controller, handler: those of the application; error_type: the class of an HttpException, of one of
 *   JavaScript's or TypeORM's own errors or of one registered with `http.errorTypes`, else `_OTHER`
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
 * Body bytes really read, chunked bodies too; a body that nobody read counts as what was read of it.
 *
 * @unit bytes
 */
export const NESTJS_HTTP_REQUEST_BODY_BYTES = defineHistogram({
  name: 'nestjs_http_request_body_bytes',
  help: 'Bytes of HTTP request bodies that were read.',
  unit: 'bytes',
  buckets: BODY_BUCKETS,
});

/**
 * Body bytes sent, after compression, without headers. Aborted answers are in it with what was written.
 *
 * @unit bytes
 */
export const NESTJS_HTTP_RESPONSE_BODY_BYTES = defineHistogram({
  name: 'nestjs_http_response_body_bytes',
  help: 'Bytes of HTTP response bodies that were sent.',
  unit: 'bytes',
  buckets: BODY_BUCKETS,
});

/**
 * Answers that were sent in pieces: server-sent events, StreamableFile and other chunked answers.
 *
 * @labels method, route: as `nestjs_http_requests_total`
 */
export const NESTJS_HTTP_RESPONSES_STREAMED_TOTAL = defineCounter({
  name: 'nestjs_http_responses_streamed_total',
  help: 'HTTP answers whose body was sent in pieces.',
  labels: { method: METHOD, route: ROUTE },
});

/**
 * Templates rendered through `@Render` and sent.
 *
 * @labels template: the arguments of `@Render` in the application
 */
export const NESTJS_HTTP_TEMPLATES_RENDERED_TOTAL = defineCounter({
  name: 'nestjs_http_templates_rendered_total',
  help: 'Templates rendered and sent.',
  labels: { template: boundedBy('the templates named by @Render') },
});

/**
 * SQL statements that were begun on behalf of a request until its end, those of its transactions included: the alarm
 * for one query per row. Needs `http.queriesPerRequest`, which is on from Node 24.
 *
 * @unit statements
 * @labels method, route: as `nestjs_http_requests_total`
 * @option `http.queriesPerRequest`
 */
export const NESTJS_HTTP_REQUEST_DB_QUERIES = defineHistogram({
  name: 'nestjs_http_request_db_queries',
  help: 'SQL statements of one HTTP request.',
  labels: { method: METHOD, route: ROUTE },
  buckets: QUERIES_BUCKETS,
});

/**
 * What these statements took together; of those that run side by side each counts in full.
 *
 * @unit seconds, monotonic clock
 * @labels method, route: as `nestjs_http_requests_total`
 * @option `http.queriesPerRequest`
 */
export const NESTJS_HTTP_REQUEST_DB_SECONDS = defineHistogram({
  name: 'nestjs_http_request_db_seconds',
  help: 'Time that the SQL statements of one HTTP request took together.',
  unit: 'seconds',
  labels: { method: METHOD, route: ROUTE },
  buckets: DURATION_BUCKETS,
});

/**
 * Always 1: which handler serves a route, to be joined on method and route instead of more labels everywhere.
 *
 * @labels version: the versions it answers to, separated by commas; empty where there are none
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
});
