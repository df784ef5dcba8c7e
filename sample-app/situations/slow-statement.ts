import { type DataSourceOptions } from 'typeorm';

export interface SlowStatement {
  readonly sql: string;
  readonly parameter: number;
}

/** A SELECT that takes the given number of milliseconds in the database itself. */
export function slowStatement(database: DataSourceOptions['type'], ms: number): SlowStatement {
  if (database === 'postgres') {
    return { sql: 'SELECT pg_sleep($1)', parameter: ms / 1000 };
  }
  if (database === 'mysql' || database === 'mariadb') {
    return { sql: 'SELECT SLEEP(?)', parameter: ms / 1000 };
  }
  return { sql: COUNT_UNTIL, parameter: (Date.now() + ms) / 1000 };
}

/**
 * SQLite cannot sleep. This statement counts until the clock reaches the given second, or to a billion. SQLite reads
 * the clock once per returned row, so one row of every thousand is returned. The term with `n` makes the expression
 * look variable; without it, SQLite would read the clock once for the whole statement.
 *
 * The statement runs within this process and blocks its event loop.
 */
const COUNT_UNTIL = `
  WITH RECURSIVE counter (n) AS (
    SELECT 1 UNION ALL
    SELECT n + 1 FROM counter WHERE n < 1000000000 AND unixepoch('now', 'subsec', (n * 0) || ' days') < ?
  )
  SELECT n FROM counter WHERE n % 1000 = 0`;
