import { type ErrorClass } from '../catalogue/error-type.js';
import { type HttpLabels } from '../catalogue/http.labels.js';
import { DURATION_BUCKETS } from '../catalogue/buckets.js';
import { isErrorClass } from '../options/is-error-class.js';
import { isObject } from '../options/is-object.js';
import { FLAG, flagOf, GROUP_OR_OFF } from '../options/option-kinds.js';
import { IGNORE, isBoolean, isListOf, shown } from '../options/option-rules.js';
import { BUCKET_BOUNDS } from './bucket-bounds.js';
import { type CapabilityOptions } from './capability.js';
import { labelFaults } from './http.labels-check.js';

export interface HttpOptions {
  /**
   * Upper bounds of the request duration buckets, in seconds. They must be ascending and not negative; `+Inf` is added
   * automatically. Each bound adds one series per method, route and status class.
   *
   * @defaultValue `[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]`
   */
  readonly durationBuckets?: readonly number[];

  /**
   * Paths of requests that are not counted at all. A string is an exact path, without a query and without patterns. A
   * RegExp is tested against the path and can match a part of it.
   *
   * @defaultValue none
   */
  readonly ignore?: readonly (string | RegExp)[];

  /**
   * `true` adds `nestjs_http_handler_duration_seconds`. It needs a global interceptor, which costs several microseconds
   * per request.
   *
   * @defaultValue `false`
   */
  readonly handlerDuration?: boolean;

  /**
   * `true` adds `nestjs_http_time_to_first_byte_seconds`, one more histogram for every method and route.
   *
   * @defaultValue `false`
   */
  readonly timeToFirstByte?: boolean;

  /**
   * Error classes of the application that get their own `error_type`. HttpExceptions and the error classes of
   * JavaScript and TypeORM have one already. All other errors are `_OTHER`.
   *
   * @defaultValue none
   */
  readonly errorTypes?: readonly ErrorClass[];

  /**
   * `true` adds `nestjs_http_request_db_queries` and `nestjs_http_request_db_seconds`: the number of SQL statements of
   * a request, and their total time. It adds the same for messages, jobs and every other operation, even with no HTTP
   * server: `nestjs_events_operation_db_queries` and its like. Before Node 24, this slows every `await` in the process by about 65 ns.
   *
   * @defaultValue `'auto'`: on from Node 24
   */
  readonly queriesPerRequest?: boolean | 'auto';

  /**
   * Labels of your own on `nestjs_http_requests_total`, `nestjs_http_requests_aborted_total` and
   * `nestjs_http_request_duration_seconds`. Each label has a closed set of values and a function that picks one for a
   * request. The function is called once, when the request has ended. A value outside the set becomes `_OTHER`, and so
   * does an error.
   *
   * Each combination of values multiplies the series of these three metrics, so at most 1,000 combinations are
   * accepted. `_OTHER` counts as a value of each label. With up to 20 combinations, the two counters start at zero for
   * every known route and combination. With more, they start at zero for `_OTHER` alone. With labels, the series of the
   * histogram appear with their first request.
   *
   * @defaultValue none
   */
  readonly labels?: HttpLabels;
}

export interface HttpOption {
  /**
   * Options of the HTTP metrics; `false` turns them off, and requests are not observed.
   *
   * @defaultValue every metric without a noticeable cost
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
  faults: (all) => labelFaults(all, shown),
  resolve: (options) => ({ ...options, queriesPerRequest: isQueriesPerRequestOn(options.queriesPerRequest) }),
};

/** From this version of Node on, tracking which request a statement belongs to costs nothing measurable. */
const NODE_WITH_FREE_CONTEXT = 24;

/** Whether it is known to which request, or other piece of work, a statement belongs. */
export function isQueriesPerRequestOn(queriesPerRequest: HttpOptions['queriesPerRequest']): boolean {
  if (typeof queriesPerRequest === 'boolean') return queriesPerRequest;
  return Number.parseInt(process.versions.node, 10) >= NODE_WITH_FREE_CONTEXT;
}
