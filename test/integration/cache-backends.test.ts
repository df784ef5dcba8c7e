import { CACHE_MANAGER, CacheInterceptor, CacheModule } from '@nestjs/cache-manager';
import { Controller, Get, UseInterceptors } from '@nestjs/common';
import { KeyvMemcache } from '@keyv/memcache';
import KeyvRedis from '@keyv/redis';
import { type Cache } from 'cache-manager';
import { Keyv, type KeyvStoreAdapter } from 'keyv';
import { KeyvFile } from 'keyv-file';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMemcached, startRedis } from '../support/cache-servers.js';
import { type DatabaseProcess } from '../support/database-process.js';
import { delta } from '../support/exposition.js';
import { NestApp } from '../support/nest-app.js';
import { needs, type ServiceName } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

interface Backend {
  readonly label: string;
  readonly needs: readonly ServiceName[];
  readonly start?: () => Promise<DatabaseProcess>;
  readonly store: (port: number, folder: string) => unknown;
}

const BACKENDS: readonly Backend[] = [
  { label: 'memory', needs: [], store: () => undefined },
  { label: 'file', needs: [], store: (_port, folder) => new KeyvFile({ filename: join(folder, 'cache.json') }) },
  { label: 'redis', needs: ['redis'], start: startRedis, store: (port) => new KeyvRedis(`redis://127.0.0.1:${port}`) },
  {
    label: 'memcached',
    needs: ['memcached'],
    start: startMemcached,
    store: (port) => new KeyvMemcache(`127.0.0.1:${port}`),
  },
];

@Controller()
class CachedController {
  calls = 0;

  @Get('cached')
  @UseInterceptors(CacheInterceptor)
  cached(): { calls: number } {
    return { calls: ++this.calls };
  }
}

const VALUES: readonly (readonly [string, unknown])[] = [
  ['0', 0],
  ['false', false],
  ['an empty text', ''],
  ['null', null],
  ['an object', { dog: ['Rex', { age: 4 }] }],
];

describe.each(BACKENDS)('a cache in $label', ({ label, needs: services, start, store }) => {
  needs(...services)('is observed', () => {
    let server: DatabaseProcess | undefined;
    let folder: string;
    let app: NestApp;
    let cache: Cache;
    let key = 0;
    let fresh: string;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'cache-'));
      server = await start?.();
      const adapter = store(server?.port ?? 0, folder) as KeyvStoreAdapter | undefined;
      const stores = adapter === undefined ? undefined : [new Keyv({ store: adapter })];
      app = await NestApp.start('express', {
        imports: [CacheModule.register(stores === undefined ? {} : { stores })],
        controllers: [CachedController],
      });
      cache = app.app.get<Cache>(CACHE_MANAGER);
    });
    afterAll(async () => {
      await cache.disconnect();
      await app.close();
      await server?.stop();
      rmSync(folder, { recursive: true });
    });
    beforeEach(() => (fresh = `key-${key++}`));

    /** What `act` adds to the counters: `gets 1`, `failures get 1` … */
    async function countsOf(act: () => Promise<unknown>): Promise<readonly string[]> {
      const before = await app.scrape();
      await act();
      const { changes } = delta(before, await app.scrape());
      const counters = changes.filter(({ name }) => /^nestjs_cache_\w+_total$/.test(name));
      for (const { labels } of counters) expect(labels).toMatchObject({ cache: 'default', backend: label });
      return counters
        .map(
          ({ name, labels, by }) =>
            `${name.slice(13, -6)}${labels['operation'] ? ` ${labels['operation']}` : ''} ${by}`,
        )
        .toSorted();
    }

    it('and stands at zero from boot', async () => {
      const metrics = await app.scrape();
      for (const name of ['gets', 'hits', 'misses', 'sets', 'deletes']) {
        expect(metrics.value(`nestjs_cache_${name}_total`, { cache: 'default', backend: label })).toBeDefined();
      }
      expect(metrics.series('nestjs_cache_failures_total', { backend: label })).toHaveLength(4);
    });

    it('in gets, hits, misses, sets and deletes', async () => {
      expect(await countsOf(() => cache.get(fresh))).toEqual(['gets 1', 'misses 1']);
      expect(await countsOf(() => cache.set(fresh, 'Rex', 60_000))).toEqual(['sets 1']);
      expect(await countsOf(() => cache.get(fresh))).toEqual(['gets 1', 'hits 1']);
      expect(await countsOf(() => cache.del(fresh))).toEqual(['deletes 1']);
      expect(await countsOf(() => cache.get(fresh))).toEqual(['gets 1', 'misses 1']);
    });

    it.each(VALUES)('and gives back %s as it was stored, as a hit', async (_, value) => {
      await cache.set(fresh, value, 60_000);
      expect(
        await countsOf(async () => {
          expect(await cache.get(fresh)).toEqual(value);
        }),
      ).toEqual(['gets 1', 'hits 1']);
    });

    it('in wrap, of which only the first calls the function', async () => {
      let calls = 0;
      const wrapped = () => cache.wrap(fresh, () => Promise.resolve(++calls), 60_000);
      expect(await countsOf(wrapped)).toEqual(['gets 1', 'misses 1', 'sets 1']);
      expect(await countsOf(wrapped)).toEqual(['gets 1', 'hits 1']);
      expect(await wrapped()).toBe(1);
    });

    it('in several keys at once', async () => {
      const list = ['a', 'b'].map((name) => ({ key: `${fresh}-${name}`, value: name, ttl: 60_000 }));
      expect(await countsOf(() => cache.mset(list))).toEqual(['sets 2']);
      expect(
        await countsOf(async () => {
          expect(await cache.mget([`${fresh}-a`, `${fresh}-none`, `${fresh}-b`])).toEqual(['a', undefined, 'b']);
        }),
      ).toEqual(['gets 3', 'hits 2', 'misses 1']);
      expect(await countsOf(() => cache.mdel([`${fresh}-a`, `${fresh}-b`]))).toEqual(['deletes 2']);
    });

    it('in the CacheInterceptor', async () => {
      await cache.clear();
      // It answers before it has stored the answer.
      const stored = async () => {
        const sets = (await app.scrape()).sum('nestjs_cache_sets_total');
        await app.send('/cached');
        await waitUntil('it is stored', async () => (await app.scrape()).sum('nestjs_cache_sets_total') > sets);
      };
      expect(await countsOf(stored)).toEqual(['gets 1', 'misses 1', 'sets 1']);
      expect(await countsOf(() => app.send('/cached'))).toEqual(['gets 1', 'hits 1']);
      expect((await app.send('/cached')).body).toBe('{"calls":1}');
    });

    it('in the time that it takes', async () => {
      const before = await app.scrape();
      await cache.set(fresh, 1);
      await cache.get(fresh);
      const { changes } = delta(before, await app.scrape());
      const counts = changes.filter(({ name }) => name === 'nestjs_cache_operation_duration_seconds_count');
      expect(counts.map(({ labels, by }) => `${labels['operation']} ${by}`).toSorted()).toEqual(['get 1', 'set 1']);
    });
  });
});
