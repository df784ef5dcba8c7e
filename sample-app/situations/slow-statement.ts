import { type DataSourceOptions } from 'typeorm';

export interface SlowStatement {
  readonly sql: string;
  readonly parameter: number;
}

/** A SELECT that takes so many milliseconds in the database itself. */
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
 * SQLite cannot sleep: it counts until the clock is past the given second, or to a billion. It reads the clock once for
 * each row that it returns, which is why it returns one of every thousand; and once for the whole statement if the term
 * with `n` did not make the expression look like one that changes.
 *
 * It works within this process, which does nothing else meanwhile.
 */
const COUNT_UNTIL = `
  WITH RECURSIVE counter (n) AS (
    SELECT 1 UNION ALL
    SELECT n + 1 FROM counter WHERE n < 1000000000 AND unixepoch('now', 'subsec', (n * 0) || ' days') < ?
  )
  SELECT n FROM counter WHERE n % 1000 = 0`;
