import { boundedBy, defineCounter, defineGauge, defineHistogram, oneOf } from '../../metrics/definition.js';
import { METHODS } from '../../observe/http-method.js';
import { OUTGOING_ERRORS } from '../../observe/outgoing-events.js';
import { DURATION_BUCKETS } from '../buckets.js';
import { STATUS_CLASSES } from '../status-class.js';

const TARGET = {
  method: oneOf(...METHODS),
  host: boundedBy('the hosts of option `outgoing.hosts`, else the first 50 that were seen, else `_OTHER`'),
};
const STATUS_CLASS = oneOf(...STATUS_CLASSES);

/**
 * HTTP requests of the application to other hosts, counted when their response was received to the last byte, whatever
 * its status. Requests that failed are in `nestjs_outgoing_http_request_errors_total`, and not here.
 *
 * @labels method: closed set of 11; host: the name, with the port unless it is the default of the scheme; status_class:
 *   1xx (a protocol was switched), 2xx, 3xx, 4xx, 5xx, `_OTHER`
 * @source declared hosts exist at zero from boot, with GET
 * @since 0.1.0
 * @example The share of responses with a 5xx status, by host: `sum by (host)
 *   (rate(nestjs_outgoing_http_requests_total{status_class="5xx"}[5m])) / sum by (host)
 *   (rate(nestjs_outgoing_http_requests_total[5m]))`
 */
export const NESTJS_OUTGOING_HTTP_REQUESTS_TOTAL = defineCounter({
  name: 'nestjs_outgoing_http_requests_total',
  help: 'Outgoing HTTP requests whose response was received to the last byte.',
  labels: { ...TARGET, status_class: STATUS_CLASS },
});

/**
 * Duration of outgoing HTTP requests, from their start to the last byte of the response. The wait for a name, a connection
 * and TLS is a part of it. Requests that failed are not observed.
 *
 * @unit seconds, monotonic clock
 * @labels method, host, status_class: as `nestjs_outgoing_http_requests_total`
 * @source declared hosts exist at zero from boot, with GET
 * @since 0.1.0
 * @example The duration that 95 % of the requests stay below, by host: `histogram_quantile(0.95, sum by (host, le)
 *   (rate(nestjs_outgoing_http_request_duration_seconds_bucket[5m])))`
 */
export const NESTJS_OUTGOING_HTTP_REQUEST_DURATION_SECONDS = defineHistogram({
  name: 'nestjs_outgoing_http_request_duration_seconds',
  help: 'Duration of outgoing HTTP requests, to the last byte of the response.',
  unit: 'seconds',
  labels: { ...TARGET, status_class: STATUS_CLASS },
  buckets: DURATION_BUCKETS,
});

/**
 * Outgoing HTTP requests without a complete response.
 *
 * @labels method, host: as `nestjs_outgoing_http_requests_total`; error_type: refused (nobody listens), reset (the other
 *   side closed the connection), timeout, tls (no TLS, or a certificate that is not trusted), dns (an unknown name),
 *   aborted (the application gave up), other
 * @source declared hosts exist at zero from boot, with GET
 * @since 0.1.0
 * @example Errors of the last hour, by host and kind: `sum by (host, error_type)
 *   (increase(nestjs_outgoing_http_request_errors_total[1h])) > 0`
 */
export const NESTJS_OUTGOING_HTTP_REQUEST_ERRORS_TOTAL = defineCounter({
  name: 'nestjs_outgoing_http_request_errors_total',
  help: 'Outgoing HTTP requests without a complete response.',
  labels: { ...TARGET, error_type: oneOf(...OUTGOING_ERRORS) },
});

/**
 * Outgoing HTTP requests that have started and neither have a complete response nor have failed. A request whose response
 * nobody reads stays in flight as long as its connection does.
 *
 * @labels method, host: as `nestjs_outgoing_http_requests_total`
 * @source declared hosts exist at zero from boot, with GET
 * @since 0.1.0
 * @example The most requests that were in flight at once in the last hour, by host: `max_over_time(sum by (job, host)
 *   (nestjs_outgoing_http_requests_in_flight)[1h:])`
 */
export const NESTJS_OUTGOING_HTTP_REQUESTS_IN_FLIGHT = defineGauge({
  name: 'nestjs_outgoing_http_requests_in_flight',
  help: 'Outgoing HTTP requests that have started and not ended.',
  labels: TARGET,
  merge: 'sum',
});
