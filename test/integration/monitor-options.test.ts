import { Injectable, Module, type ModuleMetadata, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MonitorModule, type MonitorFactoryOptions, PrometheusModule } from 'nestjs-prometheus-exporter';
import { afterEach, describe, expect, it } from 'vitest';
import { freshState, totalsOf } from '../support/monitor-client.js';
import { adapterFor, NestApp, type NestAppOptions, type Platform, PLATFORMS } from '../support/nest-app.js';

@Injectable()
class Settings {
  readonly ignored = '/health';
}

@Module({ providers: [Settings], exports: [Settings] })
class SettingsModule {}

@Injectable()
class OptionsFactory {
  createMonitorOptions(): MonitorFactoryOptions {
    return { totalsOnly: true };
  }
}

/** What the boot says. */
async function faultOf(
  platform: Platform,
  imports: (ModuleMetadata['imports'] & object) | (() => ModuleMetadata['imports'] & object),
): Promise<string> {
  try {
    @Module({ imports: typeof imports === 'function' ? imports() : imports })
    class RootModule {}
    const app = await NestFactory.create(RootModule, adapterFor(platform), { logger: false, abortOnError: false });
    await app.init();
    await app.close();
    return '';
  } catch (error) {
    return error instanceof TypeError ? error.message : `Not a TypeError: ${String(error)}`;
  }
}

describe.each(PLATFORMS)('the options of the monitor on %s', (platform) => {
  const faultsOf = (options: object) =>
    faultOf(platform, () => [PrometheusModule.forRoot(), MonitorModule.forRoot(options)]);

  it('that are wrong are listed in one error', async () => {
    const message = await faultsOf({
      path: '/a b',
      guards: ['AdminGuard'],
      decorators: {},
      store: 'disk',
      ignore: ['health'],
      totalsOnly: 'yes',
      retentionHours: 0,
      paht: '/monitor',
    });
    expect(message.split('\n  - ')).toEqual([
      'The options of MonitorModule are not valid.',
      'Expected only known options, got `paht`: use one of path, guards, decorators, auth, listen, store, ignore, totalsOnly, retentionHours.',
      "Expected `path` to be a path like /monitor, without spaces, parameters, dot segments or a query, got '/a b': give a plain path.",
      "Expected `guards` to be a list of guards, got [ 'AdminGuard' ]: give classes or objects with canActivate().",
      'Expected `decorators` to be a list of class decorators, got {}: call them: Public(), not Public.',
      "Expected `store` to be 'memory', or an object with either directory or redis, got another string: give one of them, such as { directory: '/run/shop' } or { redis: 'redis://localhost:6379' }.",
      "Expected `ignore` to be a list of exact paths and regular expressions, got [ 'health' ]: begin each path with /, and give a RegExp to match a part of a path.",
      "Expected `totalsOnly` to be true or false, got 'yes': give one of the two.",
      'Expected `retentionHours` to be a whole number of hours from 1 to 744, got 0: give the hours of history to keep, 24 by default.',
    ]);
  });

  it.each<[object, string]>([
    [{ path: '/dogs/:id' }, 'path'],
    [{ path: '/' }, 'path'],
    [{ path: '' }, 'path'],
    [{ path: false }, 'path'],
    [{ path: '/a?b' }, 'path'],
    [{ path: '/../monitor' }, 'path'],
    [{ path: './monitor' }, 'path'],
    [{ guards: [() => true] }, 'guards'],
    [{ decorators: [UseGuards] }, 'decorators'],
    [{ store: new Map([['redis', 'redis://localhost']]) }, 'store'],
    [{ store: Object.create({ redis: 'redis://localhost' }) }, 'store'],
    [{ store: { redis: 'redis://localhost/first' } }, 'store.redis'],
    [{ store: { redis: 'redis://localhost:123456' } }, 'store.redis'],
    [{ ignore: ['/static/*'] }, 'ignore'],
    [{ guards: [{}] }, 'guards'],
    [{ guards: [null] }, 'guards'],
    [{ decorators: ['Public'] }, 'decorators'],
    [{ store: {} }, 'store'],
    [{ store: { redis: undefined } }, 'store'],
    [{ store: null }, 'store'],
    [{ store: { redis: 'localhost:6379' } }, 'store.redis'],
    [{ store: { redis: 'http://localhost:6379' } }, 'store.redis'],
    [{ store: { redis: 6379 } }, 'store.redis'],
    [{ store: { redis: {} } }, 'store.redis'],
    [{ store: { redis: 'redis://localhost', keyPrefix: 'a b' } }, 'store.keyPrefix'],
    [{ store: { redis: 'redis://localhost', prefix: 'a' } }, 'store.prefix'],
    [{ store: { redis: 'redis://localhost', directory: '/run/shop' } }, 'store'],
    [{ store: { redis: 'redis://localhost', name: 'shop' } }, 'store.name'],
    [{ store: { directory: '/run/shop', keyPrefix: 'shop:' } }, 'store.keyPrefix'],
    [{ store: { directory: '' } }, 'store.directory'],
    [{ store: { directory: '/run/\0' } }, 'store.directory'],
    [{ store: { directory: 5 } }, 'store.directory'],
    [{ store: { directory: '/run/shop', name: '' } }, 'store.name'],
    [{ ignore: '/health' }, 'ignore'],
    [{ ignore: [/a/, 3] }, 'ignore'],
    [{ totalsOnly: 1 }, 'totalsOnly'],
    [{ retentionHours: 1.5 }, 'retentionHours'],
    [{ retentionHours: 745 }, 'retentionHours'],
    [{ retentionHours: '24' }, 'retentionHours'],
    [{ retentionHours: Number.NaN }, 'retentionHours'],
  ])('%o is one fault', async (options, option) => {
    const [first, ...faults] = (await faultsOf(options)).split('\n  - ');
    expect(first).toBe('The options of MonitorModule are not valid.');
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`\`${option}\``);
  });

  it.each([
    'http://kennel:secret@redis.example:6379',
    'redis//kennel:secret@redis.example:6379',
    'kennel:secret@redis.example:6379',
    ':secret@redis.example:6379',
    'redis:/kennel:secret@redis.example:6379',
    'http://kennel:sec/secret@redis.example:6379',
    'http://kennel:sec@secret@redis.example:6379',
    "http://kennel:sec'secret@redis.example:6379",
    'redis://kennel:sec/secret@redis.example:6379',
    'redis://kennel:secret%zz@redis.example:6379',
    'redis://secret%zz:kennel@redis.example:6379',
    'redis://kennel:secret@redis.example:port',
    'redis://kennel:secret@redis.example/kennel',
    'redis://kennel:secret@[redis.example]',
  ])('show no password of a URL that is none of a Redis: %s', async (redis) => {
    const message = await faultsOf({ store: { redis } });
    expect(message).toContain('Expected `store.redis` to be a redis:// or rediss:// URL');
    expect(message).not.toContain('secret');
  });

  it.each([
    { store: 'redis://kennel:secret@redis.example' },
    { store: { redis: { host: 'redis.example', password: 'secret' } } },
    { store: { redis: { url: 'redis://kennel:secret@redis.example' } } },
    { store: { url: 'redis://kennel:secret@redis.example' } },
    { store: { redis: ['redis://kennel:secret@redis.example'] } },
    { store: ['redis://kennel:secret@redis.example'] },
    { store: new Map([['redis', 'redis://kennel:secret@redis.example']]) },
  ])('show no password of a store that is none: %o', async (options) => {
    const message = await faultsOf(options);
    expect(message).toContain('Expected `store');
    expect(message).not.toContain('secret');
  });

  it.each([null, 5, 'redis://kennel:secret@redis.example', [], new Map([['path', '/own']])])(
    'are a plain object, which %o is not',
    async (options) => {
      const message = await faultsOf(options as object);
      expect(message).toMatch(
        /^The options of MonitorModule are not valid\.\n {2}- Expected the options to be a plain object, got .+: give one, or leave it out\.$/,
      );
      expect(message).not.toContain('secret');
    },
  );

  it('want a PrometheusModule beside them', async () => {
    expect(await faultOf(platform, [MonitorModule.forRoot()])).toBe(
      'Expected a PrometheusModule beside MonitorModule, got none: import PrometheusModule.forRoot() in the root module, with { path: false } if there is no Prometheus.',
    );
  });

  it('are content with a PrometheusModule that comes later, or without a route', async () => {
    expect(await faultOf(platform, [MonitorModule.forRoot(), PrometheusModule.forRoot()])).toBe('');
    expect(await faultOf(platform, [MonitorModule.forRoot(), PrometheusModule.forRoot({ path: false })])).toBe('');
  });

  it.each([
    ['beside each other', () => [MonitorModule.forRoot(), MonitorModule.forRoot({ path: '/other' })]],
    ['that are alike', () => [MonitorModule.forRoot(), MonitorModule.forRoot()]],
    [
      'one in another module',
      () => {
        @Module({ imports: [MonitorModule.forRootAsync({ useFactory: () => ({}) })] })
        class OpsModule {}
        return [OpsModule, MonitorModule.forRoot()];
      },
    ],
  ])('are those of one MonitorModule, not of two %s', async (_, modules) => {
    expect(await faultOf(platform, [PrometheusModule.forRoot(), ...modules()])).toBe(
      'Expected one MonitorModule in an application, got a second one, which would count everything twice: import MonitorModule.forRoot() in the root module only.',
    );
  });

  describe('of a factory', () => {
    let app: NestApp | undefined;

    async function start(monitor: NonNullable<NestAppOptions['imports']>[number]): Promise<NestApp> {
      app = await NestApp.start(platform, { imports: [monitor], metrics: { http: { ignore: ['/metrics'] } } });
      return app;
    }

    afterEach(async () => {
      await app?.close();
      app = undefined;
    });

    it('may be made of what is injected', async () => {
      const started = await start(
        MonitorModule.forRootAsync({
          imports: [SettingsModule],
          inject: [Settings],
          useFactory: (settings: Settings) => Promise.resolve({ ignore: [settings.ignored] }),
        }),
      );
      for (const path of ['/health', '/nowhere']) await started.send(path);
      await started.settled();
      expect((await totalsOf(started)).requests).toBe(1);
    });

    it('may come from a class', async () => {
      const started = await start(MonitorModule.forRootAsync({ useClass: OptionsFactory }));
      expect((await freshState(started)).history).toBeNull();
    });

    it('stand beside those of the routes', async () => {
      const started = await start(
        MonitorModule.forRootAsync({
          path: '/ops',
          guards: [{ canActivate: () => true }],
          decorators: [],
          useFactory: () => ({}),
        }),
      );
      expect((await started.send({ path: '/ops/data.json', headers: { via: 'x' } })).status).toBe(200);
      expect((await started.send('/monitor')).status).toBe(404);
      await started.settled();
      expect((await totalsOf(started, '/ops')).requests).toBe(1);
    });

    it.each([{ path: '/own' }, { guards: [] }, { decorators: [] }, { guards: undefined }])(
      'are refused where they are those of the routes: %o',
      async (options) => {
        const module = MonitorModule.forRootAsync({ useFactory: () => options as MonitorFactoryOptions });
        expect(await faultOf(platform, [PrometheusModule.forRoot(), module])).toContain(
          `Expected \`${Object.keys(options).join()}\` to stand beside the factory of the options`,
        );
      },
    );

    it('are checked as all others', async () => {
      const module = MonitorModule.forRootAsync({ path: '/a b', useFactory: () => ({ retentionHours: -1 }) });
      const message = await faultOf(platform, [PrometheusModule.forRoot(), module]);
      expect(message).toContain('`path`');
      expect(message).toContain('`retentionHours`');
    });

    it.each([undefined, null])('may be none: %s', async (nothing) => {
      const module = MonitorModule.forRootAsync({ useFactory: () => nothing as never });
      expect(await faultOf(platform, [PrometheusModule.forRoot(), module])).toBe('');
    });
  });

  it('that are undefined are not given', async () => {
    const options = {
      path: undefined,
      guards: undefined,
      decorators: undefined,
      store: undefined,
      ignore: undefined,
      totalsOnly: undefined,
      retentionHours: undefined,
    };
    const app = await NestApp.start(platform, { imports: [MonitorModule.forRoot(options as never)] });
    try {
      expect((await app.send('/monitor')).status).toBe(200);
      expect((await app.send({ path: '/monitor', headers: { via: 'x' } })).status).toBe(403);
    } finally {
      await app.close();
    }
  });
});
