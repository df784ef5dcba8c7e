import { boundedBy, defineCounter, defineGauge, defineHistogram, oneOf } from '../../metrics/definition.js';
import { QUEUE_STATES } from '../../observe/queue-events.js';
import { JOB_BUCKETS } from '../buckets.js';
import { QUERIES_BUCKETS } from './http.definitions.js';
import { type OperationDefinitions } from './operation.metrics.js';

const QUEUE = boundedBy('the queues of @Processor() and BullModule.registerQueue() in the application');
const NAME = boundedBy('the names in the option `queue.jobNames`, else `_OTHER`');
const OUTCOME = oneOf('success', 'error');

/** From one attempt to twenty. */
export const ATTEMPTS_BUCKETS = [1, 2, 3, 5, 10, 20] as const;

/**
 * Attempts of jobs, counted when they end. A job that is tried three times counts three times.
 *
 * An attempt that puts its job back (`DelayedError`, `WaitingChildrenError`, `WaitingError`, `RateLimitError`) counts as
 * success: BullMQ does not count it as an attempt.
 *
 * @labels queue: the queues of the processors; name: as declared in `queue.jobNames`, else `_OTHER`; outcome: success or
 *   error
 * @source known queues and names exist at zero from boot
 * @since 0.1.0
 * @example The share of attempts that failed, by queue: `sum by (queue)
 *   (rate(nestjs_queue_operations_total{outcome="error"}[5m])) / sum by (queue)
 *   (rate(nestjs_queue_operations_total[5m]))`
 */
export const NESTJS_QUEUE_OPERATIONS_TOTAL = defineCounter({
  name: 'nestjs_queue_operations_total',
  help: 'Attempts of jobs that have ended.',
  labels: { queue: QUEUE, name: NAME, outcome: OUTCOME },
});

/**
 * Duration of attempts of jobs: until the promise of the processor settles.
 *
 * @unit seconds, monotonic clock
 * @labels queue, name, outcome: as `nestjs_queue_operations_total`
 * @source known queues and names exist at zero from boot
 * @since 0.1.0
 * @example The duration that 95 % of the attempts stay below, by queue: `histogram_quantile(0.95, sum by (queue, le)
 *   (rate(nestjs_queue_operation_duration_seconds_bucket[5m])))`
 */
export const NESTJS_QUEUE_OPERATION_DURATION_SECONDS = defineHistogram({
  name: 'nestjs_queue_operation_duration_seconds',
  help: 'Time that attempts of jobs took.',
  unit: 'seconds',
  labels: { queue: QUEUE, name: NAME, outcome: OUTCOME },
  buckets: JOB_BUCKETS,
});

/**
 * Attempts of jobs in this process that have not ended yet.
 *
 * @labels queue, name: as `nestjs_queue_operations_total`
 * @source known queues and names exist at zero from boot
 * @since 0.1.0
 * @example Attempts in flight, by queue: `sum by (queue) (nestjs_queue_operations_in_flight)`
 */
export const NESTJS_QUEUE_OPERATIONS_IN_FLIGHT = defineGauge({
  name: 'nestjs_queue_operations_in_flight',
  help: 'Attempts of jobs that have not ended yet.',
  labels: { queue: QUEUE, name: NAME },
  merge: 'sum',
});

/**
 * Errors that processors threw or rejected with.
 *
 * @labels queue, name: as `nestjs_queue_operations_total`; error_type: as `nestjs_http_exceptions_total`
 * @since 0.1.0
 * @example Errors of the last hour, by queue and class: `sum by (queue, error_type)
 *   (increase(nestjs_queue_exceptions_total[1h])) > 0`
 */
export const NESTJS_QUEUE_EXCEPTIONS_TOTAL = defineCounter({
  name: 'nestjs_queue_exceptions_total',
  help: 'Errors that processors of jobs threw.',
  labels: {
    queue: QUEUE,
    name: NAME,
    error_type: boundedBy('HttpException classes, errors of JavaScript and TypeORM, registered errors, else `_OTHER`'),
  },
});

/**
 * SQL statements per attempt of a job.
 *
 * @unit statements
 * @labels queue, name: as `nestjs_queue_operations_total`
 * @option `http.queriesPerRequest`
 * @source known queues and names exist at zero from boot
 * @since 0.1.0
 * @example The five kinds of jobs with the most statements per attempt: `topk(5, sum by (queue, name)
 *   (rate(nestjs_queue_operation_db_queries_sum[5m])) / sum by (queue, name)
 *   (rate(nestjs_queue_operation_db_queries_count[5m])))`
 */
export const NESTJS_QUEUE_OPERATION_DB_QUERIES = defineHistogram({
  name: 'nestjs_queue_operation_db_queries',
  help: 'SQL statements per attempt of a job.',
  labels: { queue: QUEUE, name: NAME },
  buckets: QUERIES_BUCKETS,
});

/**
 * Total time of the SQL statements of an attempt of a job. Concurrent statements count in full.
 *
 * @unit seconds, monotonic clock
 * @labels queue, name: as `nestjs_queue_operations_total`
 * @option `http.queriesPerRequest`
 * @source known queues and names exist at zero from boot
 * @since 0.1.0
 * @example The share of the time of attempts that SQL takes, by queue: `sum by (queue)
 *   (rate(nestjs_queue_operation_db_seconds_sum[5m])) / sum by (queue)
 *   (rate(nestjs_queue_operation_duration_seconds_sum[5m]))`
 */
export const NESTJS_QUEUE_OPERATION_DB_SECONDS = defineHistogram({
  name: 'nestjs_queue_operation_db_seconds',
  help: 'Total time of the SQL statements of an attempt of a job.',
  unit: 'seconds',
  labels: { queue: QUEUE, name: NAME },
  buckets: JOB_BUCKETS,
});

/**
 * How long attempts waited: from when they could have begun to their start. A first attempt could begin when its job was
 * added, or its delay was over; a retry when its backoff was over.
 *
 * A retry whose failed attempt ran in another process is left out, and so is an attempt after a stall or after the job
 * was put back: nobody knows when it could have begun. The wait of a parent in a flow includes its children.
 *
 * @unit seconds, wall clocks of the process that added the job and of this one
 * @labels queue: as `nestjs_queue_operations_total`
 * @source known queues exist at zero from boot
 * @since 0.1.0
 * @example The wait that 95 % of the attempts stay below, by queue: `histogram_quantile(0.95, sum by (queue, le)
 *   (rate(nestjs_queue_job_wait_seconds_bucket[5m])))`
 */
export const NESTJS_QUEUE_JOB_WAIT_SECONDS = defineHistogram({
  name: 'nestjs_queue_job_wait_seconds',
  help: 'Time from when attempts of jobs could have begun to their start.',
  unit: 'seconds',
  labels: { queue: QUEUE },
  buckets: JOB_BUCKETS,
});

/**
 * Attempts per job, of jobs that have ended for good: completed, or failed and not tried again.
 *
 * @unit attempts
 * @labels queue: as `nestjs_queue_operations_total`
 * @source known queues exist at zero from boot
 * @since 0.1.0
 * @example The share of jobs that needed more than one attempt, by queue: `1 - sum by (queue)
 *   (rate(nestjs_queue_job_attempts_bucket{le=~"1|1.0"}[5m])) / sum by (queue) (rate(nestjs_queue_job_attempts_count[5m]))`
 */
export const NESTJS_QUEUE_JOB_ATTEMPTS = defineHistogram({
  name: 'nestjs_queue_job_attempts',
  help: 'Attempts of jobs that have ended for good.',
  labels: { queue: QUEUE },
  buckets: ATTEMPTS_BUCKETS,
});

/**
 * Jobs in a queue, by state, as Redis has them. Every process that registers the queue tells the same, so do not sum them:
 * with the option `processes`, the value that was read last counts.
 *
 * Without an answer within a second, its series are left out, and `nestjs_metrics_collector_success` of the collector
 * `queue NAME` is 0.
 *
 * @labels queue: the queues of `BullModule.registerQueue()`; state: closed set of 8
 * @source read at each scrape, over the connection of the application's queue
 * @since 0.1.0
 * @example Jobs that could begin and have not, by queue: `max by (job, queue)
 *   (nestjs_queue_jobs{state="waiting"}) + max by (job, queue) (nestjs_queue_jobs{state="prioritized"})`
 */
export const NESTJS_QUEUE_JOBS = defineGauge({
  name: 'nestjs_queue_jobs',
  help: 'Jobs in a queue, by state.',
  labels: { queue: QUEUE, state: oneOf(...QUEUE_STATES) },
  merge: 'mostRecent',
  readAtScrape: true,
});

/**
 * Jobs that a worker of this process found stalled: the process that ran them has died, or its event loop was blocked for
 * so long that the lock of the job expired. They are tried again, or fail.
 *
 * @labels queue: as `nestjs_queue_operations_total`
 * @source known queues exist at zero from boot
 * @since 0.1.0
 * @example Stalled jobs of the last hour, by queue: `sum by (queue) (increase(nestjs_queue_stalled_jobs_total[1h]))`
 */
export const NESTJS_QUEUE_STALLED_JOBS_TOTAL = defineCounter({
  name: 'nestjs_queue_stalled_jobs_total',
  help: 'Jobs that were found stalled.',
  labels: { queue: QUEUE },
});

/** What every door publishes. */
export const QUEUE_DEFINITIONS: OperationDefinitions = {
  operations: NESTJS_QUEUE_OPERATIONS_TOTAL,
  duration: NESTJS_QUEUE_OPERATION_DURATION_SECONDS,
  inFlight: NESTJS_QUEUE_OPERATIONS_IN_FLIGHT,
  exceptions: NESTJS_QUEUE_EXCEPTIONS_TOTAL,
  queries: NESTJS_QUEUE_OPERATION_DB_QUERIES,
  querySeconds: NESTJS_QUEUE_OPERATION_DB_SECONDS,
};
