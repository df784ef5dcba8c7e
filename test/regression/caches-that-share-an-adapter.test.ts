import { Keyv, type KeyvStoreAdapter } from 'keyv';
import { expect, it } from 'vitest';
import { observeCache } from 'nestjs-prometheus-exporter';
import { NestApp } from '../support/nest-app.js';
import { waitUntil } from '../support/wait-until.js';

/** Fails for one namespace and knows nothing of the other. */
class HalfBroken {
  async get(key: string): Promise<undefined> {
    if (key.startsWith('x')) throw new Error('down');
    return undefined;
  }
  async set(): Promise<void> {}
  async delete(): Promise<boolean> {
    return true;
  }
  async clear(): Promise<void> {}
}

const keyvs = (adapter: object) =>
  ['x', 'y'].map((namespace) => {
    const keyv = new Keyv({ store: adapter as KeyvStoreAdapter, namespace });
    keyv.on('error', () => undefined);
    return observeCache(keyv, namespace);
  });

it('the failure of one Keyv is not that of another that asks the same adapter at the same time', async () => {
  const app = await NestApp.start('express');
  const [x, y] = keyvs(new HalfBroken());
  await Promise.all([x?.get('1'), y?.get('1'), x?.get('2'), y?.get('2')]);
  const metrics = await app.scrape();
  const of = (name: string, cache: string) => metrics.sum(`nestjs_cache_${name}_total`, { cache });
  expect(['failures', 'misses'].map((name) => of(name, 'x'))).toEqual([2, 0]);
  expect(['failures', 'misses'].map((name) => of(name, 'y'))).toEqual([0, 2]);
  await app.close();
});

it('an adapter is as it was after each application', async () => {
  const adapter = new HalfBroken();
  for (let round = 0; round < 3; round += 1) {
    const app = await NestApp.start('express');
    keyvs(adapter);
    await app.close();
    // This one is Keyv's.
    expect(Object.getOwnPropertyNames(adapter)).toEqual(['namespace']);
  }
});

it('an adapter that thousands of caches share is stood in for once', async () => {
  const app = await NestApp.start('express');
  const store = new Map<string, unknown>();
  const adapter = {
    get: async (key: string) => store.get(key),
    set: async (key: string, value: unknown) => void store.set(key, value),
    delete: async (key: string) => store.delete(key),
    clear: async () => store.clear(),
  };
  for (let tenant = 0; tenant < 3000; tenant += 1) {
    observeCache(new Keyv({ store: adapter, namespace: 'all' }), 'tenant');
  }
  const last = new Keyv({ store: adapter, namespace: 'all' });
  await last.set('dog', 'Rex');
  expect(await last.get('dog')).toBe('Rex');
  await app.close();
});

it('entries that have expired count no delete of the application, however many are asked for at once', async () => {
  const app = await NestApp.start('express');
  const keyv = observeCache(new Keyv(), 'memory');
  await keyv.set('a', 1, 1);
  await keyv.set('b', 1, 1);
  const setAt = Date.now();
  await waitUntil('both have expired', () => Date.now() > setAt + 1, { intervalMs: 1 });
  expect(await keyv.getMany(['a', 'b'])).toEqual([undefined, undefined]);
  const metrics = await app.scrape();
  expect(metrics.sum('nestjs_cache_deletes_total')).toBe(0);
  expect(metrics.sum('nestjs_cache_misses_total')).toBe(2);
  await app.close();
});
