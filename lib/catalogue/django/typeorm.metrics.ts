import {
  type ConnectionError,
  type DatabaseListener,
  type DataSourceInfo,
  type Entity,
  type MigrationsReading,
  type RowOperation,
  type Statement,
} from '../../observe/database-events.js';
import { type MetricStore } from '../../metrics/store.js';
import { DataSourceHandles } from '../data-source-handles.js';
import { HandlesByKey } from '../handles-by-key.js';
import { type CountedModels, modelLabel } from '../model-label.js';
import { djangoError } from './statement-errors.js';
import { DjangoTypeOrmSeries, type ModelSeries } from './typeorm.series.js';

export interface DjangoTypeOrmMetricsOptions {
  readonly models: CountedModels;
}

/**
 * The TypeORM metrics under django-prometheus' names, updated by each event. An application without a data source has
 * none of them.
 */
export class DjangoTypeOrmMetrics implements DatabaseListener {
  private made: DjangoTypeOrmSeries | undefined;
  private readonly dataSources = new DataSourceHandles(
    () => this.series,
    (_former, found) => found,
    () => this.entities.clear(),
  );
  private readonly entities = new HandlesByKey((entity: Entity) => ({
    dataSource: this.dataSources.of(entity.dataSource),
    rows: this.rowsOf(entity),
  }));

  constructor(
    private readonly store: MetricStore,
    private readonly options: DjangoTypeOrmMetricsOptions,
  ) {}

  dataSourceFound(dataSource: DataSourceInfo): void {
    this.dataSources.of(dataSource);
  }

  dataSourceEnded(dataSource: DataSourceInfo): void {
    this.dataSources.ended(dataSource);
  }

  entitiesKnown(entities: readonly Entity[]): void {
    for (const entity of entities) this.entities.of(entity);
  }

  statementStarted({ entity, valueSets }: Statement): void {
    const { executed, executedMany } = this.entities.of(entity).dataSource;
    executed.inc(valueSets);
    if (valueSets > 1) executedMany.inc(valueSets);
  }

  statementEnded({ entity, durationSeconds, error, span }: Statement): void {
    const { duration, errors, vendor } = this.entities.of(entity).dataSource;
    duration.observe(durationSeconds, span);
    if (error !== undefined) errors[djangoError(error, vendor)].inc();
  }

  rowsCommitted(entity: Entity, operation: RowOperation, rows: number): void {
    this.entities.of(entity).rows?.[operation].inc(rows);
  }

  connectionsOpened(dataSource: DataSourceInfo, connections: number): void {
    this.dataSources.of(dataSource).connections.inc(connections);
  }

  /** A connection that broke while it was idle was opened and counted before. */
  connectionFailed(dataSource: DataSourceInfo, error: ConnectionError): void {
    if (error === 'lost') return;
    const { connections, connectionErrors } = this.dataSources.of(dataSource);
    connections.inc();
    connectionErrors.inc();
  }

  migrationsChecked(dataSource: DataSourceInfo, { applied, pending, unknown }: MigrationsReading): void {
    if (!this.dataSources.isLiving(this.dataSources.of(dataSource))) return;
    const series = this.series.ofMigrations(dataSource);
    series.applied.set(applied + unknown);
    series.unapplied.set(pending);
  }

  private get series(): DjangoTypeOrmSeries {
    return (this.made ??= new DjangoTypeOrmSeries(this.store));
  }

  private rowsOf(entity: Entity): ModelSeries | undefined {
    const model = modelLabel(entity, this.options.models);
    return model === undefined ? undefined : this.series.ofModel(entity.dataSource, model);
  }
}
