import { type IncomingMessage } from 'node:http';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  HttpException,
  Module,
  Param,
  UseGuards,
} from '@nestjs/common';
import { type HttpOptions, type HttpRequest } from 'nestjs-prometheus-exporter';
import { describe, expect, it } from 'vitest';
import { NestApp, PLATFORMS, valuesOf } from '../support/nest-app.js';
import { waitUntil } from '../support/wait-until.js';

/** What an authentication leaves on the request of the framework. */
interface WithUser {
  user?: { readonly plan: string };
}

/** Leaves the user on the request of the framework, as Passport does. */
const UserGuard: CanActivate = {
  canActivate(context: ExecutionContext) {
    const request = context.switchToHttp().getRequest<WithUser & { headers: IncomingMessage['headers'] }>();
    request.user = { plan: String(request.headers['x-plan']) };
    return true;
  },
};

@Controller()
@UseGuards(UserGuard)
class LabelledController {
  @Get('dogs/:id')
  dog(@Param('id') id: string) {
    if (id === 'failing') throw new HttpException('failing', 418);
    return id;
  }

  @Get('never')
  never() {
    return new Promise(() => undefined);
  }
}

@Module({ controllers: [LabelledController] })
class LabelledModule {}

type Labels = HttpOptions['labels'] & object;

const tenant = {
  values: ['acme', 'umbrella'],
  from: ({ headers }: HttpRequest) => headers['x-tenant']?.toString(),
};

const TOTAL = 'nestjs_http_requests_total';
const ABORTED = 'nestjs_http_requests_aborted_total';
const DURATION = 'nestjs_http_request_duration_seconds_count';

describe.each(PLATFORMS)('labels of the application on %s', (platform) => {
  async function withLabels(labels: Labels, test: (app: NestApp) => Promise<void>) {
    const app = await NestApp.start(platform, { imports: [LabelledModule], metrics: { http: { labels } } });
    try {
      await test(app);
    } finally {
      await app.close();
    }
  }
  const as = (name: string, path = '/dogs/1') => ({ path, headers: { 'x-tenant': name } });

  it('are the values of a closed set, and _OTHER for all others', () =>
    withLabels({ tenant }, async (app) => {
      const change = await app.changes(async () => {
        await app.send(as('acme'));
        await app.send(as('acme'));
        await app.send(as('umbrella', '/dogs/failing'));
        await app.send(as('_overflow'));
        await app.send(as('unheard of'));
        await app.send('/dogs/1');
        await app.send(as('acme', '/nowhere'));
      });
      const dogs = { method: 'GET', route: '/dogs/:id' };
      expect(change.value(TOTAL, { ...dogs, status: '200', tenant: 'acme' })).toBe(2);
      expect(change.value(TOTAL, { ...dogs, status: '418', tenant: 'umbrella' })).toBe(1);
      expect(change.value(TOTAL, { ...dogs, status: '200', tenant: '_OTHER' })).toBe(3);
      expect(change.value(TOTAL, { method: 'GET', route: '_unmatched', status: '404', tenant: 'acme' })).toBe(1);
      expect(change.value(DURATION, { ...dogs, status_class: '2xx', tenant: 'acme' })).toBe(2);
      expect(change.value(DURATION, { ...dogs, status_class: '4xx', tenant: 'umbrella' })).toBe(1);
      expect(valuesOf(await app.settled(), TOTAL, 'tenant')).toEqual(['_OTHER', '_overflow', 'acme', 'umbrella']);
    }));

  it('see what guards have put on the request of the framework', () =>
    withLabels(
      { plan: { values: ['free', 'paid'], from: (request: HttpRequest & WithUser) => request.user?.plan } },
      async (app) => {
        const change = await app.changes(() => app.send({ path: '/dogs/1', headers: { 'x-plan': 'paid' } }));
        expect(change.sum(TOTAL, { route: '/dogs/:id', plan: 'paid' })).toBe(1);
      },
    ));

  it('are on aborted requests', () =>
    withLabels({ tenant }, async (app) => {
      const sent = new AbortController();
      const answer = fetch(`http://127.0.0.1:${app.port}/never`, {
        headers: { 'x-tenant': 'umbrella' },
        signal: sent.signal,
      }).catch(() => undefined);
      await waitUntil('the request is in flight', async () => {
        const metrics = await app.scrape();
        return metrics.sum('nestjs_http_requests_in_flight') === 2;
      });
      sent.abort();
      await answer;
      expect((await app.settled()).value(ABORTED, { method: 'GET', route: '/never', tenant: 'umbrella' })).toBe(1);
    }));

  it('stand at zero, every combination while they are few', () =>
    withLabels({ tenant, plan: { values: ['free', 'paid'], from: () => 'free' } }, async (app) => {
      const metrics = await app.settled();
      for (const status of ['200', '500']) {
        const route = { method: 'GET', route: '/dogs/:id', status };
        expect(metrics.value(TOTAL, { ...route, tenant: 'umbrella', plan: 'paid' })).toBe(0);
        expect(metrics.series(TOTAL, route)).toHaveLength(9);
      }
      expect(metrics.series(ABORTED, { route: '/dogs/:id' })).toHaveLength(9);
      expect(metrics.series(DURATION, { route: '/dogs/:id' })).toEqual([]);
      // No more labels than declared, and those of the other metrics are as ever.
      expect(metrics.value('nestjs_http_responses_streamed_total', { method: 'GET', route: '/dogs/:id' })).toBe(0);
    }));

  it('stand at zero as _OTHER alone when they are many, and those of known routes need no budget', async () => {
    const values = Array.from({ length: 50 }, (_, i) => `t${i}`);
    const app = await NestApp.start(platform, {
      imports: [LabelledModule],
      metrics: { http: { labels: { tenant: { ...tenant, values } } }, limits: { labelSetsPerMetric: 10 } },
    });
    const route = { method: 'GET', route: '/dogs/:id', status: '200' };
    expect((await app.settled()).series(TOTAL, route).map(({ labels }) => labels['tenant'])).toEqual(['_OTHER']);
    for (const name of values) await app.send(as(name));
    const metrics = await app.settled();
    expect(metrics.series(TOTAL, route)).toHaveLength(51);
    expect(metrics.value(TOTAL, { ...route, tenant: 't49' })).toBe(1);
    expect(metrics.sum('nestjs_metrics_overflow_total')).toBe(0);
    await app.close();
  });

  it('of a function that throws are _OTHER and counted, and the request is answered', () =>
    withLabels(
      {
        tenant: {
          values: ['acme'],
          from: () => {
            throw new Error('from a label');
          },
        },
      },
      async (app) => {
        // Its scrapes call the function as well, so the faults are not zero.
        expect(await app.send('/dogs/1')).toMatchObject({ status: 200, body: '1' });
        const metrics = await waitUntil('the request is counted', async () => {
          const seen = await app.scrapeUnchecked();
          if (seen.sum(TOTAL, { route: '/dogs/:id', tenant: '_OTHER' }) !== 1) throw new Error('not yet');
          return seen;
        });
        expect(metrics.sum('nestjs_metrics_errors_total', { part: 'labels' })).toBeGreaterThan(0);
        expect(metrics.sum('nestjs_metrics_errors_total')).toBe(
          metrics.sum('nestjs_metrics_errors_total', { part: 'labels' }),
        );
      },
    ));

  it('are asked for once for each request', async () => {
    const asked: (string | undefined)[] = [];
    await withLabels({ tenant: { values: ['acme'], from: ({ url }) => (asked.push(url), 'acme') } }, async (app) => {
      await app.send('/dogs/1');
      await app.send('/nowhere');
      await app.settled();
    });
    expect(asked.filter((url) => url !== '/metrics')).toEqual(['/dogs/1', '/nowhere']);
  });
});

describe('labels that are not valid', () => {
  const from = () => 'a';

  it.each<[string, unknown, string]>([
    ['no object', [], 'Expected `http.labels` to be an object of labels'],
    ['a name that is none', { 'x-y': { values: ['a'], from } }, "got 'x-y': rename the label."],
    ['a name of the metric', { route: { values: ['a'], from } }, "to be free, got 'route'"],
    ['a name of the formats', { le: { values: ['a'], from } }, "to be free, got 'le'"],
    ['a name among the default labels', { region: { values: ['a'], from } }, "to be free, got 'region'"],
    ['no values', { tenant: { values: [], from } }, '`http.labels.tenant.values` to be a list of distinct strings'],
    ['a value twice', { tenant: { values: ['a', 'a'], from } }, 'list of distinct strings'],
    ['a value that is kept', { tenant: { values: ['_OTHER'], from } }, 'none of them empty, _OTHER or _overflow'],
    ['no function', { tenant: { values: ['a'], from: 'x' } }, '`http.labels.tenant.from` to be a function'],
    ['a misspelt key', { tenant: { values: ['a'], from, value: 1 } }, 'got `http.labels.tenant.value`'],
    ['nothing inside', { tenant: null }, '`http.labels.tenant` to be an object with values and from, got null'],
    [
      'too many combinations',
      { tenant: { values: Array.from({ length: 1000 }, (_, i) => String(i)), from } },
      'at most 1000 combinations of values, _OTHER of each included, got 1001',
    ],
  ])('stop the boot: %s', async (_, labels, sentence) => {
    const metrics = { http: { labels: labels as Labels }, defaultLabels: { region: 'eu' } };
    await expect(NestApp.start('express', { metrics })).rejects.toThrow(sentence);
  });
});
