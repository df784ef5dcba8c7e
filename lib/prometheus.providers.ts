import { type InjectionToken, type Provider, type Type } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { CAPABILITIES } from './capabilities/capabilities.js';
import { type Capability, groupOf, type Instrumentation } from './capabilities/capability.js';
import { MetricsEndpoint } from './expose/endpoint.js';
import { MetricsPush } from './expose/push/metrics-push.js';
import { MetricsServer } from './expose/server/metrics-server.js';
import { MetricStore } from './metrics/store.js';
import { ErrorBoundary } from './observe/error-boundary.js';
import { MetricEvents } from './observe/metric-events.js';
import { PrometheusCore } from './prometheus.core.js';
import { checkOptions } from './prometheus.options-check.js';
import {
  optionsOf,
  type PrometheusFactoryOptions,
  type PrometheusRouteOptions,
  type ResolvedOptions,
  resolveOptions,
} from './prometheus.options.js';
import { placesOf } from './prometheus.places.js';
import { PortPages } from './serving/port-pages.js';
import { RoutePlaces } from './serving/route-places.js';

export const RESOLVED_OPTIONS = Symbol('all options, checked and with their defaults');
export const CONTROLLER = Symbol('the controller of the route, or null where it has none');
export const INSTRUMENTATIONS = Symbol('the observation of every capability that is switched on');

/** The tokens that other modules can inject: our own other modules, and those of the application. */
export function exportedTokens(): InjectionToken[] {
  return [
    MetricStore,
    MetricEvents,
    MetricsServer,
    PortPages,
    ErrorBoundary,
    RoutePlaces,
    ...withEarlyPart().map(({ early }) => early.token),
  ];
}

/** @param factoryOptions the token of the options that may come from a factory */
export function providersFor(
  factoryOptions: InjectionToken,
  route: PrometheusRouteOptions,
  controller: Type | null,
): Provider[] {
  return [
    ...earlyProviders(),
    { provide: CONTROLLER, useValue: controller },
    optionsProvider(factoryOptions, route),
    coreProvider(),
    {
      provide: RoutePlaces,
      inject: [PrometheusCore, ApplicationConfig, HttpAdapterHost, ModulesContainer],
      useFactory: placesOf,
    },
    ofCore(MetricStore, ({ store }) => store),
    ofCore(MetricEvents, ({ listeners }) => new MetricEvents(listeners)),
    ofCore(ErrorBoundary, ({ boundary }) => boundary),
    ofCore(MetricsEndpoint, ({ endpoint }) => endpoint),
    ofCore(MetricsServer, ({ server }) => server),
    ofCore(MetricsPush, ({ push }) => push),
    ofCore(PortPages, ({ pages }) => pages),
    ...instrumentationProviders(),
  ];
}

function ofCore(provide: InjectionToken, part: (core: PrometheusCore) => unknown): Provider {
  return { provide, inject: [PrometheusCore], useFactory: part };
}

type WithEarlyPart = Capability & Required<Pick<Capability, 'early'>>;

function withEarlyPart(): readonly WithEarlyPart[] {
  return CAPABILITIES.filter((capability): capability is WithEarlyPart => capability.early !== undefined);
}

/**
 * These providers have no dependencies, so that Nest creates them before any data source, whatever the order of the
 * modules. It also creates them before the providers that the options depend on, which may have decorated methods.
 */
function earlyProviders(): Provider[] {
  return withEarlyPart().map(({ early }) => ({ provide: early.token, useFactory: () => early.make() }));
}

/** @errors throws for wrong options, and then takes back what the early parts have put into the process */
function optionsProvider(factoryOptions: InjectionToken, route: PrometheusRouteOptions): Provider {
  const capabilities = withEarlyPart();
  return {
    provide: RESOLVED_OPTIONS,
    inject: [factoryOptions, ...capabilities.map(({ early }) => early.token)],
    useFactory: (made: PrometheusFactoryOptions, ...parts: readonly unknown[]): ResolvedOptions => {
      try {
        checkOptions(made, route);
      } catch (error) {
        for (const [i, { early }] of capabilities.entries()) early.discard?.(parts[i]);
        throw error;
      }
      return resolveOptions({ ...made, ...route });
    },
  };
}

function coreProvider(): Provider {
  const capabilities = withEarlyPart();
  return {
    provide: PrometheusCore,
    inject: [RESOLVED_OPTIONS, ...capabilities.map(({ early }) => early.token)],
    useFactory: (options: ResolvedOptions, ...parts: readonly unknown[]) =>
      new PrometheusCore(options, new Map(capabilities.map((capability, i) => [capability, parts[i]]))),
  };
}

/** One provider per capability, so that Nest calls its lifecycle hooks, and one that lists all of them. */
function instrumentationProviders(): Provider[] {
  const each = CAPABILITIES.map((capability) => ({
    capability,
    token: Symbol(`the observation of ${capability.part}`),
  }));
  return [
    ...each.map(({ capability, token }) => instrumentationProvider(capability, token)),
    {
      provide: INSTRUMENTATIONS,
      inject: each.map(({ token }) => token),
      useFactory: (...all: readonly (Instrumentation | undefined)[]) => all.filter((one) => one !== undefined),
    },
  ];
}

function instrumentationProvider(capability: Capability, provide: symbol): Provider {
  const early = capability.early === undefined ? [] : [capability.early.token];
  return {
    provide,
    inject: [PrometheusCore, RESOLVED_OPTIONS, HttpAdapterHost, ApplicationConfig, ModulesContainer, ...early],
    useFactory: async (
      core: PrometheusCore,
      resolved: ResolvedOptions,
      adapterHost: HttpAdapterHost,
      config: ApplicationConfig,
      modules: ModulesContainer,
      part: unknown,
    ): Promise<Instrumentation | undefined> => {
      const options = optionsOf(capability, resolved);
      if (options === false) {
        capability.early?.discard?.(part);
        return undefined;
      }
      const instrumentation = await capability.instrument?.({ adapterHost, config, modules }, core, options, part);
      core.collectFrom({ group: groupOf(capability), collectors: () => instrumentation?.collectors?.() ?? [] });
      return instrumentation;
    },
  };
}
