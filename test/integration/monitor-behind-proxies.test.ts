import { MonitorModule, type MonitorOptions } from 'nestjs-prometheus-exporter';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type DatabaseProcess } from '../support/database-process.js';
import { sendRaw } from '../support/http-client.js';
import { NestApp, PLATFORMS } from '../support/nest-app.js';
import { PROXIES, type ReverseProxy } from '../support/proxies.js';
import { needs } from '../support/services.js';

const PATH = '/monitor/data.json';

/** What a stranger says to look like a developer: the target, the version of HTTP, and headers. */
const LIES: Readonly<Record<string, readonly [target: string, version: string, ...headers: string[]]>> = {
  'a loopback name': [PATH, '1.1', 'Host: localhost'],
  'a loopback address with a port': [PATH, '1.1', 'Host: 127.0.0.1:3000'],
  'a loopback address of IPv6': [PATH, '1.1', 'Host: [::1]'],
  'a page of the machine': [PATH, '1.1', 'Host: localhost', 'Origin: http://localhost', 'Sec-Fetch-Site: same-origin'],
  'that it is forwarded for the machine': [
    PATH,
    '1.1',
    'Host: localhost',
    'X-Forwarded-For: 127.0.0.1',
    'X-Real-IP: 127.0.0.1',
    'Forwarded: for=127.0.0.1',
  ],
  'that the headers of the proxy are for the proxy': [
    PATH,
    '1.1',
    'Host: localhost',
    'Connection: X-Forwarded-For, X-Real-IP, Via',
  ],
  'a whole URL': [`http://localhost${PATH}`, '1.1', 'Host: kennel.example'],
  'a whole URL and a loopback name': [`http://localhost:3000${PATH}`, '1.1', 'Host: localhost'],
  'a loopback name over HTTP/1.0': [PATH, '1.0', 'Host: localhost'],
  'a whole URL over HTTP/1.0': [`http://127.0.0.1${PATH}`, '1.0', 'Host: localhost'],
  'no name over HTTP/1.0': [PATH, '1.0'],
  nothing: [PATH, '1.1', 'Host: kennel.example'],
};

function lie(port: number, name: string): Promise<string> {
  const [target, version, ...headers] = LIES[name] ?? [];
  return sendRaw(port, [`GET ${target} HTTP/${version}`, ...headers, 'Connection: close', '', ''].join('\r\n'));
}

needs('nginx', 'haproxy')('the monitor behind a proxy on the same machine', () => {
  describe.each(PLATFORMS)('on %s', (platform) => {
    /** An application, and every proxy before it. */
    class Site {
      static async start(
        nodeEnv: string | undefined,
        proxies: readonly ReverseProxy[],
        options: MonitorOptions = {},
      ): Promise<Site> {
        vi.stubEnv('NODE_ENV', nodeEnv);
        const app = await NestApp.start(platform, { imports: [MonitorModule.forRoot(options)] });
        vi.unstubAllEnvs();
        const servers = await Promise.all(
          proxies.map(async ({ name, start }) => [name, await start(app.port)] as const),
        );
        return new Site(app, new Map(servers));
      }

      private constructor(
        private readonly app: NestApp,
        private readonly servers: ReadonlyMap<string, DatabaseProcess>,
      ) {}

      portOf(proxy: string): number {
        return this.servers.get(proxy)?.port ?? 0;
      }

      async stop(): Promise<void> {
        await Promise.all([...this.servers.values()].map((server) => server.stop()));
        await this.app.close();
      }
    }

    const names = (proxies: readonly ReverseProxy[]) => proxies.map(({ name }) => name);

    describe('without guards, and without NODE_ENV, as on most servers,', () => {
      let site: Site;
      beforeAll(async () => {
        site = await Site.start(undefined, PROXIES);
      });
      afterAll(() => site.stop());

      describe.each(names(PROXIES))('%s', (proxy) => {
        it('leads to the application', async () => {
          const answer = await sendRaw(
            site.portOf(proxy),
            'GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
          );
          expect(answer).toMatch(/^HTTP\/1\.1 200 /);
        });

        it.each(Object.keys(LIES))('lets nobody in who says %s', async (name) => {
          const answer = await lie(site.portOf(proxy), name);
          // A whole URL, and no name, may also be nothing that a framework routes or a proxy takes.
          expect(answer).toMatch(/whole URL|no name/.test(name) ? /^HTTP\/1\.[01] 40[034] / : /^HTTP\/1\.[01] 403 /);
          expect(answer).not.toContain('"version"');
        });
      });
    });

    describe('in development', () => {
      const invisible = PROXIES.filter(({ isInvisible }) => isInvisible);
      let site: Site;
      beforeAll(async () => {
        site = await Site.start('development', PROXIES);
      });
      afterAll(() => site.stop());

      // That is why it has to be development, and why no server may be in it.
      it.each(names(invisible))('cannot tell a stranger who lies through %s from a developer', async (proxy) => {
        const answer = await lie(site.portOf(proxy), 'a loopback name');
        expect(answer).toMatch(/^HTTP\/1\.1 200 /);
        expect(answer).toContain('"version"');
      });

      it.each(names(PROXIES.filter(({ isInvisible }) => !isInvisible)))(
        'is closed behind %s all the same',
        async (proxy) => {
          expect(await lie(site.portOf(proxy), 'a loopback name')).toMatch(/^HTTP\/1\.1 403 /);
        },
      );
    });

    describe('with guards', () => {
      let site: Site;
      beforeAll(async () => {
        const canActivate: (MonitorOptions['guards'] & object)[number] = {
          canActivate: (context) => {
            const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
            return headers['authorization'] === 'Bearer woof';
          },
        };
        site = await Site.start('production', PROXIES, { guards: [canActivate] });
      });
      afterAll(() => site.stop());

      it.each(names(PROXIES))('is open through %s to whom they let in, and to nobody else', async (proxy) => {
        const ask = (...headers: string[]) =>
          sendRaw(
            site.portOf(proxy),
            [`GET ${PATH} HTTP/1.1`, 'Host: kennel.example', ...headers, 'Connection: close', '', ''].join('\r\n'),
          );
        expect(await ask('Authorization: Bearer woof')).toMatch(/^HTTP\/1\.1 200 /);
        expect(await ask()).toMatch(/^HTTP\/1\.1 403 /);
        expect(await lie(site.portOf(proxy), 'a loopback name')).toMatch(/^HTTP\/1\.1 403 /);
      });
    });
  });
});
