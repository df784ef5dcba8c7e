import { type CanActivate, type Type } from '@nestjs/common';
import { DURATION_BUCKETS } from './catalogue/nest/http.definitions.js';
import { type HttpLabels } from './catalogue/http.labels.js';
import { QUERY_BUCKETS } from './catalogue/nest/typeorm.definitions.js';
import { type ForeignRegistry } from './expose/prom-client/foreign-registry.js';
import { type ErrorClass } from './catalogue/error-type.js';
import { type Listener } from './observe/events.js';
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

export interface HttpOptions {
  /**
   * Upper bounds of the request duration buckets, in seconds, ascending, none negative. `+Inf` is implied.
   * Each bound adds one series per method, route and status class.
   *
   * @defaultValue `[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]`
   */
  readonly durationBuckets?: readonly number[];

  /**
   * Requests that are not counted at all: a string is an exact path without query or pattern, a RegExp is searched for
   * in the path.
   *
   * @defaultValue none
   */
  readonly ignore?: readonly (string | RegExp)[];

  /**
   * `true` adds `nestjs_http_handler_duration_seconds`. It needs a global interceptor, which costs every request
   * several microseconds.
   *
   * @defaultValue `false`
   */
  readonly handlerDuration?: boolean;

  /**
   * `true` adds `nestjs_http_time_to_first_byte_seconds`: a histogram more for every method and route.
   *
   * @defaultValue `false`
   */
  readonly timeToFirstByte?: boolean;

  /**
   * Error classes of the application that get their own `error_type`; errors that are neither these, nor an
   * HttpException, nor one of JavaScript's or TypeORM's own are `_OTHER`.
   *
   * @defaultValue none
   */
  readonly errorTypes?: readonly ErrorClass[];

  /**
   * `true` adds `nestjs_http_request_db_queries` and `nestjs_http_request_db_seconds`: how many SQL statements a request
   * takes, and how long. Before Node 24 that costs every `await` of the process some 65 ns.
   *
   * @defaultValue `'auto'`: on from Node 24
   */
  readonly queriesPerRequest?: boolean | 'auto';

  /**
   * Labels of your own on `nestjs_http_requests_total`, `nestjs_http_requests_aborted_total` and
   * `nestjs_http_request_duration_seconds`: each a closed set of values and a function of the request that picks one,
   * called once when the request has ended. What is not in the set, and what throws, is `_OTHER`. Each combination of
   * values multiplies the series of these three. Up to 20 combinations (`_OTHER` of each label counts) the two counters
   * stand at zero for every known route and combination, above for `_OTHER` alone; the histogram begins with the first
   * request. At most 1,000 combinations. Without labels nothing is called.
   *
   * @defaultValue none
   */
  readonly labels?: HttpLabels;
}

export interface MigrationsOptions {
  /**
   * Seconds between two looks at the table of executed migrations, each of which is two short statements. The first
   * comes with the end of the boot. Each further one waits until the application gives a connection back to the pool,
   * and uses that: an application that does not use its database opens no connection for it, and its last look grows
   * older than this.
   *
   * @defaultValue `60`
   */
  readonly refreshSeconds?: number;
}

export interface TypeOrmOptions {
  /**
   * Whose rows are counted in `typeorm_model_rows_total`: the entities with `@ExportModelOperations`, or with `'all'`
   * every entity, junction tables included.
   *
   * @defaultValue `'decorated'`
   */
  readonly models?: 'decorated' | 'all';

  /**
   * Upper bounds of the buckets of statements, transactions and waits for a connection, in seconds, ascending.
   * Each bound adds one series per data source, operation and entity.
   *
   * @defaultValue `[0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]`
   */
  readonly durationBuckets?: readonly number[];

  /**
   * The comparison of the migrations in the code with those in the database; `false` never asks the database.
   *
   * @defaultValue in the background, from the end of the boot on
   */
  readonly migrations?: MigrationsOptions | false;
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
export interface PrometheusFactoryOptions {
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

  /**
   * `false` leaves out `process_*` and `nodejs_*`.
   *
   * @defaultValue `true`
   */
  readonly runtimeMetrics?: boolean;

  /**
   * What is measured of HTTP; `false` leaves the requests alone altogether.
   *
   * @defaultValue every metric that costs nothing noticeable
   */
  readonly http?: HttpOptions | false;

  /**
   * What is measured of TypeORM; `false` leaves the data sources alone altogether.
   *
   * @defaultValue every data source of the application, however it is made
   */
  readonly typeorm?: TypeOrmOptions | false;

  /**
   * `false` leaves the caches of the application alone.
   *
   * @defaultValue `true`: every cache of `@nestjs/cache-manager`, and those given to `observeCache`
   */
  readonly cache?: boolean;

  /** What keeps the number of series and the work of a scrape within bounds. */
  readonly limits?: LimitOptions;
}

export interface PrometheusOptions extends PrometheusFactoryOptions, PrometheusRouteOptions {}

export interface ResolvedTypeOrmOptions extends Required<TypeOrmOptions> {
  readonly migrations: Required<MigrationsOptions> | false;
}

/** Every option with its value. */
export interface ResolvedOptions {
  readonly namespace: string;
  readonly defaultLabels: Readonly<Record<string, string>>;
  readonly registry: ForeignRegistry | false | undefined;
  readonly listeners: readonly Listener[];
  readonly runtimeMetrics: boolean;
  readonly http: (Required<HttpOptions> & { readonly queriesPerRequest: boolean }) | false;
  readonly typeorm: ResolvedTypeOrmOptions | false;
  readonly cache: boolean;
  readonly limits: Required<LimitOptions>;
  readonly path: string | false;
  readonly bypassGuards: boolean;
}

export function resolveOptions(options: PrometheusOptions): ResolvedOptions {
  const { http = {}, typeorm = {}, limits = {} } = options;
  return {
    namespace: options.namespace ?? '',
    defaultLabels: options.defaultLabels ?? {},
    registry: options.registry,
    listeners: options.listeners ?? [],
    runtimeMetrics: options.runtimeMetrics ?? true,
    http: http !== false && {
      durationBuckets: http.durationBuckets ?? DURATION_BUCKETS,
      ignore: http.ignore ?? [],
      handlerDuration: http.handlerDuration ?? false,
      timeToFirstByte: http.timeToFirstByte ?? false,
      errorTypes: http.errorTypes ?? [],
      queriesPerRequest: isOn(http.queriesPerRequest),
      labels: http.labels ?? {},
    },
    typeorm: typeorm !== false && {
      models: typeorm.models ?? 'decorated',
      durationBuckets: typeorm.durationBuckets ?? QUERY_BUCKETS,
      migrations: resolveMigrations(typeorm.migrations),
    },
    cache: options.cache ?? true,
    limits: {
      labelSetsPerMetric: limits.labelSetsPerMetric ?? 1000,
      concurrentScrapes: limits.concurrentScrapes ?? 4,
      scrapeTimeoutSeconds: limits.scrapeTimeoutSeconds ?? 10,
    },
    path: routePath(options.path),
    bypassGuards: options.bypassGuards ?? false,
  };
}

/** From this version of Node on it costs nothing to know which request a statement belongs to. */
const NODE_WITH_FREE_CONTEXT = 24;

function isOn(queriesPerRequest: HttpOptions['queriesPerRequest'] = 'auto'): boolean {
  if (queriesPerRequest !== 'auto') return queriesPerRequest;
  return Number.parseInt(process.versions.node, 10) >= NODE_WITH_FREE_CONTEXT;
}

function resolveMigrations(migrations: TypeOrmOptions['migrations'] = {}): ResolvedTypeOrmOptions['migrations'] {
  return migrations !== false && { refreshSeconds: migrations.refreshSeconds ?? 60 };
}

/** With its leading slash, and without one at the end. */
export function routePath(path: PrometheusRouteOptions['path'] = '/metrics'): string | false {
  return path !== false && plainPath(path);
}
