import {
  type BeforeApplicationShutdown,
  ConfigurableModuleBuilder,
  type DynamicModule,
  Inject,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  type OnApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  Optional,
  type OptionalFactoryDependency,
  type Provider,
  RequestMethod,
  type Type,
} from '@nestjs/common';
import { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { Guard } from '../observe/guard.js';
import { MetricEvents } from '../observe/metric-events.js';
import { assertObject } from '../options/option-rules.js';
import { OwnLogger } from '../observe/own-logger.js';
import { plainPath } from '../serving/plain-path.js';
import { RoutePlaces } from '../serving/route-places.js';
import { HOW_TO_OPEN, isDevelopment } from './development.guard.js';
import { Monitor } from './monitor.js';
import { MonitorEndpoint } from './monitor-endpoint.js';
import { MonitorListener } from './monitor-listener.js';
import { ROUTES } from './own-routes.js';
import { monitorController } from './monitor.controller.js';
import { checkMonitorOptions, monitorFaults } from './monitor.options-check.js';
import {
  type MonitorEndpointOptions,
  type MonitorOptions,
  monitorPath,
  type MonitorSettings,
  resolveMonitorOptions,
  type ResolvedMonitorOptions,
} from './monitor.options.js';

const NO_METRICS =
  'Expected a PrometheusModule beside MonitorModule, got none: import PrometheusModule.forRoot() in the root module, with { path: false } if there is no Prometheus.';

const LOG = new OwnLogger('MonitorModule');

const ENDPOINT_OPTIONS = Symbol('the options of the routes');
const CONTROLLER = Symbol('the controller of the routes, or null where the options are wrong');
const RESOLVED_OPTIONS = Symbol('all options, checked and with their defaults');

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<MonitorSettings>()
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createMonitorOptions')
    .setExtras<MonitorEndpointOptions>({ path: '/monitor', guards: [], decorators: [] }, (module, endpoint) => {
      const controller = controllerFor(endpoint);
      return {
        ...module,
        controllers: controller === null ? [] : [controller],
        providers: [
          ...(module.providers ?? []),
          { provide: CONTROLLER, useValue: controller },
          ...providersFor(endpoint),
        ],
      };
    })
    .build();

/**
 * A page that shows requests and SQL statements per second as they happen: import `MonitorModule.forRoot()` once, beside
 * `PrometheusModule.forRoot()`, and open `/monitor`.
 *
 * @errors stops the boot with one error that lists every wrong option, and without a PrometheusModule
 */
@Module({})
export class MonitorModule
  extends ConfigurableModuleClass
  implements NestModule, OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown
{
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedMonitorOptions,
    @Inject(Monitor) private readonly monitor: Monitor,
    @Inject(CONTROLLER) private readonly controller: Type | null,
    @Optional() @Inject(RoutePlaces) private readonly places: RoutePlaces | undefined,
    @Inject(MonitorListener) private readonly listener: MonitorListener | null,
    @Inject(HttpAdapterHost) private readonly adapterHost: { readonly httpAdapter?: unknown },
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
  ) {
    super();
  }

  static override forRoot(options: MonitorOptions = {}): DynamicModule {
    assertObject('MonitorModule', options);
    return super.forRoot(options);
  }

  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    return super.forRootAsync(options);
  }

  /** Called by Nest once the application is configured and before its routes are built. */
  configure(_consumer: MiddlewareConsumer): void {
    const monitors = [...this.modules.values()].filter(({ metatype }) => metatype === MonitorModule);
    if (monitors.length > 1) {
      throw new TypeError(
        'Expected one MonitorModule in an application, got a second one, which would count everything twice: import MonitorModule.forRoot() in the root module only.',
      );
    }
    this.places?.take({
      module: 'MonitorModule',
      controller: this.controller,
      paths: ['', ...Object.values(ROUTES)].map((route) => plainPath(`${this.options.path}/${route}`)),
      requestMethod: RequestMethod.GET,
    });
  }

  /** Once nothing of the application can fail to start any more: a connection would outlive a failed boot. */
  async onApplicationBootstrap(): Promise<void> {
    this.monitor.start();
    await this.listener?.start();
    this.tellWhoMayLook();
  }

  /** A client of the application is often closed in this hook, by its owner. */
  async onModuleDestroy(): Promise<void> {
    await this.monitor.deliver();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.monitor.closePages();
    await this.listener?.stop();
  }

  /** The last hook of Nest: requests under way have ended by then. */
  async onApplicationShutdown(): Promise<void> {
    await this.monitor.stop();
  }

  /** A page that answers 403, or one that answers without guards, should surprise nobody. */
  private tellWhoMayLook(): void {
    const { path, isGuarded, listen } = this.options;
    // Without HTTP, as in a standalone application, there is no route.
    if (isGuarded || !this.adapterHost.httpAdapter) return;
    if (isDevelopment()) LOG.log(`The monitor at ${path} is open to clients on this machine: NODE_ENV is development.`);
    else if (listen === undefined) LOG.warn(`The monitor at ${path} is closed: ${HOW_TO_OPEN}`);
  }
}

function controllerFor(endpoint: MonitorEndpointOptions): Type | null {
  // What is wrong is reported with all other faults of the options, when the providers are made.
  if (monitorFaults(endpoint).length > 0) return null;
  const { guards = [], decorators = [] } = endpoint;
  return monitorController({ path: monitorPath(endpoint.path), guards, decorators });
}

function providersFor(endpoint: MonitorEndpointOptions): Provider[] {
  const optional = (token: Type): OptionalFactoryDependency => ({ token, optional: true });
  return [
    { provide: ENDPOINT_OPTIONS, useValue: endpoint },
    {
      provide: RESOLVED_OPTIONS,
      inject: [MODULE_OPTIONS_TOKEN, ENDPOINT_OPTIONS],
      useFactory: (settings: MonitorSettings, routes: MonitorEndpointOptions): ResolvedMonitorOptions => {
        checkMonitorOptions(settings, routes);
        return resolveMonitorOptions({ ...settings, ...routes });
      },
    },
    {
      provide: Monitor,
      inject: [RESOLVED_OPTIONS, optional(MetricEvents), optional(Guard)],
      useFactory: (options: ResolvedMonitorOptions, events: MetricEvents | undefined, guard: Guard | undefined) => {
        if (events === undefined || guard === undefined) throw new TypeError(NO_METRICS);
        return Monitor.create(options, { events, guard, log: LOG });
      },
    },
    {
      provide: MonitorEndpoint,
      inject: [Monitor],
      useFactory: (monitor: Monitor) => monitor.endpoint,
    },
    {
      provide: MonitorListener,
      inject: [RESOLVED_OPTIONS, Monitor],
      useFactory: ({ listen, path }: ResolvedMonitorOptions, { endpoint: answers, guard }: Monitor) =>
        listen === undefined ? null : new MonitorListener(listen, { endpoint: answers, path, guard, log: LOG }),
    },
  ];
}
