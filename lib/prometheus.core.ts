import { Lock } from './access/lock.js';
import { type LockPlan, lockPlanOf, tokenCheckOf } from './access/lock-plan.js';
import {
  NESTJS_METRICS_COLLECTOR_SUCCESS,
  NESTJS_METRICS_PROCESSES,
  NESTJS_METRICS_PROCESSES_UNANSWERED,
} from './catalogue/nest/self.definitions.js';
import { SelfMetrics } from './catalogue/nest/self.metrics.js';
import { type CollectorSource } from './expose/collector.js';
import { type Collection, type CollectionReport, Collectors } from './expose/collectors.js';
import { type EndpointReport, MetricsEndpoint } from './expose/endpoint.js';
import { type FamilyGroups } from './expose/family-groups.js';
import { type ExpositionSource } from './expose/exposition-source.js';
import { type Filter } from './expose/filter.js';
import { PromClientBridge } from './expose/prom-client/bridge.js';
import { registriesOf } from './expose/prom-client/theirs/loaded-registries.js';
import { type MetricsPush } from './expose/push/metrics-push.js';
import { readEngine } from './expose/read-engine.js';
import { RenderedSource } from './expose/rendered-source.js';
import { Scraper } from './expose/scraper.js';
import { MetricsServer } from './expose/server/metrics-server.js';
import { ThreadedSource } from './expose/server/threaded-source.js';
import { ActiveSpan } from './host/opentelemetry/active-span.js';
import { engineOf, MetricStore } from './metrics/store.js';
import { ErrorBoundary, type FaultReport } from './observe/error-boundary.js';
import { type Listener } from './observe/events.js';
import { Listeners } from './observe/listeners.js';
import { OwnLogger } from './observe/own-logger.js';
import { RequestScope } from './observe/request-scope.js';
import { type Sink } from './observe/sink.js';
import { nestVersion } from './nest-version.js';
import {
  activeCapabilities,
  type CapabilityFeed,
  type EarlyParts,
  errorParts,
  feedsOf,
  needsRequestScope,
} from './prometheus.feeds.js';
import { familyGroups } from './prometheus.groups.js';
import { type ResolvedOptions } from './prometheus.options.js';
import { eventNames } from './prometheus.options-rules.js';
import { metricsPush } from './prometheus.push.js';
import { PortPages } from './serving/port-pages.js';
import { VERSION } from './version.js';

/** Runs the collectors of the application. */
type Collect = (timeoutSeconds: number, givenUp: AbortSignal, filter: Filter | undefined) => Promise<Collection>;

/**
 * The parts of one application: the listeners, the metrics, the collectors and the endpoint. The constructor starts
 * nothing; the lifecycle hooks of the application call `start` and `stop`.
 */
export class PrometheusCore implements Sink {
  readonly store: MetricStore;
  readonly boundary = new ErrorBoundary((fault) => this.reportFault(fault));
  readonly listeners = new Listeners(eventNames(), this.boundary);
  readonly endpoint: MetricsEndpoint;
  readonly server: MetricsServer;
  readonly push: MetricsPush;
  /** What other modules of ours serve on the own port. */
  readonly pages: PortPages;
  /** Decides who may read the metrics; undefined without option `auth`. */
  readonly lock: Lock | undefined;
  /** Tracks which request a statement belongs to; undefined if no metric needs it. */
  readonly requestScope: RequestScope | undefined;
  readonly activeSpan: ActiveSpan | undefined;

  private readonly logger = new OwnLogger('PrometheusModule');
  /** Undefined while the metrics of the capabilities are created, which come first on the page. */
  private self: SelfMetrics | undefined;
  private readonly bridge: PromClientBridge;
  private readonly feeds: readonly CapabilityFeed[];
  /**
   * The same objects for the endpoint and the bridge. Sources are compared by identity, so the two share the runs of their
   * collectors.
   */
  private readonly ownSources: CollectorSource[];

  constructor(options: ResolvedOptions, early: EarlyParts = new Map()) {
    this.store = this.createStore(options);
    const active = activeCapabilities(options);
    const report = (part: string, error: unknown) => this.boundary.report(part, error);
    if (options.exemplars) this.activeSpan = new ActiveSpan((error) => report('metrics', error));
    this.feeds = feedsOf(active, options.naming, early, { store: this.store, activeSpan: this.activeSpan, report });
    this.ownSources = this.feeds.flatMap(sourcesOf);
    const own = this.feeds.flatMap(({ feed }): Listener | readonly Listener[] => feed.listener ?? []);
    // The application's own listeners run last, after the metrics have been updated.
    const saved: readonly Listener[] =
      options.processes === undefined ? [] : [{ requestAnswered: () => this.server.counted() }];
    for (const listener of [...own, ...options.listeners, ...saved]) this.listeners.add(listener);
    this.requestScope = needsRequestScope(active) ? new RequestScope() : undefined;
    const versions = { version: VERSION, node: process.versions.node, nest: nestVersion() };
    const isOneOfMany = options.processes !== undefined;
    this.self = new SelfMetrics(this.store, versions, errorParts(), isOneOfMany);
    const collectors = new Collectors(this.collectionReport(), options.limits.scrapeTimeoutSeconds);
    this.bridge = this.createBridge(options, collectors);
    this.lock = options.auth && Lock.of(options.auth, (error) => this.boundary.report('auth', error));
    const collect: Collect = (timeoutSeconds, givenUp, filter) =>
      this.collect(collectors, timeoutSeconds, givenUp, filter);
    const groups = familyGroups(active, options.naming, engineOf(this.store).namespace);
    this.pages = new PortPages(options.server !== false && options.server.monitor, (error) =>
      this.boundary.report('monitor', error),
    );
    this.server = this.createServer(options, collect, groups);
    const source = this.createSource(options, collect, groups);
    this.endpoint = this.createEndpoint(options, source, groups);
    this.push = metricsPush(options, { store: this.store, boundary: this.boundary, source });
  }

  /** From now on, the collectors of this source run at every scrape that asks for its group. */
  collectFrom(source: CollectorSource): void {
    this.ownSources.push(source);
  }

  start(): void {
    this.activeSpan?.look();
    for (const { part, feed } of this.feeds) this.boundary.run(part, () => feed.start?.());
    this.boundary.run('bridge', () => this.bridge.join());
  }

  /** Leaves no timer and no observer, and no metric of ours in a registry of the user. */
  stop(): void {
    this.requestScope?.stop();
    this.boundary.run('bridge', () => this.bridge.leave());
    for (const { part, feed } of this.feeds.toReversed()) this.boundary.run(part, () => feed.stop?.());
  }

  private createStore(options: ResolvedOptions): MetricStore {
    const { namespace, defaultLabels, nativeHistograms, createdTimestamps, exemplars, limits } = options;
    return new MetricStore({
      namespace,
      defaultLabels,
      nativeHistograms,
      createdTimestamps,
      exemplars,
      labelSetsPerMetric: limits.labelSetsPerMetric,
      onRejected: (name, value) => this.boundary.report('metrics', new RangeError(`${name} ignored ${kindOf(value)}.`)),
      onOverflow: (name) => this.self?.overflowed(name),
    });
  }

  private createBridge({ registry, limits }: ResolvedOptions, collectors: Collectors): PromClientBridge {
    return new PromClientBridge({
      engine: engineOf(this.store),
      registries: registriesOf(registry),
      refresh: async () => {
        await collectors.run(this.ownSources, limits.scrapeTimeoutSeconds);
        this.self?.beforeReading();
      },
      warn: (message) => this.logger.warn(message),
      onFault: (error) => this.boundary.report('bridge', error),
    });
  }

  private createSource({ processes }: ResolvedOptions, collect: Collect, groups: FamilyGroups): ExpositionSource {
    const engine = engineOf(this.store);
    const scraper = new Scraper(async (timeoutSeconds, givenUp, filter) => {
      const { foreign, isComplete } = await collect(timeoutSeconds, givenUp, filter);
      return { reading: readEngine(engine, foreign), isComplete };
    }, groups);
    const failed = (error: unknown) => this.boundary.report('server', error);
    // The numbers of one process are not those of all.
    const here = processes === undefined ? new RenderedSource(scraper) : undefined;
    return new ThreadedSource(() => this.server.thread, here, failed);
  }

  private createEndpoint({ limits }: ResolvedOptions, source: ExpositionSource, groups: FamilyGroups): MetricsEndpoint {
    const report: EndpointReport = {
      rejected: (reason) => this.self?.rejected(reason),
      failed: (error) => this.boundary.report('exposition', error),
    };
    return new MetricsEndpoint(source, limits, report, groups.known, this.lock);
  }

  private createServer(
    { server, processes, limits, auth }: ResolvedOptions,
    collect: Collect,
    groups: FamilyGroups,
  ): MetricsServer {
    const engine = engineOf(this.store);
    return new MetricsServer(server, processes, limits, {
      journal: engine.journal,
      lock: this.portLock(server, auth),
      pages: this.pages,
      askToken: (door, token) => (door === 'pages' ? this.pages.askToken(token) : auth && tokenCheckOf(auth)?.(token)),
      authFailed: (error) => this.boundary.report('auth', error),
      successMetric: engine.namespace + NESTJS_METRICS_COLLECTOR_SUCCESS.name,
      groups,
      collect,
      copyCells: () => engine.copyCells(),
      rejected: (reason, times) => this.self?.rejected(reason, times),
      failed: (error) => this.boundary.report('server', error),
      processesFailed: (error) => this.boundary.report('processes', error),
      library: {
        version: VERSION,
        metrics: {
          processes: engine.namespace + NESTJS_METRICS_PROCESSES.name,
          unanswered: engine.namespace + NESTJS_METRICS_PROCESSES_UNANSWERED.name,
        },
      },
      log: this.logger,
    });
  }

  private portLock(server: ResolvedOptions['server'], auth: ResolvedOptions['auth']): LockPlan | undefined {
    const asksForCertificate = server !== false && server.tls?.requestCert === true;
    return auth === undefined && !asksForCertificate ? undefined : lockPlanOf(auth ?? {}, asksForCertificate);
  }

  /** Runs the collectors that the filter asks for. Take the reading in the same turn of the event loop. */
  private async collect(
    collectors: Collectors,
    timeoutSeconds: number,
    givenUp: AbortSignal,
    filter: Filter | undefined,
  ): Promise<Collection> {
    const collection = await collectors.run([...this.ownSources, this.bridge], timeoutSeconds, givenUp, filter);
    this.self?.beforeReading();
    this.activeSpan?.look();
    return collection;
  }

  private collectionReport(): CollectionReport {
    return {
      collected: (collector, success, seconds) => this.self?.collected(collector, success, seconds),
      dropped: (collector) => this.self?.dropped(collector),
      failed: (error) => this.boundary.report('collector', error),
    };
  }

  private reportFault({ part, error, logged }: FaultReport): void {
    this.self?.failed(part);
    if (logged === 'no') return;
    const further = logged === 'last' ? 'Further errors from this place are counted and not logged for an hour.' : '';
    this.logger.fault(`Error in ${part}, kept from the application:`, error, further);
  }
}

function sourcesOf({ group, feed: { collector } }: CapabilityFeed): readonly CollectorSource[] {
  return collector === undefined ? [] : [{ group, collectors: () => [collector] }];
}

/** The kind, not the value: in the log, each value would count as a cause of its own. */
function kindOf(value: unknown): string {
  if (typeof value !== 'number') return `a value of the type ${typeof value}`;
  return Number.isFinite(value) ? 'a number that it cannot take' : String(value);
}
