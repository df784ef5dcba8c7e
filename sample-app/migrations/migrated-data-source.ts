import { DataSource, type DataSourceOptions, MigrationExecutor } from 'typeorm';

/**
 * Connects, and executes all pending migrations but the last, as after a release whose last migration was forgotten. So
 * `typeorm_migrations_pending` is 1. A real application would set `migrationsRun` instead.
 */
export async function migratedDataSource(options: DataSourceOptions): Promise<DataSource> {
  const dataSource = await new DataSource(options).initialize();
  try {
    await migrateAllButTheLast(dataSource);
    return dataSource;
  } catch (error) {
    // Nest retries with another data source, and nothing else would close this one.
    await dataSource.destroy();
    throw error;
  }
}

async function migrateAllButTheLast(dataSource: DataSource): Promise<void> {
  const executor = new MigrationExecutor(dataSource);
  const pending = await executor.getPendingMigrations();
  for (const migration of pending.slice(0, -1)) {
    await executor.executeMigration(migration);
  }
}
