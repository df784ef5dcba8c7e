import { expect, it, vi } from 'vitest';
import { ownProcess } from '../../lib/monitor/own-process.js';
import { BYTES_PER_FIELD, MOST_HOUR_FIELDS, MOST_ROUTE_FIELDS } from '../../lib/monitor/redis/bounds.js';
import { Delivery } from '../../lib/monitor/redis/delivery.js';
import { type Wanted } from '../../lib/monitor/redis/round-trip.js';
import { HOURLY, hourKey, routesHourKey, routesMinuteKey } from '../../lib/monitor/redis/layout.js';
import { type BadNeighbour } from '../support/redis/bad-neighbour.js';
import { lookedAt, type Neighbourhood, neighbourhood, told } from '../support/redis/neighbourhood.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

// To fill a Redis takes some seconds, and more on a machine that is busy.
vi.setConfig({ testTimeout: 120_000 });

const MANY = 300_000;
/** Three tables of as many fields as are read, with which a round trip ends. */
const LARGEST_ANSWER_BYTES = 2_000_000;

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
