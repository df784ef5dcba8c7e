import { CACHE_BACKENDS, CACHE_OPERATIONS } from '../../observe/cache-events.js';
import { boundedBy, defineCounter, defineHistogram, oneOf } from '../../metrics/definition.js';

const LABELS = { cache: boundedBy('the names of the caches of the application'), backend: oneOf(...CACHE_BACKENDS) };

/** From 0.1 ms, the duration of a lookup in memory, to one second. */
export const CACHE_BUCKETS = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1] as const;

/**
 * Keys that were looked up: hits + misses + failed gets. This includes `wrap`, `mget`, the CacheInterceptor and lookups
 * of the time to live. In a cache with two tiers, each tier counts the keys that were looked up in it.
 *
 * @labels cache: the caches of the application; backend: closed set of 11, by the class of the store
 * @since 0.1.0
 * @example Lookups per HTTP request: `sum by (job, cache) (rate(nestjs_cache_gets_total[5m])) / on (job) group_left
 *   sum by (job) (rate(nestjs_http_requests_total[5m]))`
 */
export const NESTJS_CACHE_GETS_TOTAL = defineCounter({
  name: 'nestjs_cache_gets_total',
  help: 'Keys that were looked up in a cache.',
  labels: LABELS,
});

/**
 * Keys that were found. The values 0, false, null and '' count as found.
 *
 * @since 0.1.0
 * @example The hit ratio: `sum by (cache, backend) (rate(nestjs_cache_hits_total[5m])) / sum by (cache, backend)
 *   (rate(nestjs_cache_gets_total[5m]))`
 */
export const NESTJS_CACHE_HITS_TOTAL = defineCounter({
  name: 'nestjs_cache_hits_total',
  help: 'Keys that were looked up and found.',
  labels: LABELS,
});

/**
 * Keys that were missing or had expired. A failure of the store is not a miss, though Keyv reports it as one.
 *
 * @since 0.1.0
 * @example Misses per second: the load that the cache leaves to what is behind it: `sum by (cache, backend)
 *   (rate(nestjs_cache_misses_total[5m]))`
 */
export const NESTJS_CACHE_MISSES_TOTAL = defineCounter({
  name: 'nestjs_cache_misses_total',
  help: 'Keys that were looked up and not found.',
  labels: LABELS,
});

/**
 * Keys written to a cache, failed writes included.
 *
 * @since 0.1.0
 * @example Writes per miss. Well below 1, values that were missing are not written: `sum by (cache, backend)
 *   (rate(nestjs_cache_sets_total[5m])) / sum by (cache, backend) (rate(nestjs_cache_misses_total[5m]))`
 */
export const NESTJS_CACHE_SETS_TOTAL = defineCounter({
  name: 'nestjs_cache_sets_total',
  help: 'Keys that were written to a cache, failed writes included.',
  labels: LABELS,
});

/**
 * Keys that the application deleted, failed deletes included. Keys that Keyv deletes because they have expired are not
 * counted.
 *
 * @since 0.1.0
 * @example Deletes per write. Near 1, most values are deleted before they expire: `sum by (cache, backend)
 *   (rate(nestjs_cache_deletes_total[5m])) / sum by (cache, backend) (rate(nestjs_cache_sets_total[5m]))`
 */
export const NESTJS_CACHE_DELETES_TOTAL = defineCounter({
  name: 'nestjs_cache_deletes_total',
  help: 'Keys that were deleted from a cache, failed deletes included.',
  labels: LABELS,
});

/**
 * Keys for which the store failed, whether or not the application got the error.
 *
 * @labels operation: get, set, delete, clear
 * @since 0.1.0
 * @example Failures of the last hour, by operation: `sum by (cache, backend, operation)
 *   (increase(nestjs_cache_failures_total[1h]))`
 */
export const NESTJS_CACHE_FAILURES_TOTAL = defineCounter({
  name: 'nestjs_cache_failures_total',
  help: 'Keys for which the store of a cache failed.',
  labels: { ...LABELS, operation: oneOf(...CACHE_OPERATIONS) },
});

/**
 * Duration of a call to a store, for one key or several, failed calls included.
 *
 * @unit seconds, monotonic clock
 * @since 0.1.0
 * @example The duration that 99 % of the calls stay below, by operation: `histogram_quantile(0.99, sum by (cache,
 *   backend, operation, le) (rate(nestjs_cache_operation_duration_seconds_bucket[5m])))`
 */
export const NESTJS_CACHE_OPERATION_DURATION_SECONDS = defineHistogram({
  name: 'nestjs_cache_operation_duration_seconds',
  help: 'Time that a call of a cache took.',
  unit: 'seconds',
  labels: { ...LABELS, operation: oneOf(...CACHE_OPERATIONS) },
  buckets: CACHE_BUCKETS,
});
