import { CAPABILITIES } from './capabilities/capabilities.js';
import { type Capability, type Feed } from './capabilities/capability.js';
import { SelfMetrics } from './catalogue/nest/self.metrics.js';
import { type CollectorSource } from './expose/collector.js';
import { type CollectionReport, Collectors } from './expose/collectors.js';
import { MetricsEndpoint } from './expose/endpoint.js';
import { PromClientBridge } from './expose/prom-client/bridge.js';
import { registriesOf } from './expose/prom-client/theirs/loaded-registries.js';
import { readEngine } from './expose/read-engine.js';
import { Scraper } from './expose/scraper.js';
import { engineOf, MetricStore } from './metrics/store.js';
import { ErrorBoundary, type FaultReport, OWN_PARTS } from './observe/error-boundary.js';
import { Listeners } from './observe/listeners.js';
import { OwnLogger } from './observe/own-logger.js';
import { RequestScope } from './observe/request-scope.js';
import { type Sink } from './observe/sink.js';
import { nestVersion } from './nest-version.js';
import { optionsOf, type ResolvedOptions } from './prometheus.options.js';
import { eventNames } from './prometheus.options-rules.js';
import { VERSION } from './version.js';

/** What capabilities made before everything else. */
export type EarlyParts = ReadonlyMap<Capability, unknown>;

/** A capability that is switched on, with its options. */
interface Active {
  readonly capability: Capability;
  readonly options: unknown;
}

/**
 * The parts of one application, put together: what is heard, what is counted, what is collected at a scrape, and the
 * endpoint that gives it out. Making it starts nothing; `start` and `stop` come from the life of the application.
 */
export class PrometheusCore implements Sink {
  readonly store: MetricStore;
  readonly boundary = new ErrorBoundary((fault) => this.reportFault(fault));
  readonly listeners = new Listeners(eventNames(), this.boundary);
  readonly endpoint: MetricsEndpoint;
  /** Which request a statement belongs to; undefined when nobody asks. */
  readonly requestScope: RequestScope | undefined;

  private readonly logger = new OwnLogger('PrometheusModule');
  private readonly self: SelfMetrics;
  private readonly bridge: PromClientBridge;
  private readonly feeds: readonly (Feed & { readonly part: string })[];
  private readonly sources: CollectorSource[] = [
    { collectors: () => this.feeds.flatMap(({ collector }) => collector ?? []) },
  ];

  constructor(options: ResolvedOptions, early: EarlyParts = new Map()) {
    const { limits } = options;
    this.store = new MetricStore({
      namespace: options.namespace,
      defaultLabels: options.defaultLabels,
      labelSetsPerMetric: limits.labelSetsPerMetric,
      onRejected: (name, value) => this.boundary.report('metrics', new RangeError(`${name} ignored ${kindOf(value)}.`)),
      onOverflow: (name) => this.self.overflowed(name),
    });
    const active = CAPABILITIES.map((capability) => ({ capability, options: optionsOf(capability, options) })).filter(
      ({ options: its }) => its !== false,
    );
    this.feeds = active.map((one) => this.feedOf(one, early));
    for (const { listener } of this.feeds) if (listener !== undefined) this.listeners.add(listener);
    // Those of the application come last, and find the metrics of an event counted.
    for (const listener of options.listeners) this.listeners.add(listener);
    this.requestScope = isTallied(active) ? new RequestScope() : undefined;
    const versions = { version: VERSION, node: process.versions.node, nest: nestVersion() };
    this.self = new SelfMetrics(this.store, versions, parts());

    const own = { collectors: () => this.sources.flatMap((source) => source.collectors()) };
    const engine = engineOf(this.store);
    const collectors = new Collectors(this.collectionReport(), limits.scrapeTimeoutSeconds);
    this.bridge = new PromClientBridge({
      engine,
      registries: registriesOf(options.registry),
      refresh: async () => {
        await collectors.run([own], limits.scrapeTimeoutSeconds);
        this.self.beforeReading();
      },
      warn: (message) => this.logger.warn(message),
      onFault: (error) => this.boundary.report('bridge', error),
    });
    const scraper = new Scraper(collectors, [own, this.bridge], (foreign) => {
      this.self.beforeReading();
      return readEngine(engine, foreign);
    });
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
    for (const feed of this.feeds) this.boundary.run(feed.part, () => feed.start?.());
    this.boundary.run('bridge', () => this.bridge.join());
  }

  /** Leaves no timer, no observer and nothing of ours in a registry of the user's. */
  stop(): void {
    this.requestScope?.stop();
    this.boundary.run('bridge', () => this.bridge.leave());
    for (const feed of this.feeds.toReversed()) this.boundary.run(feed.part, () => feed.stop?.());
  }

  private feedOf({ capability, options }: Active, early: EarlyParts): Feed & { readonly part: string } {
    const { part, conventions } = capability;
    const report = (of: string, error: unknown) => this.boundary.report(of, error);
    const feed = conventions.nest.feed({ store: this.store, options, early: early.get(capability), report });
    return { ...feed, part };
  }

  private collectionReport(): CollectionReport {
    return {
      collected: (collector, success, seconds) => this.self.collected(collector, success, seconds),
      dropped: (collector) => this.self.dropped(collector),
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

/** Those of the capabilities and our own, which all stand at zero. */
function parts(): readonly string[] {
  return [...new Set([...CAPABILITIES.map(({ part }) => part), ...OWN_PARTS])];
}

/** Whether somebody wants to know which statements belong to a request, and somebody tells. */
function isTallied(active: readonly Active[]): boolean {
  const isRead = active.some(({ capability, options }) => capability.readsRequestTally?.(options));
  return isRead && active.some(({ capability }) => capability.fillsRequestTally);
}
