import { TRANSPORTS } from '../../observe/events.js';
import { boundedBy, defineCounter, defineHistogram, oneOf } from '../../metrics/definition.js';
import { BODY_BUCKETS, LATENCY_BUCKETS } from './buckets.js';
import { DJANGO_METHODS } from './methods.js';

const METHOD = oneOf(...DJANGO_METHODS);
const TRANSPORT = oneOf(...TRANSPORTS);
const STATUS = boundedBy('the status codes that the application sends');
const VIEW = boundedBy('`Controller.handler` of the application, `<unnamed view>` where no handler was chosen');

/**
 * Requests, counted on arrival. Ignored paths are not counted.
 *
 * Minus `django_http_responses_before_middlewares_total`, it is the number of requests in flight.
 *
 * @since 0.1.0
 */
export const DJANGO_HTTP_REQUESTS_BEFORE_MIDDLEWARES_TOTAL = defineCounter({
  name: 'django_http_requests_before_middlewares_total',
  help: 'HTTP requests received, counted on arrival.',
});

/**
 * Requests that have ended: answered by a handler, a guard, a filter, middleware or the framework's 404, or aborted by
 * the client. Django counts a response for a client that has left too.
 *
 * @since 0.1.0
 */
export const DJANGO_HTTP_RESPONSES_BEFORE_MIDDLEWARES_TOTAL = defineCounter({
  name: 'django_http_responses_before_middlewares_total',
  help: 'HTTP requests that have ended, answered or aborted.',
});

/**
 * Time from arrival to the last byte of the response. Aborted requests are not observed. Django measures until the
 * response is handed to the server, which is earlier for a slow client.
 *
 * @unit seconds, monotonic clock
 * @since 0.1.0
 */
export const DJANGO_HTTP_REQUESTS_LATENCY_INCLUDING_MIDDLEWARES_SECONDS = defineHistogram({
  name: 'django_http_requests_latency_including_middlewares_seconds',
  help: 'Time from the arrival of an HTTP request to the last byte of its answer.',
  unit: 'seconds',
  buckets: LATENCY_BUCKETS,
});

/**
 * Requests aborted by the client: the time to their response is unknown. Together with `_count` of
 * `django_http_requests_latency_including_middlewares_seconds`, it is the number of requests that have ended.
 *
 * @since 0.1.0
 */
export const DJANGO_HTTP_REQUESTS_UNKNOWN_LATENCY_INCLUDING_MIDDLEWARES_TOTAL = defineCounter({
  name: 'django_http_requests_unknown_latency_including_middlewares_total',
  help: 'HTTP requests without a latency, because the client aborted them.',
});

/**
 * Time from arrival to the last byte of the response, by view. An exception does not add a second observation, as it
 * does in django-prometheus. Aborted requests are not observed.
 *
 * Middleware is included, other than in Django: where it ends is not known without an interceptor for every request.
 *
 * @unit seconds, monotonic clock
 * @labels view: `Controller.handler`, or `<unnamed view>` if no handler was chosen; method: closed set of 10
 * @since 0.1.0
 */
export const DJANGO_HTTP_REQUESTS_LATENCY_SECONDS_BY_VIEW_METHOD = defineHistogram({
  name: 'django_http_requests_latency_seconds_by_view_method',
  help: 'Time from the arrival of an HTTP request to the last byte of its answer, by view.',
  labels: { view: VIEW, method: METHOD },
  buckets: LATENCY_BUCKETS,
});

/**
 * Requests aborted by the client, as `django_http_requests_unknown_latency_including_middlewares_total`. Together with
 * `_count` of `django_http_requests_latency_seconds_by_view_method`, it is the number of requests that have ended.
 *
 * @since 0.1.0
 */
export const DJANGO_HTTP_REQUESTS_UNKNOWN_LATENCY_TOTAL = defineCounter({
  name: 'django_http_requests_unknown_latency_total',
  help: 'HTTP requests without a latency by view, because the client aborted them.',
});

/**
 * Requests with the header `X-Requested-With: XMLHttpRequest`, counted on arrival.
 *
 * @since 0.1.0
 */
export const DJANGO_HTTP_AJAX_REQUESTS_TOTAL = defineCounter({
  name: 'django_http_ajax_requests_total',
  help: 'HTTP requests of XMLHttpRequest, by their X-Requested-With header.',
});

/**
 * Requests by method, counted on arrival.
 *
 * @labels method: closed set of 10, `<invalid method>` for any other
 * @since 0.1.0
 */
export const DJANGO_HTTP_REQUESTS_TOTAL_BY_METHOD_TOTAL = defineCounter({
  name: 'django_http_requests_total_by_method_total',
  help: 'HTTP requests received, by method.',
  labels: { method: METHOD },
});

/**
 * Requests by transport, counted on arrival. Behind a proxy that terminates TLS it is `http`.
 *
 * @labels transport: http, https
 * @since 0.1.0
 */
export const DJANGO_HTTP_REQUESTS_TOTAL_BY_TRANSPORT_TOTAL = defineCounter({
  name: 'django_http_requests_total_by_transport_total',
  help: 'HTTP requests received, by transport.',
  labels: { transport: TRANSPORT },
});

/**
 * Requests for which a handler was chosen, counted when they have ended, aborted ones included. A guard may have
 * rejected the request.
 *
 * @labels view: `Controller.handler`; transport: http, https; method: closed set of 10
 * @since 0.1.0
 */
export const DJANGO_HTTP_REQUESTS_TOTAL_BY_VIEW_TRANSPORT_METHOD_TOTAL = defineCounter({
  name: 'django_http_requests_total_by_view_transport_method_total',
  help: 'HTTP requests for which a handler was chosen, by view, transport and method.',
  labels: { view: VIEW, transport: TRANSPORT, method: METHOD },
});

/**
 * Size of request bodies in bytes, as they were read. Observed when the request has ended, aborted ones included. Django
 * observes the header Content-Length on arrival, which chunked bodies do not have.
 *
 * @unit bytes
 * @since 0.1.0
 */
export const DJANGO_HTTP_REQUESTS_BODY_TOTAL_BYTES = defineHistogram({
  name: 'django_http_requests_body_total_bytes',
  help: 'Bytes of the body of an HTTP request that were read.',
  unit: 'bytes',
  buckets: BODY_BUCKETS,
});

/**
 * Rendered templates of handlers with `@Render`.
 *
 * @labels templatename: the templates named in `@Render`
 * @since 0.1.0
 */
export const DJANGO_HTTP_RESPONSES_TOTAL_BY_TEMPLATENAME_TOTAL = defineCounter({
  name: 'django_http_responses_total_by_templatename_total',
  help: 'HTTP answers that were rendered, by template.',
  labels: { templatename: boundedBy('the templates named in `@Render`') },
});

/**
 * Answered requests by status, whoever answered.
 *
 * @labels status: the status code that was sent
 * @since 0.1.0
 */
export const DJANGO_HTTP_RESPONSES_TOTAL_BY_STATUS_TOTAL = defineCounter({
  name: 'django_http_responses_total_by_status_total',
  help: 'HTTP requests answered to the last byte, by status.',
  labels: { status: STATUS },
});

/**
 * Answered requests by status, view and method.
 *
 * @labels status: the status code that was sent; view: `Controller.handler`, or `<unnamed view>` if no handler was
 *   chosen: a 404, or an answer of middleware; method: closed set of 10
 * @since 0.1.0
 */
export const DJANGO_HTTP_RESPONSES_TOTAL_BY_STATUS_VIEW_METHOD_TOTAL = defineCounter({
  name: 'django_http_responses_total_by_status_view_method_total',
  help: 'HTTP requests answered to the last byte, by status, view and method.',
  labels: { status: STATUS, view: VIEW, method: METHOD },
});

/**
 * Size of response bodies in bytes, as they were sent: 0 for HEAD, where Django observes the body that it does not send.
 * Streamed responses are not observed, as in Django.
 *
 * @unit bytes, after compression
 * @since 0.1.0
 */
export const DJANGO_HTTP_RESPONSES_BODY_TOTAL_BYTES = defineHistogram({
  name: 'django_http_responses_body_total_bytes',
  help: 'Bytes of the body of an HTTP answer, without streamed ones.',
  unit: 'bytes',
  buckets: BODY_BUCKETS,
});

/**
 * Answered requests by the charset of their Content-Type.
 *
 * @labels charset: closed list of 19 in lower case, otherwise `_OTHER`; `utf-8` for a response that names none, as in
 *   Django
 * @since 0.1.0
 */
export const DJANGO_HTTP_RESPONSES_TOTAL_BY_CHARSET_TOTAL = defineCounter({
  name: 'django_http_responses_total_by_charset_total',
  help: 'HTTP requests answered to the last byte, by charset.',
  labels: { charset: boundedBy('a list of 19 known charsets, `_OTHER` for any other') },
});

/**
 * Answered requests whose body was sent in chunks: server-sent events, files, and any chunked response.
 *
 * @since 0.1.0
 */
export const DJANGO_HTTP_RESPONSES_STREAMING_TOTAL = defineCounter({
  name: 'django_http_responses_streaming_total',
  help: 'HTTP answers sent in chunks.',
});

/**
 * Exceptions thrown by guards, pipes, interceptors and handlers. They are counted before any exception filter runs.
 *
 * @labels type: the class name of an HttpException, of a JavaScript or TypeORM error, or of a class in
 *   `http.errorTypes`, otherwise `_OTHER`
 * @since 0.1.0
 */
export const DJANGO_HTTP_EXCEPTIONS_TOTAL_BY_TYPE_TOTAL = defineCounter({
  name: 'django_http_exceptions_total_by_type_total',
  help: 'Exceptions out of guards, pipes, interceptors and handlers, by class.',
  labels: { type: boundedBy('the classes of HttpExceptions, of JavaScript, of TypeORM and of `http.errorTypes`') },
});

/**
 * The same exceptions by view.
 *
 * @labels view: `Controller.handler`
 * @since 0.1.0
 */
export const DJANGO_HTTP_EXCEPTIONS_TOTAL_BY_VIEW_TOTAL = defineCounter({
  name: 'django_http_exceptions_total_by_view_total',
  help: 'Exceptions out of guards, pipes, interceptors and handlers, by view.',
  labels: { view: VIEW },
});
