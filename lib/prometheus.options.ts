import { type CanActivate, type Type } from '@nestjs/common';
import { type AuthOptions } from './access/auth.options.js';
import { type CacheOption } from './capabilities/cache.options.js';
import { CAPABILITIES } from './capabilities/capabilities.js';
import { type Capability } from './capabilities/capability.js';
import { type EventsOption } from './capabilities/events.options.js';
import { type GraphQLOption } from './capabilities/graphql.options.js';
import { type HttpOption } from './capabilities/http.options.js';
import { type RpcOption } from './capabilities/rpc.options.js';
import { type QueueOption } from './capabilities/queue.options.js';
import { type OutgoingOption } from './capabilities/outgoing.options.js';
import { type RuntimeOption } from './capabilities/runtime.options.js';
import { type ScheduleOption } from './capabilities/schedule.options.js';
import { type TypeOrmOption } from './capabilities/typeorm.options.js';
import { type WebsocketOption } from './capabilities/websocket.options.js';
import { type Naming } from './catalogue/naming.js';
import { type ProcessesOptions, type ResolvedProcessesOptions } from './expose/processes/processes.options.js';
import { type ForeignRegistry } from './expose/prom-client/foreign-registry.js';
import { type PushOptions, type ResolvedPushOptions } from './expose/push/push.options.js';
import { type Listener } from './observe/events.js';
import { type ResolvedServerOptions, type ServerOptions } from './expose/server/server.options.js';
import { withDefaults } from './options/resolve-options.js';
import { resolveProcesses } from './prometheus.processes-options.js';
import { resolveServer } from './prometheus.server-options.js';
import { OWN_RULES } from './prometheus.options-rules.js';
import { plainPath } from './serving/plain-path.js';

/**
 * Options of the route in the application. In `forRootAsync` they stand beside the factory, because Nest registers the
 * route before it can inject anything.
 */
export interface PrometheusRouteOptions {
  /**
   * Path of the metrics, outside the global prefix and versioning; `false` for no route in the application. A second
   * route at the same path stops the boot.
   *
   * @defaultValue `'/metrics'`
   */
  readonly path?: string | false;

  /**
   * Guards of this route. They run after the global guards. Not allowed together with `bypassGuards`.
   *
   * @defaultValue none: only the application's global guards apply
   */
  readonly guards?: readonly (Type<CanActivate> | CanActivate)[];

  /**
   * Decorators for this route, such as a `Public()` that your global guard checks. Not allowed together with
   * `bypassGuards`.
   *
   * @defaultValue none
   */
  readonly decorators?: readonly ClassDecorator[];

  /**
   * `true` mounts the route outside Nest's pipeline. No guard, interceptor or filter of the application runs for it.
   * Without `auth`, everybody who can reach the port can read the metrics.
   *
   * @defaultValue `false`
   */
  readonly bypassGuards?: boolean;
}

export interface LimitOptions {
  /**
   * Maximum number of label sets that a metric adds while the application runs. Label sets known at boot do not count.
   * Further label sets are folded into one series whose labels are all `_overflow`, and are counted in
   * `nestjs_metrics_overflow_total`.
   *
   * @defaultValue `1000`
   */
  readonly labelSetsPerMetric?: number;

  /**
   * Maximum number of concurrent scrapes. Further scrapes get 503 with `Retry-After`. One place is reserved for other
   * addresses, so a single address can have three of four. Behind a proxy, all clients have the address of the proxy.
   *
   * @defaultValue `4`
   */
  readonly concurrentScrapes?: number;

  /**
   * Seconds after which a scrape is answered without the collectors that are still running. If Prometheus announces a
   * shorter timeout (`X-Prometheus-Scrape-Timeout-Seconds`), the scrape is answered half a second before that. A
   * collector that is late gets an abort signal, and no scrape waits for it until it has ended.
   *
   * @defaultValue `10`
   */
  readonly scrapeTimeoutSeconds?: number;
}

/** The options that a factory of `forRootAsync` can return: all but those of the route. */
export interface PrometheusFactoryOptions
  extends
    HttpOption,
    TypeOrmOption,
    CacheOption,
    GraphQLOption,
    RpcOption,
    WebsocketOption,
    ScheduleOption,
    QueueOption,
    EventsOption,
    OutgoingOption,
    RuntimeOption {
  /**
   * Who may read the metrics: a token, users, addresses. It applies to the route in the application, after your guards,
   * and to `MetricsEndpoint.answer()`. Refused requests get 401 or 403 and are counted in
   * `nestjs_metrics_scrapes_rejected_total{reason="auth"}`. At boot the route is tried without credentials: if it
   * answers, the application does not start.
   *
   * @defaultValue none: only the guards decide
   */
  readonly auth?: AuthOptions;

  /**
   * Prefix for the names of all metrics of this library, joined with an underscore: `shop` makes
   * `shop_nestjs_http_requests_total`. The rules and dashboards in `examples/` use the names without it.
   *
   * @defaultValue none
   */
  readonly namespace?: string;

  /**
   * How the metrics are named: under the names of this library (`nest`), of django-prometheus (`django`), or of
   * OpenTelemetry's semantic conventions (`otel`). A list publishes several side by side, each with its own series.
   * `process_*`, `nodejs_*`, methods with `@Timed()` or `@Counted()`, and `nestjs_metrics_*` have the same names under
   * each of them. A subject that a convention does not know, such as caches in `otel`, is not published by it. GraphQL,
   * messages, schedules, queues and events are published under `nest` only, and outgoing HTTP under `nest` and `otel`.
   *
   * @defaultValue `['nest']`
   */
  readonly naming?: Naming | readonly Naming[];

  /**
   * Labels on every series of this library. Labels that apply to the whole target are better set in the configuration
   * of Prometheus.
   *
   * @defaultValue none
   */
  readonly defaultLabels?: Readonly<Record<string, string>>;

  /**
   * `true` gives all histograms native buckets beside the classic ones: those of this library, and those that the
   * application defines with it. Only scrapers that ask for the protobuf format get them. Prometheus does so with
   * `scrape_native_histograms: true`, and before version 3.8 with `--enable-feature=native-histograms`. All others get the
   * classic buckets. `native` of a definition overrides this option. A series with values takes 0.4 to 2.3 KiB more, and
   * an observation about 6 ns.
   *
   * @defaultValue `false`
   */
  readonly nativeHistograms?: boolean;

  /**
   * `true` adds a `_created` line in OpenMetrics to each series of a counter and of a histogram, with the time at which
   * it began to count. Prometheus stores each of these lines as a series of its own, unless it runs with
   * `--enable-feature=created-timestamp-zero-ingestion`. The protobuf format has the times in any case.
   *
   * @defaultValue `false`
   */
  readonly createdTimestamps?: boolean;

  /**
   * Exemplars in OpenMetrics and protobuf: the trace and the span of a recent observation, for each bucket of the
   * histograms of requests, of statements and of methods with `@Timed()`. The application must have registered a tracer
   * of OpenTelemetry, and the spans must be sampled. `false` for none, not in your own histograms either. A series with
   * exemplars needs 56 bytes more per bucket.
   *
   * @defaultValue `true`
   */
  readonly exemplars?: boolean;

  /**
   * The prom-client registry that is bridged: its metrics appear on the endpoint, and the metrics of this library
   * appear in it. `false` for none.
   *
   * @defaultValue the global registries of `prom-client` and `@prometheus-io/client`, if the application loads them
   */
  readonly registry?: ForeignRegistry | false;

  /**
   * Objects with methods for events, called after the metrics have been updated. An error in a listener is counted in
   * `nestjs_metrics_errors_total{part="listener"}`, and the listener stays registered. Listeners run synchronously
   * while a request or a statement ends, so a slow listener delays the application.
   *
   * @defaultValue none
   */
  readonly listeners?: readonly Listener[];

  /** Limits for the number of series and the work of scrapes. */
  readonly limits?: LimitOptions;

  /**
   * Serves the metrics on a port of its own as well, by a thread of its own. It answers when the event loop of the
   * application is stuck, and takes the work of rendering and compressing from it.
   *
   * @defaultValue `false`: only the route inside the application
   */
  readonly server?: ServerOptions | false;

  /**
   * Makes all processes of the application one target: `cluster`, PM2, several replicas on a host. Each scrape, whichever
   * process answers it, has the numbers of all of them, and of those that have ended. A thread of its own does the work,
   * as with `server`.
   *
   * @defaultValue none: each process has its own numbers
   */
  readonly processes?: ProcessesOptions;

  /**
   * Pushes the metrics to a Pushgateway or to an OTLP receiver: for batch jobs, command lines and serverless handlers,
   * which end before a scrape. `MetricsPush` pushes when you call it.
   *
   * @defaultValue `false`: metrics are only scraped
   */
  readonly push?: PushOptions | false;
}

export interface PrometheusOptions extends PrometheusFactoryOptions, PrometheusRouteOptions {}

/** All options, with defaults applied. */
export interface ResolvedOptions {
  readonly namespace: string;
  readonly naming: readonly Naming[];
  readonly defaultLabels: Readonly<Record<string, string>>;
  readonly nativeHistograms: boolean;
  readonly createdTimestamps: boolean;
  readonly exemplars: boolean;
  readonly registry: ForeignRegistry | false | undefined;
  readonly listeners: readonly Listener[];
  readonly limits: Required<LimitOptions>;
  readonly path: string | false;
  readonly bypassGuards: boolean;
  readonly server: ResolvedServerOptions | false;
  readonly processes: ResolvedProcessesOptions | undefined;
  readonly push: ResolvedPushOptions | false;
  readonly auth: AuthOptions | undefined;
  /** The options of the capabilities, by name; `false` if a capability is off. */
  readonly capabilities: Readonly<Record<string, unknown>>;
}

export function resolveOptions(options: PrometheusOptions): ResolvedOptions {
  const resolved = withDefaults(OWN_RULES, options) as unknown as Omit<ResolvedOptions, 'capabilities' | 'naming'> & {
    readonly naming: Naming | readonly Naming[];
  };
  const server = resolveServer(resolved.server, options.auth !== undefined);
  return {
    ...resolved,
    naming: [resolved.naming].flat(),
    path: routePath(options.path),
    auth: options.auth,
    server,
    processes: resolveProcesses(options.processes),
    capabilities: resolveCapabilities(options),
  };
}

/** The options of a capability; `false` if it is switched off. */
export function optionsOf({ options }: Capability, { capabilities }: ResolvedOptions): unknown {
  return options === undefined ? undefined : capabilities[options.name];
}

/** The path with a leading slash and without a trailing one. */
export function routePath(path: PrometheusRouteOptions['path'] = '/metrics'): string | false {
  return path !== false && plainPath(path);
}

function resolveCapabilities(given: object): Record<string, unknown> {
  const resolved = CAPABILITIES.flatMap(({ options }) => {
    if (options === undefined) return [];
    const { name, rules } = options;
    const value = withDefaults(rules, given)[name];
    return [[name, value === false ? false : (options.resolve?.(value, given) ?? value)] as const];
  });
  return Object.fromEntries(resolved);
}
