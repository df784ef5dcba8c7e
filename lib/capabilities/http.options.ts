import { type ErrorClass } from '../catalogue/error-type.js';
import { type HttpLabels } from '../catalogue/http.labels.js';
import { DURATION_BUCKETS } from '../catalogue/nest/http.definitions.js';
import { isErrorClass } from '../options/is-error-class.js';
import { isObject } from '../options/is-object.js';
import { FLAG, flagOf, GROUP_OR_OFF } from '../options/option-kinds.js';
import { IGNORE, isBoolean, isListOf, shown, valueAt } from '../options/option-rules.js';
import { BUCKET_BOUNDS } from './bucket-bounds.js';
import { type CapabilityOptions } from './capability.js';
import { labelFaults } from './http.labels-check.js';

export interface HttpOptions {
  /**
   * Upper bounds of the request duration buckets, in seconds, ascending, none negative. `+Inf` is implied.
   * Each bound adds one series per method, route and status class.
   *
   * @defaultValue `[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]`
   */
  readonly durationBuckets?: readonly number[];

  /**
   * Requests that are not counted at all: a string is an exact path without query or pattern, a RegExp is searched for
   * in the path.
   *
   * @defaultValue none
   */
  readonly ignore?: readonly (string | RegExp)[];

  /**
   * `true` adds `nestjs_http_handler_duration_seconds`. It needs a global interceptor, which costs every request
   * several microseconds.
   *
   * @defaultValue `false`
   */
  readonly handlerDuration?: boolean;

  /**
   * `true` adds `nestjs_http_time_to_first_byte_seconds`: a histogram more for every method and route.
   *
   * @defaultValue `false`
   */
  readonly timeToFirstByte?: boolean;

  /**
   * Error classes of the application that get their own `error_type`; errors that are neither these, nor an
   * HttpException, nor one of JavaScript's or TypeORM's own are `_OTHER`.
   *
   * @defaultValue none
   */
  readonly errorTypes?: readonly ErrorClass[];

  /**
   * `true` adds `nestjs_http_request_db_queries` and `nestjs_http_request_db_seconds`: how many SQL statements a request
   * takes, and how long. Before Node 24 that costs every `await` of the process some 65 ns.
   *
   * @defaultValue `'auto'`: on from Node 24
   */
  readonly queriesPerRequest?: boolean | 'auto';

  /**
   * Labels of your own on `nestjs_http_requests_total`, `nestjs_http_requests_aborted_total` and
   * `nestjs_http_request_duration_seconds`: each a closed set of values and a function of the request that picks one,
   * called once when the request has ended. What is not in the set, and what throws, is `_OTHER`. Each combination of
   * values multiplies the series of these three. Up to 20 combinations (`_OTHER` of each label counts) the two counters
   * stand at zero for every known route and combination, above for `_OTHER` alone; the histogram begins with the first
   * request. At most 1,000 combinations. Without labels nothing is called.
   *
   * @defaultValue none
   */
  readonly labels?: HttpLabels;
}

export interface HttpOption {
  /**
   * What is measured of HTTP; `false` leaves the requests alone altogether.
   *
   * @defaultValue every metric that costs nothing noticeable
   */
  readonly http?: HttpOptions | false;
}

export interface ResolvedHttpOptions extends Required<HttpOptions> {
  readonly queriesPerRequest: boolean;
}

export const HTTP_OPTIONS: CapabilityOptions<ResolvedHttpOptions> = {
  name: 'http',
  rules: [
    { option: 'http', ...GROUP_OR_OFF },
    { option: 'http.durationBuckets', ...BUCKET_BOUNDS, default: DURATION_BUCKETS },
    { option: 'http.ignore', ...IGNORE, default: [] },
    { option: 'http.handlerDuration', ...FLAG, default: false },
    { option: 'http.timeToFirstByte', ...FLAG, default: false },
    {
      option: 'http.errorTypes',
      expected: 'a list of error classes',
      fix: 'give classes that extend Error, not their names',
      holds: isListOf(isErrorClass),
      default: [],
    },
    {
      option: 'http.labels',
      expected: 'an object of labels, each with its values and a function of the request',
      fix: "write labels: { tenant: { values: ['a', 'b'], from: (request) => … } }",
      holds: isObject,
      default: {},
    },
    {
      option: 'http.queriesPerRequest',
      expected: "true, false or 'auto'",
      fix: 'give one of the three',
      holds: (value) => value === 'auto' || isBoolean(value),
      fromText: flagOf,
      default: 'auto',
    },
  ],
  faults: (all) => labelFaults(valueAt(all, 'http.labels'), valueAt(all, 'defaultLabels'), shown),
  resolve: (options) => ({ ...options, queriesPerRequest: isOn(options.queriesPerRequest) }),
};

/** From this version of Node on it costs nothing to know which request a statement belongs to. */
const NODE_WITH_FREE_CONTEXT = 24;

function isOn(queriesPerRequest: HttpOptions['queriesPerRequest']): boolean {
  if (typeof queriesPerRequest === 'boolean') return queriesPerRequest;
  return Number.parseInt(process.versions.node, 10) >= NODE_WITH_FREE_CONTEXT;
}
