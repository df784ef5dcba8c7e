import { METHODS, TRANSPORTS } from '../../observe/events.js';
import { boundedBy, defineGauge, defineHistogram, oneOf, optional } from '../../metrics/definition.js';
import { BODY_BUCKETS, DURATION_BUCKETS } from '../buckets.js';

/** The page of the metrics says which option replaces them. */
export { DURATION_BUCKETS };

const METHOD = oneOf(...METHODS);
const SCHEME = oneOf(...TRANSPORTS);

/** The attributes that three of the metrics share. */
const ENDED_REQUEST = {
  http_request_method: METHOD,
  http_route: optional(boundedBy('the route templates of the application')),
  http_response_status_code: optional(boundedBy('the status codes that the application sends')),
  url_scheme: SCHEME,
  error_type: optional(boundedBy('the status codes from 500 to 599')),
};

/**
 * `http.server.request.duration`: time from arrival to the last byte of the response, or to the abort. `_count` is the
 * number of requests that have ended, those that the client aborted included.
 *
 * @unit seconds, monotonic clock
 * @labels http_request_method: closed set of 11; http_route: the templates registered with Nest, Express or Fastify,
 *   absent if none matched; http_response_status_code: absent if the request was aborted before a status was sent;
 *   url_scheme: http, https, of the connection; error_type: the status code if it is 500 to 599, otherwise absent
 * @source known routes exist at zero from boot, with their success status and 500
 * @since 0.1.0
 */
export const HTTP_SERVER_REQUEST_DURATION_SECONDS = defineHistogram({
  name: 'http_server_request_duration_seconds',
  help: 'Duration of HTTP server requests.',
  unit: 'seconds',
  labels: ENDED_REQUEST,
  buckets: DURATION_BUCKETS,
});

/**
 * `http.server.active_requests`: requests that have arrived and are neither answered nor aborted.
 *
 * @labels http_request_method: closed set of 11; url_scheme: http, https
 * @since 0.1.0
 */
export const HTTP_SERVER_ACTIVE_REQUESTS = defineGauge({
  name: 'http_server_active_requests',
  help: 'Number of active HTTP server requests.',
  labels: { http_request_method: METHOD, url_scheme: SCHEME },
  merge: 'sum',
});

/**
 * `http.server.request.body.size`: body bytes that were read, as the client sent them. A request without a body counts
 * as 0 bytes.
 *
 * @unit bytes
 * @labels as `http_server_request_duration_seconds`
 * @since 0.1.0
 */
export const HTTP_SERVER_REQUEST_BODY_SIZE_BYTES = defineHistogram({
  name: 'http_server_request_body_size_bytes',
  help: 'Size of HTTP server request bodies.',
  unit: 'bytes',
  labels: ENDED_REQUEST,
  buckets: BODY_BUCKETS,
});

/**
 * `http.server.response.body.size`: body bytes sent, after compression and without headers. An aborted response counts
 * with the bytes written so far.
 *
 * @unit bytes
 * @labels as `http_server_request_duration_seconds`
 * @since 0.1.0
 */
export const HTTP_SERVER_RESPONSE_BODY_SIZE_BYTES = defineHistogram({
  name: 'http_server_response_body_size_bytes',
  help: 'Size of HTTP server response bodies.',
  unit: 'bytes',
  labels: ENDED_REQUEST,
  buckets: BODY_BUCKETS,
});
