import { type CacheCall, type CacheInfo, type CacheListener, type CacheOperation } from '../../observe/cache-events.js';
import { type MetricStore } from '../../metrics/store.js';
import { HandlesByKey } from '../handles-by-key.js';
import * as definitions from './cache.definitions.js';

/**
 * The number of ended caches whose series are kept, because a cache of the same name may follow. The limit is for code
 * that creates caches in a loop.
 */
const MAX_ENDED = 100;

/** The cache metrics under Nest's names, updated by each event. An application without a cache has none of them. */
export class CacheMetrics implements CacheListener {
  private made: ReturnType<typeof makeMetrics> | undefined;
  private readonly handles = new HandlesByKey((cache: CacheInfo) =>
    seriesOf((this.made ??= makeMetrics(this.store)), cache),
  );

  /** The number of living stores, by their labels. Label sets without a living store are in `ended`, oldest first. */
  private readonly living = new Map<string, number>();
  private readonly ended = new Map<string, CacheInfo>();

  constructor(private readonly store: MetricStore) {}

  cacheFound(cache: CacheInfo): void {
    const key = keyOf(cache);
    this.ended.delete(key);
    this.living.set(key, (this.living.get(key) ?? 0) + 1);
    this.handles.of(cache);
  }

  cacheEnded(cache: CacheInfo): void {
    const key = keyOf(cache);
    const others = (this.living.get(key) ?? 1) - 1;
    if (others > 0) {
      this.living.set(key, others);
      return;
    }
    this.living.delete(key);
    this.ended.set(key, cache);
    const [first] = this.ended;
    if (this.ended.size > MAX_ENDED && first !== undefined) this.remove(...first);
  }

  cacheCalled({ cache, operation, keys, hits, failures, durationSeconds }: CacheCall): void {
    const series = this.handles.of(cache);
    const { failed, duration } = series.byOperation[operation];
    duration.observe(durationSeconds);
    if (failures > 0) failed.inc(failures);
    if (operation === 'set') series.sets.inc(keys);
    else if (operation === 'delete') series.deletes.inc(keys);
    else if (operation === 'get') {
      series.gets.inc(keys);
      series.hits.inc(hits);
      series.misses.inc(keys - hits - failures);
    }
  }

  private remove(key: string, { name, backend }: CacheInfo): void {
    this.ended.delete(key);
    for (const metric of Object.values(this.made ?? {})) metric.remove({ cache: name, backend });
  }
}

function keyOf({ name, backend }: CacheInfo): string {
  return `${backend} ${name}`;
}

/** The handles of one store of a cache. They start at zero when the store is found. */
function seriesOf(metrics: ReturnType<typeof makeMetrics>, { name, backend }: CacheInfo) {
  const labels = { cache: name, backend };
  const ofOperation = (operation: CacheOperation) => ({
    failed: metrics.failures.known({ ...labels, operation }),
    duration: metrics.duration.known({ ...labels, operation }),
  });
  return {
    gets: metrics.gets.known(labels),
    hits: metrics.hits.known(labels),
    misses: metrics.misses.known(labels),
    sets: metrics.sets.known(labels),
    deletes: metrics.deletes.known(labels),
    byOperation: {
      get: ofOperation('get'),
      set: ofOperation('set'),
      delete: ofOperation('delete'),
      clear: ofOperation('clear'),
    },
  };
}

function makeMetrics(store: MetricStore) {
  return {
    gets: store.counter(definitions.NESTJS_CACHE_GETS_TOTAL),
    hits: store.counter(definitions.NESTJS_CACHE_HITS_TOTAL),
    misses: store.counter(definitions.NESTJS_CACHE_MISSES_TOTAL),
    sets: store.counter(definitions.NESTJS_CACHE_SETS_TOTAL),
    deletes: store.counter(definitions.NESTJS_CACHE_DELETES_TOTAL),
    failures: store.counter(definitions.NESTJS_CACHE_FAILURES_TOTAL),
    duration: store.histogram(definitions.NESTJS_CACHE_OPERATION_DURATION_SECONDS),
  };
}
