/**
 * What happens in the caches of the application: the part of the contract that the cache observer fills.
 * Durations are seconds.
 */

/** Where the entries are, by the class of the store. */
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

/** One store of a cache: a cache of two tiers has two. One object for each, so that it can be a key. */
export interface CacheInfo {
  readonly name: string;
  readonly backend: CacheBackend;
}

/** A call of a store, for one key or for several. */
export interface CacheCall {
  readonly cache: CacheInfo;
  readonly operation: CacheOperation;
  /** Of how many keys; 1 for `clear`. */
  readonly keys: number;
  /** How many of them a `get` found: 0, false, null and '' are found. */
  readonly hits: number;
  /** For how many of them the store failed, though the application may have been told a miss. */
  readonly failures: number;
  readonly durationSeconds: number;
}

/** The part of a listener that hears of caches. */
export interface CacheListener {
  /** A store of a cache was found; before any other event of it. */
  cacheFound?(cache: CacheInfo): void;
  /** A store that was given to `observeCache` has been collected: no event of it comes any more. */
  cacheEnded?(cache: CacheInfo): void;
  /** A call has ended, one way or the other. */
  cacheCalled?(call: CacheCall): void;
}

export const CACHE_EVENTS = [
  'cacheFound',
  'cacheEnded',
  'cacheCalled',
] as const satisfies readonly (keyof CacheListener)[];
