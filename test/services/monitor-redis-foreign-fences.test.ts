import { expect, it } from 'vitest';
import { ownProcess } from '../../lib/monitor/own-process.js';
import { Delivery } from '../../lib/monitor/redis/delivery.js';
import { fenceKey } from '../../lib/monitor/redis/layout.js';
import { type Neighbourhood, neighbourhood, told } from '../support/redis/neighbourhood.js';
import { RedisScene } from '../support/redis/redis-scene.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

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

  it.concurrent.for(Object.entries(SPOILS))('with %s stops nothing and doubles nothing', async ([, spoil], context) => {
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

  it.concurrent('with a large set is freed beside the other work of Redis', async (context) => {
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

  it.concurrent(
    'while an answer was lost doubles nothing, and that the batch may be lost is known',
    async (context) => {
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
    },
  );
});
