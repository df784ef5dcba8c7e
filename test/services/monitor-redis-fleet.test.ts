import { expect, it } from 'vitest';
import { ChildProgram } from '../support/redis/monitored-child.js';
import { type MonitoredProcess } from '../support/redis/monitored-process.js';
import { RedisScene } from '../support/redis/redis-scene.js';
import { everywhere } from '../support/redis/redis-view.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

const MINUTES_MS = 7 * 60_000;

needs('redis')('a fleet', () => {
  it.concurrent(
    'is added up, and known by its processes',
    async (context) => {
      const scene = await RedisScene.set(context);
      const { view } = scene;
      const [one, two, three] = await Promise.all([scene.process(), scene.process(), scene.process()]);
      one.requests(10);
      two.requests(20, { route: '/walks', status: 500 });
      three.requests(30);
      for (const process of [one, two, three]) process.statements(5);
      const everything = async (seen: MonitoredProcess) => {
        const { totals, processes } = await seen.data();
        return totals.requests.count === 60 && totals.statements.count === 15 && processes.length === 3;
      };
      await waitUntil('each shows all', async () => (await everything(one)) && (await everything(two)));
      const together = await waitUntil(
        'the routes are there',
        async () => {
          const state = await one.data('1h');
          // Each process delivers its own when the ten seconds are over.
          const counts = state.history?.routes.busiest.map(({ count }) => count) ?? [];
          return counts.reduce((sum, count) => sum + count, 0) === 60 ? state : undefined;
        },
        { timeoutMs: 20_000 },
      );
      const shown = together?.history?.routes.busiest.map(({ method, route, count, errors }) => [
        method,
        route,
        count,
        errors,
      ]);
      expect(shown).toEqual([
        ['GET', '/dogs', 40, 0],
        ['GET', '/walks', 20, 20],
      ]);
      await three.close();
      await waitUntil('the one that left is forgotten', async () => (await one.data()).processes.length === 2);
      await Promise.all([one.close(), two.close()]);
      expect(await view.requests()).toEqual(everywhere(60));
      expect(await view.keys('monitor:processes')).toEqual([]);
    },
    60_000,
  );

  it.concurrent('forgets who has not reported for half a minute', async (context) => {
    const scene = await RedisScene.set(context);
    const { view } = scene;
    const one = await scene.process();
    const now = Math.floor((await view.clockMs()) / 1000);
    const member = (name: string) => JSON.stringify([name, 'host', 1, '2026-01-01T00:00:00.000Z']);
    await view.redis.zadd(
      'monitor:processes',
      now - 25,
      member('late'),
      now - 35,
      member('gone'),
      now - 3700,
      member('old'),
    );
    const read = await waitUntil('it has read', async () => {
      const state = await one.data();
      return state.processes.length > 1 ? state : undefined;
    });
    expect(read?.processes.map(({ id }) => id)).toContain('late');
    expect(read?.processes).toHaveLength(2);
    expect(await view.redis.zrange('monitor:processes', 0, -1)).not.toContain(member('old'));
  });

  it.concurrent('of several processes is exact, also when one of them is killed', async (context) => {
    const scene = await RedisScene.set(context);
    const { view } = scene;
    const program = await scene.program(ChildProgram.build());
    const settings = { store: { redis: scene.url } };
    const [one, two] = await Promise.all([program.start(settings), program.start(settings)]);
    await Promise.all([one.requests(100), two.requests(11)]);
    await waitUntil('it is delivered', async () => (await view.requests()).totals === 111);
    one.kill();
    await two.requests(9);
    await two.close();
    const { totals, buckets, routesByHour } = await view.requests();
    expect([totals, buckets]).toEqual([120, 120]);
    // Routes are delivered when their bucket is over: those of the one that was killed may have been by then.
    expect(routesByHour).toBeOneOf([20, 120]);
    expect(await view.redis.zcard('monitor:processes')).toBe(1);
  });

  it.concurrent(
    'counts by the clock of Redis, however wrong those of its processes are',
    async (context) => {
      const scene = await RedisScene.set(context);
      const { view } = scene;
      const program = await scene.program(ChildProgram.build());
      const store = { redis: scene.url };
      const children = await Promise.all(
        [-MINUTES_MS, 0, MINUTES_MS, 3 * 86_400_000].map((clockAheadMs) => program.start({ store, clockAheadMs })),
      );
      for (const child of children) {
        await waitUntil('it has heard the clock', async () => {
          const { store: seen, time } = await child.data();
          return seen.reachable && Math.abs(Date.parse(time) - (await view.clockMs())) < 2000;
        });
      }
      const first = Math.floor((await view.clockMs()) / 10_000);
      for (const child of children) await child.requests(10);
      const last = Math.floor((await view.clockMs()) / 10_000);
      for (const child of children) {
        const state = await waitUntil('it shows the others', async () => {
          const seen = await child.data();
          return seen.totals.requests.count === 40 ? seen : undefined;
        });
        expect(state?.processes).toHaveLength(4);
      }
      for (const child of children) await child.close();
      const hours = await view.keys('requests:????????:??');
      const fields = (await Promise.all(hours.map((key) => view.hash(key)))).flatMap((hash) => Object.keys(hash));
      expect(fields.filter((field) => !field.endsWith('w')).length).toBeLessThanOrEqual(last - first + 1);
      expect(await view.requests()).toMatchObject({ totals: 40, buckets: 40, routesByHour: 40 });
    },
    60_000,
  );

  it.concurrent(
    'with a clock that was days ahead while Redis was away shows its history as soon as it is back',
    async (context) => {
      const scene = await RedisScene.set(context);
      const program = await scene.program(ChildProgram.build());
      await scene.server.kill();
      const child = await program.start({ store: { redis: scene.url }, clockAheadMs: 3 * 86_400_000 });
      expect((await child.data()).store.reachable).toBe(false);
      await scene.server.restart();
      await waitUntil('it is back', async () => (await child.data()).scope === 'fleet');
      await child.requests(10);
      const shown = await waitUntil(
        'it shows',
        async () => {
          const { history } = await child.data();
          return history!.running.requests + history!.windows['10m'].requests.count;
        },
        { timeoutMs: 5000 },
      );
      expect(shown).toBe(10);
    },
  );

  it.concurrent(
    'of fifty, busy and looked at, asks at most fifty times a second',
    async (context) => {
      const scene = await RedisScene.set(context);
      const { view } = scene;
      const fleet = await Promise.all(Array.from({ length: 50 }, () => scene.process()));
      await waitUntil('all are there', async () => (await fleet[0]!.data()).processes.length === 50);
      const busy = setInterval(() => {
        for (const process of fleet) process.requests(1);
      }, 100);
      const looks: Promise<unknown>[] = [];
      const looking = setInterval(() => looks.push(fleet[0]!.data()), 900);
      scene.later(() => {
        clearInterval(busy);
        clearInterval(looking);
      });
      const from = { scripts: await view.scripts(), at: await view.clockMs() };
      const isOver = async () => (await view.clockMs()) - from.at >= 10_000;
      await waitUntil('ten seconds have gone by', isOver, { timeoutMs: 15_000 });
      const to = { scripts: await view.scripts(), at: await view.clockMs() };
      clearInterval(busy);
      clearInterval(looking);
      await Promise.all(looks);
      // Whoever asks once a second asks eleven times in a little more than ten seconds.
      expect(to.scripts - from.scripts).toBeLessThanOrEqual(50 * Math.ceil((to.at - from.at) / 1000));
      expect(to.scripts - from.scripts).toBeGreaterThan(50 * 8);
      await Promise.all(fleet.map((process) => process.close()));
      const sent = fleet.reduce((sum, { happened }) => sum + happened.requests, 0);
      expect(await view.requests()).toMatchObject({ totals: sent, buckets: sent, routesByHour: sent });
    },
    60_000,
  );
});
