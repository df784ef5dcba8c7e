import { AssertionError } from 'node:assert';
import {
  applyDecorators,
  type CanActivate,
  Injectable,
  Module,
  SetMetadata,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  boundedBy,
  defineCounter,
  type PrometheusFactoryOptions,
  MetricStore,
  PrometheusModule,
} from 'nestjs-prometheus-exporter';
import { describe, expect, it } from 'vitest';
import { readExposition } from '../support/exposition.js';
import { ADAPTERS, type AdapterName, MetricsApp, PROMETHEUS_ACCEPT } from '../support/metrics-app.js';
import { waitUntil } from '../support/wait-until.js';

@Injectable()
class Settings {
  readonly shop = 'kennel';
}

@Module({ providers: [Settings], exports: [Settings] })
class SettingsModule {}

@Injectable()
class OptionsFactory {
  createPrometheusOptions(): PrometheusFactoryOptions {
    return { namespace: 'made', defaultLabels: { by: 'a class' } };
  }
}

@Injectable()
class AdminGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

const Public = () => SetMetadata('isPublic', true);
const Roles = Reflector.createDecorator<string[]>();

/** Its keys are its own. */
class OwnOptions {
  readonly namespace = 'own';
}

/** Its keys are those of its class, and get lost when options are put together. */
class ComputedOptions {
  get namespace(): string {
    return 'computed';
  }
}

const BARKS = defineCounter({ name: 'barks_total', help: 'Barks.', labels: { dog: boundedBy('the test') } });

/** What the boot says of options that TypeScript would not let pass. */
async function faultsOf(adapter: AdapterName, options: object): Promise<string> {
  const boot = async () => {
    @Module({ imports: [PrometheusModule.forRoot(options)] })
    class RootModule {}
    const on = adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter();
    return NestFactory.create(RootModule, on, { logger: false, abortOnError: false });
  };
  try {
    const app = await boot();
    await app.close();
    return '';
  } catch (error) {
    return error instanceof TypeError ? error.message : `Not a TypeError: ${String(error)}`;
  }
}

describe.each(ADAPTERS)('the options on %s', (adapter) => {
  async function withApp(
    imported: NonNullable<Parameters<typeof MetricsApp.start>[0]['imports']>[number],
    use: (metricsApp: MetricsApp) => Promise<void>,
  ): Promise<void> {
    const metricsApp = await MetricsApp.start({ adapter, imports: [imported] });
    try {
      await use(metricsApp);
    } finally {
      await metricsApp.close();
    }
  }

  it('may come from a factory that is injected into', async () => {
    const module = PrometheusModule.forRootAsync({
      imports: [SettingsModule],
      inject: [Settings],
      useFactory: async (settings: Settings) => Promise.resolve({ defaultLabels: { shop: settings.shop } }),
    });
    await withApp(module, async (metricsApp) => {
      const exposition = await metricsApp.scrape();
      expect([...exposition].every(({ labels }) => labels['shop'] === 'kennel')).toBe(true);
    });
  });

  it('may come from a class', async () => {
    await withApp(PrometheusModule.forRootAsync({ useClass: OptionsFactory }), async (metricsApp) => {
      const exposition = await metricsApp.scrape();
      expect([...exposition.families.keys()].every((name) => name.startsWith('made_'))).toBe(true);
      expect([...exposition].every(({ labels }) => labels['by'] === 'a class')).toBe(true);
    });
  });

  it('of the route stand beside the factory', async () => {
    const module = PrometheusModule.forRootAsync({ path: '/own', bypassGuards: true, useFactory: () => ({}) });
    await withApp(module, async (metricsApp) => {
      expect((await metricsApp.send('/own')).status).toBe(200);
      expect((await metricsApp.send('/metrics')).status).toBe(404);
    });
  });

  it('from a factory are checked as all others', async () => {
    const module = PrometheusModule.forRootAsync({ useFactory: () => ({ runtimeMetrics: 'no' }) as never });
    await expect(MetricsApp.start({ adapter, imports: [module] })).rejects.toThrow(
      "Expected `runtimeMetrics` to be true or false, got 'no': give one of the two.",
    );
  });

  it.each([{ path: '/own' }, { guards: [] }, { decorators: [] }, { bypassGuards: false }])(
    'of the route are refused from the factory, which comes too late for them: %o',
    async (options) => {
      const module = PrometheusModule.forRootAsync({ useFactory: () => options as PrometheusFactoryOptions });
      await expect(MetricsApp.start({ adapter, imports: [module] })).rejects.toThrow(
        `Expected \`${Object.keys(options).join()}\` to stand beside the factory of the options`,
      );
    },
  );

  it('that are undefined are not given', async () => {
    const options = {
      path: undefined,
      guards: undefined,
      decorators: undefined,
      namespace: undefined,
      http: undefined,
    };
    await withApp(PrometheusModule.forRoot(options as never), async (metricsApp) => {
      expect((await metricsApp.send('/metrics')).status).toBe(200);
    });
  });

  it('put a namespace and labels on every series, and the exposition stays sound in both formats', async () => {
    const defaultLabels = { app: 'a "quoted"\nname', method: 'not the one of a request', metric: 'nor this' };
    const module = PrometheusModule.forRoot({ namespace: 'shop', defaultLabels, limits: { labelSetsPerMetric: 1 } });
    await withApp(module, async (metricsApp) => {
      const barks = metricsApp.app.get(MetricStore).counter(BARKS);
      for (const dog of ['Rex', 'Bello', 'Hasso']) barks.labels({ dog }).inc();
      await metricsApp.send('/');
      const exposition = await metricsApp.scrape();
      expect([...exposition].every(({ labels }) => labels['app'] === defaultLabels.app)).toBe(true);
      expect(exposition.sum('shop_barks_total')).toBe(3);
      expect(exposition.sum('shop_barks_total', { dog: '_overflow' })).toBe(2);
      expect(exposition.sum('shop_nestjs_metrics_overflow_total', { metric: 'shop_barks_total' })).toBe(2);
      expect(exposition.sum('shop_nestjs_http_requests_total', { method: 'GET', status: '404' })).toBe(1);
      const answer = await metricsApp.send('/metrics', { headers: { accept: PROMETHEUS_ACCEPT } });
      expect(readExposition(answer.bytes, 'openmetrics').sum('shop_barks_total')).toBe(3);
    });
  });

  it('without http leave requests alone', async () => {
    await withApp(PrometheusModule.forRoot({ http: false }), async (metricsApp) => {
      const exposition = await metricsApp.scrape();
      expect([...exposition.families.keys()].filter((name) => name.startsWith('nestjs_http'))).toEqual([]);
    });
  });

  it('that are wrong stop the boot with all faults in one sentence each', async () => {
    const wrong = {
      path: '/metrics?x',
      guards: ['AdminGuard'],
      decorators: 'Public',
      bypassGuards: 'yes',
      namespace: '9lives',
      defaultLabels: { le: 'a' },
      registry: true,
      runtimeMetrics: 1,
      http: {
        durationBuckets: [3, 1],
        ignore: ['favicon.ico'],
        handlerDuration: null,
        timeToFirstByte: 'yes',
        errorTypes: ['DogError'],
        buckets: [1],
      },
      limits: { labelSetsPerMetric: 0, concurrentScrapes: 1.5, scrapeTimeoutSeconds: Infinity },
      port: 9464,
    };
    expect(await faultsOf(adapter, wrong)).toMatchInlineSnapshot(`
      "The options of PrometheusModule are not valid.
        - Expected only known options, got \`http.buckets\`: use one of http.durationBuckets, http.ignore, http.handlerDuration, http.timeToFirstByte, http.errorTypes, http.labels, http.queriesPerRequest.
        - Expected only known options, got \`port\`: use one of path, guards, decorators, bypassGuards, auth, namespace, naming, defaultLabels, nativeHistograms, createdTimestamps, exemplars, registry, listeners, limits, server, processes, push, http, typeorm, cache, graphql, rpc, websocket, schedule, queue, events, outgoing, runtimeMetrics.
        - Expected \`path\` to be a path like /metrics, without spaces, parameters, dot segments or a query, or false, got '/metrics?x': give a plain path.
        - Expected \`guards\` to be a list of guards, got [ 'AdminGuard' ]: give classes or objects with canActivate().
        - Expected \`decorators\` to be a list of class decorators, got 'Public': call them: Public(), not Public.
        - Expected \`bypassGuards\` to be true or false, got 'yes': give one of the two.
        - Expected \`namespace\` to be letters, digits and underscores, not beginning with a digit or ending in an underscore, got '9lives': leave out every other character.
        - Expected \`defaultLabels\` to be an object of valid label names (not le, quantile or __…) and strings, got { le: 'a' }: rename the label, or convert the value to a string.
        - Expected \`registry\` to be a Registry of prom-client, or false, got true: give the registry itself, or leave the option out for the global one.
        - Expected \`limits.labelSetsPerMetric\` to be a whole number from 1, got 0: give the maximum number of label sets per metric.
        - Expected \`limits.concurrentScrapes\` to be a whole number from 1, got 1.5: give the maximum number of concurrent scrapes.
        - Expected \`limits.scrapeTimeoutSeconds\` to be a number of seconds greater than 0 and at most 3600, got Infinity: give the scrape timeout of your Prometheus, 10 by default.
        - Expected \`http.durationBuckets\` to be an ascending list of 1 to 500 finite numbers, none of them negative, got [ 3, 1 ]: sort it, and leave out +Inf.
        - Expected \`http.ignore\` to be a list of exact paths and regular expressions, got [ 'favicon.ico' ]: begin each path with /, and give a RegExp to match a part of a path.
        - Expected \`http.handlerDuration\` to be true or false, got null: give one of the two.
        - Expected \`http.timeToFirstByte\` to be true or false, got 'yes': give one of the two.
        - Expected \`http.errorTypes\` to be a list of error classes, got [ 'DogError' ]: give classes that extend Error, not their names.
        - Expected \`runtimeMetrics\` to be true or false, got 1: give one of the two."
    `);
  });

  it.each([
    [{ path: '/' }],
    [{ path: '' }],
    [{ path: '/a b' }],
    [{ path: '/:id' }],
    [{ path: 5 }],
    [{ path: true }],
    [{ path: null }],
    [{ path: '/../metrics' }],
    [{ path: '/./x' }],
    [{ path: '/a/..' }],
    [{ path: '..' }],
    [{ guards: [undefined] }],
    [{ guards: [{}] }],
    [{ guards: {} }],
    [{ guards: null }],
    [{ guards: [() => true] }],
    [{ guards: [Public] }],
    [{ decorators: [undefined] }],
    [{ decorators: {} }],
    [{ decorators: null }],
    [{ decorators: [Public] }],
    [{ decorators: [UseGuards] }],
    [{ decorators: [SetMetadata] }],
    [{ decorators: [Roles] }],
    [{ decorators: [Public(), Public] }],
    [{ bypassGuards: true, guards: [AdminGuard] }],
    [{ bypassGuards: true, decorators: [Public()] }],
    [{ namespace: 'a-b' }],
    [{ naming: 'ruby' }],
    [{ naming: [] }],
    [{ naming: ['nest', 'nest'] }],
    [{ namespace: '_a' }],
    [{ namespace: 'a_' }],
    [{ namespace: 'ä' }],
    [{ defaultLabels: { 'a-b': 'c' } }],
    [{ defaultLabels: { __name__: 'c' } }],
    [{ defaultLabels: { quantile: 'c' } }],
    [{ defaultLabels: { a: 1 } }],
    [{ defaultLabels: [] }],
    [{ defaultLabels: new Map([['a', 'b']]) }],
    [{ defaultLabels: Object.create({ a: 'b' }) }],
    [{ listeners: [{}] }],
    [{ listeners: [{ requestAnwsered: () => undefined }] }],
    [{ listeners: [{ requestAnswered: true }] }],
    [{ listeners: [{ requestAnswered: () => undefined, requestReceived: 5 }] }],
    [{ listeners: [AdminGuard] }],
    [{ registry: {} }],
    [{ http: null }],
    [{ http: [] }],
    [{ http: true }],
    [{ http: new Map([['timeToFirstByte', true]]) }],
    [{ http: Object.create({ timeToFirstByte: true }) }],
    [{ http: new ComputedOptions() }],
    [{ http: { labels: new Map() } }],
    [{ http: { errorTypes: [AdminGuard] } }],
    [{ http: { errorTypes: [() => new Error('dog')] } }],
    [{ http: { errorTypes: [Error, Map] } }],
    [{ http: { ignore: ['/static/*'] } }],
    [{ http: { ignore: ['/dogs/:id'] } }],
    [{ http: { ignore: ['/:id'] } }],
    [{ http: { ignore: ['/dogs{/:id}'] } }],
    [{ http: { ignore: ['/health?full'] } }],
    [{ http: { ignore: ['/^health$/'] } }],
    [{ http: { ignore: ['/a b'] } }],
    [{ http: { durationBuckets: [-1, 1] } }],
    [{ typeorm: { durationBuckets: [-0.1, 1] } }],
    [{ typeorm: new Set(['all']) }],
    [{ typeorm: { migrations: new Map() } }],
    [{ http: { durationBuckets: [] } }],
    [{ http: { durationBuckets: [NaN] } }],
    [{ http: { durationBuckets: [1, 1] } }],
    [{ http: { durationBuckets: [1, Infinity] } }],
    [{ http: { durationBuckets: ['1'] } }],
    [{ limits: null }],
    [{ limits: new Map() }],
    [{ limits: { scrapeTimeoutSeconds: '10' } }],
    [{ limits: { scrapeTimeoutSeconds: 0 } }],
    [{ limits: { scrapeTimeoutSeconds: NaN } }],
    [{ limits: { concurrentScrapes: 0 } }],
    [{ limits: { labelSetsPerMetric: -1 } }],
    [{ Path: '/metrics' }],
    [{ http: { bucket: [] } }],
    [{ limits: { toString: 1 } }],
    [{ constructor: 1 }],
    [{ http: { durationBuckets: Array.from({ length: 501 }, (_, i) => i + 1) } }],
  ])('%# are refused', async (options) => {
    expect(await faultsOf(adapter, options)).toMatch(
      /^The options of PrometheusModule are not valid\.\n {2}- Expected .+, got .+: .+\.$/,
    );
  });

  it.each([null, 5, 'all', [], new Map([['path', '/own']]), new ComputedOptions(), Object.create({ path: '/own' })])(
    'are a plain object, which %o is not',
    async (options) => {
      expect(await faultsOf(adapter, options as object)).toMatch(
        /^The options of PrometheusModule are not valid\.\n {2}- Expected the options to be a plain object, got .+: give one, or leave it out\.$/,
      );
    },
  );

  it.each([5, 'all', [], new Map([['namespace', 'own']]), new ComputedOptions()])(
    'of a factory are a plain object, which %o is not',
    async (options) => {
      const module = PrometheusModule.forRootAsync({
        path: '/a b',
        useFactory: () => options as PrometheusFactoryOptions,
      });
      const boot = MetricsApp.start({ adapter, imports: [module] });
      await expect(boot).rejects.toThrow(
        /^The options of PrometheusModule are not valid\.\n {2}- Expected the options to be a plain object, got .+\n {2}- Expected `path`/,
      );
    },
  );

  it.each([undefined, null, new OwnOptions()])('of a factory may be %o', async (options) => {
    await withApp(PrometheusModule.forRootAsync({ useFactory: () => options as never }), async (metricsApp) => {
      expect((await metricsApp.send('/metrics')).status).toBe(200);
    });
  });

  it('that are unusual, and right', async () => {
    const mixin = (): Type<CanActivate> => class extends AdminGuard {};
    class FieldGuard {
      readonly canActivate = () => true;
    }
    const seen: string[] = [];
    const replaces = (target: new () => object) => {
      seen.push('replaced');
      return class extends target {};
    };
    const module = PrometheusModule.forRoot({
      guards: [mixin(), FieldGuard, { canActivate: () => true }],
      decorators: [
        Public(),
        Roles(['scraper']),
        applyDecorators(Public(), UseGuards(AdminGuard)),
        (target: object) => Reflect.defineMetadata('own', true, target),
        replaces as ClassDecorator,
      ],
      listeners: [
        new (class extends Map<string, string> {
          requestAnswered(): void {
            seen.push('answered');
          }
        })(),
      ],
      http: {
        durationBuckets: [0, 1],
        errorTypes: [Error, class DogError extends TypeError {}, AssertionError],
        ignore: ['/', '/health', '/a.b-c_d~e/%20/f(g)@h', /^\/static\//],
      },
    });
    await withApp(module, async (metricsApp) => {
      expect((await metricsApp.send('/metrics')).status).toBe(200);
      await waitUntil('the scrape is told', () => Promise.resolve(expect(seen).toContain('answered')));
    });
    expect(seen.filter((one) => one === 'replaced')).toHaveLength(2);
  });

  it('a decorator that returns another class is used as TypeScript uses it', async () => {
    const closes = (target: Type): Type => {
      class Closed extends target {}
      UseGuards({ canActivate: () => false })(Closed);
      return Closed;
    };
    await withApp(PrometheusModule.forRoot({ decorators: [closes as ClassDecorator] }), async (metricsApp) => {
      expect((await metricsApp.send('/metrics')).status).toBe(403);
    });
  });

  it('that would leave the route open say so', async () => {
    expect(await faultsOf(adapter, { bypassGuards: true, guards: [AdminGuard], decorators: [UseGuards] })).toBe(
      [
        'The options of PrometheusModule are not valid.',
        'Expected `decorators` to be a list of class decorators, got [ [Function: UseGuards] ]: call them: Public(), not Public.',
        'Expected `guards` to be left out beside `bypassGuards: true`, got [ [class AdminGuard] ]: they have no effect on such a route, so leave out one of the two.',
        'Expected `decorators` to be left out beside `bypassGuards: true`, got [ [Function: UseGuards] ]: they have no effect on such a route, so leave out one of the two.',
      ].join('\n  - '),
    );
  });
});
