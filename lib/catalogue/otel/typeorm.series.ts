import {
  type DataSourceInfo,
  type Entity,
  type StatementError,
  type StatementOperation,
} from '../../observe/database-events.js';
import { type LabelValues, withBuckets } from '../../metrics/definition.js';
import { type HistogramSeries } from '../../metrics/histogram.js';
import { type MetricStore } from '../../metrics/store.js';
import { DataSourceSeriesFinder, type DataSourceSeriesMaker, type NamedHandles } from '../data-source-series.js';
import { PoolGauges, type PoolSeries } from '../pool-gauges.js';
import { databaseSystem } from './database-system.js';
import { DatabasesInUse } from './databases-in-use.js';
import * as definitions from './typeorm.definitions.js';

/** The handles of one data source. The waits start at zero when it is found. */
export interface DataSourceSeries extends NamedHandles {
  readonly wait: HistogramSeries;
  readonly pools: PoolGauges;
}

type StatementLabels = LabelValues<typeof definitions.DB_CLIENT_OPERATION_DURATION_SECONDS.labels>;

/** Words of SQL. The other operations stand for several words, and the event does not say for which. */
const OPERATIONS: Readonly<Record<StatementOperation, StatementLabels['db_operation_name']>> = {
  select: 'SELECT',
  insert: 'INSERT',
  update: 'UPDATE',
  delete: 'DELETE',
  ddl: '',
  transaction: '',
  other: '',
};

/** There, the schema is part of the namespace. */
const WITH_SCHEMA = ['postgresql', 'cockroachdb'];

/** The metrics of TypeORM in a store, and the series of data sources, pools and statements in them. */
export class OtelTypeOrmSeries extends DataSourceSeriesFinder implements DataSourceSeriesMaker<DataSourceSeries> {
  private readonly metrics;
  private readonly databases = new DatabasesInUse();
  /** The names of the pools that a scrape has read, by the name of their data source. */
  private readonly poolNames = new Map<string, Set<string>>();

  constructor(store: MetricStore, durationBuckets: readonly number[]) {
    super();
    this.metrics = makeMetrics(store, durationBuckets);
  }

  ofDataSource(dataSource: DataSourceInfo): DataSourceSeries {
    const { name } = dataSource;
    this.databases.add(name, databaseOf(dataSource));
    return {
      name,
      wait: this.find(dataSource, this.metrics.waits, { db_client_connection_pool_name: name }),
      pools: new PoolGauges((role) => this.ofPool(dataSource, name, role)),
    };
  }

  durationOf(
    { dataSource, table }: Entity,
    operation: StatementOperation,
    error: StatementError | undefined,
  ): HistogramSeries {
    return this.find(dataSource, this.metrics.duration, {
      ...databaseOf(dataSource),
      db_collection_name: table ?? '',
      db_operation_name: OPERATIONS[operation],
      error_type: error === 'other' ? '_OTHER' : (error ?? ''),
    });
  }

  remove(name: string): void {
    const { duration, waits, count, max, pending } = this.metrics;
    for (const database of this.databases.remove(name)) duration.remove(database);
    waits.remove({ db_client_connection_pool_name: name });
    for (const pool of this.poolNames.get(name) ?? []) {
      for (const metric of [count, max, pending]) metric.remove({ db_client_connection_pool_name: pool });
    }
    this.poolNames.delete(name);
  }

  private ofPool(dataSource: DataSourceInfo, name: string, role: string): PoolSeries {
    const { count, max, pending } = this.metrics;
    const pool = dataSource.replicated ? `${name}/${role}` : name;
    this.poolNames.set(name, (this.poolNames.get(name) ?? new Set()).add(pool));
    const labels = { db_client_connection_pool_name: pool };
    return {
      used: this.find(dataSource, count, { ...labels, db_client_connection_state: 'used' }),
      idle: this.find(dataSource, count, { ...labels, db_client_connection_state: 'idle' }),
      pending: this.find(dataSource, pending, labels),
      max: this.find(dataSource, max, labels),
    };
  }
}

function databaseOf(info: DataSourceInfo): Pick<StatementLabels, 'db_system_name' | 'db_namespace'> {
  const db_system_name = databaseSystem(info.driver);
  const parts = WITH_SCHEMA.includes(db_system_name) ? [info.database, info.schema] : [info.database];
  return { db_system_name, db_namespace: parts.filter(Boolean).join('|') };
}

function makeMetrics(store: MetricStore, durationBuckets: readonly number[]) {
  return {
    duration: store.histogram(withBuckets(definitions.DB_CLIENT_OPERATION_DURATION_SECONDS, durationBuckets)),
    count: store.gauge(definitions.DB_CLIENT_CONNECTION_COUNT),
    max: store.gauge(definitions.DB_CLIENT_CONNECTION_MAX),
    pending: store.gauge(definitions.DB_CLIENT_CONNECTION_PENDING_REQUESTS),
    waits: store.histogram(withBuckets(definitions.DB_CLIENT_CONNECTION_WAIT_TIME_SECONDS, durationBuckets)),
  };
}
