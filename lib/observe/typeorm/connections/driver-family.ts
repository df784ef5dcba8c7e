import { type Statement } from '../../database-events.js';
import { withoutNoise } from '../statements/statement-operation.js';
import { type DriverLike } from '../typeorm-types.js';

/** How databases differ in what they do to a transaction behind the application's back. */

const ABORTING = ['postgres', 'cockroachdb', 'aurora-postgres'];
const MYSQL = ['mysql', 'mariadb', 'aurora-mysql'];
const COMMITTING_ON_DDL = [...MYSQL, 'oracle'];
const ROLLING_BACK_ON_DEADLOCK = [...MYSQL, 'mssql'];
/** They begin, commit or roll back by a call of their driver, not by a statement. */
const WITHOUT_STATEMENTS = ['mssql', 'oracle', 'aurora-mysql', 'aurora-postgres', 'spanner', 'sap'];

/** What MySQL commits before besides changes of the schema. */
const ADMINISTRATION =
  /^(?:analyze|cache|check|flush|grant|install|load\s+index|lock\s+tables?|optimize|rename|repair|reset|revoke|set\s+password|uninstall|unlock\s+tables?)\b/i;
const TEMPORARY = /^(?:create\s+(?:or\s+replace\s+)?|drop\s+)temporary\b/i;

/** After an error nothing works until a rollback, and COMMIT rolls back without saying so. */
export function abortsOnError(type: string): boolean {
  return ABORTING.includes(type);
}

/** A change of the schema commits what was open; one of a temporary table does not. */
export function commitsImplicitly(
  type: string,
  { operation, sql }: Pick<Statement, 'operation'> & { readonly sql: unknown },
): boolean {
  if (!COMMITTING_ON_DDL.includes(type) || typeof sql !== 'string') return false;
  if (operation === 'ddl') return !TEMPORARY.test(withoutNoise(sql));
  return operation === 'other' && MYSQL.includes(type) && ADMINISTRATION.test(withoutNoise(sql));
}

/** A transaction that begins within another commits that one. */
export function commitsBefore(type: string): boolean {
  return MYSQL.includes(type);
}

/** Once committed, the next statement begins a transaction anew; elsewhere it is committed at once. */
export function beginsByItself(type: string): boolean {
  return type === 'oracle';
}

/** The victim of a deadlock loses its whole transaction, savepoints included. */
export function rollsBackOnDeadlock(type: string): boolean {
  return ROLLING_BACK_ON_DEADLOCK.includes(type);
}

/** SQLite ends a transaction by itself after some errors; its driver says so. */
export function hasRolledBackByItself({ databaseConnection }: DriverLike): boolean {
  return (databaseConnection as { readonly inTransaction?: unknown } | undefined)?.inTransaction === false;
}

export function controlsTransactionsByCalls(type: string): boolean {
  return WITHOUT_STATEMENTS.includes(type);
}
