import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DataSourceOptions } from 'typeorm';
import { SettingsError } from './settings-error.js';
import { sqliteFile } from './sqlite-file.js';
import { kindOf, protocolOf } from './url-kind.js';

/** The default database. */
const DEFAULT_DATABASE = join(tmpdir(), 'nestjs-prometheus-exporter-kennel', 'kennel.sqlite');

/** The database for a URL: PostgreSQL, MySQL, MariaDB, or SQLite as `sqlite:///a/file` and `sqlite::memory:`. */
export function dataSourceOptions(url: string | undefined): DataSourceOptions {
  if (url === undefined) {
    return sqliteFile(DEFAULT_DATABASE);
  }
  switch (protocolOf(url)) {
    case 'postgres:':
    case 'postgresql:':
      return { type: 'postgres', url };
    case 'mysql:':
      return { type: 'mysql', url };
    case 'mariadb:':
      return { type: 'mariadb', url };
    case 'sqlite:':
      return sqliteDatabase(url);
    default:
      throw unusable(url);
  }
}

function sqliteDatabase(url: string): DataSourceOptions {
  if (url === 'sqlite::memory:') {
    return { type: 'sqljs' };
  }
  // After two slashes comes a host, so `sqlite://kennel.sqlite` contains no path.
  if (!/^sqlite:\/\/\/.*[^/]$/.test(url)) {
    throw unusable(url);
  }
  return sqliteFile(fileURLToPath(url.replace('sqlite:', 'file:')));
}

function unusable(url: string): SettingsError {
  return new SettingsError(
    'Expected `DATABASE_URL` to be postgres://user:password@host/database, the same with mysql:// or mariadb://, ' +
      `sqlite:///absolute/path or sqlite::memory:, got ${kindOf(url)}.`,
  );
}
