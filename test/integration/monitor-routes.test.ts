import {
  type CanActivate,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  Inject,
  Injectable,
  Module,
  type NestInterceptor,
  type PipeTransform,
  SetMetadata,
  VersioningType,
} from '@nestjs/common';
import { type AbstractHttpAdapter, APP_GUARD, Reflector } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { MonitorModule, type MonitorOptions } from 'nestjs-prometheus-exporter';
import { map } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { MonitorResponder } from '../../lib/monitor/monitor-responder.js';
import { LivePage, readState } from '../support/monitor-client.js';
import { NestApp, type NestAppOptions, PLATFORMS } from '../support/nest-app.js';

@Controller('dogs')
class DogsController {
  @Get()
  list(): readonly string[] {
    return ['Rex'];
  }
}

/** Its name is that of the monitor, its routes are others. */
@Controller('monitor')
class OwnMonitorController {
  @Get('devices')
  devices(): readonly string[] {
    return ['collar'];
  }
}

const FILES = {
  '': 'text/html; charset=utf-8',
  '/page.js': 'text/javascript; charset=utf-8',
  '/page.css': 'text/css; charset=utf-8',
} as const;

const ROUTES = {
  ...FILES,
  '/data.json': 'application/json; charset=utf-8',
  '/nagios.xml': 'application/xml; charset=utf-8',
  '/events': 'text/event-stream; charset=utf-8',
} as const;

const Public = () => SetMetadata('isPublic', true);

@Injectable()
class PublicOnlyGuard implements CanActivate {
  constructor(@Inject(Reflector) private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    return this.reflector.getAllAndOverride('isPublic', [context.getHandler(), context.getClass()]) === true;
  }
}

describe.each(PLATFORMS)('the routes of the monitor on %s', (platform) => {
  let app: NestApp;

  async function start(options: MonitorOptions = {}, more: NestAppOptions = {}): Promise<void> {
    app = await NestApp.start(platform, {
      controllers: [DogsController],
      ...more,
      imports: [MonitorModule.forRoot(options), ...(more.imports ?? [])],
    });
  }

  /** Every route answers at a path, events included. */
  async function expectMonitorAt(path: string): Promise<void> {
    for (const [route, type] of Object.entries(ROUTES)) {
      const { status, headers } = await app.send({ path: path + route, method: 'HEAD' });
      expect([route, status, headers['content-type']]).toEqual([route, 200, type]);
    }
    expect(readState((await app.send(`${path}/data.json`)).body).version).toBe(1);
    const page = await LivePage.open(app.port, `${path}/events`);
    await page.receives(1);
    await page.leave();
  }

  afterEach(() => app.close());

  describe('as they are by default', () => {
    it.each(Object.entries(FILES))('%s is a file that may do nothing but what is its own', async (path, type) => {
      await start();
      const { status, headers, body } = await app.send(`/monitor${path}`);
      expect([status, headers]).toMatchObject([
        200,
        {
          'content-type': type,
          'content-length': `${Buffer.byteLength(body)}`,
          'cache-control': 'no-cache',
          'x-content-type-options': 'nosniff',
          'x-frame-options': 'DENY',
          'referrer-policy': 'no-referrer',
        },
      ]);
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|\*|http/);
      expect(body.length).toBeGreaterThan(100);
    });

    it.each(Object.keys(FILES))('%s is not sent again to who has it', async (path) => {
      await start();
      const { headers } = await app.send(`/monitor${path}`);
      const etag = `${headers.etag}`;
      for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
        const again = await app.send({ path: `/monitor${path}`, headers: { 'if-none-match': known } });
        expect(again).toMatchObject({ status: 304, body: '', headers: { etag, 'x-content-type-options': 'nosniff' } });
      }
      expect((await app.send({ path: `/monitor${path}`, headers: { 'if-none-match': '"other"' } })).status).toBe(200);
    });

    it('the page names its files as the browser finds them', async () => {
      await start();
      const { body } = await app.send('/monitor');
      const links = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link = '']) => link);
      const ours = links.filter((link) => !link.startsWith('data:'));
      expect(ours.map((link) => new URL(link, 'http://kennel/monitor').pathname).toSorted()).toEqual([
        '/monitor/data.json',
        '/monitor/page.css',
        '/monitor/page.js',
      ]);
      expect(body).not.toMatch(/%BASE%|<script>|\son\w+=|\sstyle=/);
    });

    it.each(['/data.json', '/nagios.xml'])('%s is stored nowhere', async (path) => {
      await start();
      expect((await app.send(`/monitor${path}`)).headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
    });

    it.each(Object.entries(ROUTES))('%s answers HEAD as GET, without a body, and ends', async (path, type) => {
      await start();
      const { status, headers, body } = await app.send({ path: `/monitor${path}`, method: 'HEAD', timeoutMs: 5000 });
      expect([status, headers['content-type'], body]).toEqual([200, type, '']);
    });

    it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'])('%s is none of theirs', async (method) => {
      await start();
      const elsewhere = await app.send({ method, path: '/nowhere' });
      for (const path of Object.keys(ROUTES)) {
        expect((await app.send({ method, path: `/monitor${path}` })).status).toBe(elsewhere.status);
      }
    });

    it.each(['/x', '/x/y', '/data.json/x', '/page.html', '/page.js.map', '/../cellar', '/%2e%2e/package.json', '/%00'])(
      'what is unknown is answered by the application: /monitor%s',
      async (path) => {
        await start();
        const [unknown, elsewhere] = [await app.send(`/monitor${path}`), await app.send(`/elsewhere${path}`)];
        expect(unknown.status).toBe(elsewhere.status);
        expect(unknown.body.replaceAll('/monitor', '/elsewhere')).toBe(elsewhere.body);
      },
    );

    it('leave everything else to the application', async () => {
      await start();
      expect((await app.send('/dogs')).body).toBe('["Rex"]');
      expect((await app.send('/monitors')).status).toBe(404);
      expect((await app.send('/')).status).toBe(404);
    });
  });

  it('of the page, a slash at the end leads to the one without', async () => {
    const adapter =
      platform === 'fastify'
        ? { adapter: new FastifyAdapter({ routerOptions: { ignoreTrailingSlash: true } }) as AbstractHttpAdapter }
        : {};
    await start({ path: '/ops/live' }, adapter);
    for (const path of ['/ops/live/', '/ops/live/?window=1h']) {
      const { status, headers, body } = await app.send(path);
      expect([status, body]).toEqual([307, '']);
      const to = new URL(`${headers.location}`, `http://kennel${path}`).pathname;
      expect(to).toBe('/ops/live');
      expect((await app.send(to)).status).toBe(200);
    }
  });

  it.runIf(platform === 'fastify')('a slash at the end is unknown to Fastify as it is', async () => {
    await start();
    expect((await app.send('/monitor/')).status).toBe(404);
  });

  it.each([
    ['/ops/live', '/ops/live'],
    ['monitor', '/monitor'],
    ['/monitor/', '/monitor'],
    ['//ops//', '/ops'],
    ['/a.b', '/a.b'],
  ])('are where the path %j says', async (path, at) => {
    await start({ path });
    await expectMonitorAt(at);
    const { body } = await app.send(at);
    expect(body).toContain(`"${at.slice(at.lastIndexOf('/') + 1)}/page.js"`);
    expect((await app.send('/monitor')).status).toBe(at === '/monitor' ? 200 : 404);
    expect((await app.send('/aXb')).status).toBe(404);
  });

  describe('beside a prefix and versions', () => {
    it('are outside the global prefix, whose exclusions stay', async () => {
      await start({}, { prepare: (nest) => void nest.setGlobalPrefix('api', { exclude: ['dogs'] }) });
      await expectMonitorAt('/monitor');
      expect((await app.send('/api/monitor')).status).toBe(404);
      expect((await app.send('/api/monitor/data.json')).status).toBe(404);
      expect((await app.send('/dogs')).status).toBe(200);
      expect((await app.send('/metrics')).status).toBe(200);
    });

    it('take no other route out of the global prefix', async () => {
      await start({}, { controllers: [OwnMonitorController], prepare: (nest) => void nest.setGlobalPrefix('api') });
      expect((await app.send('/api/monitor/devices')).status).toBe(200);
    });

    it.each([
      { type: VersioningType.URI, defaultVersion: '1' },
      { type: VersioningType.HEADER, header: 'x-version', defaultVersion: '1' },
      { type: VersioningType.MEDIA_TYPE, key: 'version=', defaultVersion: '1' },
    ] as const)('are in no version: %o', async (versioning) => {
      await start({}, { prepare: (nest) => void nest.setGlobalPrefix('api').enableVersioning(versioning) });
      await expectMonitorAt('/monitor');
      const { status } = await app.send({ path: '/monitor/data.json', headers: { 'x-version': '7' } });
      expect(status).toBe(200);
    });
  });

  describe('behind what is global in the application', () => {
    const guarded: NestAppOptions = { providers: [{ provide: APP_GUARD, useClass: PublicOnlyGuard }] };

    it('are closed by its guards', async () => {
      await start({}, guarded);
      for (const path of Object.keys(ROUTES)) expect((await app.send(`/monitor${path}`)).status).toBe(403);
    });

    it('are opened by a decorator, and nothing else is', async () => {
      await start({ decorators: [Public()] }, guarded);
      await expectMonitorAt('/monitor');
      expect((await app.send('/dogs')).status).toBe(403);
    });

    it('are not changed by interceptors, pipes and filters', async () => {
      const wraps: NestInterceptor = {
        intercept: (_, next) => next.handle().pipe(map((data: unknown) => ({ data }))),
      };
      const refuses: PipeTransform = {
        transform: () => {
          throw new Error('refused');
        },
      };
      const swallows: ExceptionFilter = { catch: () => undefined };
      await start({}, { globals: { interceptors: [wraps], pipes: [refuses], filters: [swallows] } });
      await expectMonitorAt('/monitor');
      expect((await app.send('/dogs')).body).toBe('{"data":["Rex"]}');
    });

    it('keep the headers that were set before them', async () => {
      await start({}, { prepare: (nest) => nest.enableCors({ origin: 'https://kennel.example' }) });
      for (const path of ['', '/data.json', '/nagios.xml']) {
        expect((await app.send(`/monitor${path}`)).headers).toMatchObject({
          'access-control-allow-origin': 'https://kennel.example',
          'x-content-type-options': 'nosniff',
        });
      }
    });
  });

  it.each(['/data.json', '/nagios.xml', ''])('answer 500 at once when our code throws: %s', async (path) => {
    await start();
    const broken = () => {
      throw new Error('a secret');
    };
    const endpoint = app.app.get<{ snapshots: object; files: object }>(MonitorResponder, { strict: false });
    Object.assign(endpoint.snapshots, { of: broken, reading: broken });
    Object.defineProperty(endpoint, 'files', { get: broken });
    const { status, body } = await app.send({ path: `/monitor${path}`, timeoutMs: 5000 });
    expect(status).toBe(500);
    expect(body).not.toContain('secret');
    expect((await app.send('/dogs')).status).toBe(200);
  });

  it('are those of each application alone', async () => {
    @Module({ imports: [MonitorModule.forRoot({ path: '/other' })] })
    class OtherModule {}
    await start({ path: '/one' });
    const other = await NestApp.start(platform, { imports: [OtherModule] });
    try {
      expect((await app.send('/one/data.json')).status).toBe(200);
      expect((await app.send('/other/data.json')).status).toBe(404);
      expect((await other.send('/other/data.json')).status).toBe(200);
      expect((await other.send('/one/data.json')).status).toBe(404);
    } finally {
      await other.close();
    }
  });
});
