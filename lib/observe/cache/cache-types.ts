/** What we use of cache-manager and Keyv, as structural types: the same for cache-manager 6 and 7, and Keyv 5 and 6. */

/** A cache of cache-manager. */
export interface CacheLike {
  readonly stores: readonly StoreLike[];
}

/** A Keyv, or whatever else a cache of cache-manager keeps its entries in. */
export interface StoreLike {
  get(key: string, ...options: unknown[]): Promise<unknown>;
  /** The adapter behind a Keyv; older ones keep it in their options. */
  readonly store?: unknown;
  readonly opts?: { readonly store?: unknown };
  readonly namespace?: unknown;
}

/** cache-manager has no class: a cache is known by what it can do. */
export function isCache(value: unknown): value is CacheLike {
  try {
    const { stores, get, set, wrap } = (value ?? {}) as Record<string, unknown>;
    return Array.isArray(stores) && [get, set, wrap].every((method) => typeof method === 'function');
  } catch {
    // There are providers that throw when they are looked at.
    return false;
  }
}

/** What keeps the entries behind a Keyv, in the end: Keyv 6 puts a bridge of its own before an adapter of others. */
export function adapterOf(store: StoreLike): object {
  const adapter = [store.store, store.opts?.store].find(isStore) ?? store;
  const { store: inner } = adapter as { readonly store?: unknown };
  return adapter !== store && !(inner instanceof Map) && isStore(inner) ? inner : adapter;
}

function isStore(value: unknown): value is object {
  const { get, set } = (value ?? {}) as Record<string, unknown>;
  return typeof get === 'function' && typeof set === 'function';
}
