import { type CacheLike, isCache, type StoreLike } from './cache-types.js';
import { type NamedCache } from './contained-caches.js';

/** An application that observes caches. */
interface CacheOwner {
  observe(cache: NamedCache): void;
}

/** The applications of this process that observe caches, the newest last. */
const applications: CacheOwner[] = [];
/** Caches that were given before there was any application. */
const waiting: NamedCache[] = [];

/**
 * Observes a cache that no module provides: one of cache-manager's, or a Keyv. Its gets, hits and misses then show under
 * `cache="<name>"`. It belongs to the newest application of the process, or to the first that starts. Caches of
 * @nestjs/cache-manager are found without it.
 *
 * @param name the `cache` label; one of a few, never something that a client sends
 * @returns the same cache
 * @errors throws a TypeError when it is neither
 */
export function observeCache<C extends object>(cache: C, name: string): C {
  const named = { cache: cacheOf(cache), name };
  const newest = applications.at(-1);
  if (newest === undefined) waiting.push(named);
  else newest.observe(named);
  return cache;
}

/** An application has started: caches that were given before belong to it. */
export function adopt(application: CacheOwner): void {
  applications.push(application);
  for (const named of waiting.splice(0)) application.observe(named);
}

export function abandon(application: CacheOwner): void {
  const at = applications.indexOf(application);
  if (at !== -1) applications.splice(at, 1);
}

function cacheOf(cache: object): CacheLike {
  if (isCache(cache)) return cache;
  const { get, set } = cache as Record<string, unknown>;
  if (typeof get === 'function' && typeof set === 'function') return { stores: [cache as StoreLike] };
  throw new TypeError(
    'Expected a cache of cache-manager or a Keyv, got an object without get() and set(): give the cache itself.',
  );
}
