import { type MigrationsReading } from '../../database-events.js';
import { quietRunner } from './quiet-runner.js';
import { type DataSourceLike, type QueryRunnerLike } from '../typeorm-types.js';

/** What we use of the builder of a SELECT. */
interface SelectBuilder {
  select(): SelectBuilder;
  from(table: string, alias: string): SelectBuilder;
  getRawMany(): Promise<readonly { readonly name?: unknown }[]>;
}

/**
 * Compares the migrations of the code with the table of the executed ones, by name. It only reads: TypeORM's own
 * `showMigrations()`, and before 0.3.29 its executor, create the table.
 *
 * @errors rejects when the database cannot be asked
 */
export async function readMigrations(dataSource: DataSourceLike, signal: AbortSignal): Promise<MigrationsReading> {
  const inCode = new Set(dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name));
  const executed = await executedMigrations(dataSource, signal);
  const applied = executed.filter((name) => inCode.has(name)).length;
  return { applied, pending: inCode.size - applied, unknown: executed.length - applied };
}

async function executedMigrations(dataSource: DataSourceLike, signal: AbortSignal): Promise<readonly string[]> {
  const { driver, options } = dataSource;
  const name = options.migrationsTableName ?? 'migrations';
  const table = driver.buildTableName(name, driver.options.schema, driver.database);
  const runner = quietRunner(dataSource);
  try {
    if (!(await runner.hasTable(table))) return [];
    // The wait for a connection was too long: what it was wanted for is over.
    signal.throwIfAborted();
    const rows = await select(dataSource, runner).select().from(table, name).getRawMany();
    return [...new Set(rows.map(nameOf))];
  } finally {
    await runner.release();
  }
}

function select(dataSource: DataSourceLike, runner: QueryRunnerLike): SelectBuilder {
  return dataSource.createQueryBuilder(runner) as unknown as SelectBuilder;
}

function nameOf({ name }: { readonly name?: unknown }): string {
  if (typeof name !== 'string') throw new TypeError('The table of the migrations has no names: it is another table.');
  return name;
}
