import { CACHE_BACKENDS, CACHE_OPERATIONS } from '../../observe/cache-events.js';
import { boundedBy, defineCounter, defineHistogram, oneOf } from '../../metrics/definition.js';

const LABELS = { cache: boundedBy('the names of the caches of the application'), backend: oneOf(...CACHE_BACKENDS) };

/** From a tenth of a millisecond, which a cache in memory takes, to one second. */
export const CACHE_BUCKETS = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1] as const;

/**
 * Keys that were looked up: hits + misses + failed gets. `wrap`, `mget` and the CacheInterceptor are in it, and so is
 * a look at the time to live; of a cache with two tiers each tier that was asked.
 *
 * @labels cache: the caches of the application; backend: closed set of 11, by the class of the store
 */
export const NESTJS_CACHE_GETS_TOTAL = defineCounter({
  name: 'nestjs_cache_gets_total',
  help: 'Keys that were looked up in a cache.',
  labels: LABELS,
});

/** Keys that were found: 0, false, null and '' are values like any other. */
export const NESTJS_CACHE_HITS_TOTAL = defineCounter({
  name: 'nestjs_cache_hits_total',
  help: 'Keys that were looked up and found.',
  labels: LABELS,
});

/** Keys that were not there or had expired. A store that failed is no miss, though Keyv reports it as one. */
export const NESTJS_CACHE_MISSES_TOTAL = defineCounter({
  name: 'nestjs_cache_misses_total',
  help: 'Keys that were looked up and not found.',
  labels: LABELS,
});

/** Entries that were to be stored, those that failed included. */
export const NESTJS_CACHE_SETS_TOTAL = defineCounter({
  name: 'nestjs_cache_sets_total',
  help: 'Entries that were to be stored.',
  labels: LABELS,
});

/** Keys that were to be deleted, those that failed included; what a Keyv deletes because it has expired is not. */
export const NESTJS_CACHE_DELETES_TOTAL = defineCounter({
  name: 'nestjs_cache_deletes_total',
  help: 'Keys that were to be deleted.',
  labels: LABELS,
});

/**
 * Keys for which the store failed, whether the application was told or not.
 *
 * @labels operation: get, set, delete, clear
 */
export const NESTJS_CACHE_FAILURES_TOTAL = defineCounter({
  name: 'nestjs_cache_failures_total',
  help: 'Keys for which the store of a cache failed.',
  labels: { ...LABELS, operation: oneOf(...CACHE_OPERATIONS) },
});

/**
 * How long a call of a store took, for one key or for several, failed ones included.
 *
 * @unit seconds, monotonic clock
 */
export const NESTJS_CACHE_OPERATION_DURATION_SECONDS = defineHistogram({
  name: 'nestjs_cache_operation_duration_seconds',
  help: 'Time that a call of a cache took.',
  unit: 'seconds',
  labels: { ...LABELS, operation: oneOf(...CACHE_OPERATIONS) },
  buckets: CACHE_BUCKETS,
});
