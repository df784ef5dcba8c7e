import { boundedBy, defineCounter, defineGauge, defineHistogram, oneOf } from '../../metrics/definition.js';

// Names, units and meanings are those of prom-client, so that existing dashboards keep working. If a meaning differs,
// the comment says how. Left out on purpose: `nodejs_active_handles`, `nodejs_active_requests` and their totals,
// because they need private functions of Node, and `nodejs_active_resources_total`, because it is a gauge with the name
// of a counter.

const SPACE = boundedBy('the heap spaces of V8');

/**
 * Duration of one turn of the event loop, measured during the scrape.
 *
 * @unit seconds
 * @since 0.1.0
 * @example The longest turn of the event loop that a scrape of the last hour saw:
 *   `max_over_time(nodejs_eventloop_lag_seconds[1h])`
 */
export const NODEJS_EVENTLOOP_LAG_SECONDS = defineGauge({
  name: 'nodejs_eventloop_lag_seconds',
  help: 'Lag of event loop in seconds.',
  unit: 'seconds',
  readAtScrape: true,
  merge: 'each',
});

/**
 * The shortest event loop delay: how late a timer ran that is due every 100 ms, over the last one to two minutes.
 *
 * The seven delay metrics cover the same window, however often and by how many servers they are scraped. With at least
 * one scrape per minute no delay is missed, and two servers read the same values. The 100 ms interval itself is not
 * included, unlike in prom-client: an idle event loop has about 0.
 *
 * @unit seconds
 * @since 0.1.0
 * @example The shortest delay of the busiest instance. Far above 0, its event loop is never free: `max by (job)
 *   (nodejs_eventloop_lag_min_seconds)`
 */
export const NODEJS_EVENTLOOP_LAG_MIN_SECONDS = defineGauge({
  name: 'nodejs_eventloop_lag_min_seconds',
  help: 'The minimum recorded event loop delay, over the last one to two minutes.',
  unit: 'seconds',
  readAtScrape: true,
  merge: 'each',
});

/**
 * The longest of these delays: the longest time that the event loop was seen blocked.
 *
 * @unit seconds
 * @since 0.1.0
 * @example The longest time in the last hour that the event loop of an instance was blocked: `max by (job, instance)
 *   (max_over_time(nodejs_eventloop_lag_max_seconds[1h]))`
 */
export const NODEJS_EVENTLOOP_LAG_MAX_SECONDS = defineGauge({
  name: 'nodejs_eventloop_lag_max_seconds',
  help: 'The maximum recorded event loop delay, over the last one to two minutes.',
  unit: 'seconds',
  readAtScrape: true,
  merge: 'each',
});

/**
 * The mean of these delays. One long delay is one observation, as one short delay is.
 *
 * @unit seconds
 * @since 0.1.0
 * @example The three instances with the longest delays: `topk(3, nodejs_eventloop_lag_mean_seconds)`
 */
export const NODEJS_EVENTLOOP_LAG_MEAN_SECONDS = defineGauge({
  name: 'nodejs_eventloop_lag_mean_seconds',
  help: 'The mean of the recorded event loop delays, over the last one to two minutes.',
  unit: 'seconds',
  readAtScrape: true,
  merge: 'each',
});

/**
 * The standard deviation of these delays.
 *
 * @unit seconds
 * @since 0.1.0
 * @example Whether delays are alike (below 1) or a few are very long (above 1): `nodejs_eventloop_lag_stddev_seconds /
 *   nodejs_eventloop_lag_mean_seconds`
 */
export const NODEJS_EVENTLOOP_LAG_STDDEV_SECONDS = defineGauge({
  name: 'nodejs_eventloop_lag_stddev_seconds',
  help: 'The standard deviation of the recorded event loop delays, over the last one to two minutes.',
  unit: 'seconds',
  readAtScrape: true,
  merge: 'each',
});

/**
 * Half of these delays were shorter.
 *
 * @unit seconds
 * @since 0.1.0
 * @example The median delay, averaged over the last hour: `avg_over_time(nodejs_eventloop_lag_p50_seconds[1h])`
 */
export const NODEJS_EVENTLOOP_LAG_P50_SECONDS = defineGauge({
  name: 'nodejs_eventloop_lag_p50_seconds',
  help: 'The 50th percentile of the recorded event loop delays, over the last one to two minutes.',
  unit: 'seconds',
  readAtScrape: true,
  merge: 'each',
});

/**
 * One in ten of these delays was longer.
 *
 * @unit seconds
 * @since 0.1.0
 * @example The 90th percentile of the slowest instance: `max by (job) (nodejs_eventloop_lag_p90_seconds)`
 */
export const NODEJS_EVENTLOOP_LAG_P90_SECONDS = defineGauge({
  name: 'nodejs_eventloop_lag_p90_seconds',
  help: 'The 90th percentile of the recorded event loop delays, over the last one to two minutes.',
  unit: 'seconds',
  readAtScrape: true,
  merge: 'each',
});

/**
 * One in a hundred of these delays was longer.
 *
 * @unit seconds
 * @since 0.1.0
 * @example The highest 99th percentile of the last hour, by instance:
 *   `max_over_time(nodejs_eventloop_lag_p99_seconds[1h])`
 */
export const NODEJS_EVENTLOOP_LAG_P99_SECONDS = defineGauge({
  name: 'nodejs_eventloop_lag_p99_seconds',
  help: 'The 99th percentile of the recorded event loop delays, over the last one to two minutes.',
  unit: 'seconds',
  readAtScrape: true,
  merge: 'each',
});

/**
 * Event loop utilization, from 0 to 1, over the same window as the delays. At 1 the event loop was never idle: the
 * process is at its limit.
 *
 * @since 0.1.0
 * @example The busiest instance. Add instances before it reaches 1: `topk(1, nodejs_eventloop_utilization_ratio)`
 */
export const NODEJS_EVENTLOOP_UTILIZATION_RATIO = defineGauge({
  name: 'nodejs_eventloop_utilization_ratio',
  help: 'Share of time in which the event loop was not waiting, over the last one to two minutes.',
  readAtScrape: true,
  merge: 'each',
});

/**
 * Time that the event loop was active and idle. Rates of it give the utilization over any range, without the fixed
 * window of the gauge.
 *
 * @unit seconds
 * @labels state: active, idle
 * @since 0.1.0
 * @example The utilization of the last quarter of an hour, by instance:
 *   `rate(nodejs_eventloop_time_seconds_total{state="active"}[15m]) / ignoring (state) sum without (state)
 *   (rate(nodejs_eventloop_time_seconds_total[15m]))`
 */
export const NODEJS_EVENTLOOP_TIME_SECONDS_TOTAL = defineCounter({
  name: 'nodejs_eventloop_time_seconds_total',
  help: 'Time the event loop has spent active and idle.',
  unit: 'seconds',
  labels: { state: oneOf('active', 'idle') },
  merge: 'each',
});

/**
 * When the event loop last ran a timer that is due every second. While the loop is blocked, only the own port (option
 * `server`) can serve it.
 *
 * @unit seconds since the epoch
 * @since 0.1.0
 * @example Seconds since the event loop ran. Above a few seconds it is stuck: `time() -
 *   nodejs_eventloop_last_turn_timestamp_seconds`
 */
export const NODEJS_EVENTLOOP_LAST_TURN_TIMESTAMP_SECONDS = defineGauge({
  name: 'nodejs_eventloop_last_turn_timestamp_seconds',
  help: 'Time of the last turn of the event loop, to the second, in seconds since unix epoch.',
  unit: 'seconds',
  merge: 'each',
});

/**
 * Resources that keep the event loop alive: sockets, servers, timers, requests in progress.
 *
 * @labels type: Node's names for the types of resources; a type that was seen once stays, at 0
 * @errors reading it takes time in proportion to the open resources: about a millisecond for ten thousand sockets
 * @since 0.1.0
 * @example What has grown the most in the last hour: sockets, timers, files: `topk(3,
 *   delta(nodejs_active_resources[1h]))`
 */
export const NODEJS_ACTIVE_RESOURCES = defineGauge({
  name: 'nodejs_active_resources',
  help: 'Number of active resources that are currently keeping the event loop alive, grouped by async resource type.',
  labels: { type: boundedBy("Node's types of resources") },
  readAtScrape: true,
  merge: 'each',
});

/**
 * Heap memory that V8 has allocated from the operating system.
 *
 * @unit bytes
 * @since 0.1.0
 * @example The share of the heap that is in use: `nodejs_heap_size_used_bytes / nodejs_heap_size_total_bytes`
 */
export const NODEJS_HEAP_SIZE_TOTAL_BYTES = defineGauge({
  name: 'nodejs_heap_size_total_bytes',
  help: 'Process heap size from Node.js in bytes.',
  unit: 'bytes',
  readAtScrape: true,
  merge: 'each',
});

/**
 * The used part of the heap, garbage that was not collected yet included.
 *
 * @unit bytes
 * @since 0.1.0
 * @example The smallest heap of the last hour, which is what garbage collection left. If it grows from hour to hour,
 *   memory leaks: `min_over_time(nodejs_heap_size_used_bytes[1h])`
 */
export const NODEJS_HEAP_SIZE_USED_BYTES = defineGauge({
  name: 'nodejs_heap_size_used_bytes',
  help: 'Process heap size used from Node.js in bytes.',
  unit: 'bytes',
  readAtScrape: true,
  merge: 'each',
});

/**
 * Memory outside the heap that belongs to objects in it, mostly buffers.
 *
 * @unit bytes
 * @since 0.1.0
 * @example The share of the memory that buffers take: `nodejs_external_memory_bytes / process_resident_memory_bytes`
 */
export const NODEJS_EXTERNAL_MEMORY_BYTES = defineGauge({
  name: 'nodejs_external_memory_bytes',
  help: 'Node.js external memory size in bytes.',
  unit: 'bytes',
  readAtScrape: true,
  merge: 'each',
});

/**
 * The size of each space of the heap.
 *
 * @unit bytes
 * @labels space: the spaces of V8, without the suffix `_space`
 * @since 0.1.0
 * @example The three largest spaces: `topk(3, nodejs_heap_space_size_total_bytes)`
 */
export const NODEJS_HEAP_SPACE_SIZE_TOTAL_BYTES = defineGauge({
  name: 'nodejs_heap_space_size_total_bytes',
  help: 'Process heap space size total from Node.js in bytes.',
  unit: 'bytes',
  labels: { space: SPACE },
  readAtScrape: true,
  merge: 'each',
});

/**
 * The used part of each space of the heap.
 *
 * @unit bytes
 * @labels space: as `nodejs_heap_space_size_total_bytes`
 * @since 0.1.0
 * @example Growth of the old generation, in bytes per hour: `3600 *
 *   deriv(nodejs_heap_space_size_used_bytes{space="old"}[1h])`
 */
export const NODEJS_HEAP_SPACE_SIZE_USED_BYTES = defineGauge({
  name: 'nodejs_heap_space_size_used_bytes',
  help: 'Process heap space size used from Node.js in bytes.',
  unit: 'bytes',
  labels: { space: SPACE },
  readAtScrape: true,
  merge: 'each',
});

/**
 * The available part of each space of the heap.
 *
 * @unit bytes
 * @labels space: as `nodejs_heap_space_size_total_bytes`
 * @since 0.1.0
 * @example Bytes that can be allocated before the young generation is collected:
 *   `nodejs_heap_space_size_available_bytes{space="new"}`
 */
export const NODEJS_HEAP_SPACE_SIZE_AVAILABLE_BYTES = defineGauge({
  name: 'nodejs_heap_space_size_available_bytes',
  help: 'Process heap space size available from Node.js in bytes.',
  unit: 'bytes',
  labels: { space: SPACE },
  readAtScrape: true,
  merge: 'each',
});

/**
 * The version of Node, as one series with the value 1.
 *
 * @labels version: such as `v20.20.2`; major, minor, patch: the parts of the version
 * @since 0.1.0
 * @example Instances by version of Node: `count by (job, version) (nodejs_version_info)`
 */
export const NODEJS_VERSION_INFO = defineGauge({
  name: 'nodejs_version_info',
  help: 'Node.js version info.',
  labels: {
    version: boundedBy('the running version of Node'),
    major: boundedBy('the running version of Node'),
    minor: boundedBy('the running version of Node'),
    patch: boundedBy('the running version of Node'),
  },
  merge: 'max',
});

/** Kinds of garbage collection. Incremental marking and weak callbacks are steps of a major one. */
export const GC_KINDS = ['major', 'minor', 'incremental', 'weakcb'] as const;
export type GcKind = (typeof GC_KINDS)[number];

/**
 * Duration of each garbage collection. All are observed; prom-client misses those that Node reports together.
 *
 * @unit seconds
 * @labels kind: major, minor, incremental, weakcb
 * @since 0.1.0
 * @example The share of time that garbage collection takes, by kind: `sum by (instance, kind)
 *   (rate(nodejs_gc_duration_seconds_sum[5m]))`
 */
export const NODEJS_GC_DURATION_SECONDS = defineHistogram({
  name: 'nodejs_gc_duration_seconds',
  help: 'Garbage collection duration by kind, one of major, minor, incremental or weakcb.',
  unit: 'seconds',
  buckets: [0.001, 0.01, 0.1, 1, 2, 5],
  labels: { kind: oneOf(...GC_KINDS) },
  merge: 'each',
});
