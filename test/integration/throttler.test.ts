import { Controller, Get, type ModuleMetadata } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { SkipThrottle, ThrottlerGuard, ThrottlerModule, type ThrottlerStorage } from '@nestjs/throttler';
import { MonitorModule, type MonitorOptions, type PrometheusOptions } from 'nestjs-prometheus-exporter';
import { afterEach, describe, expect, it } from 'vitest';
import { NestApp, PLATFORMS } from '../support/nest-app.js';
import { waitUntil } from '../support/wait-until.js';

type Counted = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** A storage whose Redis hangs until it is told to answer. */
class HangingStorage implements ThrottlerStorage {
  asked = 0;
  private readonly answers: (() => void)[] = [];

  increment(): Promise<Counted> {
    this.asked += 1;
    const counted = { totalHits: 1, timeToExpire: 60, isBlocked: false, timeToBlockExpire: 0 };
    return new Promise((resolve) => this.answers.push(() => resolve(counted)));
  }

  answer(): void {
    for (const answer of this.answers.splice(0)) answer();
  }
}

@Controller('dogs')
class DogsController {
  @Get()
  dogs(): string {
    return 'Rex';
  }
}

const MONITOR = ['', '/page.js', '/page.css', '/data.json', '/nagios.xml'].map((path) => `/monitor${path}`);
const ANYBODY = { canActivate: () => true };

describe.each(PLATFORMS)('a global ThrottlerGuard whose storage hangs, on %s,', (platform) => {
  let app: NestApp;
  let storage: HangingStorage;
  afterEach(() => app.close());

  async function start(
    metrics: PrometheusOptions,
    monitor: MonitorOptions = {},
    throttlers: { name?: string; ttl: number; limit: number }[] = [{ ttl: 60_000, limit: 10 }],
  ): Promise<void> {
    storage = new HangingStorage();
    const imports: ModuleMetadata['imports'] = [
      ThrottlerModule.forRoot({ throttlers, storage }),
      MonitorModule.forRoot({ guards: [ANYBODY], ...monitor }),
    ];
    app = await NestApp.start(platform, {
      metrics,
      imports,
      controllers: [DogsController],
      providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }],
    });
  }

  it('makes a scrape and the monitor wait, as it does every route', async () => {
    await start({});
    let answered = 0;
    const answers = ['/dogs', '/metrics', '/monitor/data.json'].map(async (path) => {
      const answer = await app.send(path);
      answered += 1;
      return answer;
    });
    await waitUntil('all are with the guard', () => storage.asked === 3);
    // No guard is asked about a route that does not exist.
    expect((await app.send('/nowhere')).status).toBe(404);
    expect(answered).toBe(0);
    storage.answer();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it.each<[string, PrometheusOptions]>([
    ['decorators: [SkipThrottle()]', { decorators: [SkipThrottle()] }],
    ['bypassGuards', { bypassGuards: true }],
  ])('leaves a scrape alone with %s', async (_, metrics) => {
    await start(metrics);
    for (let i = 0; i < 20; i += 1) {
      const { status, body } = await app.send('/metrics');
      expect(status).toBe(200);
      expect(body).toContain('nestjs_http_requests_total');
    }
    expect(storage.asked).toBe(0);
  });

  it('leaves the monitor alone with decorators: [SkipThrottle()]', async () => {
    await start({}, { decorators: [SkipThrottle()] });
    for (const path of MONITOR) expect((await app.send(path)).status).toBe(200);
    expect(storage.asked).toBe(0);
  });

  it('leaves both alone where its throttlers have names, which are told', async () => {
    const decorators = [SkipThrottle({ short: true, long: true })];
    await start({ decorators }, { decorators }, [
      { name: 'short', ttl: 1000, limit: 3 },
      { name: 'long', ttl: 60_000, limit: 10 },
    ]);
    expect((await app.send('/metrics')).status).toBe(200);
    expect((await app.send('/monitor')).status).toBe(200);
    expect(storage.asked).toBe(0);
  });

  it('goes on with the routes of the application', async () => {
    await start({ decorators: [SkipThrottle()] }, { decorators: [SkipThrottle()] });
    const dogs = app.send('/dogs');
    await waitUntil('it is with the guard', () => storage.asked === 1);
    storage.answer();
    expect((await dogs).status).toBe(200);
  });
});
