import { MetricStore } from 'nestjs-prometheus-exporter';
import { snapshot } from 'nestjs-prometheus-exporter/testing';
import { Registry } from 'prom-client';
import { BUCKETS, requestLabels } from '../series/label-sets.js';
import { BENCH_REQUEST_DURATION_SECONDS, BENCH_REQUESTS_TOTAL } from '../series/our-metrics.js';
import { requestDurationSeconds, requestsTotal } from '../series/prom-client-metrics.js';

/** One way to count, in a separate loop: V8 would optimize a shared loop for the slowest of them. */
export interface HotPath {
  /** Runs `times` times over the hundred label sets. */
  run(times: number): void;
  /**
   * The count in the metric. It is compared with the number of operations, to detect a loop that was optimized away.
   */
  arrived(): number | Promise<number>;
}

export const LABEL_SETS = requestLabels(100);

/**
 * Durations from 3 ms to 15 s, evenly distributed over the buckets and in an order that a branch predictor cannot
 * learn. Real durations are mostly in the first few buckets, which is cheaper for every library.
 */
const DURATIONS = LABEL_SETS.map((_, i) => ((i * 37) % 100) / 100).map((share) => durationAt(share));

function durationAt(share: number): number {
  const bounds = [0.003, ...BUCKETS, 15];
  const position = share * (bounds.length - 1);
  const [low = 0, high = 0] = bounds.slice(Math.floor(position));
  return low + (high - low) * (position % 1);
}

/**
 * The loop itself, with the same reads as the others. It is shown and not subtracted: a processor runs it in parallel
 * with the work inside, so for the cheapest paths the difference can be zero.
 */
export function emptyLoop(): HotPath {
  let sum = 0;
  return {
    run: (times) => {
      for (let n = 0; n < times; n += 1) {
        for (let i = 0; i < LABEL_SETS.length; i += 1) {
          if (LABEL_SETS[i] !== undefined && DURATIONS[i]! > 0) sum += 1;
        }
      }
    },
    arrived: () => sum,
  };
}

export function ourCounterHandle(): HotPath {
  const store = new MetricStore();
  const counter = store.counter(BENCH_REQUESTS_TOTAL);
  const handles = LABEL_SETS.map((labels) => counter.labels(labels));
  return {
    run: (times) => {
      for (let n = 0; n < times; n += 1) for (let i = 0; i < handles.length; i += 1) handles[i]!.inc();
    },
    arrived: () => total(store, BENCH_REQUESTS_TOTAL.name),
  };
}

export function ourCounterLookup(): HotPath {
  const store = new MetricStore();
  const counter = store.counter(BENCH_REQUESTS_TOTAL);
  return {
    run: (times) => {
      for (let n = 0; n < times; n += 1) {
        for (let i = 0; i < LABEL_SETS.length; i += 1) counter.labels(LABEL_SETS[i]!).inc();
      }
    },
    arrived: () => total(store, BENCH_REQUESTS_TOTAL.name),
  };
}

export function promClientCounter(): HotPath {
  const counter = requestsTotal(new Registry());
  return {
    run: (times) => {
      for (let n = 0; n < times; n += 1) for (let i = 0; i < LABEL_SETS.length; i += 1) counter.inc(LABEL_SETS[i]!);
    },
    arrived: async () => (await counter.get()).values.reduce((sum, { value }) => sum + value, 0),
  };
}

export function ourHistogramHandle(): HotPath {
  const store = new MetricStore();
  const histogram = store.histogram(BENCH_REQUEST_DURATION_SECONDS);
  const handles = LABEL_SETS.map((labels) => histogram.labels(labels));
  return {
    run: (times) => {
      for (let n = 0; n < times; n += 1) {
        for (let i = 0; i < handles.length; i += 1) handles[i]!.observe(DURATIONS[i]!);
      }
    },
    arrived: () => total(store, `${BENCH_REQUEST_DURATION_SECONDS.name}_count`),
  };
}

/** The same with native buckets beside the classic ones. */
export function ourNativeHistogramHandle(): HotPath {
  const store = new MetricStore({ nativeHistograms: true });
  const histogram = store.histogram(BENCH_REQUEST_DURATION_SECONDS);
  const handles = LABEL_SETS.map((labels) => histogram.labels(labels));
  return {
    run: (times) => {
      for (let n = 0; n < times; n += 1) {
        for (let i = 0; i < handles.length; i += 1) handles[i]!.observe(DURATIONS[i]!);
      }
    },
    arrived: () => total(store, `${BENCH_REQUEST_DURATION_SECONDS.name}_count`),
  };
}

export function ourHistogramLookup(): HotPath {
  const store = new MetricStore();
  const histogram = store.histogram(BENCH_REQUEST_DURATION_SECONDS);
  return {
    run: (times) => {
      for (let n = 0; n < times; n += 1) {
        for (let i = 0; i < LABEL_SETS.length; i += 1) histogram.labels(LABEL_SETS[i]!).observe(DURATIONS[i]!);
      }
    },
    arrived: () => total(store, `${BENCH_REQUEST_DURATION_SECONDS.name}_count`),
  };
}

export function promClientHistogram(): HotPath {
  const histogram = requestDurationSeconds(new Registry());
  return {
    run: (times) => {
      for (let n = 0; n < times; n += 1) {
        for (let i = 0; i < LABEL_SETS.length; i += 1) histogram.observe(LABEL_SETS[i]!, DURATIONS[i]!);
      }
    },
    arrived: async () =>
      (await histogram.get()).values
        .filter(({ metricName }) => metricName?.endsWith('_count'))
        .reduce((sum, { value }) => sum + value, 0),
  };
}

/** The value that a scrape would show, summed over all series. */
async function total(store: MetricStore, name: string): Promise<number> {
  return (await snapshot(store)).sum(name);
}
