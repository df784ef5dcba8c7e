/** How databases differ in what they do to a transaction behind the application's back. */

const ABORTING = ['postgres', 'cockroachdb', 'aurora-postgres'];
const COMMITTING_ON_DDL = ['mysql', 'mariadb', 'aurora-mysql', 'oracle'];
const ROLLING_BACK_ON_DEADLOCK = ['mysql', 'mariadb', 'aurora-mysql', 'mssql'];

/** After an error nothing works until a rollback, and COMMIT rolls back without saying so. */
export function abortsOnError(type: string): boolean {
  return ABORTING.includes(type);
}

/** A change of the schema commits what was open; one of a temporary table does not. */
export function commitsOnDdl(type: string, sql: unknown): boolean {
  return COMMITTING_ON_DDL.includes(type) && !/^\s*(?:create|drop)\s+temporary\b/i.test(String(sql));
}

/** Once committed, the next statement begins a transaction anew; elsewhere it is committed at once. */
export function beginsByItself(type: string): boolean {
  return type === 'oracle';
}

/** The victim of a deadlock loses its whole transaction, savepoints included. */
export function rollsBackOnDeadlock(type: string): boolean {
  return ROLLING_BACK_ON_DEADLOCK.includes(type);
}
