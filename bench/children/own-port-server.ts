import { type AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { MetricsServer, MetricStore, PrometheusModule } from 'nestjs-prometheus-exporter';
import { answer } from '../child.js';
import { requestLabels } from '../series/label-sets.js';
import { BENCH_REQUEST_DURATION_SECONDS } from '../series/our-metrics.js';
import { helloApp } from '../variants/hello-app.js';

/** The answer to a command is sent by then. */
const SETTLE_MS = 100;

/** An application with many series, with or without a port of its own for them. */
const [variant, labelSets, blockedSeconds] = process.argv.slice(2) as ['own port' | 'route', string, string];

const server = variant === 'own port' ? ({ port: 0 } as const) : false;
const app = await helloApp('express', [PrometheusModule.forRoot({ server, limits: { labelSetsPerMetric: 20_000 } })]);
await app.listen(0, '127.0.0.1');
const histogram = app.get(MetricStore).histogram(BENCH_REQUEST_DURATION_SECONDS);
for (const labels of requestLabels(Number(labelSets))) histogram.labels(labels).observe(0.1);
const [first] = requestLabels(1);
const series = first && histogram.labels(first);
const delay = monitorEventLoopDelay({ resolution: 1 });

const commands = {
  port: () => (app.getHttpServer().address() as AddressInfo).port,
  metricsPort: () => app.get(MetricsServer).port ?? 0,
  /** Megabytes of the process, all threads included. */
  memory: () => {
    globalThis.gc?.();
    return process.memoryUsage.rss() / 1e6;
  },
  watchEventLoop: () => {
    delay.enable();
    delay.reset();
  },
  /** The 99th percentile of the event loop delay since `watchEventLoop`, in ms. */
  delay: () => delay.percentile(99) / 1e6,
  /** Blocks the event loop, soon after the answer. */
  block: () => {
    setTimeout(() => {
      const end = performance.now() + Number(blockedSeconds) * 1000;
      while (performance.now() < end) series?.observe(0.1);
    }, SETTLE_MS);
  },
};
export type OwnPortServer = typeof commands;

answer(commands);
