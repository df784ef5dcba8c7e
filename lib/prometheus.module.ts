import {
  ConfigurableModuleBuilder,
  type DynamicModule,
  Inject,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
  RequestMethod,
  SetMetadata,
  type Type,
} from '@nestjs/common';
import { HttpAdapterHost, ModuleRef, ModulesContainer } from '@nestjs/core';
import { assertAuthInFactory } from './access/auth.options-check.js';
import { assertLocked, type Handler } from './access/trial.js';
import { CAPABILITIES } from './capabilities/capabilities.js';
import { type Instrumentation } from './capabilities/capability.js';
import { startInjectedMetrics } from './decorate/injected-at-boot.js';
import { InjectedMetricsModule } from './decorate/injected-metrics.module.js';
import { metricsController, type MetricsRoute } from './expose/metrics.controller.js';
import { mountRaw } from './expose/metrics-route.js';
import { assertObject } from './options/option-rules.js';
import { PrometheusCore } from './prometheus.core.js';
import { faultsOf } from './prometheus.options-check.js';
import {
  type PrometheusFactoryOptions,
  type PrometheusOptions,
  type PrometheusRouteOptions,
  type ResolvedOptions,
  routePath,
} from './prometheus.options.js';
import {
  CONTROLLER,
  exportedTokens,
  INSTRUMENTATIONS,
  providersFor,
  RESOLVED_OPTIONS,
} from './prometheus.providers.js';
import { RoutePlaces } from './serving/route-places.js';

/** The key of metadata by which `register` finds the module of any copy of this library. */
export const OWN_MODULE = 'nestjs-prometheus-exporter:module';

/** Nest's own `forRootAsync`. The options of the route stand beside the factory, because they cannot be injected. */
const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<PrometheusFactoryOptions>()
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createPrometheusOptions')
    .setExtras<PrometheusRouteOptions>(
      { path: '/metrics', guards: [], decorators: [], bypassGuards: false },
      (module, route) => {
        const controller = controllerFor(route);
        const own = providersFor(MODULE_OPTIONS_TOKEN, route, controller);
        return {
          ...module,
          global: true,
          controllers: controller === null ? [] : [controller],
          providers: [...(module.providers ?? []), ...own],
          exports: exportedTokens(),
        };
      },
    )
    .build();

/**
 * Metrics for a Nest application: import `PrometheusModule.forRoot()` once, in the root module.
 *
 * @errors stops the boot with one error that lists every wrong option
 */
@SetMetadata(OWN_MODULE, true)
@Module({ imports: [InjectedMetricsModule] })
export class PrometheusModule
  extends ConfigurableModuleClass
  implements NestModule, OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown
{
  /** The handler of a route outside Nest's pipeline. */
  private handlerOutside: Handler | undefined;

  /** @internal made by Nest */
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(PrometheusCore) private readonly core: PrometheusCore,
    @Inject(INSTRUMENTATIONS) private readonly instrumentations: readonly Instrumentation[],
    @Inject(CONTROLLER) private readonly controller: Type<MetricsRoute> | null,
    @Inject(RoutePlaces) private readonly places: RoutePlaces,
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(ModuleRef) private readonly moduleRef: ModuleRef,
  ) {
    super();
    // Before the hooks of the boot, so that it does not wait for the start of a thread.
    void this.core.server.prepare();
  }

  static override forRoot(options: PrometheusOptions = {}): DynamicModule {
    assertObject('PrometheusModule', options);
    declareCapabilities();
    return super.forRoot(options);
  }

  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    assertAuthInFactory('PrometheusModule', options);
    declareCapabilities();
    return super.forRootAsync(options);
  }

  /** Nest calls this when the application is configured and its routes are not built yet. */
  configure(_consumer: MiddlewareConsumer): void {
    for (const instrumentation of this.instrumentations) instrumentation.configure?.();
    const { path, bypassGuards } = this.options;
    if (path === false) return;
    const requestMethod = this.places.take({
      module: 'PrometheusModule',
      controller: this.controller,
      paths: [path],
      requestMethod: RequestMethod.ALL,
    });
    if (bypassGuards) this.mountOutside(path, requestMethod);
  }

  /** @errors rejects if `auth` is given and the route answers without credentials */
  async onModuleInit(): Promise<void> {
    startInjectedMetrics(this.modules, this.core.store);
    this.core.start();
    try {
      await this.tryLock();
    } catch (error) {
      // Nest calls no hook of an application that does not start.
      await this.core.server.stop();
      this.core.stop();
      throw error;
    }
  }

  /** In the last hook of a boot: if another one of these hooks fails, the thread stays until the process ends. */
  async onApplicationBootstrap(): Promise<void> {
    await this.core.server.start();
    this.core.push.start();
  }

  /** Nest's last lifecycle hook: until then both endpoints can still be scraped. */
  async onApplicationShutdown(): Promise<void> {
    await this.core.push.stop();
    await this.core.server.stop();
    this.core.stop();
  }

  /** Tries the route as a request without credentials finds it. */
  private async tryLock(): Promise<void> {
    const { lock } = this.core;
    if (lock === undefined) return;
    void lock.checkFile();
    const handler = this.handlerOutside ?? (await this.handlerOfController());
    if (handler !== undefined) await assertLocked(`the route ${String(this.options.path)}`, handler);
  }

  /** An instance of its own, because a guard of the application can make Nest create one for each request. */
  private async handlerOfController(): Promise<Handler | undefined> {
    if (this.controller === null) return undefined;
    const route = await this.moduleRef.create(this.controller);
    return (request, response) => route.metrics(request, response);
  }

  /**
   * Mounts the route outside Nest's pipeline. There, the observation of HTTP cannot find out the route of a request, so
   * we pass it on.
   */
  private mountOutside(path: string, requestMethod: ReturnType<RoutePlaces['take']>): void {
    this.handlerOutside = mountRaw(
      this.adapterHost.httpAdapter,
      { path, requestMethod },
      this.core.endpoint,
      (request) => {
        for (const instrumentation of this.instrumentations) instrumentation.nameRequest?.(request, path);
      },
    );
  }
}

function declareCapabilities(): void {
  for (const capability of CAPABILITIES) capability.onImport?.();
}

function controllerFor(route: PrometheusRouteOptions): Type<MetricsRoute> | null {
  // Faults are reported together with those of all other options, when the providers are created.
  if (faultsOf(route).length > 0) return null;
  const { guards = [], decorators = [], bypassGuards } = route;
  const path = routePath(route.path);
  return path === false || bypassGuards === true ? null : metricsController({ path, guards, decorators });
}
