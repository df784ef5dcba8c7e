import { type DataSourceInfo, type RowOperation } from '../../observe/database-events.js';
import { type CounterSeries } from '../../metrics/counter.js';
import { type GaugeSeries } from '../../metrics/gauge.js';
import { type HistogramSeries } from '../../metrics/histogram.js';
import { type MetricStore } from '../../metrics/store.js';
import { DataSourceSeriesFinder, type DataSourceSeriesMaker, type NamedHandles } from '../data-source-series.js';
import { recordOf } from '../record-of.js';
import { DJANGO_ERRORS, type DjangoError } from './statement-errors.js';
import * as definitions from './typeorm.definitions.js';
import { vendorOf } from './vendors.js';

/** The handles of one data source. They start at zero when it is found. */
export interface DataSourceSeries extends NamedHandles {
  readonly vendor: string;
  readonly connections: CounterSeries;
  readonly connectionErrors: CounterSeries;
  readonly executed: CounterSeries;
  readonly executedMany: CounterSeries;
  readonly errors: Readonly<Record<DjangoError, CounterSeries>>;
  readonly duration: HistogramSeries;
}

export interface MigrationSeries {
  readonly applied: GaugeSeries;
  readonly unapplied: GaugeSeries;
}

/** The handle of each operation on the rows of a model. */
export type ModelSeries = Readonly<Record<RowOperation, CounterSeries>>;

/** The metrics of TypeORM in a store, and the series of each data source and model in them. */
export class DjangoTypeOrmSeries extends DataSourceSeriesFinder implements DataSourceSeriesMaker<DataSourceSeries> {
  private readonly byDatabase;
  private readonly byConnection;
  private readonly byModel;

  constructor(store: MetricStore) {
    super();
    this.byDatabase = {
      connections: store.counter(definitions.DJANGO_DB_NEW_CONNECTIONS_TOTAL),
      connectionErrors: store.counter(definitions.DJANGO_DB_NEW_CONNECTION_ERRORS_TOTAL),
      executed: store.counter(definitions.DJANGO_DB_EXECUTE_TOTAL),
      executedMany: store.counter(definitions.DJANGO_DB_EXECUTE_MANY_TOTAL),
      errors: store.counter(definitions.DJANGO_DB_ERRORS_TOTAL),
      duration: store.histogram(definitions.DJANGO_DB_QUERY_DURATION_SECONDS),
    };
    this.byModel = {
      inserts: store.counter(definitions.DJANGO_MODEL_INSERTS_TOTAL),
      updates: store.counter(definitions.DJANGO_MODEL_UPDATES_TOTAL),
      deletes: store.counter(definitions.DJANGO_MODEL_DELETES_TOTAL),
    };
    this.byConnection = {
      applied: store.gauge(definitions.DJANGO_MIGRATIONS_APPLIED_TOTAL),
      unapplied: store.gauge(definitions.DJANGO_MIGRATIONS_UNAPPLIED_TOTAL),
    };
  }

  ofDataSource(dataSource: DataSourceInfo): DataSourceSeries {
    const { connections, connectionErrors, executed, executedMany, errors, duration } = this.byDatabase;
    const { name, driver } = dataSource;
    const vendor = vendorOf(driver);
    const labels = { alias: name, vendor };
    return {
      name,
      vendor,
      connections: this.find(dataSource, connections, labels),
      connectionErrors: this.find(dataSource, connectionErrors, labels),
      executed: this.find(dataSource, executed, labels),
      executedMany: this.find(dataSource, executedMany, labels),
      errors: recordOf(DJANGO_ERRORS, (type) => this.find(dataSource, errors, { ...labels, type })),
      duration: this.find(dataSource, duration, labels),
    };
  }

  /** Series of models stay: data sources share them, and the classes of the application bound them. */
  remove(name: string): void {
    for (const metric of Object.values(this.byDatabase)) metric.remove({ alias: name });
    for (const metric of Object.values(this.byConnection)) metric.remove({ connection: name });
  }

  ofMigrations(dataSource: DataSourceInfo): MigrationSeries {
    const labels = { connection: dataSource.name };
    return {
      applied: this.find(dataSource, this.byConnection.applied, labels),
      unapplied: this.find(dataSource, this.byConnection.unapplied, labels),
    };
  }

  /** Rows of an upsert are inserts, and those of a soft delete and a restore updates. */
  ofModel(dataSource: DataSourceInfo, model: string): ModelSeries {
    const inserts = this.find(dataSource, this.byModel.inserts, { model });
    const updates = this.find(dataSource, this.byModel.updates, { model });
    const deletes = this.find(dataSource, this.byModel.deletes, { model });
    return {
      insert: inserts,
      upsert: inserts,
      update: updates,
      soft_delete: updates,
      restore: updates,
      delete: deletes,
    };
  }
}
