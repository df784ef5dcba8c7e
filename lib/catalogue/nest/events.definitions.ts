import { boundedBy, defineCounter, defineGauge, defineHistogram, oneOf } from '../../metrics/definition.js';
import { DURATION_BUCKETS } from '../buckets.js';
import { QUERIES_BUCKETS } from './http.definitions.js';
import { type OperationDefinitions } from './operation.metrics.js';

const EVENT = boundedBy('the events named by @OnEvent() in the application');
const OUTCOME = oneOf('success', 'error');

/**
 * Calls of handlers with `@OnEvent()`, counted when they end. An event with three handlers counts three times. Events
 * without a handler are not counted.
 *
 * @labels event: as `@OnEvent()` names it, with its wildcards; the parts of a list are joined with dots; outcome: success
 *   or error, also if the error is suppressed
 * @source known events exist at zero from boot
 * @since 0.1.0
 * @example The share of calls that failed, by event: `sum by (event)
 *   (rate(nestjs_events_operations_total{outcome="error"}[5m])) / sum by (event)
 *   (rate(nestjs_events_operations_total[5m]))`
 */
export const NESTJS_EVENTS_OPERATIONS_TOTAL = defineCounter({
  name: 'nestjs_events_operations_total',
  help: 'Calls of handlers with @OnEvent() that have ended.',
  labels: { event: EVENT, outcome: OUTCOME },
});

/**
 * Duration of calls of handlers with `@OnEvent()`: until the handler returns, or its promise settles.
 *
 * @unit seconds, monotonic clock
 * @labels event, outcome: as `nestjs_events_operations_total`
 * @source known events exist at zero from boot
 * @since 0.1.0
 * @example The duration that 95 % of the calls stay below, by event: `histogram_quantile(0.95, sum by (event, le)
 *   (rate(nestjs_events_operation_duration_seconds_bucket[5m])))`
 */
export const NESTJS_EVENTS_OPERATION_DURATION_SECONDS = defineHistogram({
  name: 'nestjs_events_operation_duration_seconds',
  help: 'Time that calls of handlers with @OnEvent() took.',
  unit: 'seconds',
  labels: { event: EVENT, outcome: OUTCOME },
  buckets: DURATION_BUCKETS,
});

/**
 * Calls of handlers with `@OnEvent()` that have not ended yet.
 *
 * @labels event: as `nestjs_events_operations_total`
 * @source known events exist at zero from boot
 * @since 0.1.0
 * @example The most calls that were in flight at once in the last hour, by event: `max_over_time(sum by (job, event)
 *   (nestjs_events_operations_in_flight)[1h:])`
 */
export const NESTJS_EVENTS_OPERATIONS_IN_FLIGHT = defineGauge({
  name: 'nestjs_events_operations_in_flight',
  help: 'Calls of handlers with @OnEvent() that have not ended yet.',
  labels: { event: EVENT },
  merge: 'sum',
});

/**
 * Errors that handlers with `@OnEvent()` threw or rejected with. The module suppresses them by default, so this is where
 * they can be seen.
 *
 * @labels event: as `nestjs_events_operations_total`; error_type: as `nestjs_http_exceptions_total`
 * @since 0.1.0
 * @example Errors of the last hour, by event and class: `sum by (event, error_type)
 *   (increase(nestjs_events_exceptions_total[1h])) > 0`
 */
export const NESTJS_EVENTS_EXCEPTIONS_TOTAL = defineCounter({
  name: 'nestjs_events_exceptions_total',
  help: 'Errors that handlers with @OnEvent() threw.',
  labels: {
    event: EVENT,
    error_type: boundedBy('HttpException classes, errors of JavaScript and TypeORM, registered errors, else `_OTHER`'),
  },
});

/**
 * SQL statements per call of a handler with `@OnEvent()`. They count in the request that emitted the event as well.
 *
 * @unit statements
 * @labels event: as `nestjs_events_operations_total`
 * @option `http.queriesPerRequest`
 * @source known events exist at zero from boot
 * @since 0.1.0
 * @example The five events with the most statements per call: `topk(5, sum by (event)
 *   (rate(nestjs_events_operation_db_queries_sum[5m])) / sum by (event)
 *   (rate(nestjs_events_operation_db_queries_count[5m])))`
 */
export const NESTJS_EVENTS_OPERATION_DB_QUERIES = defineHistogram({
  name: 'nestjs_events_operation_db_queries',
  help: 'SQL statements per call of a handler with @OnEvent().',
  labels: { event: EVENT },
  buckets: QUERIES_BUCKETS,
});

/**
 * Total time of the SQL statements of a call of a handler with `@OnEvent()`. Concurrent statements count in full.
 *
 * @unit seconds, monotonic clock
 * @labels event: as `nestjs_events_operations_total`
 * @option `http.queriesPerRequest`
 * @source known events exist at zero from boot
 * @since 0.1.0
 * @example The share of the time of calls that SQL takes, by event: `sum by (event)
 *   (rate(nestjs_events_operation_db_seconds_sum[5m])) / sum by (event)
 *   (rate(nestjs_events_operation_duration_seconds_sum[5m]))`
 */
export const NESTJS_EVENTS_OPERATION_DB_SECONDS = defineHistogram({
  name: 'nestjs_events_operation_db_seconds',
  help: 'Total time of the SQL statements of a call of a handler with @OnEvent().',
  unit: 'seconds',
  labels: { event: EVENT },
  buckets: DURATION_BUCKETS,
});

/** What every door publishes. */
export const EVENTS_DEFINITIONS: OperationDefinitions = {
  operations: NESTJS_EVENTS_OPERATIONS_TOTAL,
  duration: NESTJS_EVENTS_OPERATION_DURATION_SECONDS,
  inFlight: NESTJS_EVENTS_OPERATIONS_IN_FLIGHT,
  exceptions: NESTJS_EVENTS_EXCEPTIONS_TOTAL,
  queries: NESTJS_EVENTS_OPERATION_DB_QUERIES,
  querySeconds: NESTJS_EVENTS_OPERATION_DB_SECONDS,
};
