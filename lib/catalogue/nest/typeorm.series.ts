import {
  CONNECTION_ERRORS,
  type ConnectionError,
  type DataSourceInfo,
  type Entity,
  NO_ENTITY,
  ROW_OPERATIONS,
  type RowOperation,
  STATEMENT_ERRORS,
  STATEMENT_OPERATIONS,
  type StatementError,
  type StatementOperation,
  TRANSACTION_OUTCOMES,
  type TransactionOutcome,
} from '../../observe/database-events.js';
import { type CounterSeries } from '../../metrics/counter.js';
import {
  type LabelDefinitions,
  type LabelValues,
  type MetricDefinition,
  withBuckets,
} from '../../metrics/definition.js';
import { type GaugeSeries } from '../../metrics/gauge.js';
import { type HistogramSeries } from '../../metrics/histogram.js';
import { isOverflow } from '../../metrics/metric.js';
import { type SeriesByLabels } from '../../metrics/series-by-labels.js';
import { type MetricStore } from '../../metrics/store.js';
import * as definitions from './typeorm.definitions.js';

export interface TypeOrmMetricsOptions {
  /** The entities whose rows are counted: those with `@ExportModelOperations`, or all. */
  readonly models: 'decorated' | 'all';
  readonly durationBuckets: readonly number[];
}

/** The handles of one data source. They start at zero when it is found. */
export interface DataSourceSeries {
  /** The value of the label. It stays the same if the data source is renamed. */
  readonly name: string;
  readonly up: GaugeSeries;
  readonly inFlight: GaugeSeries;
  readonly errors: Readonly<Record<StatementOperation, Readonly<Record<StatementError, CounterSeries>>>>;
  readonly transactionsInFlight: GaugeSeries;
  readonly transactions: Readonly<Record<TransactionOutcome, CounterSeries>>;
  readonly transactionDuration: Readonly<Record<TransactionOutcome, HistogramSeries>>;
  readonly opened: CounterSeries;
  readonly connectionErrors: Readonly<Record<ConnectionError, CounterSeries>>;
  readonly acquire: HistogramSeries;
  readonly cacheGets: CounterSeries;
  readonly cacheHits: CounterSeries;
  /** The pools that a scrape has read, by role. */
  readonly pools: Map<string, PoolSeries>;
}

export interface PoolSeries {
  readonly used: GaugeSeries;
  readonly idle: GaugeSeries;
  readonly pending: GaugeSeries;
  readonly max: GaugeSeries;
}

/** The handles of one entity, created once and reused for every statement. */
export interface EntitySeries {
  readonly dataSource: DataSourceSeries;
  /** Created with the first statement of each operation. */
  readonly durations: Partial<Record<StatementOperation, HistogramSeries>>;
  /** Undefined if its rows are not counted. */
  readonly rows: Readonly<Record<RowOperation, CounterSeries>> | undefined;
}

export interface MigrationSeries {
  readonly applied: GaugeSeries;
  readonly pending: GaugeSeries;
  readonly unknown: GaugeSeries;
  readonly checked: GaugeSeries;
}

/** The metrics of TypeORM in a store, and the series of each data source and entity in them. */
export class TypeOrmSeries {
  /** The number of requests for a label set that were answered with `_overflow`. */
  folded = 0;
  private readonly metrics;

  constructor(
    store: MetricStore,
    private readonly options: TypeOrmMetricsOptions,
  ) {
    this.metrics = makeMetrics(store, options.durationBuckets);
  }

  ofDataSource(dataSource: DataSourceInfo): DataSourceSeries {
    const { metrics } = this;
    const labels = labelsOf(dataSource);
    const replicated = dataSource.replicated ? 'true' : 'false';
    this.find(dataSource, metrics.info, { ...labels, driver: dataSource.driver, replicated }).set(1);
    return {
      name: dataSource.name,
      up: this.find(dataSource, metrics.up, labels),
      inFlight: this.find(dataSource, metrics.inFlight, labels),
      errors: record(STATEMENT_OPERATIONS, (operation) =>
        record(STATEMENT_ERRORS, (error_type) =>
          this.find(dataSource, metrics.errors, { ...labels, operation, error_type }),
        ),
      ),
      transactionsInFlight: this.find(dataSource, metrics.transactionsInFlight, labels),
      transactions: record(TRANSACTION_OUTCOMES, (outcome) =>
        this.find(dataSource, metrics.transactions, { ...labels, outcome }),
      ),
      transactionDuration: record(TRANSACTION_OUTCOMES, (outcome) =>
        this.find(dataSource, metrics.transactionDuration, { ...labels, outcome }),
      ),
      opened: this.find(dataSource, metrics.opened, labels),
      connectionErrors: record(CONNECTION_ERRORS, (error_type) =>
        this.find(dataSource, metrics.connectionErrors, { ...labels, error_type }),
      ),
      acquire: this.find(dataSource, metrics.acquire, labels),
      cacheGets: this.find(dataSource, metrics.cacheGets, labels),
      cacheHits: this.find(dataSource, metrics.cacheHits, labels),
      pools: new Map(),
    };
  }

  /** Removes all series of the data sources with this name. */
  remove(name: string): void {
    for (const metric of Object.values(this.metrics)) metric.remove({ data_source: name });
  }

  ofPool(dataSource: DataSourceInfo, role: string): PoolSeries {
    const labels = { ...labelsOf(dataSource), role };
    return {
      used: this.find(dataSource, this.metrics.pool, { ...labels, state: 'used' }),
      idle: this.find(dataSource, this.metrics.pool, { ...labels, state: 'idle' }),
      pending: this.find(dataSource, this.metrics.poolPending, labels),
      max: this.find(dataSource, this.metrics.poolMax, labels),
    };
  }

  ofMigrations(dataSource: DataSourceInfo): MigrationSeries {
    const labels = labelsOf(dataSource);
    return {
      applied: this.find(dataSource, this.metrics.migrationsApplied, labels),
      pending: this.find(dataSource, this.metrics.migrationsPending, labels),
      unknown: this.find(dataSource, this.metrics.migrationsUnknown, labels),
      checked: this.find(dataSource, this.metrics.migrationsChecked, labels),
    };
  }

  durationOf({ dataSource, name }: Entity, operation: StatementOperation): HistogramSeries {
    return this.find(dataSource, this.metrics.duration, { ...labelsOf(dataSource), operation, entity: name });
  }

  rowsOf({ dataSource, name, model }: Entity): EntitySeries['rows'] {
    const label = this.options.models === 'all' && name !== NO_ENTITY ? (model ?? name) : model;
    if (label === undefined) return undefined;
    return record(ROW_OPERATIONS, (operation) =>
      this.find(dataSource, this.metrics.rows, { ...labelsOf(dataSource), model: label, operation }),
    );
  }

  /** Data sources created after boot may be many, so their series count against the budget of the metric. */
  private find<D extends MetricDefinition, S extends object>(
    { fromBoot }: DataSourceInfo,
    metric: SeriesByLabels<D, S>,
    labels: LabelValues<D['labels']>,
  ): S {
    const series = fromBoot ? metric.known(labels) : metric.labels(labels);
    if (isOverflow(series, metric)) this.folded += 1;
    return series;
  }
}

function labelsOf({ name }: DataSourceInfo): { data_source: string } {
  return { data_source: name };
}

function record<const K extends string, V>(keys: readonly K[], valueOf: (key: K) => V): Readonly<Record<K, V>> {
  return Object.fromEntries(keys.map((key) => [key, valueOf(key)])) as Record<K, V>;
}

function makeMetrics(store: MetricStore, durationBuckets: readonly number[]) {
  const histogram = <L extends LabelDefinitions>(definition: Parameters<typeof store.histogram<L>>[0]) =>
    store.histogram(withBuckets(definition, durationBuckets));
  return {
    info: store.gauge(definitions.TYPEORM_DATA_SOURCE_INFO),
    up: store.gauge(definitions.TYPEORM_DATA_SOURCE_UP),
    duration: histogram(definitions.TYPEORM_QUERY_DURATION_SECONDS),
    errors: store.counter(definitions.TYPEORM_QUERY_ERRORS_TOTAL),
    inFlight: store.gauge(definitions.TYPEORM_QUERIES_IN_FLIGHT),
    rows: store.counter(definitions.TYPEORM_MODEL_ROWS_TOTAL),
    transactions: store.counter(definitions.TYPEORM_TRANSACTIONS_TOTAL),
    transactionDuration: histogram(definitions.TYPEORM_TRANSACTION_DURATION_SECONDS),
    transactionsInFlight: store.gauge(definitions.TYPEORM_TRANSACTIONS_IN_FLIGHT),
    opened: store.counter(definitions.TYPEORM_CONNECTIONS_OPENED_TOTAL),
    connectionErrors: store.counter(definitions.TYPEORM_CONNECTION_ERRORS_TOTAL),
    pool: store.gauge(definitions.TYPEORM_POOL_CONNECTIONS),
    poolMax: store.gauge(definitions.TYPEORM_POOL_CONNECTIONS_MAX),
    poolPending: store.gauge(definitions.TYPEORM_POOL_PENDING_ACQUIRES),
    acquire: histogram(definitions.TYPEORM_POOL_ACQUIRE_DURATION_SECONDS),
    migrationsApplied: store.gauge(definitions.TYPEORM_MIGRATIONS_APPLIED),
    migrationsPending: store.gauge(definitions.TYPEORM_MIGRATIONS_PENDING),
    migrationsUnknown: store.gauge(definitions.TYPEORM_MIGRATIONS_UNKNOWN),
    migrationsChecked: store.gauge(definitions.TYPEORM_MIGRATIONS_CHECKED_TIMESTAMP_SECONDS),
    cacheGets: store.counter(definitions.TYPEORM_QUERY_CACHE_GETS_TOTAL),
    cacheHits: store.counter(definitions.TYPEORM_QUERY_CACHE_HITS_TOTAL),
  };
}
