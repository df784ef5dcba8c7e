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
import { HttpAdapterHost, ModuleRef, ModulesContainer } from '@nestjs/core';
import { assertAuthInFactory } from '../access/auth.options-check.js';
import { Lock } from '../access/lock.js';
import { lockPlanOf, tokenCheckOf } from '../access/lock-plan.js';
import { assertLocked } from '../access/trial.js';
import { ErrorBoundary } from '../observe/error-boundary.js';
import { MetricEvents } from '../observe/metric-events.js';
import { assertObject } from '../options/option-rules.js';
import { OwnLogger } from '../observe/own-logger.js';
import { PortPages } from '../serving/port-pages.js';
import { plainPath } from '../serving/plain-path.js';
import { RoutePlaces } from '../serving/route-places.js';
import { HOW_TO_OPEN, isDevelopment } from './development.guard.js';
import { Entrance } from './entrance.js';
import { Monitor } from './monitor.js';
import { MonitorAnswers } from './monitor-answers.js';
import { MonitorResponder } from './monitor-responder.js';
import { MonitorListener } from './monitor-listener.js';
import { ROUTES } from './own-routes.js';
import { HANDLERS, monitorController, type MonitorRoutes } from './monitor.controller.js';
import { checkMonitorOptions, monitorFaults } from './monitor.options-check.js';
import {
  type MonitorRouteOptions,
  type MonitorOptions,
  monitorPath,
  type MonitorFactoryOptions,
  resolveMonitorOptions,
  type ResolvedMonitorOptions,
} from './monitor.options.js';

const NO_METRICS =
  'Expected a PrometheusModule beside MonitorModule, got none: import PrometheusModule.forRoot() in the root module, with { path: false } if there is no Prometheus.';

const LOG = new OwnLogger('MonitorModule');

const ROUTE_OPTIONS = Symbol('the options of the routes');
const CONTROLLER = Symbol('the controller of the routes, or null where the options are wrong');
const LOCK = Symbol('decides who may see the monitor, or null without option auth');
const RESOLVED_OPTIONS = Symbol('all options, checked and with their defaults');

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<MonitorFactoryOptions>()
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createMonitorOptions')
    .setExtras<MonitorRouteOptions>({ path: '/monitor', guards: [], decorators: [] }, (module, route) => {
      const controller = controllerFor(route);
      return {
        ...module,
        controllers: controller === null ? [] : [controller],
        providers: [...(module.providers ?? []), { provide: CONTROLLER, useValue: controller }, ...providersFor(route)],
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
  /** @internal made by Nest */
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedMonitorOptions,
    @Inject(Monitor) private readonly monitor: Monitor,
    @Inject(CONTROLLER) private readonly controller: Type<MonitorRoutes> | null,
    @Optional() @Inject(RoutePlaces) private readonly places: RoutePlaces | undefined,
    @Optional() @Inject(PortPages) private readonly pages: PortPages | undefined,
    @Inject(MonitorListener) private readonly listener: MonitorListener | null,
    @Inject(HttpAdapterHost) private readonly adapterHost: { readonly httpAdapter?: unknown },
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(ModuleRef) private readonly moduleRef: ModuleRef,
    @Inject(LOCK) private readonly lock: Lock | null,
  ) {
    super();
  }

  static override forRoot(options: MonitorOptions = {}): DynamicModule {
    assertObject('MonitorModule', options);
    return super.forRoot(options);
  }

  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    assertAuthInFactory('MonitorModule', options);
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
    this.serveOnPort();
    this.places?.take({
      module: 'MonitorModule',
      controller: this.controller,
      paths: ['', ...Object.values(ROUTES)].map((route) => plainPath(`${this.options.path}/${route}`)),
      requestMethod: RequestMethod.GET,
    });
  }

  /**
   * Once nothing else of the application can fail to start: a connection would outlive a failed boot.
   *
   * @errors rejects if `auth` is given and a route answers without credentials
   */
  async onApplicationBootstrap(): Promise<void> {
    if (this.lock !== null) await this.tryLock(this.lock);
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

  /** On the own port of the PrometheusModule, whose thread asks both locks before. */
  private serveOnPort(): void {
    if (this.pages?.isWanted !== true) return;
    const { path, auth } = this.options;
    const answers = new MonitorAnswers(this.monitor.responder, path);
    this.pages.serve({
      path,
      answer: (request, response) => answers.of(request)(request, response),
      lock: auth && lockPlanOf(auth),
      askToken: auth && tokenCheckOf(auth),
    });
  }

  /** Tries all routes and the listener as a request without credentials finds them. */
  private async tryLock(lock: Lock): Promise<void> {
    void lock.checkFile();
    const { listener, controller } = this;
    const { path } = this.options;
    if (listener !== null)
      await assertLocked('the listener of the monitor', (asked, answered) => listener.answer(asked, answered));
    if (controller === null) return;
    // An instance of its own, because a guard of the application can make Nest create one for each request.
    const routes = await this.moduleRef.create(controller);
    const trials = HANDLERS.map((name) =>
      assertLocked(`${name} of the monitor at ${path}`, (asked, answered) => routes[name](asked, answered)),
    );
    await Promise.all(trials);
  }

  /** Says at boot when the page answers 403, and when it answers without guards. */
  private tellWhoMayLook(): void {
    const { path, isGuarded, listen } = this.options;
    const isClosedToStrangers = isGuarded || this.lock !== null;
    // Without HTTP, as in a standalone application, there is no route.
    if (isClosedToStrangers || !this.adapterHost.httpAdapter) return;
    if (isDevelopment()) LOG.log(`The monitor at ${path} is open to clients on this machine: NODE_ENV is development.`);
    else if (listen === undefined && this.pages?.isWanted !== true)
      LOG.warn(`The monitor at ${path} is closed: ${HOW_TO_OPEN}`);
  }
}

function controllerFor(route: MonitorRouteOptions): Type<MonitorRoutes> | null {
  // What is wrong is reported with all other faults of the options, when the providers are made.
  if (monitorFaults(route).length > 0) return null;
  const { guards = [], decorators = [] } = route;
  return monitorController({ path: monitorPath(route.path), guards, decorators });
}

function providersFor(route: MonitorRouteOptions): Provider[] {
  const optional = (token: Type): OptionalFactoryDependency => ({ token, optional: true });
  return [
    { provide: ROUTE_OPTIONS, useValue: route },
    {
      provide: RESOLVED_OPTIONS,
      inject: [MODULE_OPTIONS_TOKEN, ROUTE_OPTIONS],
      useFactory: (settings: MonitorFactoryOptions, routes: MonitorRouteOptions): ResolvedMonitorOptions => {
        checkMonitorOptions(settings, routes);
        return resolveMonitorOptions({ ...settings, ...routes });
      },
    },
    {
      provide: Monitor,
      inject: [RESOLVED_OPTIONS, optional(MetricEvents), optional(ErrorBoundary)],
      useFactory: (
        options: ResolvedMonitorOptions,
        events: MetricEvents | undefined,
        boundary: ErrorBoundary | undefined,
      ) => {
        if (events === undefined || boundary === undefined) throw new TypeError(NO_METRICS);
        return Monitor.create(options, { events, boundary, log: LOG });
      },
    },
    {
      provide: MonitorResponder,
      inject: [Monitor],
      useFactory: (monitor: Monitor) => monitor.responder,
    },
    {
      provide: LOCK,
      inject: [RESOLVED_OPTIONS, Monitor],
      useFactory: ({ auth }: ResolvedMonitorOptions, { boundary }: Monitor) =>
        auth === undefined ? null : Lock.of(auth, (error) => boundary.report('auth', error)),
    },
    { provide: Entrance, inject: [LOCK], useFactory: (lock: Lock | null) => new Entrance(lock ?? undefined) },
    {
      provide: MonitorListener,
      inject: [RESOLVED_OPTIONS, Monitor, Entrance],
      useFactory: ({ listen, path }: ResolvedMonitorOptions, { responder, boundary }: Monitor, entrance: Entrance) =>
        listen === undefined ? null : new MonitorListener(listen, { responder, entrance, path, boundary, log: LOG }),
    },
  ];
}
