import { Server as TlsServer } from 'node:tls';
import { type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type AbstractHttpAdapter } from '@nestjs/core';
import { type Transport } from '../events.js';
import { type NestHost } from '../nest-host.js';
import { type Sink } from '../sink.js';
import { hookAdapter, hookServerOf } from './adapter-hooks.js';
import { EXCHANGE, Exchange, type Observed } from './exchange.js';
import { observeExceptions } from './exceptions.js';
import { nameFrameworkRoutes } from './framework-routes.js';
import { gatewayPaths } from './gateway-paths.js';
import { HandlerTimingInterceptor } from './handler-timing.interceptor.js';
import { Handlers } from './handlers.js';
import { HttpObserver, type HttpObserverOptions } from './http-observer.js';
import { knownRoutes } from './known-routes.js';
import { MarkerGuard } from './marker.guard.js';
import { loadNestInternals, type NestInternals } from './nest-internals.js';
import { RouteTemplates } from './route-templates.js';

export interface HttpInstrumentationOptions extends HttpObserverOptions {
  readonly handlerDuration: boolean;
}

/** On an adapter that is observed already: a second PrometheusModule would count everything twice. */
const OBSERVED = Symbol.for('nestjs-prometheus-exporter.observed');

type ObservableAdapter = AbstractHttpAdapter & { [OBSERVED]?: unknown };

/**
 * Puts the HTTP observer into a Nest application and takes it out again: the hook of the adapter as soon as there is
 * one, the marker guard when middleware is configured (before the routes are built), the known routes after that.
 */
export class HttpInstrumentation implements OnModuleInit, OnApplicationShutdown {
  private readonly templates = new RouteTemplates();
  private readonly handlers = new Handlers();
  private readonly observer: HttpObserver;
  private readonly undo: (() => void)[] = [];

  static async create(nest: NestHost, sink: Sink, options: HttpInstrumentationOptions): Promise<HttpInstrumentation> {
    const internals = await loadNestInternals((error) => sink.boundary.report('http', error));
    return new HttpInstrumentation(nest, sink, options, internals);
  }

  private constructor(
    private readonly nest: NestHost,
    private readonly sink: Sink,
    private readonly options: HttpInstrumentationOptions,
    private readonly internals: NestInternals,
  ) {
    const { boundary } = sink;
    this.observer = new HttpObserver(sink, this.templates, options);
    const waiting = nest.adapterHost.init$.subscribe(() => boundary.run('http', () => this.hook()));
    this.undo.push(() => waiting.unsubscribe());
  }

  /**
   * Before the routes are built and after the user's global enhancers are known: only now can ours be put first.
   *
   * @errors throws when another PrometheusModule observes this application already
   */
  configure(): void {
    this.claim();
    this.sink.boundary.run('http', () => this.hookServer());
    this.putFirst(this.nest.config.getGlobalGuards(), this.markerGuard());
    if (this.options.handlerDuration) this.putFirst(this.nest.config.getGlobalInterceptors(), this.timing());
    const { exceptions } = this.internals;
    if (exceptions !== undefined) this.undo.push(observeExceptions(exceptions));
  }

  onModuleInit(): void {
    this.sink.boundary.run('http', () => this.sink.listeners.routesKnown(this.findRoutes(), this.transport));
  }

  /** The last hook of Nest: requests under way have ended by then. */
  onApplicationShutdown(): void {
    this.observer.stop();
    for (const undo of this.undo.splice(0).toReversed()) this.sink.boundary.run('http', undo);
  }

  /** Names a request that a route outside Nest's pipeline answers. */
  nameRequest(request: object, template: string): void {
    const exchange = (request as Observed)[EXCHANGE];
    if (!(exchange instanceof Exchange) || exchange.owner !== this.observer) return;
    exchange.route = this.templates.of(template).route(exchange.method);
  }

  /** A standalone application and a microservice have none, which Nest says with null. */
  private get adapter(): ObservableAdapter | undefined {
    const adapter: ObservableAdapter | null | undefined = this.nest.adapterHost.httpAdapter;
    return adapter ?? undefined;
  }

  private get transport(): Transport {
    return this.adapter?.getHttpServer() instanceof TlsServer ? 'https' : 'http';
  }

  private hook(): void {
    const { adapter } = this;
    if (adapter === undefined || adapter[OBSERVED] !== undefined) return;
    adapter[OBSERVED] = this;
    const unhook = hookAdapter(adapter, this.observer, this.sink.requestScope);
    this.undo.push(unhook, () => delete adapter[OBSERVED]);
    this.undo.push(nameFrameworkRoutes(adapter, this.observer, this.templates, this.sink.boundary));
  }

  /** Gateways have been attached to the server by now. */
  private hookServer(): void {
    this.observer.gateways = gatewayPaths(this.nest.modules);
    this.undo.push(hookServerOf(this.nest.adapterHost.httpAdapter, this.observer));
  }

  private claim(): void {
    const observer = this.adapter?.[OBSERVED];
    if (observer === this || observer === undefined) return;
    throw new TypeError(
      'Expected one PrometheusModule in an application, got a second one: import PrometheusModule.forRoot() in the root module only.',
    );
  }

  private putFirst<T>(enhancers: T[], ours: T): void {
    enhancers.unshift(ours);
    this.undo.push(() => {
      const at = enhancers.indexOf(ours);
      if (at !== -1) enhancers.splice(at, 1);
    });
  }

  private markerGuard(): MarkerGuard {
    return new MarkerGuard(this.observer, this.handlers, this.templates);
  }

  private timing(): HandlerTimingInterceptor {
    return new HandlerTimingInterceptor(this.handlers, this.sink);
  }

  private findRoutes(): ReturnType<typeof knownRoutes> {
    const { config, modules } = this.nest;
    const { adapter } = this;
    if (adapter === undefined) return [];
    const normalize = (template: string) => adapter.normalizePath?.(template) ?? template;
    return knownRoutes({ config, modules, internals: this.internals, normalize }, this.handlers, this.templates);
  }
}
