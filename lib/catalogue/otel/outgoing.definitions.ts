import { boundedBy, defineHistogram, oneOf, optional } from '../../metrics/definition.js';
import { METHODS } from '../../observe/http-method.js';
import { DURATION_BUCKETS } from '../buckets.js';

/** The page of the metrics says which option replaces them. */
export { DURATION_BUCKETS };

/**
 * `http.client.request.duration`: time from the start of an outgoing request to the last byte of the response, or to the
 * error. `_count` is the number of requests that have ended.
 *
 * @unit seconds, monotonic clock
 * @labels http_request_method: closed set of 11; server_address: the host names of option `outgoing.hosts`, else of the
 *   first 50 hosts that were seen, else `_OTHER`; server_port: absent for `_OTHER`; http_response_status_code: absent if
 *   none was received, `_OTHER` outside of 100 to 599; error_type: the status code from 400 on, or what failed: refused,
 *   reset, timeout, tls, dns, aborted, `_OTHER`; url_scheme: http, https
 * @since 0.1.0
 */
export const HTTP_CLIENT_REQUEST_DURATION_SECONDS = defineHistogram({
  name: 'http_client_request_duration_seconds',
  help: 'Duration of HTTP client requests.',
  unit: 'seconds',
  labels: {
    http_request_method: oneOf(...METHODS),
    server_address: boundedBy('the hosts of option `outgoing.hosts`, else the first 50 that were seen, else `_OTHER`'),
    server_port: optional(boundedBy('the ports of these hosts')),
    http_response_status_code: optional(boundedBy('the status codes from 100 to 599, else `_OTHER`')),
    error_type: optional(boundedBy('the status codes from 400 to 599, and a closed set of 7')),
    url_scheme: oneOf('http', 'https'),
  },
  buckets: DURATION_BUCKETS,
});
