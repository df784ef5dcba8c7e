import { describe, expect, it } from 'vitest';
import { noteConnectionFailure } from '../../lib/observe/typeorm/connections/connection-failures.js';
import { connectionError, statementError } from '../../lib/observe/typeorm/statements/statement-error.js';

const failed = (driverError: object) => Object.assign(new Error('failed'), { name: 'QueryFailedError', driverError });

describe('why a statement failed', () => {
  it.each<[object, string]>([
    // PostgreSQL and CockroachDB
    [{ code: '23505' }, 'integrity'],
    [{ code: '23503' }, 'integrity'],
    [{ code: '42601' }, 'syntax'],
    [{ code: '42P01' }, 'syntax'],
    [{ code: '40001' }, 'serialization'],
    [{ code: '40P01' }, 'serialization'],
    [{ code: '55P03' }, 'serialization'],
    [{ code: '57014' }, 'timeout'],
    [{ code: '57P01' }, 'connection'],
    [{ code: '08006' }, 'connection'],
    [{ code: '22001' }, 'other'],
    [{ code: '25P02' }, 'other'],
    [{ message: 'Connection terminated unexpectedly' }, 'connection'],
    [{ message: 'Query read timeout' }, 'timeout'],
    // MySQL and MariaDB
    [{ code: 'ER_DUP_ENTRY', sqlState: '23000' }, 'integrity'],
    [{ code: 'ER_CONSTRAINT_FAILED', sqlState: '23000' }, 'integrity'],
    [{ code: 'ER_PARSE_ERROR', sqlState: '42000' }, 'syntax'],
    [{ code: 'ER_NO_SUCH_TABLE', sqlState: '42S02' }, 'syntax'],
    [{ code: 'ER_LOCK_DEADLOCK', sqlState: '40001' }, 'serialization'],
    [{ code: 'ER_LOCK_WAIT_TIMEOUT', sqlState: 'HY000' }, 'serialization'],
    [{ code: 'ER_STATEMENT_TIMEOUT', sqlState: '70100' }, 'timeout'],
    [{ code: 'PROTOCOL_CONNECTION_LOST', fatal: true }, 'connection'],
    [{ code: 'ER_DATA_TOO_LONG', sqlState: '22001' }, 'other'],
    // SQLite and sql.js
    [{ code: 'SQLITE_CONSTRAINT_UNIQUE' }, 'integrity'],
    [{ code: 'SQLITE_ERROR' }, 'syntax'],
    [{ code: 'SQLITE_BUSY' }, 'serialization'],
    [{ message: 'UNIQUE constraint failed: dog.name' }, 'integrity'],
    [{ message: 'near "SELEC": syntax error' }, 'syntax'],
    [{ message: 'no such table: nothing' }, 'syntax'],
    // SQL Server and Oracle
    [{ code: 'EREQUEST', number: 2627 }, 'integrity'],
    [{ code: 'EREQUEST', number: 1205 }, 'serialization'],
    [{ code: 'ORA-00001' }, 'integrity'],
    [{}, 'other'],
  ])('%j: %s', (driverError, kind) => {
    expect(statementError(failed(driverError))).toBe(kind);
  });

  it.each([undefined, null, 'text', 7, Symbol('x')])('is other for %s, which is no error', (thrown) => {
    expect(statementError(thrown)).toBe('other');
    expect(connectionError(thrown)).toBe('other');
  });

  it('is the connection when getting one gave this very error', () => {
    const error = new Error('whatever');
    expect(statementError(error)).toBe('other');
    expect(noteConnectionFailure(error)).toBe(true);
    expect(noteConnectionFailure(error)).toBe(false);
    expect(statementError(error)).toBe('connection');
  });
});

describe('why there is no connection', () => {
  it.each<[object, string]>([
    [{ code: 'ECONNREFUSED' }, 'refused'],
    [{ code: 'ENOTFOUND' }, 'refused'],
    [{ code: '57P03', message: 'the database system is starting up' }, 'refused'],
    [{ code: '53300', message: 'sorry, too many clients already' }, 'refused'],
    [{ code: '28P01' }, 'authentication'],
    [{ code: 'ER_ACCESS_DENIED_ERROR', sqlState: '28000' }, 'authentication'],
    [{ message: 'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string' }, 'authentication'],
    [{ message: 'timeout exceeded when trying to connect' }, 'timeout'],
    [{ code: 'ETIMEDOUT' }, 'timeout'],
    [{ code: '3D000' }, 'other'],
    [{ code: 'SQLITE_CANTOPEN' }, 'other'],
  ])('%j: %s', (error, kind) => {
    expect(connectionError(Object.assign(new Error('no'), error))).toBe(kind);
  });
});
