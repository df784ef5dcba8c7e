import { DataSource, type DataSourceOptions, MigrationExecutor } from 'typeorm';

/**
 * Connects, and executes all migrations but the last ones, as after a release whose last migration was forgotten:
 * `typeorm_migrations_pending` is their number. A real application would set `migrationsRun` instead.
 *
 * @param forgotten how many are left out, unless they have been executed before
 */
export async function migratedDataSource(options: DataSourceOptions, forgotten: number): Promise<DataSource> {
  const dataSource = await new DataSource(options).initialize();
  try {
    await migrate(dataSource, forgotten);
    return dataSource;
  } catch (error) {
    // Nest retries with another data source, and nothing else would close this one.
    await dataSource.destroy();
    throw error;
  }
}

async function migrate(dataSource: DataSource, forgotten: number): Promise<void> {
  const executor = new MigrationExecutor(dataSource);
  const pending = await executor.getPendingMigrations();
  for (const migration of pending.slice(0, pending.length - forgotten)) {
    await executor.executeMigration(migration);
  }
}
