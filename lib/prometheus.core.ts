import { CacheMetrics } from './catalogue/nest/cache.metrics.js';
import { HttpMetrics } from './catalogue/nest/http.metrics.js';
import { SelfMetrics } from './catalogue/nest/self.metrics.js';
import { TypeOrmMetrics } from './catalogue/nest/typeorm.metrics.js';
import { type CollectorSource } from './expose/collector.js';
import { MetricsEndpoint } from './expose/endpoint.js';
import { PromClientBridge } from './expose/prom-client/bridge.js';
import { registriesOf } from './expose/prom-client/theirs/loaded-registries.js';
import { type CollectionReport, Scraper } from './expose/scrape.js';
import { MetricStore } from './metrics/store.js';
import { type FaultReport, ErrorBoundary } from './observe/error-boundary.js';
import { Listeners } from './observe/listeners.js';
import { OwnLogger } from './observe/own-logger.js';
import { RequestScope } from './observe/request-scope.js';
import { nestVersion } from './nest-version.js';
import { type ResolvedOptions } from './prometheus.options.js';
import { RuntimeMetrics } from './runtime/runtime-metrics.js';
import { VERSION } from './version.js';

/**
 * The parts of one application, put together: what is heard, what is counted, what is collected at a scrape, and the
 * endpoint that gives it out. Making it starts nothing; `start` and `stop` come from the life of the application.
 */
export class PrometheusCore {
  readonly store: MetricStore;
  readonly boundary = new ErrorBoundary((fault) => this.reportFault(fault));
  readonly listeners = new Listeners(this.boundary);
  readonly endpoint: MetricsEndpoint;
  /** Which request a statement belongs to; undefined when nobody asks. */
  readonly requestScope: RequestScope | undefined;

  private readonly logger = new OwnLogger('PrometheusModule');
  private readonly self: SelfMetrics;
  private readonly runtime: RuntimeMetrics | undefined;
  private readonly bridge: PromClientBridge;
  private readonly sources: CollectorSource[] = [
    { collectors: () => (this.runtime === undefined ? [] : [this.runtime]) },
  ];

  constructor(options: ResolvedOptions) {
    const { limits, http, typeorm } = options;
    this.store = new MetricStore({
      namespace: options.namespace,
      defaultLabels: options.defaultLabels,
      labelSetsPerMetric: limits.labelSetsPerMetric,
      onRejected: (name, value) => this.boundary.report('metrics', new RangeError(`${name} ignored ${kindOf(value)}.`)),
      onOverflow: (name) => this.self.overflowed(name),
    });
    if (http !== false) {
      this.listeners.add(new HttpMetrics(this.store, http, (error) => this.boundary.report('labels', error)));
    }
    if (typeorm !== false) this.listeners.add(new TypeOrmMetrics(this.store, typeorm));
    if (options.cache) this.listeners.add(new CacheMetrics(this.store));
    // Theirs come last, and find the metrics of an event counted.
    for (const listener of options.listeners) this.listeners.add(listener);
    const tallies = http !== false && typeorm !== false && http.queriesPerRequest;
    this.requestScope = tallies ? new RequestScope() : undefined;
    this.runtime = options.runtimeMetrics ? new RuntimeMetrics(this.store) : undefined;
    this.self = new SelfMetrics(this.store, { version: VERSION, node: process.versions.node, nest: nestVersion() });

    const own = { collectors: () => this.sources.flatMap((source) => source.collectors()) };
    const report = this.collectionReport();
    const ownScraper = new Scraper(this.store, [own], report, limits.scrapeTimeoutSeconds);
    this.bridge = new PromClientBridge({
      store: this.store,
      registries: registriesOf(options.registry),
      refresh: async () => void (await ownScraper.scrape(limits.scrapeTimeoutSeconds)),
      warn: (message) => this.logger.warn(message),
      onFault: (error) => this.boundary.report('bridge', error),
    });
    const scraper = new Scraper(this.store, [own, this.bridge], report, limits.scrapeTimeoutSeconds);
    this.endpoint = new MetricsEndpoint(scraper, limits, {
      rejected: (reason) => this.self.rejected(reason),
      failed: (error) => this.boundary.report('exposition', error),
    });
  }

  /** Read at every scrape from now on. */
  collectFrom(source: CollectorSource): void {
    this.sources.push(source);
  }

  start(): void {
    this.boundary.run('runtime', () => this.runtime?.start());
    this.boundary.run('bridge', () => this.bridge.join());
  }

  /** Leaves no timer, no observer and nothing of ours in a registry of the user's. */
  stop(): void {
    this.requestScope?.stop();
    this.boundary.run('bridge', () => this.bridge.leave());
    this.boundary.run('runtime', () => this.runtime?.stop());
  }

  private collectionReport(): CollectionReport {
    return {
      collected: (collector, success, seconds) => this.self.collected(collector, success, seconds),
      dropped: (collector) => this.self.dropped(collector),
      beforeReading: () => this.self.beforeReading(),
      failed: (error) => this.boundary.report('collector', error),
    };
  }

  private reportFault({ part, error, logged }: FaultReport): void {
    this.self.failed(part);
    if (logged === 'no') return;
    const further = logged === 'last' ? 'Further errors from this place are counted and not logged for an hour.' : '';
    this.logger.fault(`Error in ${part}, kept from the application:`, error, further);
  }
}

/** Not the value itself: each would be a cause of its own to the log. */
function kindOf(value: unknown): string {
  if (typeof value !== 'number') return `a value of the type ${typeof value}`;
  return Number.isFinite(value) ? 'a number that it cannot take' : String(value);
}
