import { monitorEventLoopDelay } from 'node:perf_hooks';
import { expect, it, vi } from 'vitest';
import { hourOf, minuteOf } from '../../lib/monitor/history/bucket.js';
import { ownProcess } from '../../lib/monitor/own-process.js';
import { BYTES_PER_FIELD, MOST_HOUR_FIELDS, MOST_ROUTE_FIELDS } from '../../lib/monitor/redis/bounds.js';
import { Delivery } from '../../lib/monitor/redis/delivery.js';
import { type Wanted } from '../../lib/monitor/redis/round-trip.js';
import { fenceKey, HOURLY, hourKey, routesHourKey, routesMinuteKey } from '../../lib/monitor/redis/layout.js';
import { BadNeighbour } from '../support/redis/bad-neighbour.js';
import { type MonitoredProcess } from '../support/redis/monitored-process.js';
import { RedisScene } from '../support/redis/redis-scene.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

// To fill a Redis takes some seconds, and more on a machine that is busy.
vi.setConfig({ testTimeout: 120_000 });

const MANY = 300_000;
/** Of one round trip, the tests' own work included. Without bounds it was a second and more, and tens of megabytes. */
const MOST_CPU_MS = 250;
/** A machine that is busy with other tests takes some times as long. */
const MOST_MS = 3000;
/** Three tables of as many fields as are read, with which a round trip ends. */
const LARGEST_ANSWER_BYTES = 2_000_000;

interface Neighbourhood {
  readonly scene: RedisScene;
  readonly neighbour: BadNeighbour;
  readonly nowSeconds: number;
  readonly hour: number;
  readonly minutes: readonly number[];
}

async function neighbourhood(context: Parameters<typeof RedisScene.set>[0]): Promise<Neighbourhood> {
  const scene = await RedisScene.set(context);
  const nowMs = await scene.view.clockMs();
  const bucket = Math.floor(nowMs / 10_000);
  return {
    scene,
    neighbour: new BadNeighbour(scene.view.redis),
    nowSeconds: Math.floor(nowMs / 1000),
    hour: hourOf(bucket),
    // A test may begin in one and end in the next.
    minutes: [minuteOf(bucket), minuteOf(bucket) + 1],
  };
}

/** What is read in the first turn, and how much each may take of the memory of Redis. */
function everyHash({ hour, minutes }: Neighbourhood): readonly { readonly key: string; readonly bytes: number }[] {
  const hours = [0, 1, 2, 3, 4].map((age) => hour - age);
  const newest = Array.from({ length: 13 }, (_, age) => minutes[1]! - age);
  return [
    ...[...newest.map(routesMinuteKey), ...hours.map(routesHourKey)].map((key) => ({
      key,
      bytes: MOST_ROUTE_FIELDS * BYTES_PER_FIELD,
    })),
    ...hours.flatMap((one) =>
      HOURLY.map(({ prefix }) => ({ key: hourKey(prefix, one), bytes: MOST_HOUR_FIELDS * BYTES_PER_FIELD })),
    ),
  ];
}

/** A process that counts and is looked at for some round trips; nobody is held up, and nothing is lost. */
async function lookedAt({ scene }: Neighbourhood, mostAnswerBytes = 1_000_000): Promise<MonitoredProcess> {
  const { redis } = scene.view;
  await redis.config('RESETSTAT');
  await redis.config('SET', 'slowlog-log-slower-than', String(MOST_MS * 1000));
  await redis.slowlog('RESET');
  const monitored = await scene.process();
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const cpuBefore = process.cpuUsage();
  await waitUntil(
    'it has read some times',
    async () => {
      monitored.requests(1);
      const { scope } = await monitored.data();
      return scope === 'fleet' && (await scene.view.scripts()) >= 6;
    },
    { timeoutMs: 60_000 },
  );
  const { user, system } = process.cpuUsage(cpuBefore);
  delay.disable();
  const scripts = await scene.view.scripts();
  const sent = Number(/total_net_output_bytes:(\d+)/.exec(await redis.info('stats'))?.[1]);
  const delivered = async () => Number(await redis.hget('requests:totals', 'hits'));
  await waitUntil('everything is delivered', async () => (await delivered()) === monitored.happened.requests, {
    timeoutMs: 30_000,
  });
  expect((user + system) / 1000 / scripts).toBeLessThan(MOST_CPU_MS);
  expect(delay.max / 1e6).toBeLessThan(MOST_MS);
  expect(sent / scripts).toBeLessThan(mostAnswerBytes);
  expect(await redis.slowlog('GET')).toEqual([]);
  return monitored;
}

/** What was refused. On a machine that is busy the log says besides that Redis does not answer. */
function told({ log }: MonitoredProcess): readonly string[] {
  return log.filter((line) => line.startsWith('RangeError: '));
}

needs('redis')('processes that somebody else has written down', () => {
  const AMOUNTS: Readonly<Record<string, readonly [count: number, from: number, step: number]>> = {
    'in the future': [MANY, 600, 1],
    'as reporting now': [MANY, 0, 0],
    'of the past': [MANY, -86_400, 0],
  };

  it.for(Object.entries(AMOUNTS))(
    '%s, 300,000 of them, hold nobody up, are removed, and told once',
    async ([, [count, from, step]], context) => {
      const around = await neighbourhood(context);
      await around.neighbour.processes(count, around.nowSeconds + from, step);
      const monitored = await lookedAt(around);
      expect((await monitored.data()).processes).toMatchObject([{ pid: process.pid }]);
      expect(told(monitored)).toEqual([
        expect.stringMatching(/processes in monitor:processes of Redis.*got 300000 members/),
      ]);
    },
  );

  it('in the future are dropped and told once', async (context) => {
    const around = await neighbourhood(context);
    await around.neighbour.processes(1000, around.nowSeconds + 50, 1);
    const monitored = await lookedAt(around);
    expect(told(monitored)).toEqual([expect.stringMatching(/in the future in monitor:processes of Redis, got \d+:/)]);
    const own = (await monitored.data()).processes.find(({ host }) => host !== 'host');
    expect(own).toMatchObject({ pid: process.pid });
    expect(await around.scene.view.redis.zcard('monitor:processes')).toBeLessThan(100);
  });

  it('as reporting are listed up to a thousand', async (context) => {
    const around = await neighbourhood(context);
    await around.neighbour.processes(4000, around.nowSeconds, 0);
    const monitored = await lookedAt(around);
    expect((await monitored.data()).processes).toHaveLength(1000);
    expect(told(monitored)).toEqual([
      expect.stringMatching(/1000 processes at most in monitor:processes of Redis, got 4/),
    ]);
  });

  it('with 20 MB each are removed unread, and told once', async (context) => {
    const around = await neighbourhood(context);
    await around.neighbour.longMembers(3, 20, around.nowSeconds);
    const monitored = await lookedAt(around);
    expect((await monitored.data()).processes).toHaveLength(1);
    expect(await around.scene.view.redis.zcard('monitor:processes')).toBe(1);
    expect(told(monitored)).toEqual([
      expect.stringMatching(/processes in monitor:processes of Redis.*got \d{8} bytes/),
    ]);
  });

  it('as something else than a sorted set are removed, and told once', async (context) => {
    const around = await neighbourhood(context);
    await around.scene.view.redis.set('monitor:processes', 'x');
    const monitored = await lookedAt(around);
    expect(told(monitored)).toEqual([
      expect.stringMatching(/processes in monitor:processes of Redis.*got no sorted set: it was removed/),
    ]);
    expect((await monitored.data()).processes).toMatchObject([{ pid: process.pid }]);
    expect(await around.scene.view.redis.zcard('monitor:processes')).toBe(1);
  });

  it('that are none are told once', async (context) => {
    const around = await neighbourhood(context);
    await around.scene.view.redis.zadd(
      'monitor:processes',
      around.nowSeconds,
      'forged\nline',
      around.nowSeconds,
      'x'.repeat(600),
    );
    const monitored = await lookedAt(around);
    expect((await monitored.data()).processes).toHaveLength(1);
    expect(told(monitored)).toEqual([
      expect.stringMatching(
        /^RangeError: Expected processes in monitor:processes of Redis, got something else: [^\n]*$/,
      ),
    ]);
  });
});

needs('redis')('hashes that somebody else has filled', () => {
  const FILLS: Readonly<Record<string, (neighbour: BadNeighbour, key: string) => Promise<void>>> = {
    '300,000 fields': (neighbour, key) => neighbour.fields(key, MANY),
    'a name of 20 MB': (neighbour, key) => neighbour.longField(key, 20),
  };

  it.for(Object.entries(FILLS))(
    'tables of routes with %s are not read, and that is told once',
    async ([, fill], context) => {
      const around = await neighbourhood(context);
      for (const key of [routesHourKey(around.hour), ...around.minutes.map(routesMinuteKey)]) {
        await fill(around.neighbour, key);
      }
      const monitored = await lookedAt(around);
      const { history, totals } = await monitored.data('24h');
      expect(totals.requests.count).toBe(monitored.happened.requests);
      expect(history!.routes.count).toBe(0);
      expect(told(monitored)).toEqual([
        expect.stringMatching(/^RangeError: Expected monitor:routes:\S+ in Redis to have at most 8000 fields/),
      ]);
      expect(await around.scene.view.redis.hget(routesHourKey(around.hour), 'hits GET /1')).toBeOneOf(['1', null]);
    },
  );

  it.for(Object.entries(FILLS))('an hour and the totals with %s show what was counted', async ([, fill], context) => {
    const around = await neighbourhood(context);
    for (const key of [hourKey('requests', around.hour), hourKey('monitor:faults', around.hour), 'requests:totals']) {
      await fill(around.neighbour, key);
    }
    const monitored = await lookedAt(around);
    const { requests } = monitored.happened;
    await waitUntil('it shows', async () => {
      const { history, totals } = await monitored.data();
      const inBuckets = history!.running.requests + history!.windows['10m'].requests.count;
      return totals.requests.count === requests && inBuckets === requests;
    });
    expect(told(monitored)).toEqual([]);
  });

  it('with few fields that are large are not read, hold nobody up, and are told once', async (context) => {
    const around = await neighbourhood(context);
    for (const { key, bytes } of everyHash(around)) {
      await around.neighbour.fields(key, 2, `hits GET /${'x'.repeat(0.48 * bytes)}`);
    }
    const monitored = await lookedAt(around);
    expect((await monitored.data('24h')).totals.requests.count).toBe(monitored.happened.requests);
    expect(told(monitored)).toEqual([
      expect.stringMatching(/^RangeError: Expected monitor:routes:\S+ in Redis to have .* got \d+ bytes in \d fields/),
    ]);
  });

  it('that are large are read a few at a time, and all in the end', async (context) => {
    const around = await neighbourhood(context);
    const { redis } = around.scene.view;
    const hashes = everyHash(around).filter(({ key }) => key.startsWith('monitor:routes:'));
    for (const { key } of hashes) await around.neighbour.fields(key, 1400, `hits GET /${'x'.repeat(950)}`);
    const delivery = new Delivery({ client: redis, keyPrefix: '', process: ownProcess(), retentionHours: 24 });
    let wanted: readonly Wanted[] = hashes.map(({ key }) => ({ key, mostFields: MOST_ROUTE_FIELDS, named: [] }));
    const found: number[] = [];
    while (wanted.length > 0) {
      const answer = await delivery.exchange(Date.now(), wanted);
      const read = answer!.hashes.filter((hash) => Array.isArray(hash));
      expect(JSON.stringify(read).length).toBeLessThan(6_000_000);
      found.push(...read.map(({ length }) => length / 2));
      wanted = wanted.filter((_, i) => answer!.hashes[i] === undefined);
    }
    expect(found).toEqual(hashes.map(() => 1400));
  });

  it('as many as are read hold nobody up', async (context) => {
    const around = await neighbourhood(context);
    // Of twelve tables, whichever minute it is in the end: more have too many rows together.
    for (let age = -1; age < 11; age += 1) {
      await around.neighbour.fields(
        routesMinuteKey(around.minutes[0]! - age),
        7900,
        'hits GET /dogs/of/a/long/path/with/a/number',
      );
    }
    const monitored = await lookedAt(around, LARGEST_ANSWER_BYTES);
    expect(told(monitored)).toEqual([]);
    expect((await monitored.data()).history!.routes.count).toBeGreaterThan(1000);
  });
});

needs('redis')('numbers that somebody else has written', () => {
  it('and that are no counts are told once', async (context) => {
    const around = await neighbourhood(context);
    const { redis } = around.scene.view;
    const odd = { '00:0': '-5', '00:1': '1.5', '00:2': 'NaN', '00:3': '1e308', '00:4': '0x10', '00:5': '9'.repeat(30) };
    await redis.hset(hourKey('requests', around.hour), odd);
    await redis.hset(hourKey('sqlops', around.hour), odd);
    await redis.hset('sqlops:totals', { hits: 'Infinity', weight: '-1' });
    await redis.hset(routesHourKey(around.hour), { [`hits GET /${'x'.repeat(1001)}`]: '1' });
    const monitored = await lookedAt(around);
    const state = await monitored.data('24h');
    expect(JSON.stringify(state)).not.toMatch(/NaN|Infinity|e\+|xxx/);
    expect(state.totals.statements).toEqual({ count: 0, seconds: 0 });
    expect(told(monitored).toSorted()).toEqual([
      expect.stringMatching(/Expected counts in \S+ of Redis/),
      expect.stringMatching(/Expected names of routes of at most 1000 characters in \S+ of Redis/),
    ]);
  });
});

needs('redis')('a fence that somebody else has overwritten', () => {
  type Spoil = (around: Neighbourhood, key: string) => Promise<unknown>;
  const withOwnNonce = async ({ scene }: Neighbourhood, key: string, last: string): Promise<void> => {
    const [, nonce = ''] = String(await scene.view.redis.get(key)).split(' ');
    expect(nonce).toMatch(/^\w{32}$/);
    await scene.view.redis.set(key, `${last} ${nonce} `);
  };
  const SPOILS: Readonly<Record<string, Spoil>> = {
    nonsense: ({ scene }, key) => scene.view.redis.set(key, 'nonsense\nforged'),
    'a far number': ({ scene }, key) => scene.view.redis.set(key, '999999999'),
    'a far number that looks like ours': (around, key) => withOwnNonce(around, key, '999999999'),
    'a number beyond all': (around, key) => withOwnNonce(around, key, '9'.repeat(400)),
    'another type': ({ scene }, key) => scene.view.redis.multi().del(key).rpush(key, 'x').exec(),
    '50 MB': ({ neighbour }, key) => neighbour.longText(key, 50),
  };

  it.for(Object.entries(SPOILS))('with %s stops nothing and doubles nothing', async ([, spoil], context) => {
    const around = await neighbourhood(context);
    const { redis } = around.scene.view;
    const monitored = await around.scene.process();
    const delivered = async () => Number(await redis.hget('requests:totals', 'hits'));
    monitored.requests(10);
    await waitUntil('it is delivered', async () => (await delivered()) === 10);
    const [key = ''] = await around.scene.view.keys('monitor:fence:*');
    await spoil(around, key);
    for (let i = 0; i < 3; i += 1) {
      monitored.requests(5);
      await waitUntil('it goes on', async () => (await delivered()) === 15 + 5 * i);
    }
    await monitored.close();
    const { totals, buckets } = await around.scene.view.requests();
    expect([totals, buckets]).toEqual([25, 25]);
    expect(told(monitored)).toEqual([
      expect.stringMatching(/^RangeError: [^\n]* it was replaced, and nothing is lost or counted twice\./),
    ]);
  });

  it('with a large set is freed beside the other work of Redis', async (context) => {
    const scene = await RedisScene.set(context);
    const { redis } = scene.view;
    const freed = async () => Number(/lazyfreed_objects:(\d+)/.exec(await redis.info('memory'))?.[1]);
    const own = ownProcess();
    const delivery = new Delivery({ client: redis, keyPrefix: '', process: own, retentionHours: 24 });
    await redis.eval(`for i = 1, 100000 do redis.call('SADD', KEYS[1], 'x' .. i) end`, 1, fenceKey(own.id));
    const before = await freed();
    delivery.add([{ key: 'requests:totals', field: 'hits', by: 5, untilMs: undefined }]);
    expect(await delivery.exchange(Date.now(), [])).toMatchObject({ isDelivered: true, fence: 'replaced' });
    expect(await redis.hget('requests:totals', 'hits')).toBe('5');
    await waitUntil('it is freed', async () => (await freed()) > before);
  });

  it('while an answer was lost doubles nothing, and that the batch may be lost is known', async (context) => {
    const scene = await RedisScene.set(context);
    const { redis } = scene.view;
    let isLost = true;
    const client = {
      call: async (command: string, ...args: string[]) => {
        const answer = await redis.call(command, ...args);
        if (isLost) throw new Error('The answer is lost.');
        return answer;
      },
    };
    const own = ownProcess();
    const delivery = new Delivery({ client, keyPrefix: '', process: own, retentionHours: 24 });
    const add = (by: number) => delivery.add([{ key: 'requests:totals', field: 'hits', by, untilMs: undefined }]);
    const ask = () => delivery.exchange(Date.now(), []);
    add(5);
    await expect(ask()).rejects.toThrow('The answer is lost.');
    await redis.set(fenceKey(own.id), 'nonsense');
    isLost = false;
    expect(await ask()).toMatchObject({ isDelivered: true, fence: 'lost' });
    add(3);
    expect(await ask()).toMatchObject({ isDelivered: true, fence: 'ours' });
    expect(await redis.hget('requests:totals', 'hits')).toBe('8');
    expect(delivery.isDone).toBe(true);
  });
});
