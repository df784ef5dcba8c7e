import { Redis } from 'ioredis';
import * as ioredis6 from 'ioredis-6';
import * as redis5 from 'redis';
import { createClient as createClient4 } from 'redis-4';
import * as redis6 from 'redis-6';
import { expect, it, vi } from 'vitest';
import { type RedisClient } from '../../lib/monitor/redis/client.js';
import { startRedis } from '../support/redis/redis-server.js';
import { ChildProgram } from '../support/redis/monitored-child.js';
import { type MonitoredProcess } from '../support/redis/monitored-process.js';
import { RedisScene } from '../support/redis/redis-scene.js';
import { RedisView } from '../support/redis/redis-view.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

vi.setConfig({ testTimeout: 90_000 });

const FEW = { databases: 4 };
const MISSING = 99;

interface NodeRedis {
  on(event: 'error', listener: () => void): unknown;
  connect(): Promise<unknown>;
  destroy?(): void;
  disconnect?(): Promise<unknown>;
}

/** A client that connects again for ever, as most do. */
function connecting(scene: RedisScene, made: unknown): RedisClient {
  const client = made as NodeRedis & RedisClient;
  client.on('error', () => undefined);
  client.connect().catch(() => undefined);
  scene.later(async () => {
    try {
      if (client.destroy === undefined) await client.disconnect?.();
      else client.destroy();
    } catch {
      // It never was connected.
    }
  });
  return client;
}

function ioredis(scene: RedisScene, client: Redis | ioredis6.Redis): RedisClient {
  client.on('error', () => undefined);
  scene.later(() => client.disconnect());
  return client;
}

/** Clients whose options name a database. */
const CLIENTS: Readonly<Record<string, (scene: RedisScene, database: number) => RedisClient | string>> = {
  'a URL': (scene, database) => `${scene.url}/${database}`,
  'a URL with a query': (scene, database) => `${scene.url}?db=${database}`,
  'ioredis 5': (scene, db) => ioredis(scene, new Redis(scene.server.port, { db })),
  'ioredis 6': (scene, db) => ioredis(scene, new ioredis6.Redis(scene.server.port, { db })),
  'ioredis 5 that is not connected yet': (scene, db) =>
    ioredis(scene, new Redis(scene.server.port, { db, lazyConnect: true })),
  'node-redis 4': (scene, database) => connecting(scene, createClient4({ url: scene.url, database })),
  'node-redis 5': (scene, database) => connecting(scene, redis5.createClient({ url: scene.url, database })),
  'node-redis 6': (scene, database) => connecting(scene, redis6.createClient({ url: scene.url, database })),
};

async function databaseView(scene: RedisScene, db: number): Promise<RedisView> {
  const view = new RedisView(scene.server, '', { db });
  scene.later(() => view.close());
  await view.redis.ping();
  return view;
}

/** Some more attempts, whoever makes them. */
async function attempts({ view }: RedisScene): Promise<void> {
  const selects = async () =>
    Number(/cmdstat_select:calls=(\d+)/.exec(await view.redis.info('commandstats'))?.[1] ?? 0);
  const before = await selects();
  await waitUntil('it has tried again', async () => (await selects()) >= before + 3, { timeoutMs: 20_000 });
}

async function isSaid(scene: RedisScene, monitored: MonitoredProcess): Promise<void> {
  await waitUntil('it is said', () => monitored.log.length > 0, { timeoutMs: 20_000 });
  expect(await monitored.data()).toMatchObject({ scope: 'process', store: { reachable: false } });
  await attempts(scene);
  expect(monitored.log).toHaveLength(1);
}

needs('redis')('a database that Redis does not have', () => {
  it.concurrent.for(Object.entries(CLIENTS))(
    'through %s is said once, and nothing is written',
    async ([, make], context) => {
      const scene = await RedisScene.set(context, FEW);
      const monitored = await scene.process(make(scene, MISSING));
      monitored.requests(10);
      await isSaid(scene, monitored);
      expect(monitored.log[0]).toMatch(/^Redis cannot be reached: /);
      expect(await scene.view.keys()).toEqual([]);
    },
  );

  it.concurrent.for(['ioredis', 'redis'])(
    'through a URL and %s alone is said once, and nothing is written',
    async (library, context) => {
      const scene = await RedisScene.set(context, FEW);
      const program = await scene.program(ChildProgram.build([library]));
      const child = await program.start({ store: { redis: `${scene.url}/${MISSING}` } });
      await child.requests(10);
      await waitUntil('it is said', async () => (await child.log()).length > 0, { timeoutMs: 20_000 });
      expect((await child.log()).join('\n')).toMatch(/^Redis cannot be reached: .*DB index is out of range/);
      expect(await child.data()).toMatchObject({ scope: 'process', store: { reachable: false } });
      await child.close();
      expect(await scene.view.keys()).toEqual([]);
    },
  );

  it.concurrent.for(Object.entries(CLIENTS))(
    'any more, through %s, is said, and nothing is written',
    async ([, make], context) => {
      const scene = await RedisScene.set(context, FEW);
      const monitored = await scene.process(make(scene, 3));
      const third = await databaseView(scene, 3);
      monitored.requests(10);
      await waitUntil('it is delivered', async () => (await third.requests()).totals === 10);
      await scene.server.kill();
      const smaller = await startRedis({ port: scene.server.port, databases: 2 });
      scene.later(() => smaller.stop());
      monitored.requests(5);
      await waitUntil('it is said', () => monitored.log.length > 0, { timeoutMs: 20_000 });
      await waitUntil('it is back', () => scene.view.redis.ping());
      await attempts(scene);
      expect(await monitored.data()).toMatchObject({ scope: 'process', store: { reachable: false } });
      expect(await scene.view.keys()).toEqual([]);
      await monitored.close();
      expect(await scene.view.keys()).toEqual([]);
    },
  );
});

needs('redis')('a database that Redis has', () => {
  it.concurrent.for(Object.entries(CLIENTS))('is used through %s', async ([, make], context) => {
    const scene = await RedisScene.set(context, FEW);
    const monitored = await scene.process(make(scene, 2));
    const second = await databaseView(scene, 2);
    monitored.requests(10);
    await waitUntil('it is delivered', async () => (await second.requests()).totals === 10);
    await waitUntil('it is read', async () => (await monitored.data()).totals.requests.count === 10);
    expect(await scene.view.keys()).toEqual([]);
  });

  it.concurrent('is used after the application has chosen it', async (context) => {
    const scene = await RedisScene.set(context, FEW);
    const client = new Redis(scene.server.port, { db: 1 });
    scene.later(() => client.disconnect());
    await client.select(2);
    const monitored = await scene.process(client);
    const second = await databaseView(scene, 2);
    monitored.requests(10);
    await waitUntil('it is delivered', async () => (await second.requests()).totals === 10);
    expect(await (await databaseView(scene, 1)).keys()).toEqual([]);
  });
});
