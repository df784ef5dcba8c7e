import {
  type DatabaseListener,
  type DataSourceInfo,
  type Entity,
  type PoolReading,
  type Statement,
  type StatementError,
  type StatementOperation,
} from '../../observe/database-events.js';
import { type HistogramSeries } from '../../metrics/histogram.js';
import { type MetricStore } from '../../metrics/store.js';
import { DataSourceHandles } from '../data-source-handles.js';
import { HandlesByKey } from '../handles-by-key.js';
import { type DataSourceSeries, OtelTypeOrmSeries } from './typeorm.series.js';

export interface OtelTypeOrmMetricsOptions {
  readonly durationBuckets: readonly number[];
}

type DurationsByOperation = Partial<Record<StatementOperation, HistogramSeries>>;

/** The durations of one entity, created with the first statement of each operation and outcome. */
interface EntitySeries {
  readonly dataSource: DataSourceSeries;
  readonly succeeded: DurationsByOperation;
  readonly failed: Partial<Record<StatementError, DurationsByOperation>>;
}

/**
 * The TypeORM metrics under the names of OpenTelemetry's semantic conventions, updated by each event. An application
 * without a data source has none of them.
 */
export class OtelTypeOrmMetrics implements DatabaseListener {
  private made: OtelTypeOrmSeries | undefined;
  private readonly dataSources = new DataSourceHandles(
    () => this.series,
    ({ pools }, found) => ({ ...found, pools }),
    () => this.entities.clear(),
  );
  private readonly entities = new HandlesByKey(({ dataSource }: Entity): EntitySeries => ({
    dataSource: this.dataSources.of(dataSource),
    succeeded: {},
    failed: {},
  }));

  constructor(
    private readonly store: MetricStore,
    private readonly options: OtelTypeOrmMetricsOptions,
  ) {}

  dataSourceFound(dataSource: DataSourceInfo): void {
    this.dataSources.of(dataSource);
  }

  dataSourceEnded(dataSource: DataSourceInfo): void {
    this.dataSources.ended(dataSource);
  }

  statementEnded(statement: Statement): void {
    const { entity, operation, error } = statement;
    const { succeeded, failed } = this.entities.of(entity);
    const durations = error === undefined ? succeeded : (failed[error] ??= {});
    const duration = durations[operation] ?? this.addDuration(durations, statement);
    duration?.observe(statement.durationSeconds, statement.span);
  }

  connectionAwaited(dataSource: DataSourceInfo, durationSeconds: number): void {
    this.dataSources.of(dataSource).wait.observe(durationSeconds);
  }

  dataSourceRead(dataSource: DataSourceInfo, _up: boolean, pools: readonly PoolReading[]): void {
    this.dataSources.of(dataSource).pools.read(pools);
  }

  private get series(): OtelTypeOrmSeries {
    return (this.made ??= new OtelTypeOrmSeries(this.store, this.options.durationBuckets));
  }

  private addDuration(
    durations: DurationsByOperation,
    { entity, operation, error }: Statement,
  ): HistogramSeries | undefined {
    if (!this.dataSources.isLiving(this.entities.of(entity).dataSource)) return undefined;
    return (durations[operation] = this.series.durationOf(entity, operation, error));
  }
}
