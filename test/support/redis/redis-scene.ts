import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { type RedisClient } from '../../../lib/monitor/redis/client.js';
import { type MonitorFactoryOptions } from '../../../lib/monitor/monitor.options.js';
import { type DatabaseProcess, type Settings } from '../database-process.js';
import { ReplyProxy, type ReplyProxyOptions } from '../faults/reply-proxy.js';
import { MonitoredApp, SteadyLoad } from './monitored-app.js';
import { type ChildProgram } from './monitored-child.js';
import { MonitoredProcess } from './monitored-process.js';
import { freezeRedis, startRedis, urlOf } from './redis-server.js';
import { RedisView } from './redis-view.js';

/** What vitest gives to a test. */
interface TestContext {
  readonly onTestFinished: (act: () => Promise<void>) => void;
}

/**
 * A Redis of one test, so that those beside it may go on, and whatever else it starts: all of it is gone when the test
 * is over, the last first.
 */
export class RedisScene {
  static async set({ onTestFinished }: TestContext, settings: Settings = {}): Promise<RedisScene> {
    const server = await startRedis(settings);
    const password = settings['requirepass'];
    const view = new RedisView(server, '', password === undefined ? {} : { password: String(password) });
    const scene = new RedisScene(server, view);
    scene.later(
      () => server.stop(),
      () => view.close(),
    );
    onTestFinished(() => scene.strike());
    return scene;
  }

  private readonly acts: (() => unknown)[] = [];

  private constructor(
    readonly server: DatabaseProcess,
    readonly view: RedisView,
  ) {}

  get url(): string {
    return urlOf(this.server);
  }

  /** What to do when the test is over. */
  later(...acts: readonly (() => unknown)[]): void {
    this.acts.push(...acts);
  }

  async process(
    redis: RedisClient | string = this.url,
    settings: Omit<MonitorFactoryOptions, 'store'> = {},
  ): Promise<MonitoredProcess> {
    const monitored = await MonitoredProcess.start({ ...settings, store: { redis } });
    this.later(() => monitored.close());
    return monitored;
  }

  async app(redis: RedisClient | string = this.url): Promise<MonitoredApp> {
    const app = await MonitoredApp.start({ store: { redis } });
    this.later(() => app.close());
    return app;
  }

  load(act: () => Promise<void>): SteadyLoad {
    const load = new SteadyLoad(act);
    this.later(() => load.stop());
    return load;
  }

  async proxy(options: ReplyProxyOptions): Promise<ReplyProxy> {
    const proxy = await ReplyProxy.start(this.server.port, options);
    this.later(() => proxy.stop());
    return proxy;
  }

  async program(build: Promise<ChildProgram>): Promise<ChildProgram> {
    const program = await build;
    this.later(() => program.stop());
    return program;
  }

  /** Redis answers nobody until it is told to or the test is over. */
  freeze(): () => void {
    const thaw = freezeRedis(this.server);
    this.later(thaw);
    return thaw;
  }

  /** Redis has exactly as many requests in its totals as have happened. */
  hasAll({ happened }: MonitoredProcess): () => Promise<boolean> {
    return async () => (await this.view.requests()).totals === happened.requests;
  }

  async hour(): Promise<number> {
    return Math.floor((await this.view.clockMs()) / 3_600_000);
  }

  private async strike(): Promise<void> {
    for (const act of this.acts.splice(0).toReversed()) await act();
  }
}

/** Ways to Redis, with the settings that people have: clients queue, and some send again by themselves. */
export type Connect = (scene: RedisScene, url: string) => Promise<RedisClient | string>;

export const CONNECTIONS: Readonly<Record<string, Connect>> = {
  'a URL': (_scene, url) => Promise.resolve(url),
  'a client of ioredis': (scene, url) => {
    const client = new Redis(url);
    client.on('error', () => undefined);
    scene.later(() => client.disconnect());
    return Promise.resolve(client);
  },
  'a client of node-redis': async (scene, url) => {
    const client = createClient({ url });
    client.on('error', () => undefined);
    await client.connect();
    scene.later(() => client.destroy());
    return client;
  },
};
