import { Controller, Get, Inject, Injectable, Module } from '@nestjs/common';
import { boundedBy, defineCounter, type Listener, MetricEvents, MetricStore } from 'nestjs-prometheus-exporter';
import { describe, expect, it } from 'vitest';
import { answered, NestApp, PLATFORMS } from '../support/nest-app.js';
import { waitUntil } from '../support/wait-until.js';

const TOTAL = 'nestjs_http_requests_total';

@Controller()
class DogsController {
  @Get('dogs/:id')
  dog() {
    return 'Rex';
  }

  @Get('failing')
  failing() {
    throw new RangeError('failing');
  }
}

const SHOP_SLOW_REQUESTS_TOTAL = defineCounter({
  name: 'shop_slow_requests_total',
  help: 'Requests that took too long.',
  labels: { route: boundedBy('the routes of the application') },
});

@Injectable()
class SlowRequests {
  readonly stop: () => void;

  constructor(@Inject(MetricEvents) events: MetricEvents, @Inject(MetricStore) store: MetricStore) {
    const slow = store.counter(SHOP_SLOW_REQUESTS_TOTAL);
    this.stop = events.listen({
      requestAnswered: ({ route, durationSeconds }) => {
        if (durationSeconds >= 0) slow.labels({ route: route.template }).inc();
      },
    });
  }
}

@Module({ controllers: [DogsController], providers: [SlowRequests] })
class DogsModule {}

describe.each(PLATFORMS)('listeners of the application on %s', (platform) => {
  it('of the option hear every event, those of the boot too', async () => {
    const heard: string[] = [];
    const listener: Listener = {
      routesKnown: (routes) => void heard.push(`routes ${routes.length}`),
      requestReceived: ({ method, request }) => void heard.push(`received ${method} ${request.url}`),
      exceptionThrown: (handler, error) => void heard.push(`${handler.handler} threw ${String(error)}`),
      requestAnswered: ({ route, status, handler }) =>
        void heard.push(`${route.template} ${status} by ${handler?.controller}`),
    };
    const app = await NestApp.start(platform, { imports: [DogsModule], metrics: { listeners: [listener] } });
    await app.send('/dogs/1?a=b');
    await app.send('/failing');
    await app.send('/nowhere');
    await app.settled();
    await app.close();
    expect(heard[0]).toBe('routes 3');
    expect(heard.filter((event) => !event.includes('/metrics')).slice(1)).toEqual([
      'received GET /dogs/1?a=b',
      '/dogs/:id 200 by DogsController',
      'received GET /failing',
      'failing threw RangeError: failing',
      '/failing 500 by DogsController',
      'received GET /nowhere',
      '_unmatched 404 by undefined',
    ]);
  });

  it('that are injected hear until they stop', async () => {
    const app = await NestApp.start(platform, { imports: [DogsModule] });
    await app.send('/dogs/1');
    expect((await app.settled()).value('shop_slow_requests_total', { route: '/dogs/:id' })).toBe(1);
    app.app.get(SlowRequests).stop();
    app.app.get(SlowRequests).stop();
    await app.send('/dogs/1');
    expect((await app.settled()).value('shop_slow_requests_total', { route: '/dogs/:id' })).toBe(1);
    await app.close();
  });

  it('that come and go while an event is told keep nobody else from hearing', async () => {
    const heard: string[] = [];
    const app = await NestApp.start(platform, { imports: [DogsModule] });
    const events = app.app.get(MetricEvents);
    const leave = events.listen({
      requestAnswered: () => {
        leave();
        heard.push('first');
      },
    });
    events.listen({ requestAnswered: () => void heard.push('second') });
    await app.send('/dogs/1');
    await waitUntil('the second has heard', async () => heard.includes('second'));
    expect(heard.slice(0, 2)).toEqual(['first', 'second']);
    await app.close();
  });

  it('that throw or reject are counted, and the application answers the same', async () => {
    const app = await NestApp.start(platform, {
      imports: [DogsModule],
      metrics: {
        listeners: [
          {
            requestReceived: () => {
              throw new Error('thrown');
            },
            // oxlint-disable-next-line typescript/no-misused-promises -- what an application may do all the same
            requestAnswered: async () => {
              await Promise.resolve();
              throw new Error('rejected');
            },
          },
        ],
      },
    });
    expect(await app.send('/dogs/1')).toMatchObject({ status: 200, body: 'Rex' });
    const metrics = await waitUntil('both are counted', async () => {
      const seen = await app.scrapeUnchecked();
      if (seen.sum(TOTAL, { route: '/dogs/:id' }) !== 1) throw new Error('not yet');
      return seen;
    });
    // The scrape that reads them is itself a request that was received.
    expect(metrics.value('nestjs_metrics_errors_total', { part: 'listener' })).toBeGreaterThanOrEqual(3);
    await app.close();
  });

  it('hear nothing of another application', async () => {
    const heard: string[] = [];
    const one = await NestApp.start(platform, {
      imports: [DogsModule],
      metrics: { listeners: [{ requestAnswered: ({ route }) => void heard.push(route.template) }] },
    });
    const other = await NestApp.start(platform, { imports: [DogsModule] });
    const change = await other.changes(() => other.send('/dogs/1'));
    expect(answered(change)).toEqual(['GET /dogs/:id 200']);
    await one.close();
    await other.close();
    expect(heard).toEqual([]);
  });

  it('are checked at boot', async () => {
    await expect(NestApp.start(platform, { metrics: { listeners: [SlowRequests as never] } })).rejects.toThrow(
      'Expected `listeners` to be a list of objects with methods such as requestAnswered',
    );
  });
});
