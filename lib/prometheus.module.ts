import {
  ConfigurableModuleBuilder,
  type DynamicModule,
  Inject,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  type OnApplicationShutdown,
  type OnModuleInit,
  type Provider,
  RequestMethod,
  type Type,
} from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { MetricsEndpoint } from './expose/endpoint.js';
import { metricsController } from './expose/metrics.controller.js';
import { mountRaw } from './expose/metrics-route.js';
import { startDecoratedMethods } from './decorate/decorated-methods.js';
import { startInjectedMetrics } from './decorate/injected-at-boot.js';
import { InjectedMetricsModule } from './decorate/injected-metrics.module.js';
import { METHOD_LINK, MethodLink } from './decorate/method-link.js';
import { MetricStore } from './metrics/store.js';
import { ErrorBoundary } from './observe/error-boundary.js';
import { MetricEvents } from './observe/metric-events.js';
import { CacheInstrumentation } from './observe/cache/cache.instrumentation.js';
import { HttpInstrumentation, type NestHost } from './observe/http/http.instrumentation.js';
import { declaredRoutes } from './observe/http/known-routes.js';
import { loadNestInternals } from './observe/http/nest-internals.js';
import { DataSourceDiscovery, discoverDataSources } from './observe/typeorm/data-sources/data-source-discovery.js';
import { TypeOrmInstrumentation } from './observe/typeorm/typeorm.instrumentation.js';
import { assertObject } from './options/option-rules.js';
import { RoutePlaces } from './serving/route-places.js';
import { PrometheusCore } from './prometheus.core.js';
import { checkOptions, faultsOf } from './prometheus.options-check.js';
import {
  type PrometheusRouteOptions,
  type PrometheusFactoryOptions,
  type PrometheusOptions,
  resolveOptions,
  type ResolvedOptions,
  routePath,
} from './prometheus.options.js';

const ROUTE_OPTIONS = Symbol('the options of the route');
const CONTROLLER = Symbol('the controller of the route, or null where it has none');
const RESOLVED_OPTIONS = Symbol('all options, checked and with their defaults');
const CACHE = Symbol('the cache instrumentation, or nothing when it is switched off');
const TYPEORM = Symbol('the TypeORM instrumentation, or nothing when it is switched off');
const HTTP = Symbol('the HTTP instrumentation, or nothing when it is switched off');

/** Nest's own `forRootAsync`, with the options of the route beside the factory: they cannot be injected. */
const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<PrometheusFactoryOptions>()
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createPrometheusOptions')
    .setExtras<PrometheusRouteOptions>(
      { path: '/metrics', guards: [], decorators: [], bypassGuards: false },
      (module, route) => {
        const controller = controllerFor(route);
        return {
          ...module,
          global: true,
          controllers: controller === null ? [] : [controller],
          providers: [...(module.providers ?? []), ...providersFor(route, controller)],
          exports: [MetricStore, MetricEvents, ErrorBoundary, RoutePlaces, METHOD_LINK],
        };
      },
    )
    .build();

/**
 * Metrics for a Nest application: import `PrometheusModule.forRoot()` once, in the root module.
 *
 * @errors stops the boot with one error that lists every wrong option
 */
@Module({ imports: [InjectedMetricsModule] })
export class PrometheusModule
  extends ConfigurableModuleClass
  implements NestModule, OnModuleInit, OnApplicationShutdown
{
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(PrometheusCore) private readonly core: PrometheusCore,
    @Inject(HTTP) private readonly http: HttpInstrumentation | undefined,
    @Inject(CONTROLLER) private readonly controller: Type | null,
    @Inject(RoutePlaces) private readonly places: RoutePlaces,
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    @Inject(METHOD_LINK) private readonly methods: MethodLink,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
  ) {
    super();
  }

  static override forRoot(options: PrometheusOptions = {}): DynamicModule {
    assertObject('PrometheusModule', options);
    discoverDataSources();
    return super.forRoot(options);
  }

  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    discoverDataSources();
    return super.forRootAsync(options);
  }

  /** Called by Nest once the application is configured and before its routes are built. */
  configure(_consumer: MiddlewareConsumer): void {
    this.http?.configure();
    const { path, bypassGuards } = this.options;
    if (path === false) return;
    const requestMethod = this.places.take({
      module: 'PrometheusModule',
      controller: this.controller,
      paths: [path],
      requestMethod: RequestMethod.ALL,
    });
    if (!bypassGuards) return;
    const place = { path, requestMethod };
    mountRaw(this.adapterHost.httpAdapter, place, this.core.endpoint, (request) => this.http?.named(request, path));
  }

  onModuleInit(): void {
    startDecoratedMethods(this.modules, this.methods);
    startInjectedMetrics(this.modules, this.core.store);
    this.core.start();
  }

  /** The last hook of Nest: until then the endpoint may still be asked. */
  onApplicationShutdown(): void {
    this.methods.close();
    this.core.stop();
  }
}

function controllerFor(route: PrometheusRouteOptions): Type | null {
  // What is wrong is reported with all other faults of the options, when the providers are made.
  if (faultsOf(route).length > 0) return null;
  const { guards = [], decorators = [], bypassGuards } = route;
  const path = routePath(route.path);
  return path === false || bypassGuards === true ? null : metricsController({ path, guards, decorators });
}

function providersFor(route: PrometheusRouteOptions, controller: Type | null): Provider[] {
  return [
    { provide: ROUTE_OPTIONS, useValue: route },
    { provide: CONTROLLER, useValue: controller },
    {
      provide: RoutePlaces,
      inject: [PrometheusCore, ApplicationConfig, HttpAdapterHost, ModulesContainer],
      useFactory: placesOf,
    },
    {
      provide: RESOLVED_OPTIONS,
      inject: [MODULE_OPTIONS_TOKEN, ROUTE_OPTIONS],
      useFactory: (made: PrometheusFactoryOptions, ofRoute: PrometheusRouteOptions): ResolvedOptions => {
        checkOptions(made, ofRoute);
        return resolveOptions({ ...made, ...ofRoute });
      },
    },
    {
      provide: PrometheusCore,
      inject: [RESOLVED_OPTIONS, METHOD_LINK],
      useFactory: (options: ResolvedOptions, methods: MethodLink) => {
        const core = new PrometheusCore(options);
        methods.open(core.store, (error) => core.boundary.report('metrics', error));
        return core;
      },
    },
    // Without dependencies: what the options come from may have decorated methods itself.
    { provide: METHOD_LINK, useFactory: () => new MethodLink() },
    // Without dependencies it is made before any data source is, whatever the order of the modules.
    { provide: DataSourceDiscovery, useFactory: () => new DataSourceDiscovery() },
    {
      provide: TYPEORM,
      inject: [PrometheusCore, RESOLVED_OPTIONS, DataSourceDiscovery, ModulesContainer],
      useFactory: instrumentTypeOrm,
    },
    {
      provide: CACHE,
      inject: [PrometheusCore, RESOLVED_OPTIONS, ModulesContainer],
      useFactory: (core: PrometheusCore, { cache }: ResolvedOptions, modules: ModulesContainer) =>
        cache ? new CacheInstrumentation(modules, core) : undefined,
    },
    { provide: MetricStore, inject: [PrometheusCore], useFactory: (core: PrometheusCore) => core.store },
    {
      provide: MetricEvents,
      inject: [PrometheusCore],
      useFactory: (core: PrometheusCore) => new MetricEvents(core.listeners),
    },
    // For the modules of ours that stand beside this one.
    { provide: ErrorBoundary, inject: [PrometheusCore], useFactory: (core: PrometheusCore) => core.boundary },
    {
      provide: MetricsEndpoint,
      inject: [PrometheusCore],
      useFactory: (core: PrometheusCore) => core.endpoint,
    },
    {
      provide: HTTP,
      inject: [PrometheusCore, RESOLVED_OPTIONS, HttpAdapterHost, ApplicationConfig, ModulesContainer],
      useFactory: (
        core: PrometheusCore,
        { http }: ResolvedOptions,
        adapterHost: NestHost['adapterHost'],
        config: ApplicationConfig,
        modules: ModulesContainer,
      ) => (http === false ? undefined : HttpInstrumentation.create({ adapterHost, config, modules }, core, http)),
    },
  ];
}

async function placesOf(
  { boundary }: PrometheusCore,
  config: ApplicationConfig,
  adapterHost: HttpAdapterHost,
  modules: ModulesContainer,
): Promise<RoutePlaces> {
  const onFault = (error: unknown) => boundary.report('http', error);
  const internals = await loadNestInternals(onFault);
  const sources = { config, modules, internals, normalize: (template: string) => template };
  return new RoutePlaces(config, adapterHost, () => declaredRoutes(sources), onFault);
}

function instrumentTypeOrm(
  core: PrometheusCore,
  { typeorm }: ResolvedOptions,
  discovery: DataSourceDiscovery,
  modules: ModulesContainer,
): TypeOrmInstrumentation | undefined {
  if (typeorm === false) {
    discovery.stop();
    return undefined;
  }
  const instrumentation = new TypeOrmInstrumentation(discovery, modules, core, typeorm);
  const collector = { name: 'typeorm', collect: () => instrumentation.read() };
  core.collectFrom({ collectors: () => (instrumentation.isInUse ? [collector] : []) });
  return instrumentation;
}
