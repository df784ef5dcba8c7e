import { type ConnectionError, type StatementError } from '../../database-events.js';
import { isConnectionFailure } from '../connections/connection-failures.js';

interface DriverError {
  /** SQLSTATE on PostgreSQL, a name on MySQL and SQLite, a number on some. */
  readonly code?: unknown;
  /** Only in what a server of PostgreSQL's kind has sent. */
  readonly severity?: unknown;
  /** SQLSTATE on MySQL. */
  readonly sqlState?: unknown;
  /** SQL Server. */
  readonly number?: unknown;
  /** mysql2: the connection cannot be used any more. */
  readonly fatal?: unknown;
  readonly message?: unknown;
}

/**
 * By the codes of the drivers, the first line that matches. SQLSTATE: PostgreSQL, CockroachDB, MySQL, MariaDB;
 * `ER_`: MySQL; `SQLITE_`: SQLite; `ORA-`: Oracle; `EREQUEST` with a number: SQL Server.
 */
const BY_CODE: readonly (readonly [StatementError, RegExp])[] = [
  ['timeout', /^(?:57014|70100|ER_QUERY_TIMEOUT|ER_STATEMENT_TIMEOUT|ETIMEOUT|PROTOCOL_SEQUENCE_TIMEOUT)$/],
  ['serialization', /^(?:40\w{3}|55P03|ER_LOCK_\w+|SQLITE_BUSY\w*|SQLITE_LOCKED\w*|ORA-00060|ORA-08177|MSSQL-1205)$/],
  [
    'connection',
    /^(?:08\w{3}|57P0\w|53300|PROTOCOL_\w+|E(?:CONN|PIPE|SOCKET|HOST|NET|TIMEDOUT)\w*|ENOTFOUND|ER_SERVER_SHUTDOWN|ER_CON_COUNT_ERROR|ER_CONNECTION_KILLED|NJS-\w+|ORA-03113|ORA-03114)$/,
  ],
  ['integrity', /^(?:23\w{3}|SQLITE_CONSTRAINT\w*|ORA-0(?:0001|1400|2290|2291|2292)|MSSQL-(?:515|547|2601|2627))$/],
  ['syntax', /^(?:42\w{3}|SQLITE_ERROR|ORA-009\w\w|MSSQL-(?:102|156|207|208))$/],
];

/**
 * For those who give no code: sql.js, and the pools' own errors. TypeORM releases a query runner whose connection broke,
 * and whoever goes on with it hears of the release only.
 */
const BY_MESSAGE: readonly (readonly [StatementError, RegExp])[] = [
  ['integrity', /constraint failed/i],
  ['syntax', /syntax error|no such (?:table|column|function)|has no column/i],
  ['timeout', /time(?:d )?\s?out|execution was interrupted/i],
  [
    'connection',
    /connection (?:terminated|closed|is closed|lost|ended)|closed state|not queryable|query runner already released/i,
  ],
  ['serialization', /database (?:table )?is locked|deadlock/i],
];

const CONNECTION_BY_CODE: readonly (readonly [ConnectionError, RegExp])[] = [
  ['refused', /^(?:ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|ECONNRESET|EPIPE|EAI_AGAIN|57P03|53300)$/],
  ['refused', /^(?:ER_CON_COUNT_ERROR|PROTOCOL_CONNECTION_LOST|POOL_NOEXIST|ESOCKET)$/],
  ['authentication', /^(?:28\w{3}|ER_(?:DB)?ACCESS_DENIED\w*|ELOGIN|ORA-01017)$/],
  ['timeout', /^(?:ETIMEDOUT|ETIMEOUT|NJS-040)$/],
];

const CONNECTION_BY_MESSAGE: readonly (readonly [ConnectionError, RegExp])[] = [
  ['timeout', /time(?:d )?\s?out|execution was interrupted/i],
  ['authentication', /password|authentication/i],
  ['refused', /connection terminated|queue limit/i],
];

/** Why a statement failed, by the error that the application gets to see. */
export function statementError(error: unknown): StatementError {
  if (isConnectionFailure(error)) return 'connection';
  const cause = driverError(error);
  const known = byCode(BY_CODE, codesOf(cause));
  if (known !== undefined) return known;
  if (cause.fatal === true) return 'connection';
  return byMessage(BY_MESSAGE, cause) ?? 'other';
}

/** Why there is no connection. */
export function connectionError(error: unknown): ConnectionError {
  const cause = driverError(error);
  return byCode(CONNECTION_BY_CODE, codesOf(cause)) ?? byMessage(CONNECTION_BY_MESSAGE, cause) ?? 'other';
}

/** The server ended the whole transaction because of this error. */
export function isDeadlock(error: unknown): boolean {
  const { code, sqlState } = driverError(error);
  return code === 'ER_LOCK_DEADLOCK' || sqlState === '40001';
}

/** The database said so itself, by a SQLSTATE: not the driver, which may have sent nothing. */
export function isFromServer(error: unknown): boolean {
  const { code, sqlState, severity } = driverError(error);
  return typeof sqlState === 'string' || (typeof code === 'string' && /^\w{5}$/.test(code) && severity !== undefined);
}

/** A statement that was not understood has done nothing at all. */
export function isParseError(error: unknown): boolean {
  return driverError(error).code === 'ER_PARSE_ERROR';
}

/** A QueryFailedError carries what the driver threw; what fails earlier is thrown as it is. */
function driverError(error: unknown): DriverError {
  const cause = (error as { driverError?: unknown } | null | undefined)?.driverError ?? error;
  return typeof cause === 'object' && cause !== null ? cause : {};
}

/** The name first: MySQL's SQLSTATE for a wrong password is that of a syntax error. */
function codesOf({ code, sqlState, number }: DriverError): readonly string[] {
  const mssql = typeof number === 'number' ? [`MSSQL-${number}`] : [];
  return [...mssql, ...[code, sqlState].filter((one) => typeof one === 'string')];
}

function byCode<T>(table: readonly (readonly [T, RegExp])[], codes: readonly string[]): T | undefined {
  for (const code of codes) {
    const line = table.find(([, pattern]) => pattern.test(code));
    if (line !== undefined) return line[0];
  }
  return undefined;
}

function byMessage<T>(table: readonly (readonly [T, RegExp])[], { message }: DriverError): T | undefined {
  if (typeof message !== 'string') return undefined;
  return table.find(([, pattern]) => pattern.test(message))?.[0];
}
