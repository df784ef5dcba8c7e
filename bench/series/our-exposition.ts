import { type AddressInfo } from 'node:net';
import { MetricStore, PrometheusModule } from 'nestjs-prometheus-exporter';
import { helloApp } from '../variants/hello-app.js';
import { type Exposition } from './exposition.js';
import { BENCH_REQUEST_DURATION_SECONDS } from './our-metrics.js';

/** The complete path through a Nest application, with the metrics that the library itself adds. */
export async function start(): Promise<Exposition> {
  const app = await helloApp('express', [PrometheusModule.forRoot({ limits: { labelSetsPerMetric: 20_000 } })]);
  await app.listen(0, '127.0.0.1');
  const histogram = app.get(MetricStore).histogram(BENCH_REQUEST_DURATION_SECONDS);
  return {
    port: (app.getHttpServer().address() as AddressInfo).port,
    observe: (labels, seconds) => histogram.labels(labels).observe(seconds),
  };
}
