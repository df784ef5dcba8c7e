import { DataSource, type DataSourceOptions } from 'typeorm';
import { ENTITIES } from './kennel-entities.js';
import { SQLITE_IN_MEMORY } from './sqlite.js';

/** A data source of its own, on SQLite in memory, with the entities of the kennel. */
export function memoryDataSource(options: Partial<DataSourceOptions> = {}): DataSource {
  return new DataSource({
    ...SQLITE_IN_MEMORY,
    entities: ENTITIES,
    synchronize: true,
    ...options,
  } as DataSourceOptions);
}
