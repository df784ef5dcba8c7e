import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { ownProcess } from '../../lib/monitor/own-process.js';
import { Delivery } from '../../lib/monitor/redis/delivery.js';
import { hourKey, slotOf } from '../../lib/monitor/redis/layout.js';
import { type Fate } from '../support/faults/reply-proxy.js';
import { type Connect, CONNECTIONS, RedisScene } from '../support/redis/redis-scene.js';
import { type CountedRequests, everywhere, RedisView } from '../support/redis/redis-view.js';
import { startRedis, urlOf } from '../support/redis/redis-server.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

needs('redis')('an answer that is lost', () => {
  const LOSE_EVERY_SECOND = (answer: number): Fate => (answer % 2 === 0 ? 'lose' : 'pass');
  const CLIENTS: Readonly<Record<string, Connect>> = {
    ...CONNECTIONS,
    'a client of ioredis': (scene, url) => {
      const client = new Redis(url, { retryStrategy: () => 20 });
      client.on('error', () => undefined);
      scene.later(() => client.disconnect());
      return Promise.resolve(client);
    },
  };

  it.concurrent.for(Object.entries(CLIENTS))('adds nothing twice, through %s', async ([, connect], context) => {
    const scene = await RedisScene.set(context);
    const proxy = await scene.proxy({ fateOf: LOSE_EVERY_SECOND });
    const monitored = await scene.process(await connect(scene, urlOf(proxy)));
    await waitUntil(
      'three answers are lost',
      () => {
        monitored.requests(1);
        monitored.requests(2, { route: '/walks', status: 500 });
        monitored.statements(1, 0.001, 'syntax');
        return proxy.fates.lose >= 3;
      },
      { timeoutMs: 20_000 },
    );
    await waitUntil('everything is delivered', scene.hasAll(monitored), { timeoutMs: 15_000 });
    await waitUntil('that is known', async () => (await monitored.data()).store.reachable);
    await monitored.close();
    const { requests, statements } = monitored.happened;
    expect(await scene.view.requests()).toMatchObject({ totals: requests, buckets: requests });
    expect(await scene.view.statements()).toEqual({ totals: statements, buckets: statements });
    const faults = await scene.view.hash(hourKey('monitor:faults', await scene.hour()));
    const errors = Object.entries(faults).filter(([field]) => field.endsWith('e'));
    expect(errors.reduce((sum, [, value]) => sum + Number(value), 0)).toBe((requests / 3) * 2);
  });

  it.concurrent('of a batch that Redis could take only in part adds the rest once', async (context) => {
    const scene = await RedisScene.set(context);
    const { view } = scene;
    await view.redis.set('requests:totals', 'not a hash');
    const proxy = await scene.proxy({ fateOf: LOSE_EVERY_SECOND });
    const monitored = await scene.process(urlOf(proxy));
    monitored.requests(10);
    monitored.statements(4);
    await waitUntil('answers are lost', () => proxy.fates.lose >= 2, { timeoutMs: 15_000 });
    await view.redis.del('requests:totals');
    await waitUntil('everything is delivered', scene.hasAll(monitored), { timeoutMs: 15_000 });
    await monitored.close();
    expect(await view.requests()).toMatchObject({ totals: 10, buckets: 10 });
    expect(await view.statements()).toEqual({ totals: 4, buckets: 4 });
  });
});

needs('redis')('an answer that is so late that its batch is sent again', () => {
  const LATE_MS = 31_000;

  /** What is done at once with a clock that has gone on. */
  function later<T>(act: () => T): T {
    const now = performance.now.bind(performance);
    performance.now = () => now() + LATE_MS;
    try {
      return act();
    } finally {
      performance.now = now;
    }
  }

  it('adds nothing twice, and changes nothing when it comes', async (context) => {
    const scene = await RedisScene.set(context);
    const proxy = await scene.proxy({ fateOf: (answer) => (answer === 1 ? 'hold' : 'pass') });
    // Two connections, as in a pool: the answers of one come in the order of the questions.
    const connections = [new Redis(urlOf(proxy)), new Redis(urlOf(proxy))] as const;
    scene.later(() => connections.forEach((connection) => connection.disconnect()));
    let asked = 0;
    const client = {
      call: (command: string, ...args: string[]) => connections[asked++ === 0 ? 0 : 1].call(command, ...args),
    };
    const delivery = new Delivery({ client, keyPrefix: '', process: ownProcess(), retentionHours: 24 });
    const ask = () => delivery.exchange(Date.now(), []);
    const totals = async () => (await scene.view.requests()).totals;

    delivery.add([{ key: 'requests:totals', field: 'hits', by: 5, untilMs: undefined }]);
    const first = ask();
    await waitUntil('the first answer is held up', () => proxy.fates.hold === 1);
    expect(await ask()).toBeUndefined();
    expect((await later(ask))?.isDelivered).toBe(true);
    expect(await totals()).toBe(5);
    delivery.add([{ key: 'requests:totals', field: 'hits', by: 3, untilMs: undefined }]);
    await later(() => later(ask));
    proxy.release();
    await first;
    expect(await totals()).toBe(8);
    expect(delivery.isDone).toBe(true);
  });
});

needs('redis')('a key that is something else', () => {
  const KEYS: Readonly<
    Record<string, { readonly key: (hour: number) => string; readonly others: readonly (keyof CountedRequests)[] }>
  > = {
    'the totals': { key: () => 'requests:totals', others: ['buckets', 'routesByHour', 'routesByMinute'] },
    'the hour': { key: (hour) => hourKey('requests', hour), others: ['totals', 'routesByHour', 'routesByMinute'] },
    'the routes of the hour': {
      key: (hour) => hourKey('monitor:routes', hour),
      others: ['totals', 'buckets', 'routesByMinute'],
    },
    'the processes': {
      key: () => 'monitor:processes',
      others: ['totals', 'buckets', 'routesByMinute', 'routesByHour'],
    },
  };

  it.concurrent.for(Object.entries(KEYS))(
    'at %s keeps nothing from the others, and is made up for',
    { timeout: 45_000 },
    async ([, { key, others }], context) => {
      const scene = await RedisScene.set(context);
      const { view } = scene;
      const hour = await scene.hour();
      await view.redis.set(key(hour), 'not a hash');
      const monitored = await scene.process();
      monitored.requests(10);
      // Routes are brought when their bucket is over.
      const areThere = async () => {
        const counts = await view.requests();
        return others.every((other) => counts[other] === 10);
      };
      await waitUntil('the others are delivered', areThere, { timeoutMs: 15_000 });
      const state = await monitored.data();
      expect(state).toMatchObject({ scope: 'fleet', store: { reachable: true } });
      expect(JSON.stringify(state)).not.toMatch(/NaN|:-\d/);
      await view.redis.del(key(hour));
      monitored.requests(5);
      const isAllThere = async () => {
        const { totals, buckets } = await view.requests();
        return totals === 15 && buckets === 15;
      };
      await waitUntil('all of it is delivered', isAllThere, { timeoutMs: 15_000 });
      await monitored.close();
      expect(await view.requests()).toEqual(everywhere(15));
      expect(monitored.log.filter((line) => line.includes('does not take all')).length).toBeLessThanOrEqual(1);
    },
  );
});

needs('redis')('a field that is no number', () => {
  it.concurrent('keeps nothing from the others, and is made up for', async (context) => {
    const scene = await RedisScene.set(context);
    const { view } = scene;
    await view.redis.hset('requests:totals', 'hits', 'many');
    const monitored = await scene.process();
    monitored.requests(10);
    monitored.statements(10);
    await waitUntil('the others are delivered', async () => (await view.statements()).totals === 10);
    expect(Number((await view.hash('requests:totals'))['weight'])).toBe(10_000);
    await view.redis.hdel('requests:totals', 'hits');
    await waitUntil('it is made up for', scene.hasAll(monitored));
    await monitored.close();
    expect(await view.requests()).toEqual(everywhere(10));
    expect((await view.hash('requests:totals'))['weight']).toBe('10000');
  });
});

needs('redis')('several keys that are something else', () => {
  it.concurrent('are told once, and once when all is well', async (context) => {
    const scene = await RedisScene.set(context);
    const { view } = scene;
    const hour = await scene.hour();
    const wrong = ['requests:totals', 'sqlops:totals', hourKey('sqlops', hour), hourKey('monitor:faults', hour)];
    for (const key of wrong) await view.redis.set(key, 'not a hash');
    const monitored = await scene.process();
    const before = await view.scripts();
    const busy = setInterval(() => {
      if (Math.random() < 0.5) monitored.requests(1);
      else monitored.statements(1, 0.001, 'syntax');
    }, 300);
    scene.later(() => clearInterval(busy));
    await waitUntil('it has tried some times', async () => (await view.scripts()) >= before + 7, { timeoutMs: 20_000 });
    clearInterval(busy);
    expect(monitored.log).toHaveLength(1);
    await view.redis.del(...wrong);
    await waitUntil('all is delivered', scene.hasAll(monitored));
    await waitUntil('it is said', () => monitored.log.length === 2);
  });
});

needs('redis')('Redis without memory', () => {
  it.concurrent('loses nothing, and says so once', async (context) => {
    const scene = await RedisScene.set(context);
    const { view } = scene;
    const monitored = await scene.process();
    monitored.requests(10);
    await waitUntil('numbers arrive', scene.hasAll(monitored));
    await view.redis.config('SET', 'maxmemory', '1');
    monitored.requests(10);
    monitored.statements(10);
    await waitUntil('it is said', () => monitored.log.length === 1);
    expect(monitored.log[0]).toMatch(/OOM|maxmemory/);
    // Old numbers of the fleet would look like a service at rest.
    expect(await monitored.data()).toMatchObject({ scope: 'process', totals: { requests: { count: 20 } } });
    expect((await monitored.nagios()).status).toBe(503);
    monitored.requests(10);
    const tried = await view.scripts();
    await waitUntil('it has tried again', async () => (await view.scripts()) > tried + 2);
    expect((await view.requests()).totals).toBe(10);
    await view.redis.config('SET', 'maxmemory', '0');
    await waitUntil('everything is delivered', scene.hasAll(monitored));
    await monitored.close();
    expect(await view.requests()).toEqual(everywhere(30));
    expect(monitored.log).toHaveLength(2);
  });

  it.concurrent('that becomes full in the middle of a batch has all of it or nothing', async (context) => {
    const scene = await RedisScene.set(context);
    const { view } = scene;
    const monitored = await scene.process();
    await view.redis.config('SET', 'maxmemory', '1');
    for (let route = 0; route < 2000; route += 1) monitored.requests(1, { route: `/dogs/${route}` });
    await waitUntil('it is said', () => monitored.log.length === 1);
    const used = Number(/used_memory:(\d+)/.exec(await view.redis.info('memory'))?.[1]);
    await view.redis.config('SET', 'maxmemory', String(used + 64_000));
    const isDone = async () => (await view.requests()).totals === 2000;
    await waitUntil('it is full again or done', async () => (await isDone()) || (await view.scripts()) > 3);
    await view.redis.config('SET', 'maxmemory', '0');
    await monitored.close();
    expect(await view.requests()).toEqual(everywhere(2000));
  });
});

needs('redis')('Redis that may only be read', () => {
  it.concurrent('is given everything once it may be written', async (context) => {
    const scene = await RedisScene.set(context);
    const { view } = scene;
    const monitored = await scene.process();
    monitored.requests(5);
    await waitUntil('numbers arrive', scene.hasAll(monitored));
    const primary = await startRedis();
    scene.later(() => primary.stop());
    const atPrimary = new RedisView(primary);
    scene.later(() => atPrimary.close());
    // What it is to copy is empty: it has lost what it had.
    await view.redis.replicaof('127.0.0.1', primary.port);
    await waitUntil('it is a replica', async () => (await view.redis.info('replication')).includes('link_status:up'));
    monitored.requests(7);
    await waitUntil('it is said', () => monitored.log.length === 1);
    expect(monitored.log[0]).toContain('READONLY');
    await view.redis.replicaof('NO', 'ONE');
    await waitUntil('the rest is delivered', async () => (await view.requests()).totals === 7);
    await monitored.close();
    const { totals, buckets } = await view.requests();
    expect([totals, buckets]).toEqual([7, 7]);
    expect(await atPrimary.keys()).toEqual([]);
  });
});

needs('redis')('Redis that is emptied', () => {
  it.concurrent('goes on from zero, which the page shows soon', async (context) => {
    const scene = await RedisScene.set(context);
    const { view } = scene;
    const monitored = await scene.process();
    monitored.requests(100);
    monitored.statements(100);
    await waitUntil('it shows', async () => (await monitored.data()).totals.requests.count === 100);
    await view.redis.flushall();
    monitored.requests(3);
    const emptied = performance.now();
    const state = await waitUntil('the new totals show', async () => {
      const seen = await monitored.data();
      expect(JSON.stringify(seen)).not.toMatch(/NaN/);
      return seen.totals.requests.count === 3 ? seen : undefined;
    });
    expect(performance.now() - emptied).toBeLessThan(5000);
    expect(state?.totals.statements).toEqual({ count: 0, seconds: 0 });
    await waitUntil('the history is new as well', async () => {
      const { running, windows } = (await monitored.data()).history!;
      return running.requests + windows['1h'].requests.count <= 3;
    });
    await monitored.close();
    const { totals, buckets } = await view.requests();
    expect([totals, buckets]).toEqual([3, 3]);
  });

  it.concurrent('under load, again and again, never shows what cannot be', async (context) => {
    const scene = await RedisScene.set(context);
    const { view } = scene;
    const monitored = await scene.process();
    for (let flushes = 0; flushes < 4; flushes += 1) {
      monitored.requests(50);
      const { totals, history } = await monitored.data();
      for (const shown of [totals.requests.count, totals.requests.seconds, history!.running.requests]) {
        expect(shown).toBeGreaterThanOrEqual(0);
      }
      await view.redis.flushall();
      await waitUntil('it shows', async () => (await monitored.data()).totals.requests.count < 50);
    }
    await monitored.close();
    const { totals, buckets } = await view.requests();
    expect(totals).toBe(buckets);
  });
});

needs('redis')('fields of others', () => {
  it.concurrent('are left out where they are no counts', async (context) => {
    const scene = await RedisScene.set(context);
    const { view } = scene;
    const bucket = Math.floor((await view.clockMs()) / 10_000);
    const key = hourKey('requests', Math.floor(bucket / 360));
    await view.redis.hset(key, { [slotOf(bucket)]: '-5', [`${slotOf(bucket)}w`]: 'NaN', '99:9': '7', x: 'y' });
    await view.redis.hset(hourKey('monitor:routes', Math.floor(bucket / 360)), {
      'hits GET /x': '1e999',
      nothing: '1',
    });
    await view.redis.zadd('monitor:processes', 4e9, 'not JSON', 4e9, '{}', 4e9, '[1,2,3,4]');
    await view.redis.hset('sqlops:totals', { hits: '-3', weight: 'Infinity' });
    const monitored = await scene.process();
    const state = await waitUntil('it is read', async () => {
      const seen = await monitored.data('24h');
      return seen.processes.length === 1 ? seen : undefined;
    });
    expect(state?.totals.statements).toEqual({ count: 0, seconds: 0 });
    expect(state?.history?.running.requests).toBe(0);
    expect(JSON.stringify(state)).not.toMatch(/NaN|Infinity/);
  });
});
