import { boundedBy, defineCounter } from '../../metrics/definition.js';

const LABELS = { backend: boundedBy('the backends of the caches of the application') };

/**
 * Keys that were looked up in the caches of a backend: hits + misses + failed gets. Django counts `get()` only; here
 * `wrap`, `mget` and the CacheInterceptor look up keys too.
 *
 * @labels backend: `locmem` (in memory), `filebased`, `redis` (Valkey too), `memcached`; a store that Django does not
 *   have keeps its name of `nestjs_cache_gets_total`. Caches with the same backend are counted together.
 * @since 0.1.0
 */
export const DJANGO_CACHE_GET_TOTAL = defineCounter({
  name: 'django_cache_get_total',
  help: 'Keys that were looked up in a cache.',
  labels: LABELS,
});

/**
 * Keys that were found. The values 0, false, null and '' count as found, where Django takes None for a miss.
 *
 * @labels backend: as `django_cache_get_total`
 * @since 0.1.0
 */
export const DJANGO_CACHE_GET_HITS_TOTAL = defineCounter({
  name: 'django_cache_get_hits_total',
  help: 'Keys that were looked up and found.',
  labels: LABELS,
});

/**
 * Keys that were missing or had expired. A failure of the store is not a miss.
 *
 * @labels backend: as `django_cache_get_total`
 * @since 0.1.0
 */
export const DJANGO_CACHE_GET_MISSES_TOTAL = defineCounter({
  name: 'django_cache_get_misses_total',
  help: 'Keys that were looked up and not found.',
  labels: LABELS,
});

/**
 * Keys for which the store failed, whether or not the application got the error.
 *
 * @labels backend: as `django_cache_get_total`
 * @since 0.1.0
 */
export const DJANGO_CACHE_GET_FAIL_TOTAL = defineCounter({
  name: 'django_cache_get_fail_total',
  help: 'Keys that were looked up and for which the store failed.',
  labels: LABELS,
});
