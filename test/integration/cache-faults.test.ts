import { CACHE_MANAGER, CacheModule } from '@nestjs/cache-manager';
import { KeyvMemcache } from '@keyv/memcache';
import KeyvRedis from '@keyv/redis';
import { type Cache, createCache } from 'cache-manager';
import { Keyv, type KeyvStoreAdapter } from 'keyv';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { observeCache } from 'nestjs-prometheus-exporter';
import { PrometheusCore } from '../../lib/prometheus.core.js';
import { startMemcached, startRedis } from '../support/cache-servers.js';
import { type DatabaseProcess } from '../support/database-process.js';
import { listen } from '../support/listen.js';
import { NestApp, type NestAppOptions, valuesOf } from '../support/nest-app.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

let app: NestApp | undefined;
let cache: Cache;
let server: DatabaseProcess | undefined;
afterEach(async () => {
  await app?.close();
  await server?.stop();
  app = server = undefined;
});

async function start(stores: readonly unknown[], options: NestAppOptions = {}): Promise<void> {
  app = await NestApp.start('express', {
    imports: [CacheModule.register({ stores: [...stores] as never })],
    ...options,
  });
  cache = app.app.get<Cache>(CACHE_MANAGER);
}

/** `gets hits misses failed-gets failed-sets failed-deletes` of one backend. */
async function countsOf(backend: string): Promise<readonly number[]> {
  const metrics = await app!.scrape();
  const of = (name: string) => metrics.sum(`nestjs_cache_${name}_total`, { backend });
  const failed = (operation: string) => metrics.sum('nestjs_cache_failures_total', { backend, operation });
  const [gets, hits, misses] = [of('gets'), of('hits'), of('misses')];
  expect(gets).toBe(hits + misses + failed('get'));
  return [gets, hits, misses, failed('get'), failed('set'), failed('delete')];
}

const broken = (): never => {
  throw new Error('broken');
};

/** Of memjs: it gives up after one attempt of a fifth of a second. */
const IMPATIENT = { retries: 1, timeout: 0.2 } as never;

/** A store that fails in every way that its methods can. */
class BrokenStore {
  get = async () => broken();
  set = async () => broken();
  delete = async () => broken();
  clear = async () => broken();
}

class SometimesBroken extends BrokenStore {
  isBroken = false;
  override get = async () => (this.isBroken ? broken() : undefined) as never;
}

describe('a store that throws', () => {
  it('is a failure and no miss, and the application sees what it would see without us', async () => {
    const plain = createCache({ stores: [quiet(new BrokenStore())] });
    await start([quiet(new BrokenStore())]);
    for (const act of [
      (one: Cache) => one.get('a'),
      (one: Cache) => one.set('a', 1),
      (one: Cache) => one.del('a'),
      (one: Cache) => one.mget(['a', 'b']),
      (one: Cache) => one.wrap('a', () => Promise.resolve(1)),
    ]) {
      expect(await outcomeOf(act(cache))).toEqual(await outcomeOf(act(plain)));
    }
    expect(await countsOf('_OTHER')).toEqual([4, 0, 0, 4, 2, 1]);
  });

  it('of two Keyvs is the failure of the one that was asked', async () => {
    const adapter = new SometimesBroken();
    await start([quiet(adapter)]);
    const beside = observeCache(quiet(adapter), 'beside');
    adapter.isBroken = true;
    await cache.get('a');
    adapter.isBroken = false;
    await beside.get('a');
    const metrics = await app!.scrape();
    const of = (name: string, cacheName: string) => metrics.sum(`nestjs_cache_${name}_total`, { cache: cacheName });
    expect([of('failures', 'default'), of('misses', 'default')]).toEqual([1, 0]);
    expect([of('failures', 'beside'), of('misses', 'beside')]).toEqual([0, 1]);
  });

  it('does so when its Keyv throws as well', async () => {
    await start([quiet(new BrokenStore(), { throwOnErrors: true })]);
    await cache.get('a');
    await expect(cache.set('a', 1)).rejects.toThrow('broken');
    expect(await countsOf('_OTHER')).toEqual([1, 0, 0, 1, 1, 0]);
  });
});

needs('redis')('Redis', () => {
  let redis: KeyvRedis<unknown>;

  /** It fails at once instead of waiting for Redis to come back. */
  async function startOnRedis(): Promise<void> {
    const url = `redis://127.0.0.1:${server?.port}`;
    const options = { url, disableOfflineQueue: true, socket: { reconnectStrategy: 10 } } as const;
    redis = new KeyvRedis(options, { connectionTimeout: 500 });
    await start([quiet(redis)]);
  }
  beforeEach(async () => void (server = await startRedis()));
  afterEach(() => {
    const client = redis.client as { readonly isOpen: boolean; destroy(): void };
    if (client.isOpen) client.destroy();
  });

  it('that is killed and comes back is counted as failing meanwhile', async () => {
    await startOnRedis();
    await cache.set('dog', 'Rex');
    expect(await cache.get('dog')).toBe('Rex');
    await server?.kill();
    await waitUntil('Redis is missed', async () => {
      await cache.get('dog');
      return (await countsOf('redis'))[3]! > 0;
    });
    const [gets = 0, hits, misses, failed = 0] = await countsOf('redis');
    expect([hits, misses]).toEqual([1, 0]);
    expect(failed).toBe(gets - 1);
    await server?.restart();
    await waitUntil('Redis is back', async () => {
      await cache.set('dog', 'Max');
      return (await cache.get('dog')) === 'Max';
    });
  });

  it('that is down at boot never stops the application', async () => {
    await server?.kill();
    await startOnRedis();
    expect(await cache.get('dog')).toBeUndefined();
    expect(await countsOf('redis')).toEqual([1, 0, 0, 1, 0, 0]);
  });
});

needs('memcached')('memcached', () => {
  it('that is killed is counted as failing', async () => {
    server = await startMemcached();
    await start([quiet(new KeyvMemcache(`127.0.0.1:${server.port}`, IMPATIENT))]);
    await cache.set('dog', 'Rex');
    expect(await cache.get('dog')).toBe('Rex');
    await server.kill();
    expect(await cache.get('dog')).toBeUndefined();
    expect(await cache.mget(['dog', 'cat'])).toEqual([undefined, undefined]);
    expect(await countsOf('memcached')).toEqual([4, 1, 0, 3, 0, 0]);
  });

  describe('that drops every connection', () => {
    let dropping: Server;
    let port: number;
    beforeEach(async () => {
      dropping = createServer((socket) => socket.resetAndDestroy());
      port = await listen(dropping);
    });
    afterEach(() => void dropping.close());

    it('is counted as failing', async () => {
      await start([quiet(new KeyvMemcache(`127.0.0.1:${port}`, IMPATIENT))]);
      expect(await cache.get('dog')).toBeUndefined();
      expect(await countsOf('memcached')).toEqual([1, 0, 0, 1, 0, 0]);
    });
  });
});

describe('caches', () => {
  it('of two tiers are counted apart, and what the second finds goes into the first', async () => {
    const second = new Keyv({ store: new OtherMap() });
    await start([new Keyv(), second]);
    await second.set('dog', 'Rex');
    expect(await cache.wrap('dog', () => Promise.resolve('Max'))).toBe('Rex');
    expect(await cache.get('dog')).toBe('Rex');
    expect(await countsOf('memory')).toEqual([2, 1, 1, 0, 0, 0]);
    expect(await countsOf('_OTHER')).toEqual([1, 1, 0, 0, 0, 0]);
    expect((await app!.scrape()).sum('nestjs_cache_sets_total', { backend: 'memory' })).toBe(1);
  });

  it('with entries that have expired count a miss, and no delete of anybody', async () => {
    await start([new Keyv()]);
    await cache.set('dog', 'Rex', 1);
    await waitUntil('it has expired', async () => (await cache.get('dog')) === undefined);
    const metrics = await app!.scrape();
    expect(metrics.sum('nestjs_cache_misses_total')).toBe(1);
    expect(metrics.sum('nestjs_cache_deletes_total')).toBe(0);
  });

  it('have the names of their tokens and namespaces', async () => {
    const provide = (token: unknown, useValue: unknown) => ({ provide: token as string, useValue });
    app = await NestApp.start('express', {
      imports: [
        CacheModule.register({ namespace: 'dogs' }),
        CacheModule.register({ stores: [new Keyv({ namespace: 'cats' })] } as never),
      ],
      providers: [provide('SESSIONS', createCache()), provide(Symbol('tokens'), createCache())],
    });
    const names = valuesOf(await app.scrape(), 'nestjs_cache_gets_total', 'cache');
    expect(names).toEqual(['SESSIONS', '_overflow', 'cats', 'default', 'tokens']);
  });

  it('made by hand are observed when they are given, before or while an application runs', async () => {
    const early = observeCache(createCache(), 'early');
    app = await NestApp.start('express');
    const late = observeCache(new Keyv(), 'late');
    await early.get('a');
    await late.get('b');
    const metrics = await app.scrape();
    expect(metrics.value('nestjs_cache_gets_total', { cache: 'early', backend: 'memory' })).toBe(1);
    expect(metrics.value('nestjs_cache_gets_total', { cache: 'late', backend: 'memory' })).toBe(1);
    expect(() => observeCache({}, 'none')).toThrow('Expected a cache of cache-manager or a Keyv');
  });

  it('are as they were when the application has closed, and counted once by the next', async () => {
    const store = new Keyv();
    const adapter = store.store as object;
    const before = [store, adapter].map((one) => Reflect.ownKeys(one));
    for (let round = 0; round < 3; round++) {
      await start([store]);
      await cache.get('a');
      expect((await app!.scrape()).sum('nestjs_cache_gets_total')).toBe(1);
      await app!.close();
      expect([store, adapter].map((one) => Reflect.ownKeys(one))).toEqual(before);
    }
    app = undefined;
  });

  it('are left alone with `cache: false`', async () => {
    await start([new Keyv()], { metrics: { cache: false } });
    await cache.get('a');
    expect([...(await app!.scrape()).families.keys()].filter((name) => name.startsWith('nestjs_cache_'))).toEqual([]);
  });

  it('answer the same when a listener throws', async () => {
    await start([new Keyv()]);
    app!.app.get(PrometheusCore).listeners.add(new Proxy({}, { get: () => broken }));
    await cache.set('a', 0);
    expect(await cache.get('a')).toBe(0);
    expect((await app!.scrapeUnchecked()).sum('nestjs_metrics_errors_total', { part: 'listener' })).toBeGreaterThan(0);
  });
});

/** A Map of another name. */
class OtherMap extends Map {}

/** A Keyv whose errors somebody hears, as an application has to. */
function quiet(store: object, options: object = {}): Keyv {
  const keyv = new Keyv({ ...options, store: store as KeyvStoreAdapter });
  keyv.on('error', () => undefined);
  return keyv;
}

async function outcomeOf(act: Promise<unknown>): Promise<unknown> {
  return act.catch((error: unknown) => String(error));
}
