import { type CanActivate, type Type } from '@nestjs/common';
import { type CacheOption } from './capabilities/cache.options.js';
import { CAPABILITIES } from './capabilities/capabilities.js';
import { type Capability } from './capabilities/capability.js';
import { type HttpOption } from './capabilities/http.options.js';
import { type RuntimeOption } from './capabilities/runtime.options.js';
import { type TypeOrmOption } from './capabilities/typeorm.options.js';
import { type ForeignRegistry } from './expose/prom-client/foreign-registry.js';
import { type Listener } from './observe/events.js';
import { withDefaults } from './options/resolve-options.js';
import { OWN_RULES } from './prometheus.options-rules.js';
import { plainPath } from './serving/plain-path.js';

/** The route in the application. Given apart from the rest in `forRootAsync`: Nest needs it before it can inject. */
export interface PrometheusRouteOptions {
  /**
   * Where the metrics are served, outside the global prefix and versioning; `false` for no route in the application.
   * A second route at the same path stops the boot.
   *
   * @defaultValue `'/metrics'`
   */
  readonly path?: string | false;

  /**
   * Guards of this route, after the global ones: who does not pass them gets no metrics. Not beside `bypassGuards`.
   *
   * @defaultValue none, so that only the application's global guards decide
   */
  readonly guards?: readonly (Type<CanActivate> | CanActivate)[];

  /**
   * Decorators for this route, such as the `Public()` by which your global guard lets a route pass. Not beside
   * `bypassGuards`.
   *
   * @defaultValue none
   */
  readonly decorators?: readonly ClassDecorator[];

  /**
   * `true` mounts the route outside Nest's pipeline: no guard, interceptor or filter of the application runs for it,
   * and whoever reaches the port can read the metrics.
   *
   * @defaultValue `false`
   */
  readonly bypassGuards?: boolean;
}

export interface LimitOptions {
  /**
   * Label sets that a metric may make while the application runs, those known at boot not counted. What exceeds it is
   * folded into one series whose labels are all `_overflow`, and counted in `nestjs_metrics_overflow_total`.
   *
   * @defaultValue `1000`
   */
  readonly labelSetsPerMetric?: number;

  /**
   * Scrapes answered at the same time; a further one gets 503 with `Retry-After`. One place is kept for other addresses,
   * so one address may have three of four; behind a proxy all clients have its address.
   *
   * @defaultValue `4`
   */
  readonly concurrentScrapes?: number;

  /**
   * Seconds after which a scrape is answered without the collectors that are still at it. A scraper that announces less
   * (`X-Prometheus-Scrape-Timeout-Seconds`) is answered half a second before its own limit. A collector that takes longer than this is late: it is told to stop,
   * and no scrape waits for it until it has ended.
   *
   * @defaultValue `10`
   */
  readonly scrapeTimeoutSeconds?: number;
}

/** What `forRootAsync` can inject: everything but the route itself. */
export interface PrometheusFactoryOptions extends HttpOption, TypeOrmOption, CacheOption, RuntimeOption {
  /**
   * Put before the name of every metric of ours, with an underscore: `shop` makes `shop_nestjs_http_requests_total`.
   * The rules and dashboards that come with the library know the names without it.
   *
   * @defaultValue none
   */
  readonly namespace?: string;

  /**
   * Labels of every series of ours. What is true of the whole target is better set in Prometheus' configuration.
   *
   * @defaultValue none
   */
  readonly defaultLabels?: Readonly<Record<string, string>>;

  /**
   * The prom-client registry whose metrics appear on the endpoint, and in which ours appear; `false` for none.
   *
   * @defaultValue the global registry of `prom-client` and of `@prometheus-io/client`, where the application loads them
   */
  readonly registry?: ForeignRegistry | false;

  /**
   * Objects that hear every event of the observation, after the metrics have. One that throws is counted in
   * `nestjs_metrics_errors_total{part="listener"}` and goes on hearing. They run while a request or a statement ends:
   * what takes long in them, the application waits for.
   *
   * @defaultValue none
   */
  readonly listeners?: readonly Listener[];

  /** What keeps the number of series and the work of a scrape within bounds. */
  readonly limits?: LimitOptions;
}

export interface PrometheusOptions extends PrometheusFactoryOptions, PrometheusRouteOptions {}

/** Every option with its value. */
export interface ResolvedOptions {
  readonly namespace: string;
  readonly defaultLabels: Readonly<Record<string, string>>;
  readonly registry: ForeignRegistry | false | undefined;
  readonly listeners: readonly Listener[];
  readonly limits: Required<LimitOptions>;
  readonly path: string | false;
  readonly bypassGuards: boolean;
  /** By the name of their option, those of the capabilities; false is off. */
  readonly capabilities: Readonly<Record<string, unknown>>;
}

export function resolveOptions(options: PrometheusOptions): ResolvedOptions {
  const resolved = withDefaults(OWN_RULES, options) as unknown as Omit<ResolvedOptions, 'capabilities'>;
  return { ...resolved, path: routePath(options.path), capabilities: resolveCapabilities(options) };
}

/** The value of a capability's options; false where it is switched off. */
export function optionsOf({ options }: Capability, { capabilities }: ResolvedOptions): unknown {
  return options === undefined ? undefined : capabilities[options.name];
}

/** With its leading slash, and without one at the end. */
export function routePath(path: PrometheusRouteOptions['path'] = '/metrics'): string | false {
  return path !== false && plainPath(path);
}

function resolveCapabilities(given: object): Record<string, unknown> {
  const resolved = CAPABILITIES.flatMap(({ options }) => {
    if (options === undefined) return [];
    const { name, rules } = options;
    const value = withDefaults(rules, given)[name];
    return [[name, value === false ? false : (options.resolve?.(value) ?? value)] as const];
  });
  return Object.fromEntries(resolved);
}
