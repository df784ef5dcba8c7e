import {
  type ConnectionError,
  type DatabaseListener,
  type DataSourceInfo,
  type Entity,
  type MigrationsReading,
  type PoolReading,
  type RowOperation,
  type Statement,
  type StatementOperation,
  type TransactionOutcome,
} from '../../observe/database-events.js';
import { type HistogramSeries } from '../../metrics/histogram.js';
import { type MetricStore } from '../../metrics/store.js';
import { DataSourceHandles } from '../data-source-handles.js';
import { HandlesByKey } from '../handles-by-key.js';
import {
  type DataSourceSeries,
  type EntitySeries,
  type TypeOrmMetricsOptions,
  TypeOrmSeries,
} from './typeorm.series.js';

/**
 * The TypeORM metrics under Nest's names, updated by each event. An application without a data source has none of them.
 */
export class TypeOrmMetrics implements DatabaseListener {
  private made: TypeOrmSeries | undefined;
  private readonly dataSources = new DataSourceHandles(
    () => this.series,
    unfolded,
    () => this.entities.clear(),
  );
  private readonly entities = new HandlesByKey((entity: Entity) => this.addEntity(entity));

  constructor(
    private readonly store: MetricStore,
    private readonly options: TypeOrmMetricsOptions,
  ) {}

  dataSourceFound(dataSource: DataSourceInfo): void {
    this.dataSources.of(dataSource).up.set(0);
  }

  dataSourceEnded(dataSource: DataSourceInfo): void {
    this.dataSources.ended(dataSource);
  }

  entitiesKnown(entities: readonly Entity[]): void {
    for (const entity of entities) this.entities.of(entity);
  }

  statementStarted({ entity }: Statement): void {
    this.entities.of(entity).dataSource.inFlight.inc();
  }

  statementEnded({ entity, operation, durationSeconds, error, span }: Statement): void {
    const { dataSource, durations } = this.entities.of(entity);
    dataSource.inFlight.dec();
    (durations[operation] ?? this.addDuration(entity, operation))?.observe(durationSeconds, span);
    if (error !== undefined) dataSource.errors[operation][error].inc();
  }

  rowsCommitted(entity: Entity, operation: RowOperation, rows: number): void {
    this.entities.of(entity).rows?.[operation].inc(rows);
  }

  transactionStarted(dataSource: DataSourceInfo): void {
    this.dataSources.of(dataSource).transactionsInFlight.inc();
  }

  transactionEnded(dataSource: DataSourceInfo, outcome: TransactionOutcome, durationSeconds: number): void {
    const series = this.dataSources.of(dataSource);
    series.transactionsInFlight.dec();
    series.transactions[outcome].inc();
    series.transactionDuration[outcome].observe(durationSeconds);
  }

  connectionsOpened(dataSource: DataSourceInfo, connections: number): void {
    this.dataSources.of(dataSource).opened.inc(connections);
  }

  connectionFailed(dataSource: DataSourceInfo, error: ConnectionError): void {
    this.dataSources.of(dataSource).connectionErrors[error].inc();
  }

  connectionAwaited(dataSource: DataSourceInfo, durationSeconds: number): void {
    this.dataSources.of(dataSource).acquire.observe(durationSeconds);
  }

  queryCacheAsked(dataSource: DataSourceInfo): void {
    this.dataSources.of(dataSource).cacheGets.inc();
  }

  queryCacheHit(dataSource: DataSourceInfo): void {
    this.dataSources.of(dataSource).cacheHits.inc();
  }

  migrationsChecked(dataSource: DataSourceInfo, { applied, pending, unknown }: MigrationsReading): void {
    if (!this.dataSources.isLiving(this.dataSources.of(dataSource))) return;
    const series = this.series.ofMigrations(dataSource);
    series.applied.set(applied);
    series.pending.set(pending);
    series.unknown.set(unknown);
    series.checked.set(Date.now() / 1000);
  }

  dataSourceRead(dataSource: DataSourceInfo, up: boolean, pools: readonly PoolReading[]): void {
    const series = this.dataSources.of(dataSource);
    series.up.set(up ? 1 : 0);
    series.pools.read(pools);
  }

  private get series(): TypeOrmSeries {
    return (this.made ??= new TypeOrmSeries(this.store, this.options));
  }

  private addEntity(entity: Entity): EntitySeries {
    const dataSource = this.dataSources.of(entity.dataSource);
    const rows = this.dataSources.isLiving(dataSource) ? this.series.rowsOf(entity) : undefined;
    return { dataSource, durations: {}, rows };
  }

  private addDuration(entity: Entity, operation: StatementOperation): HistogramSeries | undefined {
    const { dataSource, durations } = this.entities.of(entity);
    if (!this.dataSources.isLiving(dataSource)) return undefined;
    return (durations[operation] = this.series.durationOf(entity, operation));
  }
}

/**
 * In-flight gauges keep their series, because each increment needs its decrement there. Other gauges are set at the
 * next scrape.
 */
function unfolded(former: DataSourceSeries, found: DataSourceSeries): DataSourceSeries {
  if (found.up !== former.up) for (const { up } of [former, found]) up.unset();
  const { inFlight, transactionsInFlight, pools } = former;
  return { ...found, inFlight, transactionsInFlight, pools };
}
