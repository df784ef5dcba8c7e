import { DataSource, type DataSourceOptions } from 'typeorm';
import { ENTITIES } from './kennel-entities.js';

/** A data source of its own, on SQLite in memory, with the entities of the kennel. */
export function memoryDataSource(options: Partial<DataSourceOptions> = {}): DataSource {
  const memory = { type: 'better-sqlite3', database: ':memory:', entities: ENTITIES, synchronize: true };
  return new DataSource({ ...memory, ...options } as DataSourceOptions);
}
