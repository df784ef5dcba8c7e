import { type CacheBackend, type CacheCall, type CacheInfo, type CacheListener } from '../../observe/cache-events.js';
import { type MetricStore } from '../../metrics/store.js';
import * as definitions from './cache.definitions.js';

/** django-prometheus' names of the backends that Django has too. */
const BACKENDS: { readonly [Backend in CacheBackend]?: string } = {
  memory: 'locmem',
  valkey: 'redis',
  file: 'filebased',
};

/**
 * The cache metrics under django-prometheus' names, updated by each event. An application without a cache has none of
 * them. The series of a backend stay when a cache ends, because the backends are a closed set.
 */
export class DjangoCacheMetrics implements CacheListener {
  private made: ReturnType<typeof makeMetrics> | undefined;
  private readonly byBackend: { [Backend in CacheBackend]?: ReturnType<typeof seriesOf> } = {};

  constructor(private readonly store: MetricStore) {}

  cacheFound({ backend }: CacheInfo): void {
    this.of(backend);
  }

  cacheCalled({ cache, operation, keys, hits, failures }: CacheCall): void {
    if (operation !== 'get') return;
    const series = this.of(cache.backend);
    series.gets.inc(keys);
    series.hits.inc(hits);
    series.misses.inc(keys - hits - failures);
    series.failures.inc(failures);
  }

  private of(backend: CacheBackend): ReturnType<typeof seriesOf> {
    return (this.byBackend[backend] ??= seriesOf((this.made ??= makeMetrics(this.store)), backend));
  }
}

function seriesOf(metrics: ReturnType<typeof makeMetrics>, own: CacheBackend) {
  const backend = BACKENDS[own] ?? own;
  return {
    gets: metrics.gets.known({ backend }),
    hits: metrics.hits.known({ backend }),
    misses: metrics.misses.known({ backend }),
    failures: metrics.failures.known({ backend }),
  };
}

function makeMetrics(store: MetricStore) {
  return {
    gets: store.counter(definitions.DJANGO_CACHE_GET_TOTAL),
    hits: store.counter(definitions.DJANGO_CACHE_GET_HITS_TOTAL),
    misses: store.counter(definitions.DJANGO_CACHE_GET_MISSES_TOTAL),
    failures: store.counter(definitions.DJANGO_CACHE_GET_FAIL_TOTAL),
  };
}
