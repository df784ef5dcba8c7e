import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CanActivate, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type AuthOptions, MonitorModule, type MonitorOptions, PrometheusModule } from 'nestjs-prometheus-exporter';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cheapPasswordHash } from '../support/cheap-password-hash.js';
import { send } from '../support/http-client.js';
import { LivePage, readState } from '../support/monitor-client.js';
import { NestApp, type NestAppOptions, PLATFORMS } from '../support/nest-app.js';

const PATHS = ['', '/page.js', '/page.css', '/data.json', '/nagios.xml', '/events'].map((path) => `/monitor${path}`);
const REX = { user: 'rex', hash: cheapPasswordHash('wuff') };
const BEARER = { authorization: 'Bearer woof' };
const BASIC = { authorization: `Basic ${Buffer.from('rex:wuff').toString('base64')}` };
const LOCAL = ['127.0.0.0/8'];

const folder = mkdtempSync(join(tmpdir(), 'monitor-auth-'));
const addresses = Object.values(networkInterfaces()).flatMap((all = []) => all);
const outside = addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address;

type Headers = Readonly<Record<string, string>>;

function statusAt(host: string, port: number, path: string, headers: Headers = {}, method = 'HEAD'): Promise<number> {
  return new Promise((resolve, reject) => {
    httpRequest({ host, port, path, method, agent: false, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

const statuses = (port: number, headers: Headers = {}) =>
  Promise.all(PATHS.map((path) => statusAt('127.0.0.1', port, path, headers)));
const all = (status: number) => PATHS.map(() => status);

describe.each(PLATFORMS)('the monitor with auth on %s', (platform) => {
  let app: NestApp;
  let lines: string[] = [];
  afterEach(async () => {
    vi.unstubAllEnvs();
    rmSync(join(folder, 'token'), { force: true });
    await app.close();
  });

  /** @returns the port of the listener, if it has one */
  async function start(options: MonitorOptions, more: NestAppOptions = {}): Promise<number> {
    vi.stubEnv('NODE_ENV', 'production');
    lines = [];
    const note = (level: string) => (line: unknown) => void lines.push(`${level}: ${String(line)}`);
    app = await NestApp.start(platform, {
      imports: [MonitorModule.forRoot(options)],
      prepare: (nest) => nest.useLogger({ log: note('log'), warn: note('warn'), error: note('error') }),
      ...more,
    });
    return Number(/^log: The monitor is on http:\/\/127\.0\.0\.1:(\d+)\//m.exec(lines.join('\n'))?.[1]);
  }

  it.each<[string, AuthOptions, Headers]>([
    ['a token', { bearerToken: 'woof' }, BEARER],
    ['a function', { bearerToken: (token) => token === 'woof' }, BEARER],
    ['a user', { basic: REX }, BASIC],
    ['a user and an address', { basic: [REX], allow: LOCAL }, BASIC],
  ])('answers %s at all its routes, and nobody else', async (_, auth, headers) => {
    const port = await start({ auth, listen: { port: 0 } });
    for (const one of [app.port, port]) {
      expect(await statuses(one)).toEqual(all(401));
      expect(await statuses(one, { authorization: 'Bearer wrong' })).toEqual(all(401));
      // The first request of a user is verified, and the others can wait for that.
      expect(await statusAt('127.0.0.1', one, '/monitor', headers)).toBe(200);
      expect(await statuses(one, headers)).toEqual(all(200));
    }
    expect(lines.filter((line) => line.includes('is closed') || line.includes('is open'))).toEqual([]);
  });

  it('says nothing but how to be let in', async () => {
    const port = await start({ auth: { basic: REX }, listen: { port: 0 } });
    for (const one of [app.port, port]) {
      const { status, headers, body } = await send(one, { path: '/monitor/data.json' });
      expect([status, body]).toEqual([401, 'Unauthorized.\n']);
      expect(headers).toMatchObject({
        'www-authenticate': 'Basic realm="metrics", charset="UTF-8"',
        'cache-control': 'no-store',
        'content-type': 'text/plain; charset=utf-8',
        'x-content-type-options': 'nosniff',
      });
    }
  });

  it('answers whoever has the token, from wherever', async () => {
    await start({ auth: { bearerToken: 'woof' } }, { host: '0.0.0.0' });
    const headers = { ...BEARER, host: 'kennel.example', 'x-forwarded-for': '203.0.113.7', via: '1.1 proxy' };
    expect(await statuses(app.port, headers)).toEqual(all(200));
    expect(await statusAt(outside ?? '127.0.0.1', app.port, '/monitor', headers)).toBe(200);
    expect(await statusAt(outside ?? '127.0.0.1', app.port, '/monitor')).toBe(401);
  });

  it('answers nobody without it in development either', async () => {
    await start({ auth: { bearerToken: 'woof' } }, { prepare: () => void vi.stubEnv('NODE_ENV', 'development') });
    expect(await statuses(app.port, { host: 'localhost' })).toEqual(all(401));
  });

  it('refuses addresses without a hint', async () => {
    const port = await start({ auth: { bearerToken: 'woof', allow: ['192.0.2.0/24'] }, listen: { port: 0 } });
    for (const one of [app.port, port]) {
      expect(await statuses(one, { ...BEARER, 'x-forwarded-for': '192.0.2.1' })).toEqual(all(403));
      expect((await send(one, { path: '/monitor', headers: BEARER })).body).toBe('Forbidden.\n');
    }
  });

  it('has guards before the lock', async () => {
    const guard: CanActivate = {
      canActivate: (context) =>
        context.switchToHttp().getRequest<{ headers: Record<string, string> }>().headers['x-dog'] === 'rex',
    };
    await start({ guards: [guard], auth: { bearerToken: 'woof' } });
    expect(await statuses(app.port, BEARER)).toEqual(all(403));
    expect(await statuses(app.port, { 'x-dog': 'rex' })).toEqual(all(401));
    expect(await statuses(app.port, { ...BEARER, 'x-dog': 'rex' })).toEqual(all(200));
  });

  it('tells those who are not let in neither of paths nor of methods at the listener', async () => {
    const port = await start({ auth: { bearerToken: 'woof' }, listen: { port: 0 } });
    const asked: [string, string][] = [
      ['GET', '/'],
      ['GET', '/other'],
      ['DELETE', '/monitor'],
      ['GET', '/monitor/data.json?window=7y'],
    ];
    const ask = (headers: Headers) =>
      Promise.all(asked.map(([method, path]) => statusAt('127.0.0.1', port, path, headers, method)));
    expect(await ask({})).toEqual([401, 401, 401, 401]);
    expect(await ask(BEARER)).toEqual([307, 404, 405, 400]);
  });

  it('at the listener still answers only to its own machine', async () => {
    const port = await start({ auth: { allow: LOCAL }, listen: { port: 0 } });
    expect(await statuses(port)).toEqual(all(200));
    expect(await statuses(port, { host: 'kennel.example' })).toEqual(all(403));
    expect(await statuses(port, { via: '1.1 proxy' })).toEqual(all(403));
  });

  it('streams to those who are let in', async () => {
    await start({ auth: { allow: LOCAL } });
    const page = await LivePage.open(app.port);
    await page.receives(1);
    await page.leave();
    expect(readState((await app.send('/monitor/data.json')).body).version).toBe(1);
  });

  it('follows a token file, and counts what is wrong with it', async () => {
    const file = join(folder, 'token');
    await start({ auth: { bearerToken: { file } } });
    expect(await statusAt('127.0.0.1', app.port, '/monitor', BEARER)).toBe(401);
    writeFileSync(file, 'woof\n');
    expect(await statusAt('127.0.0.1', app.port, '/monitor', BEARER)).toBe(200);
    writeFileSync(file, '');
    expect(await statusAt('127.0.0.1', app.port, '/monitor', BEARER)).toBe(401);
    const metrics = await app.scrapeUnchecked();
    expect(metrics.sum('nestjs_metrics_errors_total', { part: 'auth' })).toBe(3);
    expect(metrics.sum('nestjs_metrics_errors_total')).toBe(3);
    const warnings = lines.filter((line) => line.includes('token file'));
    expect(warnings.map((line) => line.split('\n')[0])).toEqual([
      `warn: Error in auth, kept from the application: Error: The token file ${file} cannot be read (ENOENT): every request is refused until it contains a token.`,
      `warn: Error in auth, kept from the application: Error: The token file ${file} is empty: every request is refused until it contains a token.`,
    ]);
  });

  it('is locked by a factory', async () => {
    const module = MonitorModule.forRootAsync({ useFactory: () => ({ auth: { bearerToken: 'woof' } }), path: '/live' });
    await start({}, { imports: [module] });
    expect(await statusAt('127.0.0.1', app.port, '/live/data.json')).toBe(401);
    expect(await statusAt('127.0.0.1', app.port, '/live/data.json', BEARER)).toBe(200);
  });

  it('does not concern the metrics, nor theirs the monitor', async () => {
    await start({ auth: { bearerToken: 'woof' } });
    expect((await app.send('/metrics')).status).toBe(200);
    const metrics = await app.scrape();
    expect(metrics.sum('nestjs_metrics_scrapes_rejected_total')).toBe(0);
    expect(metrics.sum('nestjs_metrics_errors_total')).toBe(0);
  });
});

describe('the boot of a monitor with auth', () => {
  async function boot(options: MonitorOptions): Promise<string> {
    @Module({ imports: [PrometheusModule.forRoot(), MonitorModule.forRoot(options)] })
    class RootModule {}
    const app = await NestFactory.create(RootModule, { logger: false, abortOnError: false }).catch(String);
    if (typeof app === 'string') return app;
    try {
      await app.init();
      return 'it started';
    } catch (error) {
      return String(error);
    } finally {
      await app.close();
    }
  }

  /** Replaces a handler of the controller by one that forgets the lock. */
  const Forgets =
    (name: string): ClassDecorator =>
    (target) =>
      void Object.defineProperty(target.prototype, name, {
        ...Object.getOwnPropertyDescriptor(target.prototype, name),
        value: (_: unknown, response: { end(): void }) => response.end(),
      });

  it.each(['page', 'script', 'style', 'data', 'nagios', 'events'])(
    'refuses a route that forgets it: %s',
    async (name) => {
      const options = { decorators: [Forgets(name)], auth: { allow: LOCAL } };
      expect(await boot(options)).toBe(
        `TypeError: Expected ${name} of the monitor at /monitor to refuse a request without credentials, because \`auth\` is given, got an answer with status 200: look for what replaces the provider or the controller of this route.`,
      );
      expect(await boot({ decorators: [Forgets(name)] })).toBe('it started');
    },
  );

  it('does not call the function', async () => {
    const tokens: string[] = [];
    const bearerToken = (token: string) => tokens.push(token) > 0;
    expect(await boot({ auth: { bearerToken }, listen: { port: 0 } })).toBe('it started');
    expect(tokens).toEqual([]);
  });

  it.each<[unknown, string]>([
    [{}, 'Expected `auth` to be an object with bearerToken, basic or allow, got an object with nothing'],
    [{ bearerToken: undefined }, 'Expected `auth.bearerToken` to have a value, got undefined'],
    [{ bearerToken: 's3cret', basic: REX }, 'got both'],
    [{ basic: { user: 'rex', hash: 's3cret' } }, 'Expected `auth.basic` to be'],
    [{ allow: ['0.0.0.0/0', '::/0'] }, 'Expected `auth.allow` to be'],
    [{ allow: ['::1'], trustProxy: [] }, 'Expected `auth.trustProxy` to be'],
    [{ tokens: 's3cret' }, 'Expected only known options, got `auth.tokens`'],
  ])('stops for %j, and repeats no secret', async (auth, message) => {
    const got = await boot({ auth: auth as AuthOptions });
    expect(got).toContain('The options of MonitorModule are not valid.');
    expect(got).toContain(message);
    expect(got).not.toContain('s3cret');
  });

  it('stops for auth beside the factory, where it would be ignored', () => {
    const options = { useFactory: () => ({}), auth: { bearerToken: 'woof' } };
    expect(() => MonitorModule.forRootAsync(options)).toThrow('Expected `auth` to come from the factory');
  });
});
