import { createServer, type RequestListener } from 'node:http';
import {
  type CanActivate,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  Injectable,
  type INestApplication,
  type NestInterceptor,
  SetMetadata,
  type VersioningOptions,
  VersioningType,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, Reflector } from '@nestjs/core';
import { PrometheusModule } from 'nestjs-prometheus-exporter';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { doorsOf } from '../support/doors.js';
import { delta, readExposition } from '../support/exposition.js';
import { send } from '../support/http-client.js';
import { listen } from '../support/listen.js';
import { ADAPTERS, type AppOptions, MetricsApp, PROMETHEUS_ACCEPT } from '../support/metrics-app.js';

@Controller('dogs')
class DogsController {
  @Get()
  list(): readonly string[] {
    return ['Rex'];
  }
}

const Public = () => SetMetadata('isPublic', true);

@Injectable()
class PublicOnlyGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    return this.reflector.getAllAndOverride('isPublic', [context.getHandler(), context.getClass()]) === true;
  }
}

@Injectable()
class TokenGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
    return request.headers['authorization'] === 'Bearer woof';
  }
}

/** Global enhancers of every kind that note that they ran. */
function spies(seen: string[]): Pick<AppOptions, 'providers'> {
  const guard: CanActivate = { canActivate: () => seen.push('guard') > 0 };
  const interceptor: NestInterceptor = {
    intercept: (_, next) => {
      seen.push('interceptor');
      return next.handle();
    },
  };
  const filter: ExceptionFilter = { catch: () => seen.push('filter') };
  return {
    providers: [
      { provide: APP_GUARD, useValue: guard },
      { provide: APP_INTERCEPTOR, useValue: interceptor },
      { provide: APP_FILTER, useValue: filter },
    ],
  };
}

/** The same guard, put there in the two ways that Nest has. */
function guards(kind: 'APP_GUARD' | 'useGlobalGuards'): Pick<AppOptions, 'providers' | 'configure'> {
  return kind === 'APP_GUARD'
    ? { providers: [{ provide: APP_GUARD, useClass: PublicOnlyGuard }] }
    : { configure: (app: INestApplication) => void app.useGlobalGuards(new PublicOnlyGuard(app.get(Reflector))) };
}

const VERSIONINGS: Readonly<Record<string, VersioningOptions>> = {
  uri: { type: VersioningType.URI, defaultVersion: '1' },
  header: { type: VersioningType.HEADER, header: 'x-version', defaultVersion: '1' },
  'media type': { type: VersioningType.MEDIA_TYPE, key: 'version=', defaultVersion: '1' },
  'media type 1.0.0': { type: VersioningType.MEDIA_TYPE, key: 'version=', defaultVersion: '1.0.0' },
  custom: { type: VersioningType.CUSTOM, extractor: () => '7', defaultVersion: '1' },
};

describe.each(ADAPTERS)('the route on %s', (adapter) => {
  let metricsApp: MetricsApp;

  async function start(options: Omit<AppOptions, 'adapter'>): Promise<MetricsApp> {
    metricsApp = await MetricsApp.start({ adapter, controllers: [DogsController], ...options });
    return metricsApp;
  }

  afterEach(() => metricsApp.close());

  describe.each(doorsOf(adapter))('as it is by default, at $door', ({ options, isOwnPort }) => {
    beforeEach(() => start({ imports: [PrometheusModule.forRoot(options)], isOwnPort }));

    it('answers /metrics in the text format', async () => {
      const answer = await metricsApp.send('/metrics');
      expect(answer).toMatchObject({
        status: 200,
        headers: {
          'content-type': 'text/plain; version=0.0.4; charset=utf-8',
          'cache-control': 'no-store',
          vary: 'Accept, Accept-Encoding',
          'x-content-type-options': 'nosniff',
        },
      });
      expect(readExposition(answer.bytes, 'text').value('nestjs_metrics_errors_total', { part: 'http' })).toBe(0);
    });

    it('answers Prometheus in OpenMetrics', async () => {
      const answer = await metricsApp.send('/metrics', { headers: { accept: PROMETHEUS_ACCEPT } });
      expect(answer.headers['content-type']).toBe(
        'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8',
      );
      expect(readExposition(answer.bytes, 'openmetrics').seriesCount).toBeGreaterThan(10);
    });

    it('answers with a query and with a slash at the end', async () => {
      expect((await metricsApp.send('/metrics?name=a&name=b')).status).toBe(200);
      expect((await metricsApp.send('/metrics?%zz')).status).toBe(200);
    });

    it('answers HEAD with the headers of GET and no body', async () => {
      const [get, head] = [await metricsApp.send('/metrics'), await metricsApp.send('/metrics', { method: 'HEAD' })];
      expect(head).toMatchObject({ status: 200, body: '' });
      expect(head.headers['content-type']).toBe(get.headers['content-type']);
      expect(Number(head.headers['content-length'])).toBeGreaterThan(1000);
    });

    it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
      'answers %s with 405 and what is allowed',
      async (method) => {
        const body = method === 'OPTIONS' || method === 'DELETE' ? undefined : '{"a":1}';
        const headers = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length };
        const answer = await metricsApp.send('/metrics', { method, headers, ...(body !== undefined && { body }) });
        expect(answer).toMatchObject({
          status: 405,
          headers: { allow: 'GET, HEAD' },
          body: 'Metrics are read with GET.\n',
        });
      },
    );

    if (isOwnPort) return;

    it('names its own requests by their route', async () => {
      const before = await metricsApp.scrape();
      const after = await metricsApp.scrape();
      const labels = { method: 'GET', route: '/metrics', status: '200' };
      expect(delta(before, after).value('nestjs_http_requests_total', labels)).toBe(1);
    });

    it('leaves every other path to the application', async () => {
      expect((await metricsApp.send('/dogs')).body).toBe('["Rex"]');
      expect((await metricsApp.send('/metrics/more')).status).toBe(404);
      expect((await metricsApp.send('/metricsx')).status).toBe(404);
    });
  });

  it.each(['/internal/prom', 'internal/prom', '/internal/prom/', '//internal/prom'])(
    'is at %s when told so',
    async (path) => {
      await start({ imports: [PrometheusModule.forRoot({ path })] });
      expect((await metricsApp.send('/internal/prom')).status).toBe(200);
      expect((await metricsApp.send('/metrics')).status).toBe(404);
    },
  );

  it.each([{ bypassGuards: false }, { bypassGuards: true }])('is nowhere with path: false, %o', async (options) => {
    await start({ imports: [PrometheusModule.forRoot({ path: false, ...options })] });
    expect((await metricsApp.send('/metrics')).status).toBe(404);
    expect((await metricsApp.send('/')).status).toBe(404);
    expect((await metricsApp.send('/dogs')).status).toBe(200);
  });

  describe.each([{ bypassGuards: false }, { bypassGuards: true }])('beside prefix and versions, %o', (options) => {
    it('is outside the global prefix, whose exclusions stay', async () => {
      await start({
        imports: [PrometheusModule.forRoot(options)],
        configure: (app) => void app.setGlobalPrefix('api', { exclude: ['dogs'] }),
      });
      expect((await metricsApp.send('/metrics')).status).toBe(200);
      expect((await metricsApp.send('/api/metrics')).status).toBe(404);
      expect((await metricsApp.send('/dogs')).status).toBe(200);
    });

    it.each(Object.entries(VERSIONINGS))('is in no version: %s', async (_, versioning) => {
      await start({
        imports: [PrometheusModule.forRoot(options)],
        configure: (app) => void app.setGlobalPrefix('api').enableVersioning(versioning),
      });
      for (const accept of [PROMETHEUS_ACCEPT, 'text/plain;version=0.0.4;q=1,*/*;q=0.1', '*/*', '']) {
        const answer = await metricsApp.send('/metrics', { headers: { accept, 'x-version': '3' } });
        expect([accept, answer.status]).toEqual([accept, 200]);
      }
      expect((await metricsApp.send('/v1/metrics')).status).toBe(404);
      expect((await metricsApp.send('/api/v1/metrics')).status).toBe(404);
    });
  });

  describe('behind the global guards of the application', () => {
    describe.each(['APP_GUARD', 'useGlobalGuards'] as const)('of %s', (kind) => {
      it('is closed', async () => {
        await start({ imports: [PrometheusModule.forRoot()], ...guards(kind) });
        expect((await metricsApp.send('/metrics')).status).toBe(403);
        expect((await metricsApp.send('/dogs')).status).toBe(403);
      });

      it('is opened by a decorator, and nothing else is', async () => {
        await start({ imports: [PrometheusModule.forRoot({ decorators: [Public()] })], ...guards(kind) });
        expect((await metricsApp.send('/metrics')).status).toBe(200);
        expect((await metricsApp.send('/dogs')).status).toBe(403);
      });

      it('is opened by bypassGuards', async () => {
        await start({ imports: [PrometheusModule.forRoot({ bypassGuards: true })], ...guards(kind) });
        expect((await metricsApp.send('/metrics')).status).toBe(200);
        expect((await metricsApp.send('/dogs')).status).toBe(403);
      });
    });

    it('counts a refused scrape under its route', async () => {
      await start({ imports: [PrometheusModule.forRoot({ guards: [TokenGuard] })] });
      await metricsApp.send('/metrics');
      const answer = await metricsApp.send('/metrics', { headers: { authorization: 'Bearer woof' } });
      const exposition = readExposition(answer.bytes, 'text');
      const labels = { method: 'GET', route: '/metrics', status: '403' };
      expect(exposition.value('nestjs_http_requests_total', labels)).toBe(1);
    });
  });

  it.each([
    ['a class', TokenGuard],
    ['an object', new TokenGuard()],
  ])('is guarded by guards of its own, %s', async (_, guard) => {
    await start({ imports: [PrometheusModule.forRoot({ guards: [guard] })] });
    expect((await metricsApp.send('/metrics')).status).toBe(403);
    expect((await metricsApp.send('/metrics', { headers: { authorization: 'Bearer woof' } })).status).toBe(200);
    expect((await metricsApp.send('/dogs')).status).toBe(200);
  });

  it('with bypassGuards is seen by nothing of the application', async () => {
    const seen: string[] = [];
    await start({ imports: [PrometheusModule.forRoot({ bypassGuards: true })], ...spies(seen) });
    await metricsApp.send('/metrics');
    expect(seen).toEqual([]);
    await metricsApp.send('/dogs');
    expect(seen).toEqual(['guard', 'interceptor']);
    const exposition = await metricsApp.scrape();
    const labels = { method: 'GET', route: '/metrics', status: '200' };
    expect(exposition.value('nestjs_http_requests_total', labels)).toBe(1);
    expect(exposition.sum('nestjs_http_requests_total', { route: '_unmatched' })).toBe(0);
  });

  it('with bypassGuards refuses other methods and answers HEAD', async () => {
    await start({ imports: [PrometheusModule.forRoot({ bypassGuards: true })] });
    expect(await metricsApp.send('/metrics', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
    for (const method of ['POST', 'DELETE', 'OPTIONS']) {
      expect(await metricsApp.send('/metrics', { method })).toMatchObject({
        status: 405,
        headers: { allow: 'GET, HEAD' },
      });
    }
  });

  it('is not shadowed by interceptors that change bodies', async () => {
    const interceptor: NestInterceptor = { intercept: (_, next) => next.handle() };
    await start({
      imports: [PrometheusModule.forRoot()],
      configure: (app) => void app.useGlobalInterceptors(interceptor),
    });
    expect((await metricsApp.scrape()).seriesCount).toBeGreaterThan(10);
  });
});

describe.each(ADAPTERS)('a query string on %s', (adapter) => {
  const MAX_HEADER_SIZE = 256 * 1024;

  it('of more than 64 KiB is refused, and counted', async () => {
    const metricsApp = await MetricsApp.start({
      adapter,
      imports: [PrometheusModule.forRoot()],
      fastify: { http: { maxHeaderSize: MAX_HEADER_SIZE } },
    });
    const listener = metricsApp.app.getHttpAdapter().getInstance() as RequestListener;
    const own = adapter === 'express' ? createServer({ maxHeaderSize: MAX_HEADER_SIZE }, listener) : undefined;
    const port = own === undefined ? metricsApp.port : await listen(own);
    try {
      const before = await metricsApp.scrape();
      expect((await send(port, { path: `/metrics?${'a'.repeat(64 * 1024)}` })).status).toBe(200);
      expect(await send(port, { path: `/metrics?${'a'.repeat(64 * 1024 + 1)}` })).toMatchObject({
        status: 400,
        body: 'The query string is too long.\n',
        headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
      });
      const change = delta(before, await metricsApp.scrape());
      expect(change.value('nestjs_metrics_scrapes_rejected_total', { reason: 'bad_request' })).toBe(1);
    } finally {
      own?.close();
      await metricsApp.close();
    }
  });
});
