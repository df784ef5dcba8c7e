import {
  CONNECTION_ERRORS,
  type ConnectionError,
  type DataSourceInfo,
  type Entity,
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
import { type LabelDefinitions, withBuckets } from '../../metrics/definition.js';
import { type GaugeSeries } from '../../metrics/gauge.js';
import { type HistogramSeries } from '../../metrics/histogram.js';
import { type MetricStore } from '../../metrics/store.js';
import { DataSourceSeriesFinder, type DataSourceSeriesMaker, type NamedHandles } from '../data-source-series.js';
import { type CountedModels, modelLabel } from '../model-label.js';
import { PoolGauges, type PoolSeries } from '../pool-gauges.js';
import { recordOf } from '../record-of.js';
import * as definitions from './typeorm.definitions.js';

export interface TypeOrmMetricsOptions {
  readonly models: CountedModels;
  readonly durationBuckets: readonly number[];
}

/** The handles of one data source. They start at zero when it is found. */
export interface DataSourceSeries extends NamedHandles {
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
  readonly pools: PoolGauges;
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
export class TypeOrmSeries extends DataSourceSeriesFinder implements DataSourceSeriesMaker<DataSourceSeries> {
  private readonly metrics;

  constructor(
    store: MetricStore,
    private readonly options: TypeOrmMetricsOptions,
  ) {
    super();
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
      errors: recordOf(STATEMENT_OPERATIONS, (operation) =>
        recordOf(STATEMENT_ERRORS, (error_type) =>
          this.find(dataSource, metrics.errors, { ...labels, operation, error_type }),
        ),
      ),
      transactionsInFlight: this.find(dataSource, metrics.transactionsInFlight, labels),
      transactions: recordOf(TRANSACTION_OUTCOMES, (outcome) =>
        this.find(dataSource, metrics.transactions, { ...labels, outcome }),
      ),
      transactionDuration: recordOf(TRANSACTION_OUTCOMES, (outcome) =>
        this.find(dataSource, metrics.transactionDuration, { ...labels, outcome }),
      ),
      opened: this.find(dataSource, metrics.opened, labels),
      connectionErrors: recordOf(CONNECTION_ERRORS, (error_type) =>
        this.find(dataSource, metrics.connectionErrors, { ...labels, error_type }),
      ),
      acquire: this.find(dataSource, metrics.acquire, labels),
      cacheGets: this.find(dataSource, metrics.cacheGets, labels),
      cacheHits: this.find(dataSource, metrics.cacheHits, labels),
      pools: new PoolGauges((role) => this.ofPool(dataSource, role)),
    };
  }

  remove(name: string): void {
    for (const metric of Object.values(this.metrics)) metric.remove({ data_source: name });
  }

  private ofPool(dataSource: DataSourceInfo, role: string): PoolSeries {
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

  rowsOf(entity: Entity): EntitySeries['rows'] {
    const { dataSource } = entity;
    const model = modelLabel(entity, this.options.models);
    if (model === undefined) return undefined;
    return recordOf(ROW_OPERATIONS, (operation) =>
      this.find(dataSource, this.metrics.rows, { ...labelsOf(dataSource), model, operation }),
    );
  }
}

function labelsOf({ name }: DataSourceInfo): { data_source: string } {
  return { data_source: name };
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
