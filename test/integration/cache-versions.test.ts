import { type Cache, type createCache } from 'cache-manager';
import { type Keyv } from 'keyv';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { NestApp } from '../support/nest-app.js';

interface Packages {
  readonly createCache: typeof createCache;
  readonly Keyv: typeof Keyv;
}

/** As they are installed in a folder. */
function installedIn(folder: string): Packages {
  const require = createRequire(new URL(`../${folder}/package.json`, import.meta.url));
  const [manager, keyv] = [require('cache-manager') as Packages, require('keyv') as Packages];
  return { createCache: manager.createCache, Keyv: keyv.Keyv };
}

const NEWEST = installedIn('nest-11');
const OLDER = installedIn('cache-manager-6');

describe.each<[string, Packages]>([
  ['cache-manager 7 with Keyv 5', NEWEST],
  ['cache-manager 6 with Keyv 5', { createCache: OLDER.createCache, Keyv: NEWEST.Keyv }],
  ['cache-manager 6 with Keyv 6', OLDER],
])('%s', (_, { createCache: create, Keyv: Store }) => {
  it('is observed alike', async () => {
    const failing = { get: fail, set: fail, delete: fail, clear: fail };
    const broken = new Store({ store: failing as never });
    broken.on('error', () => undefined);
    const [good, bad] = [create({ stores: [new Store()] }), create({ stores: [broken] })];
    const app = await NestApp.start('express', {
      providers: [
        { provide: 'GOOD', useValue: good },
        { provide: 'BAD', useValue: bad },
      ],
    });
    await use(good);
    await bad.get('a');
    await bad.get('b');
    const metrics = await app.scrape();
    const of = (name: string, cache: string) => metrics.sum(`nestjs_cache_${name}_total`, { cache });
    expect(['gets', 'hits', 'misses', 'sets', 'deletes', 'failures'].map((name) => of(name, 'GOOD'))).toEqual([
      5, 3, 2, 2, 1, 0,
    ]);
    expect(['gets', 'hits', 'misses', 'failures'].map((name) => of(name, 'BAD'))).toEqual([2, 0, 0, 2]);
    expect(metrics.value('nestjs_cache_gets_total', { cache: 'GOOD', backend: 'memory' })).toBe(5);
    await app.close();
  });
});

async function use(cache: Cache): Promise<void> {
  await cache.get('a');
  await cache.set('a', 0, 60_000);
  await cache.set('b', null, 60_000);
  expect(await cache.get('a')).toBe(0);
  // What is not there is null in version 6 and undefined in 7.
  expect((await cache.mget(['a', 'b', 'c'])).slice(0, 2)).toEqual([0, null]);
  await cache.del('a');
}

async function fail(): Promise<never> {
  throw new Error('down');
}
