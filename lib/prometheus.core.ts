import { Logger } from '@nestjs/common';
import { SelfMetrics } from './catalogue/nest/self.metrics.js';
import { HttpMetrics } from './catalogue/nest/http.metrics.js';
import { type EndpointReport, MetricsEndpoint } from './expose/endpoint.js';
import { type CollectorSource } from './expose/collector.js';
import { type CollectionReport, Scraper } from './expose/scrape.js';
import { MetricStore } from './metrics/store.js';
import { Guard } from './observe/guard.js';
import { Listeners } from './observe/listeners.js';
import { nestVersion } from './nest-version.js';
import { type ResolvedOptions } from './prometheus.options.js';
import { VERSION } from './version.js';

/** What everything else hangs on: the store, the guard that reports into it, and those who hear the events. */
export class PrometheusCore {
  readonly store: MetricStore;
  readonly guard: Guard;
  readonly listeners: Listeners;
  readonly self: SelfMetrics;
  private readonly logger = new Logger('PrometheusModule');

  constructor(options: ResolvedOptions) {
    this.store = new MetricStore({
      namespace: options.namespace,
      defaultLabels: options.defaultLabels,
      labelSetsPerMetric: options.limits.labelSetsPerMetric,
      onRejected: (name, value) => this.guard.report('metrics', new RangeError(`${name} ignored ${String(value)}.`)),
      onOverflow: (name) => this.self.overflowed(name),
    });
    this.guard = new Guard(({ part, error, first }) => {
      this.self.failed(part);
      if (first) this.logger.warn(`Error in ${part}, kept from the application: ${textOf(error)}`);
    });
    this.listeners = new Listeners(this.guard);
    if (options.http !== false) this.listeners.add(new HttpMetrics(this.store, options.http));
    this.self = new SelfMetrics(this.store, { version: VERSION, node: process.versions.node, nest: nestVersion() });
  }

  /** One clear sentence for the operator. */
  warn(message: string): void {
    this.logger.warn(message);
  }

  endpoint(sources: readonly CollectorSource[], limits: ResolvedOptions['limits']): MetricsEndpoint {
    const collection: CollectionReport = {
      collected: (collector, success, seconds) => this.self.collected(collector, success, seconds),
      beforeReading: () => this.self.beforeReading(),
      failed: (error) => this.guard.report('collector', error),
    };
    const exposition: EndpointReport = {
      rejected: (reason) => this.self.rejected(reason),
      failed: (error) => this.guard.report('exposition', error),
    };
    return new MetricsEndpoint(new Scraper(this.store, sources, collection), limits, exposition);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
