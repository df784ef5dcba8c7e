import { request as httpRequest } from 'node:http';
import { networkInterfaces } from 'node:os';
import { type CanActivate, type ExecutionContext, Global, Inject, Injectable, Module } from '@nestjs/common';
import { MonitorModule, type MonitorOptions } from 'nestjs-prometheus-exporter';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sendRaw } from '../support/http-client.js';
import { NestApp, type NestAppOptions, PLATFORMS } from '../support/nest-app.js';

const PATHS = ['', '/page.js', '/page.css', '/data.json', '/nagios.xml', '/events'].map((path) => `/monitor${path}`);

const NOT_LOCAL =
  'In development the monitor answers only to clients on its own machine, at localhost and not through a proxy: give MonitorModule.forRoot() `guards` to open it to others.';
const HOW_TO_OPEN =
  'on your own machine start the application with NODE_ENV=development; elsewhere give MonitorModule.forRoot() `guards`, or `listen: { port: 3001 }` to serve the monitor on 127.0.0.1 apart from the application.';

@Injectable()
class Tokens {
  readonly valid = 'woof';
}

@Global()
@Module({ providers: [Tokens], exports: [Tokens] })
class TokensModule {}

@Injectable()
class TokenGuard implements CanActivate {
  constructor(@Inject(Tokens) private readonly tokens: Pick<Tokens, 'valid'>) {}

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
    return headers['authorization'] === `Bearer ${this.tokens.valid}`;
  }
}

const addresses = Object.values(networkInterfaces()).flatMap((all = []) => all);
const outside = addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address;
const hasIPv6 = addresses.some(({ address }) => address === '::1');

/** The status that a client at an address gets. */
function statusAt(host: string, port: number, path: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    httpRequest({ host, port, path, method: 'HEAD', agent: false, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

describe.each(PLATFORMS)('who may see the monitor on %s', (platform) => {
  let app: NestApp;
  /** What the boot says of the monitor. */
  let notices: string[];

  async function start(options: MonitorOptions = {}, more: NestAppOptions = {}): Promise<void> {
    notices = [];
    const note = (level: string) => (line: unknown) => {
      if (String(line).includes('The monitor')) notices.push(`${level}: ${String(line)}`);
    };
    app = await NestApp.start(platform, {
      imports: [MonitorModule.forRoot(options), TokensModule],
      ...more,
      prepare: async (nest) => {
        nest.useLogger({ log: note('log'), warn: note('warn'), error: note('error') });
        await more.prepare?.(nest);
      },
    });
  }

  afterEach(async () => {
    vi.unstubAllEnvs();
    await app.close();
  });

  async function statuses(headers: Record<string, string> = {}): Promise<number[]> {
    return Promise.all(PATHS.map((path) => statusAt('127.0.0.1', app.port, path, headers)));
  }

  const all = (status: number) => PATHS.map(() => status);

  describe.each([undefined, '', 'production', 'staging', 'test', 'dev', 'Development', 'development '])(
    'without guards and with NODE_ENV %j',
    (nodeEnv) => {
      beforeEach(() => vi.stubEnv('NODE_ENV', nodeEnv));

      it('is nobody, and both the answer and the log say what to do', async () => {
        await start();
        expect(await statuses()).toEqual(all(403));
        expect(await statuses({ host: 'localhost' })).toEqual(all(403));
        const answer = await app.send({ path: '/monitor/data.json', headers: { host: 'localhost' } });
        const message = `The monitor is closed: ${HOW_TO_OPEN}`;
        expect(JSON.parse(answer.body)).toEqual({ statusCode: 403, error: 'Forbidden', message });
        expect(notices).toEqual([`warn: The monitor at /monitor is closed: ${HOW_TO_OPEN}`]);
      });
    },
  );

  it('without guards is nobody who changes NODE_ENV while it runs', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    await start();
    vi.stubEnv('NODE_ENV', 'development');
    expect(await statuses()).toEqual(all(403));
  });

  describe('without guards in development', () => {
    beforeEach(() => vi.stubEnv('NODE_ENV', 'development'));

    it('is told by the log', async () => {
      await start();
      expect(notices).toEqual([
        'log: The monitor at /monitor is open to clients on this machine: NODE_ENV is development.',
      ]);
    });

    it.each(['127.0.0.1', '127.0.0.1:3000', '127.1.2.3', 'localhost', 'LocalHost:8080', '[::1]', '[::1]:3000'])(
      'is who asks at the machine itself for %s',
      async (host) => {
        await start();
        expect(await statuses({ host })).toEqual(all(200));
      },
    );

    it.runIf(hasIPv6)('is who asks over IPv6', async () => {
      await start({}, { host: '::1' });
      expect(await statusAt('::1', app.port, '/monitor')).toBe(200);
    });

    it.runIf(hasIPv6)('is who asks over IPv4 a server of both', async () => {
      await start({}, { host: '::' });
      expect(await statuses()).toEqual(all(200));
    });

    it.each([
      ['X-Forwarded-For', '203.0.113.7'],
      ['X-Forwarded-For', '127.0.0.1'],
      ['X-Forwarded-For', ''],
      ['Forwarded', 'for=127.0.0.1'],
      ['X-Real-IP', '127.0.0.1'],
      ['X-Forwarded-Host', 'localhost'],
      ['Via', '1.1 proxy'],
    ])('is nobody behind a proxy that says %s: %j', async (name, value) => {
      await start();
      expect(await statuses({ [name]: value })).toEqual(all(403));
    });

    it.each([
      'kennel.example',
      'kennel.example:3000',
      'localhost.kennel.example',
      '127.0.0.1.kennel.example',
      'kennel.example/localhost',
      'xlocalhost',
      'localhost@kennel.example',
      'localhost:3000:3000',
      '',
    ])('is no page of another name that leads to the machine: %j', async (host) => {
      await start();
      const answer = await sendRaw(
        app.port,
        `GET /monitor/data.json HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      );
      // What is no name at all may be refused before we see it.
      expect(answer).toMatch(/^HTTP\/1\.1 40[03] /);
    });

    it('is no page of another origin that the application lets read', async () => {
      await start({}, { prepare: (nest) => nest.enableCors() });
      const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' };
      expect(await app.send({ path: '/monitor/data.json', headers })).toMatchObject({ status: 403 });
    });

    it('is nobody who names no host', async () => {
      await start();
      expect(await sendRaw(app.port, 'GET /monitor/data.json HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /);
    });

    it.runIf(outside !== undefined)('is nobody from another address', async () => {
      await start({}, { host: '0.0.0.0' });
      expect(await statusAt('127.0.0.1', app.port, '/monitor')).toBe(200);
      for (const path of PATHS) {
        expect(await statusAt(`${outside}`, app.port, path)).toBe(403);
        expect(await statusAt(`${outside}`, app.port, path, { host: 'localhost' })).toBe(403);
      }
    });

    it('is told how to open it who is not', async () => {
      await start();
      const answer = await app.send({ path: '/monitor/data.json', headers: { via: 'x' } });
      expect(JSON.parse(answer.body)).toEqual({ statusCode: 403, error: 'Forbidden', message: NOT_LOCAL });
    });

    it('is the same with an empty list of guards', async () => {
      await start({ guards: [] });
      expect(await statuses()).toEqual(all(200));
      expect(await statuses({ via: 'x' })).toEqual(all(403));
    });
  });

  describe.each<[string, MonitorOptions['guards'] & object]>([
    ['a class that is injected into', [TokenGuard]],
    ['an object', [new TokenGuard({ valid: 'woof' })]],
  ])('with guards, %s,', (_, guards) => {
    it('is nobody but whom they let in, at the machine itself as well', async () => {
      await start({ guards });
      expect(notices).toEqual([]);
      expect(await statuses()).toEqual(all(403));
      expect(await statuses({ authorization: 'Bearer meow' })).toEqual(all(403));
      expect(await statuses({ authorization: 'Bearer woof' })).toEqual(all(200));
    });

    it('is whom they let in, from wherever', async () => {
      await start({ guards }, { host: '0.0.0.0' });
      const headers = {
        authorization: 'Bearer woof',
        host: 'kennel.example',
        'x-forwarded-for': '203.0.113.7',
        forwarded: 'for=203.0.113.7',
        via: '1.1 proxy',
      };
      expect(await statuses(headers)).toEqual(all(200));
      expect(await statusAt(outside ?? '127.0.0.1', app.port, '/monitor', headers)).toBe(200);
    });
  });

  it('with several guards is whom all of them let in', async () => {
    const refuses: CanActivate = { canActivate: () => false };
    await start({ guards: [TokenGuard, refuses] });
    expect(await statuses({ authorization: 'Bearer woof' })).toEqual(all(403));
  });

  it('the metrics are not concerned', async () => {
    await start();
    expect((await app.send({ path: '/metrics', headers: { via: 'x', host: 'kennel.example' } })).status).toBe(200);
  });
});
