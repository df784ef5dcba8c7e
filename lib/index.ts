export { PrometheusModule } from './prometheus.module.js';
export {
  type EndpointOptions,
  type HttpOptions,
  type LimitOptions,
  type MetricsOptions,
  type MigrationsOptions,
  type PrometheusOptions,
  type TypeOrmOptions,
} from './prometheus.options.js';
export { ExportModelOperations } from './observe/typeorm/export-model-operations.js';
export {
  boundedBy,
  type CounterDefinition,
  defineCounter,
  defineGauge,
  defineHistogram,
  type GaugeDefinition,
  type HistogramDefinition,
  type Labels,
  type LabelValues,
  oneOf,
} from './metrics/definition.js';
export { type Counter, type Gauge, type Histogram, MetricStore } from './metrics/store.js';
export { type CounterSeries } from './metrics/counter.js';
export { type GaugeSeries } from './metrics/gauge.js';
export { type HistogramSeries } from './metrics/histogram.js';
