import { type StatementOperation } from '../../database-events.js';

const BY_KEYWORD: Readonly<Record<string, StatementOperation>> = {
  SELECT: 'select',
  VALUES: 'select',
  TABLE: 'select',
  INSERT: 'insert',
  REPLACE: 'insert',
  UPDATE: 'update',
  DELETE: 'delete',
  CREATE: 'ddl',
  ALTER: 'ddl',
  DROP: 'ddl',
  TRUNCATE: 'ddl',
  RENAME: 'ddl',
  COMMENT: 'ddl',
  BEGIN: 'transaction',
  START: 'transaction',
  COMMIT: 'transaction',
  END: 'transaction',
  ROLLBACK: 'transaction',
  ABORT: 'transaction',
  SAVEPOINT: 'transaction',
  SAVE: 'transaction',
  RELEASE: 'transaction',
};

/** The query types of TypeORM's query builders; a soft delete is an UPDATE. */
const BY_QUERY_TYPE: Readonly<Record<string, StatementOperation>> = {
  select: 'select',
  insert: 'insert',
  update: 'update',
  delete: 'delete',
  'soft-delete': 'update',
  restore: 'update',
};

/** What comes before the first word: white space, comments, opening brackets. Each alternative begins differently. */
const NOISE = /(?:\s+|\/\*[^]*?\*\/|--[^\n]*(?:\n|$)|#[^\n]*(?:\n|$)|\()*/y;
const WORD = /[a-z]+/iy;
/** What a common table expression consists of, to step over it: texts, quoted names, brackets, words. */
const TOKEN = /'(?:[^']|'')*'|"[^"]*"|`[^`]*`|\/\*[^]*?\*\/|--[^\n]*|[()]|[a-z_][\w$]*/giu;

/** Longer texts of common table expressions are not read to their end: they are `select`, as nearly all are. */
const MAX_READ = 10_000;

export function operationOfQueryType(queryType: string): StatementOperation {
  return BY_QUERY_TYPE[queryType] ?? 'other';
}

/** The SQL from its first word on. */
export function withoutNoise(sql: string): string {
  NOISE.lastIndex = 0;
  NOISE.test(sql);
  return NOISE.lastIndex === 0 ? sql : sql.slice(NOISE.lastIndex);
}

/** By the first word of the SQL, behind comments and brackets; `WITH` is what follows its table expressions. */
export function operationOfSql(sql: unknown): StatementOperation {
  if (typeof sql !== 'string') return 'other';
  NOISE.lastIndex = 0;
  NOISE.test(sql);
  WORD.lastIndex = NOISE.lastIndex;
  const word = WORD.exec(sql)?.[0].toUpperCase() ?? '';
  if (word === 'WITH') return operationOfWith(sql.slice(WORD.lastIndex, WORD.lastIndex + MAX_READ));
  if (word === 'SET') return /^\s+transaction\b/i.test(sql.slice(WORD.lastIndex)) ? 'transaction' : 'other';
  return BY_KEYWORD[word] ?? 'other';
}

function operationOfWith(rest: string): StatementOperation {
  let depth = 0;
  for (const [token] of rest.matchAll(TOKEN)) {
    if (token === '(') depth++;
    else if (token === ')') depth--;
    else if (depth === 0) {
      const operation = BY_KEYWORD[token.toUpperCase()];
      if (operation !== undefined) return operation;
    }
  }
  return 'select';
}
