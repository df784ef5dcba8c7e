/** The values of `db.system.name`, by TypeORM's `type`. The convention asks for what the client takes the database for. */
const SYSTEMS: Readonly<Record<string, string>> = {
  'aurora-mysql': 'mysql',
  'aurora-postgres': 'postgresql',
  'better-sqlite3': 'sqlite',
  capacitor: 'sqlite',
  cockroachdb: 'cockroachdb',
  cordova: 'sqlite',
  expo: 'sqlite',
  mariadb: 'mariadb',
  mongodb: 'mongodb',
  mssql: 'microsoft.sql_server',
  mysql: 'mysql',
  nativescript: 'sqlite',
  oracle: 'oracle.db',
  postgres: 'postgresql',
  'react-native': 'sqlite',
  sap: 'sap.hana',
  spanner: 'gcp.spanner',
  sqlite: 'sqlite',
  sqljs: 'sqlite',
};

/** The convention's word for a database that it does not list. */
const OTHER = 'other_sql';

export const DATABASE_SYSTEMS = [...new Set([...Object.values(SYSTEMS), OTHER])];

export function databaseSystem(driver: string): string {
  return (Object.hasOwn(SYSTEMS, driver) ? SYSTEMS[driver] : undefined) ?? OTHER;
}
