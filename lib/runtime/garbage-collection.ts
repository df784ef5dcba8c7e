import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { type HistogramSeries } from '../metrics/histogram.js';
import { type MetricStore } from '../metrics/store.js';
import { GC_KINDS, type GcKind, NODEJS_GC_DURATION_SECONDS } from '../catalogue/nest/nodejs.definitions.js';

const KINDS: ReadonlyMap<unknown, GcKind> = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
]);

/** Observes the duration of each garbage collection. It costs nothing between collections. */
export class GarbageCollection {
  private readonly series: ReadonlyMap<GcKind, HistogramSeries>;
  private observer: PerformanceObserver | undefined;

  constructor(store: MetricStore) {
    const histogram = store.histogram(NODEJS_GC_DURATION_SECONDS);
    this.series = new Map(GC_KINDS.map((kind) => [kind, histogram.known({ kind })]));
  }

  start(): void {
    this.observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) this.observe(entry);
    });
    this.observer.observe({ entryTypes: ['gc'] });
  }

  stop(): void {
    this.observer?.disconnect();
    this.observer = undefined;
  }

  private observe(entry: PerformanceEntry): void {
    const kind = kindOf('detail' in entry ? entry.detail : undefined);
    if (kind !== undefined) this.series.get(kind)?.observe(entry.duration / 1000);
  }
}

function kindOf(detail: unknown): GcKind | undefined {
  return typeof detail === 'object' && detail !== null && 'kind' in detail ? KINDS.get(detail.kind) : undefined;
}
