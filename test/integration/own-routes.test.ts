import 'reflect-metadata';
import { type IncomingMessage } from 'node:http';
import { type AddressInfo } from 'node:net';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Head,
  type INestApplication,
  type MiddlewareConsumer,
  Module,
  type ModuleMetadata,
  Post,
  type Type,
  VERSION_NEUTRAL,
  type VersioningOptions,
  VersioningType,
} from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory, RouterModule } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  MonitorModule,
  type MonitorOptions,
  PrometheusModule,
  type PrometheusOptions,
} from 'nestjs-prometheus-exporter';
import { afterEach, describe, expect, it } from 'vitest';
import { readExposition } from '../support/exposition.js';
import { send } from '../support/http-client.js';
import { ADAPTERS, type AppOptions, MetricsApp } from '../support/metrics-app.js';

/** As `@willsoto/nestjs-prometheus` has it: one class, whose path is written on it when the module is made. */
@Controller()
class PrometheusController {
  @Get()
  index(): string {
    return 'theirs';
  }
}

function prometheusControllerAt(path: string): Type {
  Reflect.defineMetadata('path', path, PrometheusController);
  return PrometheusController;
}

@Controller('metrics')
class OwnMetricsController {
  @Get()
  list(): string {
    return 'own';
  }

  @Post()
  add(): string {
    return 'added';
  }

  @Get('more')
  more(): string {
    return 'more';
  }
}

@Controller()
class RootController {
  @Get('metrics')
  metrics(): string {
    return 'own';
  }
}

@Controller({ path: 'metrics', version: '2' })
class VersionedController {
  @Get()
  metrics(): string {
    return 'own';
  }
}

@Controller()
class ChartsController {
  @Get('metrics')
  metrics(): string {
    return 'own';
  }
}

@Controller('monitor')
class OwnMonitorController {
  @Get()
  page(): string {
    return 'own page';
  }

  @Get('data.json')
  data(): string {
    return 'own data';
  }

  @Post()
  switchOff(): string {
    return 'off';
  }
}

class TokenGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return context.switchToHttp().getRequest<{ headers: Record<string, string> }>().headers['x-token'] === 'woof';
  }
}

/** An application of a framework as it is, but for one member. */
function without(instance: object, member: string): object {
  return new Proxy(instance, {
    get: (target, name) => (name === member ? undefined : (Reflect.get(target, name) as unknown)),
  });
}

const URI: VersioningOptions = { type: VersioningType.URI, defaultVersion: '1' };
const prefixed = (app: INestApplication) => void app.setGlobalPrefix('api');

describe.each(ADAPTERS)('routes of the application that are named like ours on %s', (adapter) => {
  let metricsApp: MetricsApp | undefined;

  async function start(options: Omit<AppOptions, 'adapter'>): Promise<MetricsApp> {
    metricsApp = await MetricsApp.start({ adapter, ...options });
    return metricsApp;
  }

  /** What the boot says, and nothing where it goes well. */
  async function faultOf(options: Omit<AppOptions, 'adapter'>): Promise<string> {
    try {
      await start(options);
      return '';
    } catch (error) {
      return error instanceof TypeError ? error.message : `Not a TypeError: ${String(error)}`;
    }
  }

  async function bodyOf(path: string, request: Parameters<MetricsApp['send']>[1] = {}): Promise<string> {
    const { status, body } = await metricsApp!.send(path, request);
    if (status >= 400) return String(status);
    return body.includes('nestjs_http_requests_total') ? 'metrics' : body;
  }

  afterEach(async () => {
    await metricsApp?.close();
    metricsApp = undefined;
  });

  describe.each([{ bypassGuards: false }, { bypassGuards: true }])('beside the metrics, %o', (options) => {
    const imports = () => [PrometheusModule.forRoot(options)];

    it.each([
      ['a controller of that name', () => OwnMetricsController],
      ['a method of that name', () => RootController],
      ['the controller of @willsoto/nestjs-prometheus', () => prometheusControllerAt('/metrics')],
    ])('keep the global prefix: %s', async (_, controller) => {
      await start({ imports: imports(), controllers: [controller()], configure: prefixed });
      expect(await bodyOf('/api/metrics')).toMatch(/^(?:own|theirs)$/);
      expect(await bodyOf('/metrics')).toBe('metrics');
    });

    it('keep it whichever module comes first', async () => {
      @Module({ controllers: [OwnMetricsController] })
      class ChartsModule {}
      for (const modules of [
        [...imports(), ChartsModule],
        [ChartsModule, ...imports()],
      ]) {
        await start({ imports: modules, configure: prefixed });
        expect(await bodyOf('/api/metrics')).toBe('own');
        expect(await bodyOf('/api/metrics', { method: 'POST' })).toBe('added');
        expect(await bodyOf('/api/metrics/more')).toBe('more');
        expect(await bodyOf('/metrics')).toBe('metrics');
        expect(await bodyOf('/metrics', { method: 'POST' })).toBe('405');
        await metricsApp?.close();
      }
    });

    it('keep prefix and version', async () => {
      await start({
        imports: imports(),
        controllers: [OwnMetricsController, VersionedController],
        configure: (app) => void app.setGlobalPrefix('api').enableVersioning(URI),
      });
      expect(await bodyOf('/api/v1/metrics')).toBe('own');
      expect(await bodyOf('/api/v2/metrics')).toBe('own');
      expect(await bodyOf('/v1/metrics')).toBe('404');
      expect(await bodyOf('/metrics')).toBe('metrics');
      expect(await bodyOf('/v2/metrics')).toBe('404');
    });

    it('keep the exclusions of the application', async () => {
      await start({
        imports: imports(),
        controllers: [OwnMetricsController],
        configure: (app) => void app.setGlobalPrefix('api', { exclude: ['metrics/more', { path: 'x', method: 5 }] }),
      });
      expect(await bodyOf('/metrics/more')).toBe('more');
      expect(await bodyOf('/api/metrics')).toBe('own');
      expect(await bodyOf('/metrics')).toBe('metrics');
    });

    it('keep the path of their module', async () => {
      @Module({ controllers: [ChartsController] })
      class ChartsModule {}
      const routers = RouterModule.register([{ path: 'charts', module: ChartsModule }]);
      await start({ imports: [...imports(), ChartsModule, routers], configure: prefixed });
      expect(await bodyOf('/api/charts/metrics')).toBe('own');
      expect(await bodyOf('/metrics')).toBe('metrics');
    });

    it('stay behind their middleware', async () => {
      const seen: string[] = [];
      @Module({ controllers: [OwnMetricsController] })
      class ChartsModule {
        configure(consumer: MiddlewareConsumer): void {
          consumer
            .apply((request: { url: string }, _: unknown, next: () => void) => {
              seen.push(request.url);
              next();
            })
            .forRoutes(OwnMetricsController);
        }
      }
      await start({ imports: [...imports(), ChartsModule], configure: prefixed });
      await bodyOf('/api/metrics');
      expect(seen).toHaveLength(1);
      await bodyOf('/metrics');
      expect(seen).toHaveLength(1);
    });

    it('are counted apart from ours', async () => {
      await start({ imports: imports(), controllers: [OwnMetricsController], configure: prefixed });
      for (const path of ['/api/metrics', '/api/metrics', '/metrics', '/nowhere']) await bodyOf(path);
      const metrics = await metricsApp!.scrape();
      const count = (route: string) => metrics.sum('nestjs_http_requests_total', { route });
      expect([count('/api/metrics'), count('/metrics'), count('_unmatched')]).toEqual([2, 1, 1]);
    });

    const CONFLICTS: readonly [string, () => Omit<AppOptions, 'adapter' | 'imports'>, string][] = [
      [
        'a controller of that name',
        () => ({ controllers: [OwnMetricsController] }),
        'OwnMetricsController.list() in RootModule',
      ],
      ['a method of that name', () => ({ controllers: [RootController] }), 'RootController.metrics() in RootModule'],
      [
        'the controller of @willsoto/nestjs-prometheus',
        () => ({ controllers: [prometheusControllerAt('/metrics')] }),
        'PrometheusController.index() in RootModule',
      ],
      [
        'an exclusion of the application',
        () => ({
          controllers: [RootController],
          configure: (app) => void app.setGlobalPrefix('api', { exclude: ['metrics'] }),
        }),
        'RootController.metrics() in RootModule',
      ],
      [
        'a version in a header',
        () => ({
          controllers: [VersionedController],
          configure: (app) => void app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version' }),
        }),
        'VersionedController.metrics() in RootModule',
      ],
      [
        'a route of the framework',
        () => ({
          configure: (app) =>
            void app.getHttpAdapter().get('/metrics', (_: unknown, response: { send(body: string): void }) => {
              response.send('raw');
            }),
        }),
        `a route that was registered with ${adapter} directly`,
      ],
    ];

    it.each(CONFLICTS)('stop the boot at the same place, and both are named: %s', async (_, more, rival) => {
      const own = options.bypassGuards ? 'a route' : 'MetricsController';
      expect(await faultOf({ imports: imports(), ...more() })).toBe(
        `Expected one route at /metrics, got ${own} in the PrometheusModule of nestjs-prometheus-exporter and ${rival}: give one of the two another path, ours with PrometheusModule.forRoot({ path: '/internal/metrics' }).`,
      );
    });

    it('are no hindrance at other places', async () => {
      @Controller('metrics')
      class DetailsController {
        @Get('details')
        details(): string {
          return 'details';
        }
      }
      await start({ imports: imports(), controllers: [DetailsController] });
      expect(await bodyOf('/metrics/details')).toBe('details');
      expect(await bodyOf('/metrics')).toBe('metrics');
    });
  });

  it('leave ours behind its guards', async () => {
    await start({
      imports: [PrometheusModule.forRoot({ guards: [TokenGuard] })],
      controllers: [OwnMetricsController],
      configure: prefixed,
    });
    expect(await bodyOf('/metrics')).toBe('403');
    expect(await bodyOf('/metrics', { headers: { 'x-token': 'woof' } })).toBe('metrics');
    expect(await bodyOf('/api/metrics')).toBe('own');
  });

  it('are kept by each application that is made of the same module', async () => {
    const imports = [PrometheusModule.forRoot(), MonitorModule.forRoot()];
    const controllers = [OwnMetricsController, OwnMonitorController];
    await start({ imports, controllers, configure: prefixed });
    await metricsApp?.close();
    await start({ imports, configure: prefixed });
    expect(await bodyOf('/metrics')).toBe('metrics');
    expect((await metricsApp!.send('/monitor/data.json')).status).toBe(200);
    await metricsApp?.close();
    await start({ imports, controllers, configure: prefixed });
    expect(await bodyOf('/metrics')).toBe('metrics');
    expect(await bodyOf('/api/metrics')).toBe('own');
  });

  describe('beside the monitor', () => {
    const withMonitor = (monitor: MonitorOptions = {}, metrics: PrometheusOptions = {}): ModuleMetadata['imports'] => [
      PrometheusModule.forRoot(metrics),
      MonitorModule.forRoot(monitor),
    ];

    it('keep the global prefix, and the version', async () => {
      for (const versioning of [undefined, URI]) {
        await start({
          imports: withMonitor(),
          controllers: [OwnMonitorController],
          configure: (app) => {
            prefixed(app);
            if (versioning !== undefined) app.enableVersioning(versioning);
          },
        });
        const base = versioning === undefined ? '/api/monitor' : '/api/v1/monitor';
        expect(await bodyOf(base)).toBe('own page');
        expect(await bodyOf(`${base}/data.json`)).toBe('own data');
        expect(await bodyOf(base, { method: 'POST' })).toBe('off');
        expect(await bodyOf('/monitor')).toContain('<!doctype html>');
        expect(JSON.parse(await bodyOf('/monitor/data.json'))).toHaveProperty('version', 1);
        expect(await bodyOf('/api/monitor/nagios.xml')).toBe('404');
        await metricsApp?.close();
      }
    });

    it('stop the boot at the same place, and both are named', async () => {
      expect(await faultOf({ imports: withMonitor(), controllers: [OwnMonitorController] })).toBe(
        "Expected one route at /monitor, got MonitorController in the MonitorModule of nestjs-prometheus-exporter and OwnMonitorController.page() in RootModule: give one of the two another path, ours with MonitorModule.forRoot({ path: '/internal/monitor' }).",
      );
    });

    it('are no hindrance with another method', async () => {
      @Controller({ path: 'monitor', version: VERSION_NEUTRAL })
      class SwitchController {
        @Post()
        off(): string {
          return 'off';
        }
      }
      await start({ imports: withMonitor(), controllers: [SwitchController] });
      expect(await bodyOf('/monitor', { method: 'POST' })).toBe('off');
      expect(await bodyOf('/monitor')).toContain('<!doctype html>');
    });

    it.each([
      ['/metrics', '/metrics'],
      ['/monitor', '/monitor'],
      ['/monitor/data.json', '/monitor'],
      ['monitor/events/', 'monitor/'],
    ])('the metrics at %s and the monitor at %s stop the boot', async (path, monitorPath) => {
      for (const bypassGuards of [false, true]) {
        for (const swapped of [false, true]) {
          const modules = [
            PrometheusModule.forRoot({ path, bypassGuards }),
            MonitorModule.forRoot({ path: monitorPath }),
          ];
          const message = await faultOf({ imports: swapped ? modules.toReversed() : modules });
          expect(message).toContain(`Expected one route at /${path.replaceAll(/^\/|\/$/g, '')}, got `);
          expect(message).toContain('MonitorController');
          expect(message).toContain('PrometheusModule');
        }
      }
    });

    it.each([
      ['/monitor/metrics', '/monitor'],
      ['/ops', '/ops/monitor'],
    ])('the metrics at %s and the monitor at %s get along', async (path, monitorPath) => {
      await start({ imports: withMonitor({ path: monitorPath }, { path }), configure: prefixed });
      expect(await bodyOf(path)).toBe('metrics');
      expect(await bodyOf(monitorPath)).toContain('<!doctype html>');
    });
  });

  describe.each([{ bypassGuards: false }, { bypassGuards: true }])(
    'answer other methods than the metrics, %o',
    (options) => {
      @Controller('metrics')
      class PushController {
        @Post()
        push(): string {
          return 'pushed';
        }
      }
      type Send = { send(body: string): void };
      const registered = (app: INestApplication) =>
        void app.getHttpAdapter().post('/metrics', (_: unknown, response: Send) => response.send('pushed'));

      it.each([
        ['a controller', { controllers: [PushController] }],
        ['the framework', { configure: registered }],
      ])('of %s', async (_, more) => {
        const imports = [PrometheusModule.forRoot(options)];
        await start({ imports, ...more });
        expect(await bodyOf('/metrics', { method: 'POST' })).toBe('pushed');
        expect(await bodyOf('/metrics')).toBe('metrics');
        expect(await metricsApp!.send('/metrics', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
        expect(await bodyOf('/metrics', { method: 'PUT' })).toBe('404');
        const metrics = await metricsApp!.scrape();
        const count = (method: string) => metrics.sum('nestjs_http_requests_total', { route: '/metrics', method });
        expect([count('GET'), count('HEAD'), count('POST')]).toEqual([1, 1, 1]);
        await metricsApp?.close();
        // The same module, without them.
        await start({ imports });
        expect(await bodyOf('/metrics', { method: 'POST' })).toBe('405');
        expect(await bodyOf('/metrics')).toBe('metrics');
      });

      it('beside the prefix of another controller', async () => {
        await start({
          imports: [PrometheusModule.forRoot(options)],
          controllers: [OwnMetricsController],
          configure: (app) => {
            prefixed(app);
            registered(app);
          },
        });
        expect(await bodyOf('/metrics', { method: 'POST' })).toBe('pushed');
        expect(await bodyOf('/metrics')).toBe('metrics');
        expect(await bodyOf('/api/metrics')).toBe('own');
        expect(await bodyOf('/api/metrics', { method: 'POST' })).toBe('added');
      });

      it('but none that are read, HEAD included', async () => {
        @Controller()
        class HeadController {
          @Head('metrics')
          head(): void {}
        }
        expect(
          await faultOf({ imports: [PrometheusModule.forRoot(options)], controllers: [HeadController] }),
        ).toContain('HeadController.head() in RootModule');
      });
    },
  );

  it.each([{ bypassGuards: false }, { bypassGuards: true }])(
    'start in an adapter that is built in another way, %o',
    async (options) => {
      @Module({ imports: [PrometheusModule.forRoot(options)] })
      class RootModule {}
      const http: AbstractHttpAdapter = adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter();
      const other = without(http.getInstance<object>(), adapter === 'express' ? 'router' : 'hasRoute');
      Object.assign(http, { getInstance: () => other });
      const app = await NestFactory.create(RootModule, http, { logger: false, abortOnError: false });
      await app.listen(0, '127.0.0.1');
      const { port } = app.getHttpServer().address() as AddressInfo;
      const { status, body } = await send(port, { path: '/metrics' });
      expect(status).toBe(200);
      expect(readExposition(body, 'text').value('nestjs_metrics_errors_total', { part: 'http' })).toBe(1);
      await app.close();
    },
  );

  it('may be registered with the framework under another method than the monitor has', async () => {
    await start({
      imports: [PrometheusModule.forRoot(), MonitorModule.forRoot()],
      configure: (app) =>
        void app.getHttpAdapter().post('/monitor', (_: unknown, response: { send(body: string): void }) => {
          response.send('raw');
        }),
    });
    expect(await bodyOf('/monitor', { method: 'POST' })).toBe('raw');
  });
});

describe.each([{ bypassGuards: false }, { bypassGuards: true }])('a route of Express that passes on, %o', (options) => {
  type Response = { sendStatus(status: number): void };
  const password = (request: IncomingMessage, response: Response, next: () => void) => {
    if (request.headers.authorization === 'Bearer woof') next();
    else response.sendStatus(401);
  };
  const authorized = { headers: { authorization: 'Bearer woof' } };

  it.each(['all', 'get'] as const)('may protect the metrics: %s', async (method) => {
    const app = await MetricsApp.start({
      adapter: 'express',
      imports: [PrometheusModule.forRoot(options)],
      configure: (nest) => void nest.getHttpAdapter()[method]('/metrics', password as never),
    });
    expect((await app.send('/metrics')).status).toBe(401);
    expect(await app.send('/metrics', authorized)).toMatchObject({ status: 200 });
    expect((await app.send('/metrics', { ...authorized, method: 'POST' })).status).toBe(405);
    await app.close();
  });

  it('is no hindrance to say so where another one answers behind it', async () => {
    const started = MetricsApp.start({
      adapter: 'express',
      imports: [PrometheusModule.forRoot(options)],
      configure: (nest) => {
        const express = nest.getHttpAdapter().getInstance() as { get(path: string, ...handlers: unknown[]): void };
        express.get('/metrics', password, (_: unknown, response: { send(body: string): void }) => response.send('raw'));
      },
    });
    await expect(started).rejects.toThrow('a route that was registered with express directly');
  });
});
