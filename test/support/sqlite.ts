type SqliteOptions =
  | { readonly type: 'better-sqlite3'; readonly database: string }
  | { readonly type: 'sqljs'; readonly location?: string; readonly autoSave?: boolean };

/** better-sqlite3 13 needs Node 22: loading it on Node 20 ends the process with a segmentation fault. */
export const RUNS_BETTER_SQLITE3 = Number.parseInt(process.versions.node, 10) >= 22;

/** SQLite in memory: better-sqlite3 where it runs, else sql.js, which runs everywhere. */
export const SQLITE_IN_MEMORY: SqliteOptions = RUNS_BETTER_SQLITE3
  ? { type: 'better-sqlite3', database: ':memory:' }
  : { type: 'sqljs' };

/** The same in a file, which a further data source finds again. */
export function sqliteFile(path: string): SqliteOptions {
  return RUNS_BETTER_SQLITE3
    ? { type: 'better-sqlite3', database: path }
    : { type: 'sqljs', location: path, autoSave: true };
}
