import { describe, expect, it } from 'vitest';
import { operationOfQueryType, operationOfSql } from '../../lib/observe/typeorm/statements/statement-operation.js';

describe('the operation of a statement', () => {
  it.each<[string, string]>([
    ['SELECT 1', 'select'],
    ['  select\n1', 'select'],
    ['(SELECT 1) UNION (SELECT 2)', 'select'],
    ['VALUES (1)', 'select'],
    ['/* a */ /* b */-- c\n# d\n SELECT 1', 'select'],
    ['INSERT INTO dog VALUES (1)', 'insert'],
    ['REPLACE INTO dog VALUES (1)', 'insert'],
    ['UPDATE dog SET id = 1', 'update'],
    ['DELETE FROM dog', 'delete'],
    ['CREATE TABLE dog (id int)', 'ddl'],
    ['ALTER TABLE dog ADD x int', 'ddl'],
    ['DROP TABLE dog', 'ddl'],
    ['TRUNCATE TABLE dog', 'ddl'],
    ['BEGIN TRANSACTION', 'transaction'],
    ['START TRANSACTION', 'transaction'],
    ['COMMIT', 'transaction'],
    ['ROLLBACK TO SAVEPOINT typeorm_1', 'transaction'],
    ['SAVEPOINT typeorm_1', 'transaction'],
    ['RELEASE SAVEPOINT typeorm_1', 'transaction'],
    ['SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', 'transaction'],
    ['SET search_path TO kennel', 'other'],
    ['PRAGMA foreign_keys = ON', 'other'],
    ['EXPLAIN SELECT 1', 'other'],
    ['CALL feed()', 'other'],
    ['selection', 'other'],
    ['', 'other'],
    ['/* never closed SELECT 1', 'other'],
    ['WITH a AS (SELECT 1) SELECT * FROM a', 'select'],
    ["WITH a AS (SELECT 'DELETE' AS x), b AS (SELECT 1) INSERT INTO dog SELECT * FROM a", 'insert'],
    ['WITH RECURSIVE a(n) AS (VALUES (1)) UPDATE dog SET id = n FROM a', 'update'],
    ['WITH gone AS (DELETE FROM dog RETURNING *) SELECT * FROM gone', 'select'],
    ['WITH "update" AS (SELECT 1) DELETE FROM dog', 'delete'],
    ['with a as (select 1) -- delete\n select 1', 'select'],
  ])('%s', (sql, operation) => {
    expect(operationOfSql(sql)).toBe(operation);
  });

  it.each([undefined, null, 1, {}, []])('of %j is other', (sql) => {
    expect(operationOfSql(sql)).toBe('other');
  });

  it.each<[string, string]>([
    ['select', 'select'],
    ['insert', 'insert'],
    ['update', 'update'],
    ['delete', 'delete'],
    ['soft-delete', 'update'],
    ['restore', 'update'],
    ['relation', 'other'],
  ])('of a query builder for %s is %s', (queryType, operation) => {
    expect(operationOfQueryType(queryType)).toBe(operation);
  });

  it('of long and hostile texts is found in linear time', () => {
    const texts = ['('.repeat(1e6), '/*'.repeat(1e6), ' '.repeat(1e6), `WITH ${"'".repeat(1e6)}`, '--'.repeat(1e6)];
    const began = performance.now();
    for (const text of texts) expect(operationOfSql(text)).toMatch(/^(?:other|select)$/);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
