import { type ModulesContainer } from '@nestjs/core';
import { wrappersOf } from '../../host/wrappers.js';
import { type CacheLike, isCache } from './cache-types.js';

/** The token of @nestjs/cache-manager, under which every cache of it is provided. */
const CACHE_MANAGER = 'CACHE_MANAGER';

/** The namespaces of a Keyv that was given none. */
const NO_NAMESPACES = ['', 'keyv'];

export interface NamedCache {
  readonly cache: CacheLike;
  readonly name: string;
}

/**
 * Every cache that a module of the application provides. One under a token of its own has that name; those of
 * @nestjs/cache-manager share a token and have their namespace for a name, or `default`, `default_2` and so on.
 */
export function containedCaches(modules: ModulesContainer): readonly NamedCache[] {
  const found = new Map<CacheLike, string>();
  for (const { token, instance } of wrappersOf(modules, ['providers'])) {
    if (!isCache(instance) || found.has(instance)) continue;
    found.set(instance, freeName(nameOf(token, instance), [...found.values()]));
  }
  return [...found].map(([cache, name]) => ({ cache, name }));
}

function nameOf(token: unknown, { stores }: CacheLike): string {
  if (typeof token === 'string' && token !== CACHE_MANAGER) return token;
  if (typeof token === 'symbol' && token.description !== undefined) return token.description;
  const namespace = stores[0]?.namespace;
  return typeof namespace === 'string' && !NO_NAMESPACES.includes(namespace) ? namespace : 'default';
}

function freeName(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name;
  let number = 2;
  while (taken.includes(`${name}_${number}`)) number += 1;
  return `${name}_${number}`;
}
