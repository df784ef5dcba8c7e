import { connect, type IncomingHttpHeaders } from 'node:http2';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CanActivate, Controller, Get, Injectable, Scope } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import {
  type AuthOptions,
  defineCounter,
  MetricsEndpoint,
  MetricStore,
  PrometheusModule,
  type PrometheusOptions,
} from 'nestjs-prometheus-exporter';
import { afterEach, describe, expect, it } from 'vitest';
import { cheapPasswordHash } from '../support/cheap-password-hash.js';
import { type Exposition, readExposition } from '../support/exposition.js';
import { type Received, send, sendPipelined } from '../support/http-client.js';
import { listen } from '../support/listen.js';
import { type AppOptions, ADAPTERS, MetricsApp } from '../support/metrics-app.js';
import { startPrometheus } from '../support/prometheus-server.js';
import { needs } from '../support/services.js';

const folder = mkdtempSync(join(tmpdir(), 'auth-'));
const tokenFile = join(folder, 'token');

const BEARER = { authorization: 'Bearer woof' };
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});
const REX = { user: 'rex', hash: cheapPasswordHash('wöof: !') };
const FIDO = { user: 'fido', hash: cheapPasswordHash('wau') };
const LOCAL = ['127.0.0.0/8', '::1'];
const ELSEWHERE = ['192.0.2.0/24'];

@Controller()
class DogsController {
  @Get('dogs')
  dogs(): string {
    return 'Rex';
  }
}

let metricsApp: MetricsApp | undefined;
afterEach(async () => {
  await metricsApp?.close();
  metricsApp = undefined;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});

async function start(
  adapter: AppOptions['adapter'],
  options: PrometheusOptions,
  more: Partial<AppOptions> = {},
): Promise<MetricsApp> {
  const module = PrometheusModule.forRoot({ runtimeMetrics: false, registry: false, ...options });
  metricsApp = await MetricsApp.start({ adapter, imports: [module], controllers: [DogsController], ...more });
  return metricsApp;
}

async function boot(options: PrometheusOptions, more: Partial<AppOptions> = {}): Promise<string> {
  try {
    await start('express', options, more);
    return 'it started';
  } catch (error) {
    return (error as Error).message;
  }
}

function metricsOf({ status, bytes }: Received): Exposition {
  expect(status).toBe(200);
  return readExposition(bytes, 'text');
}

const rejected = (metrics: Exposition, reason = 'auth') =>
  metrics.sum('nestjs_metrics_scrapes_rejected_total', { reason });
const faults = (metrics: Exposition) => metrics.sum('nestjs_metrics_errors_total', { part: 'auth' });

describe.each(ADAPTERS)('the route of the metrics on %s', (adapter) => {
  describe.each([{ bypassGuards: false }, { bypassGuards: true }])('with auth and %o', (route) => {
    it.each<[string, AuthOptions, Readonly<Record<string, string>>]>([
      ['a token', { bearerToken: 'woof' }, BEARER],
      ['a function', { bearerToken: async (token) => Promise.resolve(token === 'woof') }, BEARER],
      ['a user', { basic: REX }, basic('rex', 'wöof: !')],
      ['one of the users', { basic: [FIDO, REX] }, basic('rex', 'wöof: !')],
      ['a token and an address', { bearerToken: 'woof', allow: LOCAL }, BEARER],
    ])('answers %s, and nobody else', async (_, auth, headers) => {
      const app = await start(adapter, { ...route, auth });
      const refusals = await Promise.all([
        app.send('/metrics'),
        app.send('/metrics', { headers: { authorization: 'Bearer wrong' } }),
        app.send('/metrics', { headers: basic('rex', 'wrong') }),
        app.send('/metrics', { headers: basic('woof', 'woof') }),
        app.send('/metrics', { headers: { authorization: 'woof' } }),
        app.send('/metrics', { headers: { authorization: '' } }),
        app.send('/metrics?access_token=woof'),
      ]);
      expect(refusals.map(({ status }) => status)).toEqual(refusals.map(() => 401));
      const metrics = metricsOf(await app.send('/metrics', { headers }));
      expect(rejected(metrics)).toBe(refusals.length);
      expect(faults(metrics)).toBe(0);
    });

    it('says nothing but how to be let in', async () => {
      const app = await start(adapter, { ...route, auth: { bearerToken: 'woof' } });
      const { status, headers, body } = await app.send('/metrics');
      expect([status, body]).toEqual([401, 'Unauthorized.\n']);
      expect(headers).toMatchObject({
        'www-authenticate': 'Bearer realm="metrics"',
        'cache-control': 'no-store',
        'content-type': 'text/plain; charset=utf-8',
        'x-content-type-options': 'nosniff',
      });
      const basicApp = await start(adapter, { ...route, auth: { basic: REX } });
      expect((await basicApp.send('/metrics')).headers['www-authenticate']).toBe(
        'Basic realm="metrics", charset="UTF-8"',
      );
      await app.close();
    });

    it('refuses addresses without a hint', async () => {
      const app = await start(adapter, { ...route, auth: { bearerToken: 'woof', allow: ELSEWHERE } });
      const { status, headers, body } = await app.send('/metrics', { headers: BEARER });
      expect([status, body, headers['www-authenticate']]).toEqual([403, 'Forbidden.\n', undefined]);
      const forged = {
        ...BEARER,
        'x-forwarded-for': '192.0.2.1',
        forwarded: 'for=192.0.2.1',
        'x-real-ip': '192.0.2.1',
      };
      expect((await app.send('/metrics', { headers: forged })).status).toBe(403);
    });

    it('takes the address from a proxy that it trusts', async () => {
      const app = await start(adapter, { ...route, auth: { allow: ELSEWHERE, trustProxy: LOCAL } });
      const statusFor = async (forwarded?: string) =>
        (await app.send('/metrics', { headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } }))
          .status;
      expect(await statusFor('192.0.2.1')).toBe(200);
      expect(await statusFor('192.0.2.1, 198.51.100.1')).toBe(403);
      expect(await statusFor('198.51.100.1, 192.0.2.1, 127.0.0.1')).toBe(200);
      expect(await statusFor('192.0.2.1, unknown')).toBe(403);
      expect(await statusFor()).toBe(403);
    });

    it('tells those who are not let in neither of methods nor of query strings', async () => {
      const app = await start(adapter, { ...route, auth: { bearerToken: 'woof' } });
      expect((await app.send('/metrics', { method: 'DELETE' })).status).toBe(401);
      expect((await app.send(`/metrics?${'a'.repeat(100)}`)).status).toBe(401);
      expect((await app.send('/metrics', { method: 'DELETE', headers: BEARER })).status).toBe(405);
    });

    it('answers HEAD', async () => {
      const app = await start(adapter, { ...route, auth: { bearerToken: 'woof' } });
      const refused = await app.send('/metrics', { method: 'HEAD' });
      expect([refused.status, refused.body, refused.headers['content-length']]).toEqual([401, '', '14']);
      expect((await app.send('/metrics', { method: 'HEAD', headers: BEARER })).status).toBe(200);
    });

    it('answers pipelined requests in their order, each for itself', async () => {
      const app = await start(adapter, { ...route, auth: { bearerToken: 'woof' } });
      const answers = await sendPipelined(app.port, [
        { path: '/metrics' },
        { path: '/metrics', headers: BEARER },
        { path: '/metrics', headers: { authorization: 'Bearer wrong' } },
        { path: '/dogs' },
      ]);
      expect(answers.map(({ status }) => status)).toEqual([401, 200, 401, 200]);
    });

    it('takes no place for those who are not let in', async () => {
      const app = await start(adapter, { ...route, auth: { bearerToken: 'woof' }, limits: { concurrentScrapes: 1 } });
      const refused = Array.from({ length: 200 }, () =>
        app.send('/metrics', { headers: { authorization: 'Bearer a' } }),
      );
      const statuses = (await Promise.all(refused)).map(({ status }) => status);
      expect(new Set(statuses)).toEqual(new Set([401]));
      const metrics = metricsOf(await app.send('/metrics', { headers: BEARER }));
      expect([rejected(metrics), rejected(metrics, 'busy')]).toEqual([200, 0]);
    });

    it('stands at zero before, for the trial at boot is not counted', async () => {
      const app = await start(adapter, { ...route, auth: { allow: LOCAL } });
      const metrics = metricsOf(await app.send('/metrics'));
      expect(metrics.series('nestjs_metrics_scrapes_rejected_total')).toHaveLength(3);
      expect(rejected(metrics)).toBe(0);
      expect(metrics.sum('nestjs_http_requests_received_total')).toBe(1);
      expect(metrics.sum('nestjs_metrics_errors_total')).toBe(0);
    });

    it('follows a token file: missing, there, changed, empty, a directory, gone, back', async () => {
      const app = await start(adapter, { ...route, auth: { bearerToken: { file: tokenFile } } });
      const statusOf = async (token: string) =>
        (await app.send('/metrics', { headers: { authorization: `Bearer ${token}` } })).status;
      expect(await statusOf('first')).toBe(401);
      writeFileSync(tokenFile, 'first\n');
      expect([await statusOf('first'), await statusOf('other')]).toEqual([200, 401]);
      writeFileSync(tokenFile, 'other\n');
      expect([await statusOf('first'), await statusOf('other')]).toEqual([401, 200]);
      writeFileSync(tokenFile, ' \n');
      expect([await statusOf('other'), await statusOf(''), await statusOf(' ')]).toEqual([401, 401, 401]);
      rmSync(tokenFile);
      mkdirSync(tokenFile);
      expect(await statusOf('other')).toBe(401);
      rmSync(tokenFile, { recursive: true });
      expect(await statusOf('other')).toBe(401);
      writeFileSync(tokenFile, 'third');
      const metrics = metricsOf(await app.send('/metrics', { headers: { authorization: 'Bearer third' } }));
      // One at boot, and one for each request with a token while there was none in the file.
      expect(faults(metrics)).toBe(5);
      expect(metrics.sum('nestjs_metrics_errors_total')).toBe(5);
    });

    it('is closed while the function fails, and counts that', async () => {
      let answer: () => boolean = () => {
        throw new Error('woof');
      };
      const app = await start(adapter, { ...route, auth: { bearerToken: () => answer() } });
      expect((await app.send('/metrics', { headers: BEARER })).status).toBe(401);
      answer = () => 'yes' as never;
      expect((await app.send('/metrics', { headers: BEARER })).status).toBe(401);
      answer = () => true;
      expect(faults(metricsOf(await app.send('/metrics', { headers: BEARER })))).toBe(1);
    });

    it('with passwords delays neither the right one nor the application when others guess', async () => {
      const app = await start(adapter, { ...route, auth: { basic: REX } });
      const right = basic('rex', 'wöof: !');
      metricsOf(await app.send('/metrics', { headers: right }));
      let answeredGuesses = 0;
      const guesses = Array.from({ length: 200 }, async (_, i) => {
        const { status } = await app.send('/metrics', { headers: basic('rex', `guess ${i}`) });
        answeredGuesses += 1;
        return status;
      });
      expect((await app.send('/dogs')).status).toBe(200);
      expect((await app.send('/metrics', { headers: right })).status).toBe(200);
      const statuses = await Promise.all(guesses);
      expect(statuses.filter((status) => status === 401).length).toBeGreaterThan(0);
      expect(statuses.filter((status) => status !== 401 && status !== 503)).toEqual([]);
      const metrics = metricsOf(await app.send('/metrics', { headers: right }));
      expect(rejected(metrics)).toBe(answeredGuesses);
    });
  });

  it('is guarded by Nest first, then locked', async () => {
    const seen: string[] = [];
    const guard: CanActivate = {
      canActivate: (context) => {
        const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
        seen.push(headers['x-dog'] ?? 'none');
        return headers['x-dog'] === 'rex';
      },
    };
    const app = await start(adapter, { guards: [guard], auth: { bearerToken: 'woof' } });
    expect(seen).toEqual([]);
    expect((await app.send('/metrics', { headers: BEARER })).status).toBe(403);
    expect((await app.send('/metrics', { headers: { 'x-dog': 'rex' } })).status).toBe(401);
    metricsOf(await app.send('/metrics', { headers: { ...BEARER, 'x-dog': 'rex' } }));
    expect(seen).toEqual(['none', 'rex', 'rex']);
  });

  it('is locked with a guard for each request', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class ScopedGuard implements CanActivate {
      canActivate(): boolean {
        return true;
      }
    }
    const app = await start(adapter, { guards: [ScopedGuard], auth: { bearerToken: 'woof' } });
    expect((await app.send('/metrics')).status).toBe(401);
    metricsOf(await app.send('/metrics', { headers: BEARER }));
  });

  it('is locked by a factory', async () => {
    const module = PrometheusModule.forRootAsync({
      useFactory: () => Promise.resolve({ registry: false as const, auth: { bearerToken: 'woof' } }),
      path: '/internal/metrics',
    });
    metricsApp = await MetricsApp.start({ adapter, imports: [module] });
    expect((await metricsApp.send('/internal/metrics')).status).toBe(401);
    metricsOf(await metricsApp.send('/internal/metrics', { headers: BEARER }));
  });

  it('is locked with two Authorization headers, whichever comes first', async () => {
    const app = await start(adapter, { auth: { bearerToken: 'woof' } });
    const twice = (...tokens: string[]) =>
      app.send('/metrics', { headers: { authorization: tokens.map((token) => `Bearer ${token}`) } as never });
    expect((await twice('woof')).status).toBe(200);
    expect((await twice('woof', 'wrong')).status).toBe(401);
    expect((await twice('wrong', 'woof')).status).toBe(401);
    expect((await twice('woof', 'woof')).status).toBe(401);
  });
});

describe('the lock', () => {
  it('works over HTTP/2', async () => {
    const imports = [PrometheusModule.forRoot({ registry: false, auth: { bearerToken: 'woof', allow: LOCAL } })];
    metricsApp = await MetricsApp.start({ adapter: 'fastify', imports, fastify: { http2: true } as object });
    const session = connect(`http://127.0.0.1:${metricsApp.port}`);
    const ask = async (headers: IncomingHttpHeaders) => {
      const stream = session.request({ ':path': '/metrics', ...headers }).resume();
      const [answer] = (await once(stream, 'response')) as [IncomingHttpHeaders];
      return [answer[':status'], answer['www-authenticate']];
    };
    expect(await ask({})).toEqual([401, 'Bearer realm="metrics"']);
    expect(await ask({ ':method': 'HEAD' })).toEqual([401, 'Bearer realm="metrics"']);
    expect(await ask({ ':method': 'DELETE' })).toEqual([401, 'Bearer realm="metrics"']);
    expect(await ask({ authorization: 'bearer woof' })).toEqual([200, undefined]);
    session.destroy();
  });

  it('works with inject()', async () => {
    const app = await start('fastify', { auth: { bearerToken: 'woof' } });
    const fastify = app.app.getHttpAdapter().getInstance() as {
      inject(request: object): Promise<{ readonly statusCode: number; readonly payload: string }>;
    };
    expect((await fastify.inject({ url: '/metrics' })).statusCode).toBe(401);
    const { statusCode, payload } = await fastify.inject({ url: '/metrics', headers: BEARER });
    expect(statusCode).toBe(200);
    expect(readExposition(payload, 'text').sum('nestjs_metrics_scrapes_rejected_total')).toBe(1);
  });

  it('works in a server of the application', async () => {
    const app = await start('express', { path: false, auth: { bearerToken: 'woof' } });
    const endpoint = app.app.get(MetricsEndpoint);
    const server = createServer((request, response) => void endpoint.answer(request, response));
    const port = await listen(server);
    expect((await send(port)).status).toBe(401);
    metricsOf(await send(port, { headers: BEARER }));
    server.close();
  });

  it('works in an application without HTTP', async () => {
    const app = await NestFactory.createApplicationContext(
      PrometheusModule.forRoot({ registry: false, auth: { basic: REX } }),
      { logger: false, abortOnError: false },
    );
    app.get(MetricStore).counter(defineCounter({ name: 'barks_total', help: 'Barks.' }));
    expect(await app.get(MetricsEndpoint).text()).toContain('barks_total');
    await app.close();
  });

  it('lets the application answer when a header cannot be read', async () => {
    const app = await start('express', { auth: { bearerToken: 'woof' } });
    const odd = ['Bearer \u{ff}', 'Basic =', `Bearer ${'a'.repeat(9000)}`, 'Basic OjpBOg', 'Bearer, Bearer woof'];
    for (const authorization of odd) {
      // One after the other is the point.
      expect((await app.send('/metrics', { headers: { authorization } })).status).toBe(401);
    }
    expect(faults(metricsOf(await app.send('/metrics', { headers: BEARER })))).toBe(0);
  });
});

describe('the boot', () => {
  it('refuses a route that answers without credentials', async () => {
    const imports = [PrometheusModule.forRoot({ auth: { bearerToken: 'woof' } })];
    const testing = Test.createTestingModule({ imports }).overrideProvider(MetricsEndpoint);
    const module = await testing
      .useValue({ answer: (_: never, response: { end(): void }) => response.end() })
      .compile();
    const app = module.createNestApplication({ logger: false });
    await expect(app.init()).rejects.toThrow(
      new TypeError(
        'Expected the route /metrics to refuse a request without credentials, because `auth` is given, got an answer with status 200: look for what replaces the provider or the controller of this route.',
      ),
    );
    await app.close();
  });

  it('does not call the function and does not wait for a file', async () => {
    let calls = 0;
    const bearerToken = () => {
      calls += 1;
      return true;
    };
    expect(await boot({ auth: { bearerToken } })).toBe('it started');
    expect(calls).toBe(0);
  });

  const WHOLE = 'Expected `auth` to be an object with bearerToken, basic or allow, got';
  const TOKEN =
    'Expected `auth.bearerToken` to be a token of visible ASCII characters, at most 8192, an object with file, or a function, got';
  const USERS =
    'Expected `auth.basic` to be an object with user and hash, or a list of 1 to 100 with different users, got';
  const ALLOW =
    'Expected `auth.allow` to be a list of addresses and CIDR ranges that does not include all addresses of IPv4 or IPv6, got';

  it.each<[unknown, string]>([
    [{}, `${WHOLE} an object with nothing: give at least one of the three, or leave \`auth\` out.`],
    ['s3cret', `${WHOLE} another string`],
    [1_234_567, `${WHOLE} a number`],
    [null, `${WHOLE} null`],
    [false, `${WHOLE} false`],
    [['s3cret'], `${WHOLE} a list`],
    [() => true, `${WHOLE} [Function`],
    [
      { token: 's3cret' },
      'Expected only known options, got `auth.token`: use one of auth.bearerToken, auth.basic, auth.allow, auth.trustProxy.',
    ],
    [{ bearerToken: undefined }, 'Expected `auth.bearerToken` to have a value, got undefined'],
    [{ bearerToken: undefined, allow: ['::1'] }, 'Expected `auth.bearerToken` to have a value, got undefined'],
    [{ bearerToken: '' }, `${TOKEN} another string`],
    [{ bearerToken: ' \n' }, `${TOKEN} another string`],
    [{ bearerToken: 's3cret s3cret' }, `${TOKEN} another string`],
    [{ bearerToken: 's3cret\n' }, `${TOKEN} another string`],
    [{ bearerToken: 's3crét' }, `${TOKEN} another string`],
    [{ bearerToken: 's3cret'.repeat(2000) }, `${TOKEN} another string`],
    [{ bearerToken: 1_234_567 }, `${TOKEN} a number`],
    [{ bearerToken: ['s3cret'] }, `${TOKEN} a list`],
    [{ bearerToken: { file: '' } }, `${TOKEN} an object with file`],
    [{ bearerToken: { file: 's3cret', watch: true } }, `${TOKEN} an object with file, watch`],
    [{ bearerToken: {} }, `${TOKEN} an object with nothing`],
    [{ bearerToken: DogsController }, `${TOKEN} [class DogsController]`],
    [{ basic: [] }, `${USERS} a list`],
    [{ basic: { user: 'rex', password: 's3cret' } }, `${USERS} an object with user, password`],
    [{ basic: { user: 'rex', hash: 's3cret' } }, `${USERS} an object with user, hash`],
    [{ basic: { ...REX, password: 's3cret' } }, `${USERS} an object with user, hash, password`],
    [{ basic: { ...REX, user: 're:x' } }, `${USERS} an object with user, hash`],
    [{ basic: { ...REX, user: '' } }, `${USERS} an object with user, hash`],
    [{ basic: [REX, { ...FIDO, user: 'rex' }] }, `${USERS} a list`],
    [{ basic: 'rex:s3cret' }, `${USERS} another string`],
    [
      { bearerToken: 's3cret', basic: REX },
      'Expected `auth.bearerToken` or `auth.basic`, got both: a request has one Authorization header',
    ],
    [{ allow: [] }, `${ALLOW} []`],
    [{ allow: '10.0.0.0/8' }, `${ALLOW} '10.0.0.0/8'`],
    [{ allow: ['10.0.0.0/33'] }, `${ALLOW} [ '10.0.0.0/33' ]`],
    [{ allow: ['10.0.0.1/8'] }, `${ALLOW} [ '10.0.0.1/8' ]`],
    [{ allow: ['localhost'] }, `${ALLOW} [ 'localhost' ]`],
    [{ allow: ['0.0.0.0/0'] }, `${ALLOW} [ '0.0.0.0/0' ]`],
    [{ allow: ['0.0.0.0/1', '128.0.0.0/1'] }, `${ALLOW} [ '0.0.0.0/1', '128.0.0.0/1' ]`],
    [{ allow: ['10.0.0.0/8', '::/0'] }, `${ALLOW} [ '10.0.0.0/8', '::/0' ]`],
    [
      { allow: ['::1'], trustProxy: true },
      'Expected `auth.trustProxy` to be a list of addresses and CIDR ranges of your proxies',
    ],
    [{ bearerToken: 's3cret', trustProxy: ['::1'] }, 'Expected `auth.trustProxy` beside `auth.allow`, got it alone'],
  ])('stops for %j, and repeats no secret', async (auth, message) => {
    const got = await boot({ auth: auth as AuthOptions });
    expect(got).toContain('The options of PrometheusModule are not valid.');
    expect(got).toContain(message);
    expect(got).not.toMatch(/s3cr|1.?234.?567/);
  });

  it('lists all faults at once', async () => {
    const auth = { bearerToken: '', basic: {} as never, allow: [], key: 1 };
    const faultsOf = (await boot({ path: 'a b', auth })).split('\n  - ');
    expect(faultsOf).toHaveLength(7);
  });

  it('stops for auth beside the factory, where it would be ignored', () => {
    const options = { useFactory: () => ({}), auth: { bearerToken: 's3cret' } };
    expect(() => PrometheusModule.forRootAsync(options)).toThrow(
      'Expected `auth` to come from the factory of the options, got it beside the factory: let the factory return it.',
    );
  });

  it('stops for a wrong lock of a factory', async () => {
    const module = PrometheusModule.forRootAsync({ useFactory: () => ({ auth: { bearerToken: '' } }) });
    await expect(MetricsApp.start({ adapter: 'express', imports: [module] })).rejects.toThrow('`auth.bearerToken`');
  });

  it('without auth changes nothing', async () => {
    const app = await start('express', {});
    metricsOf(await app.send('/metrics'));
    const metrics = metricsOf(await app.send('/metrics', { headers: { authorization: 'Bearer wrong' } }));
    expect(rejected(metrics)).toBe(0);
  });
});

needs('prometheus')('a Prometheus', () => {
  it.each<[string, AuthOptions, object]>([
    ['a token', { bearerToken: { file: tokenFile } }, { authorization: { credentials_file: tokenFile } }],
    ['a password', { basic: REX }, { basic_auth: { username: 'rex', password: 'wöof: !' } }],
  ])('with %s scrapes', async (_, auth, scrapeConfig) => {
    writeFileSync(tokenFile, 'woof\n');
    const app = await start('express', { auth });
    const targets = [`127.0.0.1:${app.port}`];
    const prometheus = await startPrometheus({ targets, scrapeConfig: scrapeConfig as Record<string, unknown> });
    try {
      const [up] = await prometheus.query('nestjs_metrics_scrapes_rejected_total{reason="auth"}');
      expect(up?.value).toBe(0);
    } finally {
      await prometheus.stop();
    }
  });
});
