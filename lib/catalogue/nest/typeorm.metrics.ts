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
  private readonly dataSources = new HandlesByKey((dataSource: DataSourceInfo) => this.addDataSource(dataSource));
  private readonly entities = new HandlesByKey((entity: Entity) => this.addEntity(entity));
  /**
   * Data sources that have not ended, by the name in their label. Several can share a name, and with it their series.
   */
  private readonly living = new Map<string, Set<DataSourceInfo>>();
  /** Data sources with at least one label set folded into `_overflow`. */
  private readonly folded = new Set<DataSourceInfo>();
  /** The value of `series.folded` at the last `lookAgain()`. */
  private foldedBefore = 0;

  constructor(
    private readonly store: MetricStore,
    private readonly options: TypeOrmMetricsOptions,
  ) {}

  dataSourceFound(dataSource: DataSourceInfo): void {
    this.dataSources.of(dataSource).up.set(0);
  }

  dataSourceEnded(dataSource: DataSourceInfo): void {
    const { name } = this.dataSources.of(dataSource);
    this.folded.delete(dataSource);
    const living = this.living.get(name);
    living?.delete(dataSource);
    if (living?.size !== 0) return;
    this.living.delete(name);
    this.series.remove(name);
    this.lookAgain();
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
    if (!this.isLiving(this.dataSources.of(dataSource))) return;
    const series = this.series.ofMigrations(dataSource);
    series.applied.set(applied);
    series.pending.set(pending);
    series.unknown.set(unknown);
    series.checked.set(Date.now() / 1000);
  }

  /** The gauges of pools that no longer exist become 0. */
  dataSourceRead(dataSource: DataSourceInfo, up: boolean, pools: readonly PoolReading[]): void {
    const series = this.dataSources.of(dataSource);
    series.up.set(up ? 1 : 0);
    for (const { used, idle, pending } of series.pools.values()) {
      for (const gauge of [used, idle, pending]) gauge.set(0);
    }
    for (const pool of pools) this.poolRead(dataSource, series, pool);
  }

  private poolRead(dataSource: DataSourceInfo, { pools }: DataSourceSeries, reading: PoolReading): void {
    const { role, used, idle, pending, max } = reading;
    const series = pools.get(role) ?? this.series.ofPool(dataSource, role);
    pools.set(role, series);
    series.used.set(used);
    series.idle.set(idle);
    series.pending.set(pending);
    if (max === undefined) series.max.unset();
    else series.max.set(max);
  }

  private get series(): TypeOrmSeries {
    return (this.made ??= new TypeOrmSeries(this.store, this.options));
  }

  private addDataSource(dataSource: DataSourceInfo): DataSourceSeries {
    const found = this.find(dataSource);
    const others = this.living.get(found.name);
    if (others === undefined) this.living.set(found.name, new Set([dataSource]));
    else others.add(dataSource);
    return found;
  }

  private find(dataSource: DataSourceInfo): DataSourceSeries {
    const { folded } = this.series;
    const found = this.series.ofDataSource(dataSource);
    if (this.series.folded > folded) this.folded.add(dataSource);
    return found;
  }

  /**
   * After a data source ended, label sets folded into `_overflow` may fit into the budget. Entities get new handles
   * when they are used next. Data sources get new handles until one does not fit, so that the cost of a removal does
   * not grow with the number of data sources.
   */
  private lookAgain(): void {
    if (this.series.folded === this.foldedBefore) return;
    this.foldedBefore = this.series.folded;
    this.entities.clear();
    for (const dataSource of this.folded) {
      this.folded.delete(dataSource);
      this.dataSources.replace(dataSource, unfolded(this.dataSources.of(dataSource), this.find(dataSource)));
      if (this.folded.has(dataSource)) return;
    }
  }

  private addEntity(entity: Entity): EntitySeries {
    const dataSource = this.dataSources.of(entity.dataSource);
    const rows = this.isLiving(dataSource) ? this.series.rowsOf(entity) : undefined;
    return { dataSource, durations: {}, rows };
  }

  private addDuration(entity: Entity, operation: StatementOperation): HistogramSeries | undefined {
    const { dataSource, durations } = this.entities.of(entity);
    if (!this.isLiving(dataSource)) return undefined;
    return (durations[operation] = this.series.durationOf(entity, operation));
  }

  /** Statements and transactions that end after their data source was removed must not create new series for it. */
  private isLiving({ name }: DataSourceSeries): boolean {
    return this.living.has(name);
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
