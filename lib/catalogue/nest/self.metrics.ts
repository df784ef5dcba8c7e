import { type Part } from '../../observe/error-boundary.js';
import { type CounterSeries } from '../../metrics/counter.js';
import { oneOf, withLabels } from '../../metrics/definition.js';
import { engineOf, type MetricStore } from '../../metrics/store.js';
import * as definitions from './self.definitions.js';

const REASONS = definitions.NESTJS_METRICS_SCRAPES_REJECTED_TOTAL.labels.reason.values;

export interface Versions {
  readonly version: string;
  readonly node: string;
  readonly nest: string;
}

/** The metrics of the library itself. */
export class SelfMetrics {
  private readonly series;
  private readonly overflow;
  private readonly errors: ReadonlyMap<Part, CounterSeries>;
  private readonly success;
  private readonly duration;
  private readonly rejections;
  private readonly processes;
  private readonly unanswered;

  /** `isOneOfMany`: whether the application has option `processes`. */
  constructor(
    private readonly store: MetricStore,
    versions: Versions,
    parts: readonly Part[],
    isOneOfMany: boolean,
  ) {
    this.series = store.gauge(definitions.NESTJS_METRICS_SERIES);
    this.overflow = store.counter(definitions.NESTJS_METRICS_OVERFLOW_TOTAL);
    const errors = store.counter(withLabels(definitions.NESTJS_METRICS_ERRORS_TOTAL, { part: oneOf(...parts) }));
    this.errors = new Map(parts.map((part) => [part, errors.known({ part })]));
    this.success = store.gauge(definitions.NESTJS_METRICS_COLLECTOR_SUCCESS);
    this.duration = store.gauge(definitions.NESTJS_METRICS_COLLECTOR_DURATION_SECONDS);
    this.rejections = store.counter(definitions.NESTJS_METRICS_SCRAPES_REJECTED_TOTAL);
    for (const reason of REASONS) this.rejections.known({ reason });
    this.processes = isOneOfMany ? store.gauge(definitions.NESTJS_METRICS_PROCESSES).known({}) : undefined;
    this.unanswered = isOneOfMany ? store.gauge(definitions.NESTJS_METRICS_PROCESSES_UNANSWERED).known({}) : undefined;
    store
      .gauge(definitions.NESTJS_METRICS_INFO)
      .known({ ...versions })
      .set(1);
  }

  failed(part: Part): void {
    this.errors.get(part)?.inc();
  }

  overflowed(metric: string): void {
    this.overflow.known({ metric }).inc();
  }

  rejected(reason: (typeof REASONS)[number], times = 1): void {
    this.rejections.labels({ reason }).inc(times);
  }

  collected(collector: string, success: boolean, seconds: number): void {
    this.success.known({ collector }).set(success ? 1 : 0);
    this.duration.known({ collector }).set(seconds);
  }

  dropped(collector: string): void {
    this.success.remove({ collector });
    this.duration.remove({ collector });
  }

  beforeReading(): void {
    this.countThisProcess();
    this.countSeries();
  }

  /** This process alone. When the readings of many processes are merged, the thread replaces both values. */
  private countThisProcess(): void {
    this.processes?.set(1);
    this.unanswered?.set(0);
  }

  /** Counts the series of every metric, including the series that this count adds. */
  private countSeries(): void {
    const { families } = engineOf(this.store);
    for (const { name, overflow } of families) {
      this.series.known({ metric: name });
      if (overflow !== undefined) this.overflow.known({ metric: name });
    }
    for (const { name, series } of families) this.series.known({ metric: name }).set(series.length);
  }
}
