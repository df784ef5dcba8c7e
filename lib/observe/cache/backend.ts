import { type CacheBackend } from '../cache-events.js';
import { adapterOf, type StoreLike } from './cache-types.js';

/** By the name of the class: what adapters say of themselves is wrong in places (a file calls itself redis). */
const BY_CLASS: readonly (readonly [RegExp, CacheBackend])[] = [
  [/^(?:Map|Keyv|\w*Memory\w*|Quick-?LRU|LRUCache)$/i, 'memory'],
  [/redis/i, 'redis'],
  [/valkey/i, 'valkey'],
  [/memcache/i, 'memcached'],
  [/file/i, 'file'],
  [/sqlite/i, 'sqlite'],
  [/postgres/i, 'postgres'],
  [/mysql/i, 'mysql'],
  [/mongo/i, 'mongo'],
  [/etcd/i, 'etcd'],
];

export function backendOf(store: StoreLike): CacheBackend {
  const { constructor } = adapterOf(store) as { readonly constructor?: { readonly name?: string } };
  const name = constructor?.name ?? '';
  return BY_CLASS.find(([pattern]) => pattern.test(name))?.[1] ?? '_OTHER';
}
