import { type Entity, type RowOperation } from '../../database-events.js';
import { type ExpressionMapLike } from '../typeorm-types.js';

const OPERATIONS: Readonly<Record<string, RowOperation>> = {
  insert: 'insert',
  update: 'update',
  delete: 'delete',
  'soft-delete': 'soft_delete',
  restore: 'restore',
};

/** Rows that a statement has written. */
export interface WrittenRows {
  readonly entity: Entity;
  readonly operation: RowOperation;
  readonly rows: number;
}

/** What TypeORM's query runners give back to the query builders. */
interface QueryResult {
  readonly affected?: unknown;
  /** What `RETURNING` brought, where the driver then counts nothing. */
  readonly records?: unknown;
}

/** What a statement of a query builder has done to the rows of its entity; undefined when it wrote none. */
export function writtenRows(tag: ExpressionMapLike, entity: Entity, result: unknown): WrittenRows | undefined {
  const operation = OPERATIONS[tag.queryType];
  if (operation === undefined) return undefined;
  const rows = rowsOf(result as QueryResult | null | undefined);
  if (rows === 0) return undefined;
  const isUpsert = operation === 'insert' && tag.onUpdate !== undefined && tag.onUpdate !== null;
  // MySQL counts a row that an upsert updated twice.
  if (isUpsert) return { entity, operation: 'upsert', rows: Math.min(rows, valueSets(tag)) };
  return { entity, operation, rows };
}

function rowsOf(result: QueryResult | null | undefined): number {
  if (typeof result?.affected === 'number') return result.affected;
  return Array.isArray(result?.records) ? result.records.length : 0;
}

/** `INSERT … SELECT` has none: then there is nothing to hold against the count. */
function valueSets({ valuesSet }: ExpressionMapLike): number {
  if (Array.isArray(valuesSet)) return valuesSet.length;
  return typeof valuesSet === 'object' && valuesSet !== null ? 1 : Infinity;
}
