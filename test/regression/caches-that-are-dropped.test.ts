import { Keyv } from 'keyv';
import { observeCache } from 'nestjs-prometheus-exporter';
import { afterEach, expect, it } from 'vitest';
import { collectGarbage } from '../support/garbage.js';
import { NestApp, valuesOf } from '../support/nest-app.js';
import { waitUntil } from '../support/wait-until.js';

let app: NestApp;
afterEach(() => app.close());

async function visit(name: string): Promise<WeakRef<Keyv>> {
  const cache = observeCache(new Keyv(), name);
  await cache.get('key');
  return new WeakRef(cache);
}

const namesOf = async () => valuesOf(await app.scrape(), 'nestjs_cache_gets_total', 'cache');

it('caches that are given to observeCache() and dropped are not kept alive, and at most a hundred keep their series', async () => {
  app = await NestApp.start('express');
  const kept = observeCache(new Keyv(), 'kept');
  const dropped: WeakRef<Keyv>[] = [];
  for (let round = 0; round < 300; round += 1) dropped.push(await visit(`round ${round}`));
  await waitUntil('they are collected', () => {
    collectGarbage();
    return dropped.every((one) => one.deref() === undefined);
  });
  await waitUntil(
    'a hundred of their names are left',
    async () => (await namesOf()).filter((name) => name.startsWith('round')).length === 100,
  );
  await kept.get('key');
  expect((await app.scrape()).value('nestjs_cache_gets_total', { cache: 'kept', backend: 'memory' })).toBe(1);
});

it('one of the same name goes on where the last one was', async () => {
  app = await NestApp.start('express');
  for (let round = 1; round <= 3; round += 1) {
    const dropped = await visit('page');
    await waitUntil('it is collected', () => {
      collectGarbage();
      return dropped.deref() === undefined;
    });
    expect((await app.scrape()).sum('nestjs_cache_gets_total', { cache: 'page' })).toBe(round);
  }
});

it('an adapter that outlives its caches is as it was before them', async () => {
  app = await NestApp.start('express');
  const get = async (): Promise<undefined> => undefined;
  const adapter = { get, set: async () => undefined, delete: async () => true, clear: async () => undefined };
  const observe = () => void observeCache(new Keyv({ store: adapter }), 'tenant');
  observe();
  expect(adapter.get).not.toBe(get);
  await waitUntil('its cache is collected', () => {
    collectGarbage();
    return adapter.get === get;
  });
});
