import { expect, it, vi } from 'vitest';
import { lookedAt, neighbourhood, told } from '../support/redis/neighbourhood.js';
import { needs } from '../support/services.js';

// To fill a Redis takes some seconds, and more on a machine that is busy.
vi.setConfig({ testTimeout: 120_000 });

const MANY = 300_000;

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
