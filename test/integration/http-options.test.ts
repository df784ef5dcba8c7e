import { type ServerResponse } from 'node:http';
import { Controller, Get, Module, Res, StreamableFile, UseInterceptors } from '@nestjs/common';
import { ExceptionsHandler } from '@nestjs/core/exceptions/exceptions-handler.js';
import { delay, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Connection } from '../support/connection.js';
import {
  adapterFor,
  answered,
  inFlight,
  NestApp,
  type NestAppOptions,
  PLATFORMS,
  valuesOf,
} from '../support/nest-app.js';
import { requestText } from '../support/raw-socket.js';
import { waitUntil } from '../support/wait-until.js';
import { nodeOf, type Wrapped } from '../support/wrapped.js';

@Controller()
class OptionsController {
  @Get('ok')
  ok() {
    return 'ok';
  }

  @Get('delayed')
  @UseInterceptors({ intercept: (_, next) => next.handle().pipe(delay(60)) })
  delayed() {
    return of('delayed').pipe(delay(60));
  }

  @Get('flushed')
  flushed(@Res() response: Wrapped<ServerResponse>) {
    const raw = nodeOf(response);
    raw.flushHeaders();
    setTimeout(() => raw.end('late'), 150);
  }

  @Get('file')
  file() {
    return new StreamableFile(Buffer.from('file'));
  }

  @Get('failing')
  failing() {
    throw new Error('failing');
  }

  @Get('never')
  never() {
    return new Promise(() => undefined);
  }

  @Get('static/:name')
  asset() {
    return 'static';
  }
}

@Module({ controllers: [OptionsController] })
class OptionsModule {}

describe.each(PLATFORMS)('options of HTTP on %s', (platform) => {
  async function withApp(options: NestAppOptions['metrics'] & object, test: (app: NestApp) => Promise<void>) {
    const app = await NestApp.start(platform, { imports: [OptionsModule], metrics: options });
    try {
      await test(app);
    } finally {
      await app.close();
    }
  }

  it('ignore: exact strings, patterns that are searched for, with and without state', () =>
    withApp({ http: { ignore: ['/ok', /^\/static\//g, /\.ico$/y, /DELAYED/i] } }, async (app) => {
      const change = await app.changes(async () => {
        // Twice, for a pattern with the flag g remembers where it was.
        for (const path of ['/ok', '/ok?a', '/static/a', '/static/b', '/static/a?b', '/delayed', '/static/c']) {
          expect((await app.send(path)).status).toBe(200);
          await app.send(path);
        }
        await app.send('/ok/');
        await app.send('/OKAY');
        await app.send('/file');
        await app.send({ path: '/ok', method: 'HEAD' });
        await app.send('/file?x=/static/');
      });
      const outcomes = {
        express: ['GET /file 200 ×2', 'GET /ok 200', 'GET _unmatched 404'],
        fastify: ['GET /file 200 ×2', 'GET _unmatched 404 ×2'],
      };
      expect(answered(change)).toEqual(outcomes[platform]);
    }));

  it('ignore: the exceptions of an ignored request are not counted either', () =>
    withApp({ http: { ignore: ['/failing'] } }, async (app) => {
      const change = await app.changes(() => app.send('/failing'));
      expect(change.sum('nestjs_http_exceptions_total')).toBe(0);
      expect(answered(change)).toEqual([]);
    }));

  it('ignore: a request that waits behind an ignored one is not in flight for ever', () =>
    withApp({ http: { ignore: ['/never'] } }, async (app) => {
      const connection = await Connection.open(app.port);
      await connection.write(requestText({ path: '/never' }) + requestText({ path: '/ok' }));
      await waitUntil('the second request is in flight', async () => inFlight(await app.scrape()) === 2);
      await connection.leave('close');
      expect((await app.settled()).value('nestjs_http_requests_aborted_total', { method: 'GET', route: '/ok' })).toBe(
        1,
      );
    }));

  it('handlerDuration: interceptors and handler, for each handler, at zero from boot', () =>
    withApp({ http: { handlerDuration: true } }, async (app) => {
      const name = 'nestjs_http_handler_duration_seconds';
      const labels = { controller: 'OptionsController', handler: 'delayed' };
      expect((await app.settled()).value(`${name}_count`, labels)).toBe(0);
      const change = await app.changes(async () => {
        await app.send('/delayed');
        await app.send('/failing');
        await app.send('/nowhere');
      });
      expect(change.value(`${name}_count`, labels)).toBe(1);
      // Timers may be a millisecond early.
      expect(change.value(`${name}_sum`, labels)).toBeGreaterThan(0.115);
      expect(change.value(`${name}_count`, { ...labels, handler: 'failing' })).toBe(1);
    }));

  it('handlerDuration: off by default', () =>
    withApp({}, async (app) => {
      expect((await app.settled()).families.has('nestjs_http_handler_duration_seconds')).toBe(false);
      expect((await app.settled()).families.has('nestjs_http_time_to_first_byte_seconds')).toBe(false);
    }));

  it('timeToFirstByte: flushed headers are the first byte', () =>
    withApp({ http: { timeToFirstByte: true } }, async (app) => {
      const name = 'nestjs_http_time_to_first_byte_seconds';
      expect((await app.settled()).value(`${name}_count`, { method: 'GET', route: '/flushed' })).toBe(0);
      const change = await app.changes(async () => {
        for (const path of ['/flushed', '/delayed', '/file', '/ok', '/nowhere']) await app.send(path);
      });
      for (const route of ['/flushed', '/delayed', '/file', '/ok', '_unmatched']) {
        expect(change.value(`${name}_count`, { method: 'GET', route }), route).toBe(1);
      }
      const duration = change.value('nestjs_http_request_duration_seconds_sum', {
        method: 'GET',
        route: '/flushed',
        status_class: '2xx',
      });
      expect(duration - change.value(`${name}_sum`, { method: 'GET', route: '/flushed' })).toBeGreaterThan(0.1);
      expect(change.value(`${name}_sum`, { method: 'GET', route: '/delayed' })).toBeGreaterThan(0.115);
    }));

  it('durationBuckets: those given and no others', () =>
    withApp({ http: { durationBuckets: [0.05, 5], handlerDuration: true } }, async (app) => {
      const change = await app.changes(() => app.send('/delayed'));
      const labels = { method: 'GET', route: '/delayed', status_class: '2xx' };
      const bucket = (le: string) => change.value('nestjs_http_request_duration_seconds_bucket', { ...labels, le });
      expect([bucket('0.05'), bucket('5'), bucket('+Inf')]).toEqual([0, 1, 1]);
      const metrics = await app.settled();
      for (const name of [
        'nestjs_http_request_duration_seconds_bucket',
        'nestjs_http_handler_duration_seconds_bucket',
      ]) {
        expect(valuesOf(metrics, name, 'le')).toEqual(['+Inf', '0.05', '5']);
      }
    }));

  it('http: false leaves the requests, and Nest, alone', async () => {
    const handler: { readonly next: unknown } = ExceptionsHandler.prototype;
    const { next } = handler;
    const adapter = adapterFor(platform);
    const { handle } = adapter.getInstance<{ handle?: unknown }>();
    const app = await NestApp.start(platform, { imports: [OptionsModule], metrics: { http: false }, adapter });
    expect(await app.send('/ok')).toMatchObject({ status: 200, body: 'ok' });
    const { status, body } = await app.send('/metrics');
    expect(status).toBe(200);
    expect(body).toContain('nestjs_metrics_info{');
    expect(body).not.toContain('nestjs_http_');
    expect(body).not.toContain('nestjs_route_info');
    expect(handler.next).toBe(next);
    expect(adapter.getInstance<{ handle?: unknown }>().handle).toBe(handle);
    await app.close();
  });

  it('http: false beside a path outside of the pipeline', () =>
    withApp({ http: false, bypassGuards: true }, async (app) => {
      expect((await app.send('/metrics')).status).toBe(200);
    }));

  it('a path outside of the pipeline has its route all the same', () =>
    withApp({ path: '/raw', bypassGuards: true }, async (app) => {
      const metrics = await app.settled();
      await app.settled();
      const after = await app.settled();
      expect(after.sum('nestjs_http_requests_total', { route: '/raw' })).toBeGreaterThan(
        metrics.sum('nestjs_http_requests_total', { route: '/raw' }),
      );
      expect(after.sum('nestjs_http_requests_total', { route: '_unmatched' })).toBe(0);
    }));
});
