import { Cluster, Redis } from 'ioredis';
import * as ioredis6 from 'ioredis-6';
import { createClient as createClient4 } from 'redis-4';
import * as redis5 from 'redis';
import * as redis6 from 'redis-6';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RedisClient } from '../../lib/monitor/redis/client.js';
import { hourKey } from '../../lib/monitor/redis/layout.js';
import { type DatabaseProcess } from '../support/database-process.js';
import { DjangoRedisMonitor } from '../support/redis/django-redis-monitor.js';
import { ChildProgram } from '../support/redis/monitored-child.js';
import { MonitoredProcess } from '../support/redis/monitored-process.js';
import { startRedis, urlOf } from '../support/redis/redis-server.js';
import { everywhere, RedisView } from '../support/redis/redis-view.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

/** A client of an application: how it makes one, sees that it still works, and closes it. */
interface Opened {
  readonly client: RedisClient;
  readonly ping: () => Promise<unknown>;
  readonly close: () => unknown;
}

type Open = (server: DatabaseProcess) => Opened | Promise<Opened>;

/** What the versions and kinds of node-redis have in common. */
interface NodeRedis {
  connect(): Promise<unknown>;
  ping(): Promise<unknown>;
  on(event: 'error', listener: () => void): unknown;
  sendCommand(args: string[]): Promise<unknown>;
  destroy?(): void;
  disconnect?(): Promise<unknown>;
}

async function opened(made: unknown): Promise<Opened> {
  const client = made as NodeRedis;
  client.on('error', () => undefined);
  await client.connect();
  const close = () => (client.destroy === undefined ? client.disconnect?.() : client.destroy());
  return { client, ping: () => client.ping(), close };
}

function connected(client: Redis | ioredis6.Redis): Opened {
  return { client, ping: () => client.ping(), close: () => client.disconnect() };
}

const CLIENTS: Readonly<Record<string, Open>> = {
  'ioredis 5': (server) => connected(new Redis(urlOf(server))),
  'ioredis 6': (server) => connected(new ioredis6.Redis(urlOf(server))),
  'ioredis 5 with automatic pipelines': (server) =>
    connected(new Redis(urlOf(server), { enableAutoPipelining: true, lazyConnect: true })),
  'node-redis 4': (server) => opened(createClient4({ url: urlOf(server) })),
  'node-redis 5': (server) => opened(redis5.createClient({ url: urlOf(server) })),
  'node-redis 6': (server) => opened(redis6.createClient({ url: urlOf(server) })),
  'node-redis 5 with RESP 3': (server) => opened(redis5.createClient({ url: urlOf(server), RESP: 3 })),
  'node-redis 6 with RESP 3': (server) => opened(redis6.createClient({ url: urlOf(server), RESP: 3 })),
  'a pool of node-redis 5': (server) => opened(redis5.createClientPool({ url: urlOf(server) })),
  'a pool of node-redis 6': (server) => opened(redis6.createClientPool({ url: urlOf(server) })),
  'node-redis 5 that gives buffers': async (server) => {
    const base = await opened(redis5.createClient({ url: urlOf(server) }));
    const typed = (base.client as unknown as redis5.RedisClientType).withTypeMapping({
      [redis5.RESP_TYPES.BLOB_STRING]: Buffer,
    });
    return { ...base, client: typed as unknown as RedisClient };
  },
};

needs('redis')('the layout in Redis', () => {
  let server: DatabaseProcess;
  let view: RedisView;
  let monitored: MonitoredProcess | undefined;
  beforeAll(async () => void (server = await startRedis()));
  afterAll(() => server.stop());
  beforeEach(() => void (view = new RedisView(server)));
  afterEach(async () => {
    await monitored?.close();
    monitored = undefined;
    await view.redis.flushall();
    view.close();
  });

  async function start(keyPrefix = ''): Promise<MonitoredProcess> {
    return (monitored = await MonitoredProcess.start({ store: { redis: urlOf(server), keyPrefix } }));
  }

  it("is read by django-redis-monitor's reader", async () => {
    const before = new Date(await view.clockMs());
    const application = await start();
    await waitUntil('it has heard the clock', async () => (await application.data()).store.reachable);
    application.requests(5, { seconds: 0.25 });
    application.requests(2, { route: '/walks', seconds: 0.5, status: 500 });
    application.statements(11, 0.002);
    await application.close();
    const now = new Date(await view.clockMs());
    const minutes = Math.ceil((now.getTime() - before.getTime()) / 60_000);
    for (const [prefix, hits, weight] of [
      ['requests', 7, 2_250_000],
      ['sqlops', 11, 22_000],
    ] as const) {
      const django = new DjangoRedisMonitor(view.redis, prefix);
      expect(await django.getTotals()).toEqual({ hits, weight });
      const slots = await django.getRecentHitsAndWeights(minutes, now);
      expect(slots.reduce((sum, slot) => sum + slot.hits, 0)).toBe(hits);
      expect(slots.reduce((sum, slot) => sum + slot.weight, 0)).toBe(weight);
      const inTime = slots.filter((slot) => slot.hits > 0 && slot.at.getTime() < before.getTime() - 10_000);
      expect(inTime).toEqual([]);
    }
  });

  it('shows the sum of a Django and a Nest process', async () => {
    const application = await start();
    const now = new Date(await view.clockMs());
    await new DjangoRedisMonitor(view.redis, 'requests').recordHitsWithTotalWeight(30, 6_000_000, now);
    await new DjangoRedisMonitor(view.redis, 'sqlops').recordHitsWithTotalWeight(90, 900_000, now);
    application.requests(10, { seconds: 0.1, status: 500 });
    application.statements(10, 0.01);
    const state = await waitUntil('all of it shows', async () => {
      const seen = await application.data();
      return seen.totals.requests.count === 40 ? seen : undefined;
    });
    expect(state?.totals.requests.seconds).toBeCloseTo(7);
    expect(state?.totals.statements).toEqual({ count: 100, seconds: 1 });
    const shown = await waitUntil(
      'the buckets are complete',
      async () => {
        const { windows } = (await application.data()).history!;
        return windows['10m'].requests.count === 40 ? windows['10m'] : undefined;
      },
      { timeoutMs: 20_000 },
    );
    // Django does not say which of its requests have failed: the share is that of ours.
    expect(shown?.requests).toMatchObject({ errors: 10, errorShare: 1 });
    expect(shown?.statements.count).toBe(100);
  });

  it('expires after the retention, but for the totals', async () => {
    const application = await start();
    application.requests(1);
    application.statements(1, 0.001, 'syntax');
    await application.close();
    const untilHourEnds = 3600 - (((await view.clockMs()) / 1000) % 3600);
    const ttls = new Map<string, number>();
    for (const key of await view.keys()) ttls.set(key, await view.redis.ttl(key));
    const hour = Math.floor((await view.clockMs()) / 3_600_000);
    for (const prefix of ['requests', 'sqlops', 'monitor:faults', 'monitor:routes']) {
      expect(ttls.get(hourKey(prefix, hour))! - 24 * 3600 - untilHourEnds, prefix).toBeCloseTo(0, -1);
    }
    const minute = [...ttls].find(([key]) => /^monitor:routes:\d{8}:\d\d:\d\d$/.test(key))!;
    expect(minute[1]).toBeGreaterThan(3600);
    expect(minute[1]).toBeLessThanOrEqual(62 * 60);
    const fence = [...ttls].find(([key]) => key.startsWith('monitor:fence:'))!;
    expect(fence[1]).toBeGreaterThan(24 * 3600);
    expect(ttls.get('requests:totals')).toBe(-1);
    expect(ttls.get('sqlops:totals')).toBe(-1);
  });

  it('has the prefix before every key', async () => {
    const application = await start('shop:');
    application.requests(3);
    application.statements(4);
    const delivered = await waitUntil('it is delivered', async () => {
      const state = await application.data();
      return state.totals.requests.count === 3 ? state : undefined;
    });
    expect(delivered?.totals.statements.count).toBe(4);
    await application.close();
    expect((await view.keys()).filter((key) => !key.startsWith('shop:'))).toEqual([]);
    expect(await new RedisViewOf(server, 'shop:').requests()).toEqual(everywhere(3));
  });

  it('has the prefix of ioredis itself before every key as well', async () => {
    const client = new Redis(urlOf(server), { keyPrefix: 'app:' });
    monitored = await MonitoredProcess.start({ store: { redis: client, keyPrefix: 'shop:' } });
    monitored.requests(3);
    const shows = monitored;
    await waitUntil('it is delivered', async () => (await shows.data()).totals.requests.count === 3);
    await monitored.close();
    client.disconnect();
    expect((await view.keys()).filter((key) => !key.startsWith('app:shop:'))).toEqual([]);
    expect(await new RedisViewOf(server, 'app:shop:').requests()).toEqual(everywhere(3));
  });

  it('holds two hashes of numbers when only totals are kept', async () => {
    monitored = await MonitoredProcess.start({ store: { redis: urlOf(server) }, totalsOnly: true });
    monitored.requests(3);
    monitored.statements(2);
    await monitored.close();
    const keys = await view.keys();
    expect(keys.filter((key) => !/^monitor:(?:fence|processes)/.test(key))).toEqual([
      'requests:totals',
      'sqlops:totals',
    ]);
  });
});

/** A view that is closed as soon as it has looked. */
class RedisViewOf {
  constructor(
    private readonly server: DatabaseProcess,
    private readonly keyPrefix: string,
  ) {}

  async requests() {
    const view = new RedisView(this.server, this.keyPrefix);
    try {
      return await view.requests();
    } finally {
      view.close();
    }
  }
}

needs('redis')('a client of the application', () => {
  let server: DatabaseProcess;
  beforeAll(async () => void (server = await startRedis()));
  afterAll(() => server.stop());

  describe.each(Object.entries(CLIENTS))('%s', (name, open) => {
    it('delivers everything, reads it, and is left open', async () => {
      const { client, ping, close } = await open(server);
      const keyPrefix = `${name.replaceAll(' ', '-')}:`;
      const view = new RedisView(server, keyPrefix);
      try {
        const monitored = await MonitoredProcess.start({ store: { redis: client, keyPrefix } });
        monitored.requests(20, { route: '/Ärger/:id', queries: 2 });
        monitored.statements(40);
        const state = await waitUntil('it is delivered', async () => {
          const seen = await monitored.data('1h');
          return seen.totals.requests.count === 20 ? seen : undefined;
        });
        expect(state).toMatchObject({
          scope: 'fleet',
          store: { reachable: true },
          totals: { statements: { count: 40 } },
        });
        expect(state?.processes).toHaveLength(1);
        await monitored.close();
        expect(await view.requests()).toEqual(everywhere(20));
        expect(await view.statements()).toEqual({ totals: 40, buckets: 40 });
        expect(monitored.log).toEqual([]);
        expect(await ping()).toBe('PONG');
      } finally {
        view.close();
        await close();
      }
    });
  });
});

needs('redis')('a Redis Cluster', () => {
  let server: DatabaseProcess;
  let cluster: Cluster;
  beforeAll(async () => {
    server = await startRedis({ 'cluster-enabled': 'yes', 'cluster-announce-ip': '127.0.0.1' });
    const view = new RedisView(server);
    await view.redis.cluster('ADDSLOTSRANGE', 0, 16_383);
    await waitUntil('the cluster is up', async () => (await view.redis.cluster('INFO')).includes('cluster_state:ok'));
    view.close();
    cluster = new Cluster([{ host: '127.0.0.1', port: server.port }]);
  });
  afterAll(async () => {
    cluster.disconnect();
    await server.stop();
  });

  it('takes everything with a hash tag', async () => {
    const monitored = await MonitoredProcess.start({ store: { redis: cluster, keyPrefix: '{kennel}:' } });
    monitored.requests(20);
    monitored.statements(30);
    await waitUntil('it is delivered', async () => (await monitored.data()).totals.requests.count === 20);
    await monitored.close();
    expect(await new RedisViewOf(server, '{kennel}:').requests()).toEqual(everywhere(20));
    expect(monitored.log).toEqual([]);
  });

  it('without a hash tag is said to be impossible, once', async () => {
    const monitored = await MonitoredProcess.start({ store: { redis: cluster } });
    monitored.requests(20);
    const state = await waitUntil('it is noticed', async () => {
      const seen = await monitored.data();
      return !seen.store.reachable ? seen : undefined;
    });
    expect(state).toMatchObject({ scope: 'process', totals: { requests: { count: 20 } } });
    await monitored.close();
    expect(monitored.log.filter((line) => /CROSSSLOT|same slot|hash/i.test(line))).toHaveLength(1);
  });
});

needs('redis')('a client of our own', () => {
  let server: DatabaseProcess;
  beforeAll(async () => void (server = await startRedis()));
  afterAll(() => server.stop());

  it.each(['ioredis', 'redis'])(
    'of %s is closed with the application, and nothing keeps the process',
    async (library) => {
      const program = await ChildProgram.build([library]);
      try {
        const keyPrefix = `own-${library}:`;
        const child = await program.start({ store: { redis: urlOf(server), keyPrefix } });
        await child.requests(12);
        await waitUntil('it is delivered', async () => (await child.data()).totals.requests.count === 12);
        await child.requests(3);
        expect(await child.log()).toEqual([]);
        await child.close();
        await waitUntil('it has ended by itself', () => child.hasEnded);
        expect(await new RedisViewOf(server, keyPrefix).requests()).toEqual(everywhere(15));
      } finally {
        program.stop();
      }
    },
  );

  it.each(['ioredis', 'redis'])('of %s ends when Redis never was there', async (library) => {
    const program = await ChildProgram.build([library]);
    try {
      const child = await program.start({ store: { redis: 'redis://:hunter2@127.0.0.1:1' } });
      await child.requests(12);
      expect(await child.data()).toMatchObject({ scope: 'process', store: { reachable: false } });
      expect((await child.log()).join('\n')).not.toContain('hunter2');
      await child.close();
      await waitUntil('it has ended by itself', () => child.hasEnded);
    } finally {
      program.stop();
    }
  });

  it('without a library is a sentence that says what to do', async () => {
    const program = await ChildProgram.build([]);
    try {
      await expect(program.start({ store: { redis: urlOf(server) } })).rejects.toThrow('install one of them');
    } finally {
      program.stop();
    }
  });
});
