import { boundedBy, defineCounter, defineGauge, defineHistogram, oneOf } from '../../metrics/definition.js';
import { JOB_BUCKETS } from '../buckets.js';
import { QUERIES_BUCKETS } from './http.definitions.js';
import { type OperationDefinitions } from './operation.metrics.js';

const NAME = boundedBy('the methods with @Cron(), @Interval() and @Timeout() in the application');
const OUTCOME = oneOf('success', 'error');

/**
 * Runs of methods with `@Cron()`, `@Interval()` or `@Timeout()`, counted when they end.
 *
 * @labels name: the name that the decorator gives, else `Class.method`; outcome: success or error
 * @source known schedules exist at zero from boot
 * @since 0.1.0
 * @example Runs that failed in the last hour, by schedule: `sum by (name)
 *   (increase(nestjs_schedule_operations_total{outcome="error"}[1h]))`
 */
export const NESTJS_SCHEDULE_OPERATIONS_TOTAL = defineCounter({
  name: 'nestjs_schedule_operations_total',
  help: 'Runs of scheduled methods that have ended.',
  labels: { name: NAME, outcome: OUTCOME },
});

/**
 * Duration of runs of scheduled methods: until the method returns, or its promise settles.
 *
 * @unit seconds, monotonic clock
 * @labels name, outcome: as `nestjs_schedule_operations_total`
 * @source known schedules exist at zero from boot
 * @since 0.1.0
 * @example The mean duration of a run in the last day, by schedule: `sum by (name)
 *   (rate(nestjs_schedule_operation_duration_seconds_sum[1d])) / sum by (name)
 *   (rate(nestjs_schedule_operation_duration_seconds_count[1d]))`
 */
export const NESTJS_SCHEDULE_OPERATION_DURATION_SECONDS = defineHistogram({
  name: 'nestjs_schedule_operation_duration_seconds',
  help: 'Time that runs of scheduled methods took.',
  unit: 'seconds',
  labels: { name: NAME, outcome: OUTCOME },
  buckets: JOB_BUCKETS,
});

/**
 * Runs of scheduled methods that have not ended yet. One that hangs stays here.
 *
 * @labels name: as `nestjs_schedule_operations_total`
 * @source known schedules exist at zero from boot
 * @since 0.1.0
 * @example The fewest runs that were in flight in the last hour, by schedule; more than 0 hang: `min_over_time(sum by
 *   (job, name) (nestjs_schedule_operations_in_flight)[1h:])`
 */
export const NESTJS_SCHEDULE_OPERATIONS_IN_FLIGHT = defineGauge({
  name: 'nestjs_schedule_operations_in_flight',
  help: 'Runs of scheduled methods that have not ended yet.',
  labels: { name: NAME },
  merge: 'sum',
});

/**
 * Errors that scheduled methods threw or rejected with. `@nestjs/schedule` catches and logs them, so nothing else sees
 * them.
 *
 * @labels name: as `nestjs_schedule_operations_total`; error_type: as `nestjs_http_exceptions_total`
 * @since 0.1.0
 * @example Errors of the last hour, by schedule and class: `sum by (name, error_type)
 *   (increase(nestjs_schedule_exceptions_total[1h])) > 0`
 */
export const NESTJS_SCHEDULE_EXCEPTIONS_TOTAL = defineCounter({
  name: 'nestjs_schedule_exceptions_total',
  help: 'Errors that scheduled methods threw.',
  labels: {
    name: NAME,
    error_type: boundedBy('HttpException classes, errors of JavaScript and TypeORM, registered errors, else `_OTHER`'),
  },
});

/**
 * SQL statements per run of a scheduled method.
 *
 * @unit statements
 * @labels name: as `nestjs_schedule_operations_total`
 * @option `http.queriesPerRequest`
 * @source known schedules exist at zero from boot
 * @since 0.1.0
 * @example The five schedules with the most statements per run: `topk(5, sum by (name)
 *   (rate(nestjs_schedule_operation_db_queries_sum[1d])) / sum by (name)
 *   (rate(nestjs_schedule_operation_db_queries_count[1d])))`
 */
export const NESTJS_SCHEDULE_OPERATION_DB_QUERIES = defineHistogram({
  name: 'nestjs_schedule_operation_db_queries',
  help: 'SQL statements per run of a scheduled method.',
  labels: { name: NAME },
  buckets: QUERIES_BUCKETS,
});

/**
 * Total time of the SQL statements of a run of a scheduled method. Concurrent statements count in full.
 *
 * @unit seconds, monotonic clock
 * @labels name: as `nestjs_schedule_operations_total`
 * @option `http.queriesPerRequest`
 * @source known schedules exist at zero from boot
 * @since 0.1.0
 * @example The share of the time of runs that SQL takes, by schedule: `sum by (name)
 *   (rate(nestjs_schedule_operation_db_seconds_sum[1d])) / sum by (name)
 *   (rate(nestjs_schedule_operation_duration_seconds_sum[1d]))`
 */
export const NESTJS_SCHEDULE_OPERATION_DB_SECONDS = defineHistogram({
  name: 'nestjs_schedule_operation_db_seconds',
  help: 'Total time of the SQL statements of a run of a scheduled method.',
  unit: 'seconds',
  labels: { name: NAME },
  buckets: JOB_BUCKETS,
});

/**
 * Runs that began while another run of the same name had not ended, in the same process.
 *
 * @labels name: as `nestjs_schedule_operations_total`
 * @source known schedules exist at zero from boot
 * @since 0.1.0
 * @example Runs of the last hour that overlapped, by schedule: `sum by (name)
 *   (increase(nestjs_schedule_overlaps_total[1h]))`
 */
export const NESTJS_SCHEDULE_OVERLAPS_TOTAL = defineCounter({
  name: 'nestjs_schedule_overlaps_total',
  help: 'Runs of scheduled methods that began while another run of the same name had not ended.',
  labels: { name: NAME },
});

/**
 * When a run last ended without an error. 0 until the first success of the process.
 *
 * @unit seconds since 1970, wall clock
 * @labels name: as `nestjs_schedule_operations_total`
 * @source known schedules exist at zero from boot; with several processes, the latest of them
 * @since 0.1.0
 * @example Seconds since the last success, by schedule: `time() - max by (job, name)
 *   (nestjs_schedule_last_success_timestamp_seconds > 0)`
 */
export const NESTJS_SCHEDULE_LAST_SUCCESS_TIMESTAMP_SECONDS = defineGauge({
  name: 'nestjs_schedule_last_success_timestamp_seconds',
  help: 'When a run of a scheduled method last ended without an error, as Unix time; 0 until then.',
  unit: 'seconds',
  labels: { name: NAME },
  merge: 'max',
});

/**
 * Seconds between the next two runs that are planned. 0 for a timeout, for a date, and for what is stopped or deleted from
 * the SchedulerRegistry. Of several schedules of the same name, the shortest.
 *
 * @unit seconds
 * @labels name: as `nestjs_schedule_operations_total`
 * @source read at each scrape, from the CronJob or the interval; known schedules exist at zero from boot
 * @since 0.1.0
 * @example Intervals since the last success, by schedule; more than 2 are too many: `(time() - max by (job, name)
 *   (nestjs_schedule_last_success_timestamp_seconds > 0)) / max by (job, name) (nestjs_schedule_interval_seconds > 0)`
 */
export const NESTJS_SCHEDULE_INTERVAL_SECONDS = defineGauge({
  name: 'nestjs_schedule_interval_seconds',
  help: 'Seconds between the next two planned runs of a scheduled method; 0 if none are planned.',
  unit: 'seconds',
  labels: { name: NAME },
  merge: 'max',
});

/** What every door publishes. */
export const SCHEDULE_DEFINITIONS: OperationDefinitions = {
  operations: NESTJS_SCHEDULE_OPERATIONS_TOTAL,
  duration: NESTJS_SCHEDULE_OPERATION_DURATION_SECONDS,
  inFlight: NESTJS_SCHEDULE_OPERATIONS_IN_FLIGHT,
  exceptions: NESTJS_SCHEDULE_EXCEPTIONS_TOTAL,
  queries: NESTJS_SCHEDULE_OPERATION_DB_QUERIES,
  querySeconds: NESTJS_SCHEDULE_OPERATION_DB_SECONDS,
};
