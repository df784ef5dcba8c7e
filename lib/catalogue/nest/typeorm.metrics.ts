import {
  CONNECTION_ERRORS,
  type ConnectionError,
  type DatabaseListener,
  type DataSourceInfo,
  type Entity,
  type MigrationsReading,
  NO_ENTITY,
  type PoolReading,
  ROW_OPERATIONS,
  type RowOperation,
  type Statement,
  STATEMENT_ERRORS,
  STATEMENT_OPERATIONS,
  type StatementOperation,
  TRANSACTION_OUTCOMES,
  type TransactionOutcome,
} from '../../observe/database-events.js';
import { type CounterSeries } from '../../metrics/counter.js';
import { withBuckets } from '../../metrics/definition.js';
import { type GaugeSeries } from '../../metrics/gauge.js';
import { type HistogramSeries } from '../../metrics/histogram.js';
import { type MetricStore } from '../../metrics/store.js';
import * as definitions from './typeorm.definitions.js';

export interface TypeOrmMetricsOptions {
  /** Whose rows are counted: entities with `@ExportModelOperations`, or all. */
  readonly models: 'decorated' | 'all';
  readonly durationBuckets: readonly number[];
}

/** The handles of one data source. */
interface DataSourceSeries {
  readonly inFlight: GaugeSeries;
  readonly transactionsInFlight: GaugeSeries;
  readonly acquire: HistogramSeries;
  readonly opened: CounterSeries;
  readonly cacheGets: CounterSeries;
  readonly cacheHits: CounterSeries;
  readonly up: GaugeSeries;
  /** Those that a scrape has seen. */
  readonly pools: Map<string, PoolSeries>;
}

interface PoolSeries {
  readonly used: GaugeSeries;
  readonly idle: GaugeSeries;
  readonly pending: GaugeSeries;
  readonly max: GaugeSeries;
}

/** The handles of one entity, found once and kept for every statement. */
interface EntitySeries {
  readonly inFlight: GaugeSeries;
  readonly durations: Partial<Record<StatementOperation, HistogramSeries>>;
  /** Undefined when its rows are not counted. */
  readonly rows: Readonly<Record<RowOperation, CounterSeries>> | undefined;
}

/** The TypeORM metrics under Nest's names: what each event adds. An application without a data source has none. */
export class TypeOrmMetrics implements DatabaseListener {
  private made: ReturnType<typeof makeMetrics> | undefined;
  private readonly byDataSource = new WeakMap<DataSourceInfo, DataSourceSeries>();
  private readonly byEntity = new WeakMap<Entity, EntitySeries>();

  constructor(
    private readonly store: MetricStore,
    private readonly options: TypeOrmMetricsOptions,
  ) {}

  dataSourceFound(dataSource: DataSourceInfo): void {
    const labels = labelsOf(dataSource);
    this.seriesOf(dataSource).up.set(0);
    this.metrics.info
      .known({ ...labels, driver: dataSource.driver, replicated: dataSource.replicated ? 'true' : 'false' })
      .set(1);
    for (const error_type of CONNECTION_ERRORS) this.metrics.connectionErrors.known({ ...labels, error_type });
    for (const outcome of TRANSACTION_OUTCOMES) {
      this.metrics.transactions.known({ ...labels, outcome });
      this.metrics.transactionDuration.known({ ...labels, outcome });
    }
    for (const operation of STATEMENT_OPERATIONS) {
      for (const error_type of STATEMENT_ERRORS) this.metrics.errors.known({ ...labels, operation, error_type });
    }
  }

  entitiesKnown(entities: readonly Entity[]): void {
    for (const entity of entities) this.seriesOfEntity(entity);
  }

  statementStarted({ entity }: Statement): void {
    this.seriesOfEntity(entity).inFlight.inc();
  }

  statementEnded({ entity, operation, durationSeconds, error }: Statement): void {
    const series = this.seriesOfEntity(entity);
    series.inFlight.dec();
    (series.durations[operation] ??= this.addDuration(entity, operation)).observe(durationSeconds);
    if (error === undefined) return;
    this.metrics.errors.labels({ ...labelsOf(entity.dataSource), operation, error_type: error }).inc();
  }

  rowsCommitted(entity: Entity, operation: RowOperation, rows: number): void {
    this.seriesOfEntity(entity).rows?.[operation].inc(rows);
  }

  transactionStarted(dataSource: DataSourceInfo): void {
    this.seriesOf(dataSource).transactionsInFlight.inc();
  }

  transactionEnded(dataSource: DataSourceInfo, outcome: TransactionOutcome, durationSeconds: number): void {
    const labels = { ...labelsOf(dataSource), outcome };
    this.seriesOf(dataSource).transactionsInFlight.dec();
    this.metrics.transactions.known(labels).inc();
    this.metrics.transactionDuration.known(labels).observe(durationSeconds);
  }

  connectionsOpened(dataSource: DataSourceInfo, connections: number): void {
    this.seriesOf(dataSource).opened.inc(connections);
  }

  connectionFailed(dataSource: DataSourceInfo, error_type: ConnectionError): void {
    this.metrics.connectionErrors.known({ ...labelsOf(dataSource), error_type }).inc();
  }

  connectionAwaited(dataSource: DataSourceInfo, durationSeconds: number): void {
    this.seriesOf(dataSource).acquire.observe(durationSeconds);
  }

  queryCacheAsked(dataSource: DataSourceInfo): void {
    this.seriesOf(dataSource).cacheGets.inc();
  }

  queryCacheHit(dataSource: DataSourceInfo): void {
    this.seriesOf(dataSource).cacheHits.inc();
  }

  migrationsChecked(dataSource: DataSourceInfo, { applied, pending, unknown }: MigrationsReading): void {
    const labels = labelsOf(dataSource);
    this.metrics.migrationsApplied.known(labels).set(applied);
    this.metrics.migrationsPending.known(labels).set(pending);
    this.metrics.migrationsUnknown.known(labels).set(unknown);
    this.metrics.migrationsChecked.known(labels).set(Date.now() / 1000);
  }

  /** Pools that are gone have no connections any more. */
  dataSourceRead(dataSource: DataSourceInfo, up: boolean, pools: readonly PoolReading[]): void {
    const series = this.seriesOf(dataSource);
    series.up.set(up ? 1 : 0);
    for (const { used, idle, pending } of series.pools.values())
      for (const gauge of [used, idle, pending]) gauge.set(0);
    for (const pool of pools) this.poolRead(dataSource, series, pool);
  }

  private poolRead(dataSource: DataSourceInfo, { pools }: DataSourceSeries, reading: PoolReading): void {
    const { role, used, idle, pending, max } = reading;
    const series = pools.get(role) ?? this.addPool(dataSource, role);
    pools.set(role, series);
    series.used.set(used);
    series.idle.set(idle);
    series.pending.set(pending);
    if (max === undefined) series.max.unset();
    else series.max.set(max);
  }

  private get metrics(): ReturnType<typeof makeMetrics> {
    return (this.made ??= makeMetrics(this.store, this.options.durationBuckets));
  }

  private rowsOf({ dataSource, name, model }: Entity): EntitySeries['rows'] {
    const label = this.options.models === 'all' && name !== NO_ENTITY ? (model ?? name) : model;
    if (label === undefined) return undefined;
    const of = (operation: RowOperation) =>
      this.metrics.rows.known({ ...labelsOf(dataSource), model: label, operation });
    return Object.fromEntries(ROW_OPERATIONS.map((operation) => [operation, of(operation)])) as EntitySeries['rows'];
  }

  private seriesOf(dataSource: DataSourceInfo): DataSourceSeries {
    const known = this.byDataSource.get(dataSource);
    if (known !== undefined) return known;
    const labels = labelsOf(dataSource);
    const series = {
      inFlight: this.metrics.inFlight.known(labels),
      transactionsInFlight: this.metrics.transactionsInFlight.known(labels),
      acquire: this.metrics.acquire.known(labels),
      opened: this.metrics.opened.known(labels),
      cacheGets: this.metrics.cacheGets.known(labels),
      cacheHits: this.metrics.cacheHits.known(labels),
      up: this.metrics.up.known(labels),
      pools: new Map<string, PoolSeries>(),
    };
    this.byDataSource.set(dataSource, series);
    return series;
  }

  private seriesOfEntity(entity: Entity): EntitySeries {
    const known = this.byEntity.get(entity);
    if (known !== undefined) return known;
    const series = { inFlight: this.seriesOf(entity.dataSource).inFlight, durations: {}, rows: this.rowsOf(entity) };
    this.byEntity.set(entity, series);
    return series;
  }

  private addDuration({ dataSource, name }: Entity, operation: StatementOperation): HistogramSeries {
    return this.metrics.duration.labels({ ...labelsOf(dataSource), operation, entity: name });
  }

  private addPool(dataSource: DataSourceInfo, role: string): PoolSeries {
    const labels = { ...labelsOf(dataSource), role };
    return {
      used: this.metrics.pool.known({ ...labels, state: 'used' }),
      idle: this.metrics.pool.known({ ...labels, state: 'idle' }),
      pending: this.metrics.poolPending.known(labels),
      max: this.metrics.poolMax.known(labels),
    };
  }
}

function makeMetrics(store: MetricStore, durationBuckets: readonly number[]) {
  return {
    info: store.gauge(definitions.TYPEORM_DATA_SOURCE_INFO),
    up: store.gauge(definitions.TYPEORM_DATA_SOURCE_UP),
    duration: store.histogram(withBuckets(definitions.TYPEORM_QUERY_DURATION_SECONDS, durationBuckets)),
    errors: store.counter(definitions.TYPEORM_QUERY_ERRORS_TOTAL),
    inFlight: store.gauge(definitions.TYPEORM_QUERIES_IN_FLIGHT),
    rows: store.counter(definitions.TYPEORM_MODEL_ROWS_TOTAL),
    transactions: store.counter(definitions.TYPEORM_TRANSACTIONS_TOTAL),
    transactionDuration: store.histogram(
      withBuckets(definitions.TYPEORM_TRANSACTION_DURATION_SECONDS, durationBuckets),
    ),
    transactionsInFlight: store.gauge(definitions.TYPEORM_TRANSACTIONS_IN_FLIGHT),
    opened: store.counter(definitions.TYPEORM_CONNECTIONS_OPENED_TOTAL),
    connectionErrors: store.counter(definitions.TYPEORM_CONNECTION_ERRORS_TOTAL),
    pool: store.gauge(definitions.TYPEORM_POOL_CONNECTIONS),
    poolMax: store.gauge(definitions.TYPEORM_POOL_CONNECTIONS_MAX),
    poolPending: store.gauge(definitions.TYPEORM_POOL_PENDING_ACQUIRES),
    acquire: store.histogram(withBuckets(definitions.TYPEORM_POOL_ACQUIRE_DURATION_SECONDS, durationBuckets)),
    migrationsApplied: store.gauge(definitions.TYPEORM_MIGRATIONS_APPLIED),
    migrationsPending: store.gauge(definitions.TYPEORM_MIGRATIONS_PENDING),
    migrationsUnknown: store.gauge(definitions.TYPEORM_MIGRATIONS_UNKNOWN),
    migrationsChecked: store.gauge(definitions.TYPEORM_MIGRATIONS_CHECKED_TIMESTAMP_SECONDS),
    cacheGets: store.counter(definitions.TYPEORM_QUERY_CACHE_GETS_TOTAL),
    cacheHits: store.counter(definitions.TYPEORM_QUERY_CACHE_HITS_TOTAL),
  };
}

function labelsOf({ name }: DataSourceInfo): { data_source: string } {
  return { data_source: name };
}
