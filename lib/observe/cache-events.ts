/** Events of the application's caches, emitted by the observation of caches. Durations are in seconds. */

/** The backends, by the class of the store. */
export const CACHE_BACKENDS = [
  'memory',
  'redis',
  'valkey',
  'memcached',
  'file',
  'sqlite',
  'postgres',
  'mysql',
  'mongo',
  'etcd',
  '_OTHER',
] as const;
export type CacheBackend = (typeof CACHE_BACKENDS)[number];

export const CACHE_OPERATIONS = ['get', 'set', 'delete', 'clear'] as const;
export type CacheOperation = (typeof CACHE_OPERATIONS)[number];

/** One store of a cache; a cache with two tiers has two. Each has exactly one object, so that it can be a key. */
export interface CacheInfo {
  readonly name: string;
  readonly backend: CacheBackend;
}

/** A call to a store, for one key or several. */
export interface CacheCall {
  readonly cache: CacheInfo;
  readonly operation: CacheOperation;
  /** The number of keys; 1 for `clear`. */
  readonly keys: number;
  /** The number of keys that a `get` found. The values 0, false, null and '' count as found. */
  readonly hits: number;
  /** The number of keys for which the store failed. The application may have got a miss instead of an error. */
  readonly failures: number;
  readonly durationSeconds: number;
}

/** The methods of a listener for caches. */
export interface CacheListener {
  /** A store of a cache was found. Emitted before any other event of it. */
  cacheFound?(cache: CacheInfo): void;
  /** A store that was given to `observeCache` was garbage collected: it emits no more events. */
  cacheEnded?(cache: CacheInfo): void;
  /** A call has ended, successfully or not. */
  cacheCalled?(call: CacheCall): void;
}

export const CACHE_EVENTS = [
  'cacheFound',
  'cacheEnded',
  'cacheCalled',
] as const satisfies readonly (keyof CacheListener)[];
