import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DataSource, type DataSourceOptions } from 'typeorm';
import { describe } from 'vitest';
import { MariadbServer } from '../mariadb-server.js';
import { onProcessEnd } from '../on-process-end.js';
import { PostgresServer } from '../postgres-server.js';
import { needs, type ServiceName } from '../services.js';
import { type Row, type SqlConnection } from '../sql-connection.js';
import { RUNS_BETTER_SQLITE3 } from '../sqlite.js';

export const DRIVERS = ['better-sqlite3', 'sqljs', 'postgres', 'mysql', 'mariadb'] as const;
export type DriverName = (typeof DRIVERS)[number];

/** What a driver's tests need to be installed. */
const SERVICE_OF: Readonly<Record<DriverName, readonly ServiceName[]>> = {
  'better-sqlite3': [],
  sqljs: [],
  postgres: ['postgres'],
  // There is no MySQL in Debian; MariaDB speaks its protocol.
  mysql: ['mariadb'],
  mariadb: ['mariadb'],
};

/** A `describe` for the tests of a driver. */
export function describeOn(driver: DriverName): (title: string, tests: () => void) => void {
  if (driver !== 'better-sqlite3' || RUNS_BETTER_SQLITE3) return needs(...SERVICE_OF[driver]);
  console.warn(`Tests are skipped: better-sqlite3 needs Node 22, and this is ${process.version}`);
  return describe.skip;
}

/** An empty database, and a way into it that is not the application's. */
export interface Database {
  readonly options: DataSourceOptions;
  /** A connection that TypeORM knows nothing of. Where a database has one connection only, it is the same below TypeORM. */
  readonly connect: (application: DataSource) => Promise<SqlConnection>;
  readonly close: () => Promise<void>;
}

export const openDatabase: Readonly<Record<DriverName, () => Promise<Database>>> = {
  'better-sqlite3': openSqliteFile,
  sqljs: openSqljs,
  postgres: openPostgres,
  mysql: () => openMariadb('mysql'),
  mariadb: () => openMariadb('mariadb'),
};

interface SqliteStatement {
  readonly reader: boolean;
  all(): readonly Row[];
  run(): unknown;
}

interface SqliteFile {
  prepare(sql: string): SqliteStatement;
  pragma(setting: string): unknown;
  close(): void;
}

function openSqliteFile(): Promise<Database> {
  const SqliteFile = createRequire(import.meta.url)('better-sqlite3') as new (path: string) => SqliteFile;
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const forget = onProcessEnd(remove);
  const database = join(folder, 'kennel.sqlite');
  return Promise.resolve({
    options: { type: 'better-sqlite3', database, prepareDatabase: hurry },
    connect: () => {
      const file = new SqliteFile(database);
      hurry(file);
      return Promise.resolve(connectionTo(file));
    },
    close: () => {
      forget();
      return Promise.resolve(remove());
    },
  });
}

/** The data needs not outlive the machine. */
function hurry(file: SqliteFile): void {
  file.pragma('synchronous = OFF');
}

function connectionTo(file: SqliteFile): SqlConnection {
  return {
    query: (sql) => {
      const statement = file.prepare(sql);
      if (statement.reader) return Promise.resolve(statement.all());
      statement.run();
      return Promise.resolve([]);
    },
    close: () => Promise.resolve(file.close()),
  };
}

interface SqljsDriver {
  readonly databaseConnection: {
    exec(sql: string): readonly { readonly columns: readonly string[]; readonly values: readonly unknown[][] }[];
  };
}

function openSqljs(): Promise<Database> {
  return Promise.resolve({
    options: { type: 'sqljs' },
    connect: (application) => {
      const { databaseConnection } = application.driver as unknown as SqljsDriver;
      return Promise.resolve({
        query: (sql) => {
          const [result] = databaseConnection.exec(sql);
          const rows = result?.values.map((values) =>
            Object.fromEntries(result.columns.map((column, index) => [column, values[index]])),
          );
          return Promise.resolve(rows ?? []);
        },
        close: () => Promise.resolve(),
      });
    },
    close: () => Promise.resolve(),
  });
}

async function openPostgres(): Promise<Database> {
  const server = await PostgresServer.start();
  await server.createDatabase('kennel');
  return {
    options: { type: 'postgres', url: server.url('kennel') },
    connect: () => server.connect('kennel'),
    close: () => server.stop(),
  };
}

async function openMariadb(type: 'mariadb' | 'mysql'): Promise<Database> {
  const server = await MariadbServer.start();
  await server.createDatabase('kennel');
  return {
    options: { type, url: server.url('kennel', server.credentials, type) },
    connect: () => server.connect('kennel'),
    close: () => server.stop(),
  };
}
