import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type MonitoredApp, STATEMENTS_PER_REQUEST } from '../support/redis/monitored-app.js';
import { ChildProgram } from '../support/redis/monitored-child.js';
import { CONNECTIONS, RedisScene } from '../support/redis/redis-scene.js';
import { DURABLE, urlOf } from '../support/redis/redis-server.js';
import { everywhere } from '../support/redis/redis-view.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

const KILLS = 3;
/** What data.json may take while Redis is away. */
const PATIENCE_MS = 3000;
/** Whoever waited for Redis would wait for seconds at least. */
const AT_ONCE_MS = 1000;

/** A Nest application, or a monitor without one. */
type Seen = Pick<MonitoredApp, 'data' | 'nagios'>;

/** What the log says of Redis. */
function eventsOf(lines: readonly string[]): readonly string[] {
  return lines.map((line) =>
    line.includes('is back after') ? 'back' : line.includes('cannot be reached') ? 'away' : line,
  );
}

async function timed<T>(act: () => Promise<T>): Promise<readonly [result: T, ms: number]> {
  const since = performance.now();
  const result = await act();
  return [result, performance.now() - since];
}

async function slowestOf(app: MonitoredApp, requests: number): Promise<number> {
  let slowest = 0;
  for (let i = 0; i < requests; i += 1) slowest = Math.max(slowest, (await timed(() => app.request()))[1]);
  return slowest;
}

/** Once what is sent has arrived: killed and started again, several times. */
async function killAgainAndAgain({ server, view }: RedisScene, seen: Seen, sent: () => number): Promise<void> {
  for (let kill = 0; kill < KILLS; kill += 1) {
    const delivered = (await view.requests()).totals;
    await waitUntil('numbers arrive', async () => (await view.requests()).totals > delivered);
    await server.kill();
    const before = sent();
    await waitUntil('requests are answered meanwhile', () => sent() > before + 50);
    await waitUntil('it is missed', async () => (await seen.data()).scope === 'process');
    await server.restart();
    await waitUntil('it is back', async () => (await seen.data()).scope === 'fleet', { timeoutMs: 30_000 });
  }
}

/** What nagios.xml says once all requests are in it. */
function xmlOf(seen: Seen, requests: number): Promise<string> {
  return waitUntil('everything is delivered', async () => {
    const { status, body } = await seen.nagios();
    return status === 200 && body.includes(`<requests>\n\t\t\t<count>${requests}</count>`) ? body : '';
  });
}

function statementsIn(xml: string): number {
  return Number(/<databaseCalls>\s*<count>(\d+)</.exec(xml)?.[1]);
}

needs('redis')('Redis that is killed and started again under load', () => {
  it.concurrent('has exactly what was sent to a Nest application', { timeout: 60_000 }, async (context) => {
    const scene = await RedisScene.set(context, DURABLE);
    const app = await scene.app();
    const load = scene.load(() => app.request(app.sent % 2 === 0 ? '/dogs' : `/walks/${app.sent}`));
    await killAgainAndAgain(scene, app, () => app.sent);
    await load.stop();
    const statements = app.sent * STATEMENTS_PER_REQUEST;
    expect(statementsIn(await xmlOf(app, app.sent))).toBe(statements);
    expect((await app.data()).totals.requests.count).toBe(app.sent);
    await app.close();
    expect(await scene.view.requests()).toEqual(everywhere(app.sent));
    expect(await scene.view.statements()).toEqual({ totals: statements, buckets: statements });
  });

  it.concurrent.for(Object.entries(CONNECTIONS))(
    'has exactly what happened, through %s',
    { timeout: 60_000 },
    async ([name, connect], context) => {
      const scene = await RedisScene.set(context, DURABLE);
      const monitored = await scene.process(await connect(scene, scene.url));
      const load = scene.load(async () => {
        monitored.requests(1);
        monitored.statements(2);
        await pause(5);
      });
      const { happened } = monitored;
      await killAgainAndAgain(scene, monitored, () => happened.requests);
      await load.stop();
      const xml = await xmlOf(monitored, happened.requests);
      expect(statementsIn(xml)).toBe(happened.statements);
      await monitored.close();
      expect(await scene.view.requests()).toEqual(everywhere(happened.requests));
      expect(await scene.view.statements()).toEqual({ totals: happened.statements, buckets: happened.statements });
      const events = eventsOf(monitored.log);
      // A client that queues fails late or never: what is shorter than our patience need not be said.
      const said = name === 'a URL' ? KILLS : events.length / 2;
      expect(events).toEqual(Array.from({ length: said }, () => ['away', 'back']).flat());
    },
  );
});

needs('redis')('Redis that is not there at boot', () => {
  // A client of node-redis is connected before it is given to anybody.
  const connections = Object.entries(CONNECTIONS).filter(([name]) => name !== 'a client of node-redis');

  it.concurrent.for(connections)(
    'stops nothing, and is given everything when it comes, through %s',
    async ([, connect], context) => {
      const scene = await RedisScene.set(context, DURABLE);
      const { server, view } = scene;
      await server.kill();
      const redis = await connect(scene, scene.url);
      const [app, bootMs] = await timed(() => scene.app(redis));
      expect(bootMs).toBeLessThan(PATIENCE_MS);
      for (let i = 0; i < 20; i += 1) await app.request();
      const [state, ms] = await timed(() => app.data());
      expect(ms).toBeLessThan(PATIENCE_MS);
      expect(state).toMatchObject({
        scope: 'process',
        totals: { requests: { count: 20 } },
        store: { reachable: false },
      });
      expect(Date.parse(state.store.unreachableSince!)).toBeGreaterThan(Date.now() - 10_000);
      expect(await app.nagios()).toMatchObject({ status: 503 });
      await server.restart();
      await waitUntil('everything is delivered', async () => (await view.requests()).totals === 20, {
        timeoutMs: 15_000,
      });
      await waitUntil('it is seen', async () => (await app.data()).scope === 'fleet');
      await app.close();
      expect(await view.requests()).toEqual(everywhere(20));
    },
  );

  it.concurrent('but a little away is not said to be unreachable', async (context) => {
    const scene = await RedisScene.set(context);
    const monitored = await scene.process(urlOf(await scene.proxy({ latencyMs: 100 })));
    monitored.requests(3);
    await waitUntil('everything is delivered', scene.hasAll(monitored));
    expect(monitored.log).toEqual([]);
  });
});

needs('redis')('Redis that never answers', () => {
  it.concurrent('costs requests nothing', async (context) => {
    const scene = await RedisScene.set(context);
    const app = await scene.app();
    expect(await slowestOf(app, 50)).toBeLessThan(AT_ONCE_MS);
    await waitUntil('numbers arrive', async () => (await scene.view.requests()).totals === 50);
    const thaw = scene.freeze();
    // Until it has asked in vain, and on.
    const missed = waitUntil('it is missed', async () => (await app.data()).scope === 'process');
    expect(await slowestOf(app, 200)).toBeLessThan(AT_ONCE_MS);
    await missed;
    expect(await slowestOf(app, 50)).toBeLessThan(AT_ONCE_MS);
    thaw();
    await waitUntil('everything is delivered', async () => (await scene.view.requests()).totals === 300);
  });

  it.concurrent.for(Object.entries(CONNECTIONS))(
    'is given everything later, through %s',
    async ([, connect], context) => {
      const scene = await RedisScene.set(context);
      const monitored = await scene.process(await connect(scene, scene.url));
      monitored.requests(50);
      await waitUntil('numbers arrive', scene.hasAll(monitored));
      const thaw = scene.freeze();
      const frozenAt = Date.now();
      monitored.requests(50);
      await waitUntil('it is missed', async () => (await monitored.data()).scope === 'process');
      const [state, ms] = await timed(() => monitored.data());
      expect(ms).toBeLessThan(PATIENCE_MS);
      expect(state).toMatchObject({ totals: { requests: { count: 100 } }, store: { reachable: false } });
      expect(Date.parse(state.store.unreachableSince!)).toBeGreaterThanOrEqual(frozenAt - 2000);
      expect(await monitored.nagios()).toMatchObject({ status: 503 });
      thaw();
      await waitUntil('everything is delivered', scene.hasAll(monitored));
      await waitUntil('it is seen', async () => (await monitored.data()).scope === 'fleet');
      await monitored.close();
      expect(await scene.view.requests()).toEqual(everywhere(100));
      expect(eventsOf(monitored.log)).toEqual(['away', 'back']);
    },
  );

  it.concurrent('is not mistaken for one that is at rest, whenever one looks', async (context) => {
    const scene = await RedisScene.set(context);
    const monitored = await scene.process();
    monitored.requests(5);
    await waitUntil('it is read', async () => (await monitored.data()).totals.requests.count === 5);
    // It has an answer to what it counted after that was read; the next question is most of a second away.
    for (const expected of [10, 15]) {
      monitored.requests(5);
      const hasArrived = async () => (await scene.view.requests()).totals === expected;
      await waitUntil('the next numbers arrive', hasArrived, { intervalMs: 1 });
    }
    monitored.requests(5);
    const thaw = scene.freeze();
    // What was read within the last second may be shown once more.
    const noticed = async () => (await monitored.data()).scope === 'process';
    await waitUntil('it is noticed', noticed, { timeoutMs: 5000 });
    const [state, nagios] = await Promise.all([monitored.data(), monitored.nagios()]);
    thaw();
    expect(state).toMatchObject({ scope: 'process', totals: { requests: { count: 20 } }, store: { reachable: false } });
    expect(nagios.status).toBe(503);
  });
});

needs('redis')('an application that is closed', () => {
  it.concurrent('delivers what was counted until the end', async (context) => {
    const scene = await RedisScene.set(context);
    const app = await scene.app();
    for (let i = 0; i < 10; i += 1) await app.request();
    await app.close();
    const statements = 10 * STATEMENTS_PER_REQUEST;
    expect(await scene.view.requests()).toEqual(everywhere(10));
    expect(await scene.view.statements()).toEqual({ totals: statements, buckets: statements });
  });

  it.concurrent('twice is closed, and says nothing of it', async (context) => {
    const scene = await RedisScene.set(context);
    const monitored = await scene.process();
    monitored.requests(4);
    await monitored.close();
    await monitored.close();
    expect(await scene.view.requests()).toEqual(everywhere(4));
    expect(monitored.log).toEqual([]);
  });

  it.concurrent('while Redis is gone ends at once, and says what is lost', async (context) => {
    const scene = await RedisScene.set(context);
    const monitored = await scene.process();
    await waitUntil('it has been heard of', async () => (await monitored.data()).store.reachable);
    await scene.server.kill();
    monitored.requests(1);
    const [, ms] = await timed(() => monitored.close());
    expect(ms).toBeLessThan(PATIENCE_MS);
    expect(monitored.log.at(-1)).toContain('they are lost');
  });

  // In a process of its own: what never ends would take the test along.
  it.concurrent('while Redis is frozen ends within three seconds', async (context) => {
    const scene = await RedisScene.set(context);
    const program = await scene.program(ChildProgram.build());
    const child = await program.start({ store: { redis: scene.url } });
    await waitUntil('it has been heard of', async () => (await child.data()).store.reachable);
    scene.freeze();
    await child.requests(3);
    await waitUntil('it has missed an answer for a while', async () => !(await child.data()).store.reachable);
    const since = performance.now();
    void child.close().catch(() => undefined);
    await waitUntil('it has ended', () => child.hasEnded, { timeoutMs: 5000 });
    expect(performance.now() - since).toBeLessThan(PATIENCE_MS);
  });

  it.concurrent('while Redis does not take everything asks it only a few times more', async (context) => {
    const scene = await RedisScene.set(context);
    const { view } = scene;
    const monitored = await scene.process();
    await view.redis.set('requests:totals', 'not a hash');
    monitored.requests(3);
    await waitUntil('it is noticed', () => monitored.log.length === 1);
    const before = await view.scripts();
    await monitored.close();
    expect((await view.scripts()) - before).toBeLessThan(10);
  });
});

needs('redis')('a password that is wrong', () => {
  it.concurrent.for(['', 'hunter2'])('"%s" is an outage, and not told to anybody', async (password, context) => {
    const scene = await RedisScene.set(context, { ...DURABLE, requirepass: 'rosebud' });
    const monitored = await scene.process(`redis://:${password}@127.0.0.1:${scene.server.port}`);
    monitored.requests(5);
    const state = await monitored.data();
    expect(state).toMatchObject({ scope: 'process', totals: { requests: { count: 5 } }, store: { reachable: false } });
    expect(monitored.log).toHaveLength(1);
    expect(monitored.log[0]).not.toMatch(/hunter2|rosebud/);
    await scene.view.redis.config('SET', 'requirepass', password);
    await waitUntil('it is let in', async () => (await monitored.data()).scope === 'fleet', { timeoutMs: 20_000 });
    await monitored.close();
    expect(await scene.view.requests()).toEqual(everywhere(5));
  });
});
