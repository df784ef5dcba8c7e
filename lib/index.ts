export { PrometheusModule } from './prometheus.module.js';
export {
  type LimitOptions,
  type PrometheusFactoryOptions,
  type PrometheusOptions,
  type PrometheusRouteOptions,
} from './prometheus.options.js';
export { type AuthOptions, type BasicUser, type TokenCheck, type TokenFile } from './access/auth.options.js';
export { hashPassword } from './access/password-hash.js';
export { type EventsOptions } from './capabilities/events.options.js';
export { type GraphQLOptions } from './capabilities/graphql.options.js';
export { type HttpOptions } from './capabilities/http.options.js';
export { type RpcOptions } from './capabilities/rpc.options.js';
export { type QueueOptions } from './capabilities/queue.options.js';
export { type ScheduleOptions } from './capabilities/schedule.options.js';
export { type OutgoingOptions } from './capabilities/outgoing.options.js';
export { type MigrationsOptions, type TypeOrmOptions } from './capabilities/typeorm.options.js';
export { type WebsocketOptions } from './capabilities/websocket.options.js';
export { MetricsEndpoint } from './expose/endpoint.js';
export { MetricsPush } from './expose/push/metrics-push.js';
export { type PushOptions } from './expose/push/push.options.js';
export { MetricsServer } from './expose/server/metrics-server.js';
export { type ProcessesOptions } from './expose/processes/processes.options.js';
export { type ServerOptions, type TlsOptions } from './expose/server/server.options.js';
export { observeCache } from './observe/cache/observe-cache.js';
export { ExportModelOperations } from './observe/typeorm/export-model-operations.js';
export { getMetricToken, InjectMetric, type MetricOf } from './decorate/inject-metric.js';
export { Counted, Timed } from './decorate/method-decorators.js';
export { type Naming } from './catalogue/naming.js';
export { type HttpLabel, type HttpLabels } from './catalogue/http.labels.js';
export { MetricEvents } from './observe/metric-events.js';
export {
  type Route,
  type Handler,
  type HttpExchange,
  type HttpListener,
  type HttpRequest,
  type HttpVersion,
  type KnownRoute,
  type Listener,
  type HttpMethod,
  type Transport,
} from './observe/events.js';
export {
  type CacheBackend,
  type CacheCall,
  type CacheInfo,
  type CacheListener,
  type CacheOperation,
} from './observe/cache-events.js';
export {
  type ConnectionError,
  type DatabaseListener,
  type DataSourceInfo,
  type Entity as ObservedEntity,
  type MigrationsReading,
  type PoolReading,
  type RowOperation,
  type Statement,
  type StatementError,
  type StatementOperation,
  type TransactionOutcome,
} from './observe/database-events.js';
export {
  type Door,
  type Execution,
  type Operation,
  type OperationListener,
  type Outcome,
} from './observe/operation-events.js';
export { type QueueListener, type QueueState } from './observe/queue-events.js';
export { type ScheduleListener } from './observe/schedule-events.js';
export { type Gateway, type WebsocketListener } from './observe/websocket-events.js';
export {
  type OutgoingError,
  type OutgoingListener,
  type OutgoingRequest,
  type OutgoingTarget,
} from './observe/outgoing-events.js';
export {
  boundedBy,
  type BoundedLabel,
  type ClosedLabel,
  type CounterDefinition,
  defineCounter,
  defineGauge,
  defineHistogram,
  type GaugeDefinition,
  type HistogramDefinition,
  type LabelDefinitions,
  type LabelValues,
  type MetricDefinition,
  oneOf,
} from './metrics/definition.js';
export { type Unit } from './metrics/family-data.js';
export { type MergeMode } from './metrics/merge-mode.js';
export { type SeriesByLabels } from './metrics/series-by-labels.js';
export { type Counter, type Gauge, type Histogram, MetricStore } from './metrics/store.js';
export { type MetricStoreOptions } from './metrics/store-options.js';
export { type CounterSeries } from './metrics/counter.js';
export { type GaugeSeries } from './metrics/gauge.js';
export { type HistogramSeries } from './metrics/histogram.js';
export { type SpanContext } from './metrics/span-context.js';
export { MonitorModule } from './monitor/monitor.module.js';
export {
  type DirectoryStoreOptions,
  type ListenOptions,
  type MonitorRouteOptions,
  type MonitorOptions,
  type MonitorFactoryOptions,
  type RedisStoreOptions,
} from './monitor/monitor.options.js';
export { type IoRedisClient, type NodeRedisClient, type RedisClient } from './monitor/redis/client.js';
export {
  type Figures as MonitorFigures,
  type Health as MonitorHealth,
  type History as MonitorHistory,
  type MonitorState,
  type ProcessState as MonitoredProcess,
  type RequestFigures as MonitoredRequests,
  type RouteFigures as MonitoredRoute,
  type Routes as MonitoredRoutes,
  type Running as MonitorRunning,
  type Series as MonitorSeries,
  type StatementFigures as MonitoredStatements,
  type StoreState as MonitorStoreState,
} from './monitor/state.js';
