import { type DriverLike } from '../typeorm-types.js';

/** They keep a database in a file, and name it by its path. */
const IN_FILES = ['better-sqlite3', 'capacitor', 'cordova', 'expo', 'nativescript', 'react-native', 'sqlite', 'sqljs'];
const IN_MEMORY = ':memory:';

/**
 * The name of the database of a driver. Of a path only the file is given, without what follows a `?` in a URI: folders
 * tell about the machine, and parameters can be secrets.
 */
export function databaseName(driver: DriverLike): string | undefined {
  const database: unknown = driver.database;
  if (typeof database !== 'string' || database === '') return undefined;
  if (!IN_FILES.includes(driver.options.type)) return database;
  const [path = ''] = database.split('?');
  const file = path.split(/[/\\]/).at(-1);
  return file === '' || path.endsWith(IN_MEMORY) ? undefined : file;
}
