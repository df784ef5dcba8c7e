import { type DataSource } from 'typeorm';
import { type SqlConnection } from '../sql-connection.js';
import { type DriverName } from './databases.js';
import { type RealChanges } from './table-rows.js';

/** `'Dog insert': 2`: by how much which series of `typeorm_model_rows_total` grows. */
export type Counts = Readonly<Record<string, number>>;

export interface Workplace {
  readonly dataSource: DataSource;
  /** A connection of somebody else. */
  readonly connect: () => Promise<SqlConnection>;
}

interface OperationFields {
  /** What the application does, as the row of a table. */
  readonly title: string;
  /** Where it can be done; everywhere by default. */
  readonly on?: readonly DriverName[];
  /** Whether this version of TypeORM can do it; every one by default. */
  readonly isKnown?: boolean;
  readonly counts: Counts;
  /** What happens in the tables, where that does not follow from `counts`. */
  readonly really?: RealChanges;
  /** Why we do not count what really happens. Without it the two have to agree. */
  readonly because?: string;
}

/** Something an application does to its rows, with what we count and what happens. */
export interface Operation extends OperationFields {
  readonly given: (dataSource: DataSource) => Promise<unknown>;
  readonly when: (workplace: Workplace, given: unknown) => Promise<unknown>;
}

interface OperationOf<Given> extends OperationFields {
  /** What is there before, not counted. What it gives is handed to `when`. */
  readonly given?: (dataSource: DataSource) => Promise<Given>;
  readonly when: (dataSource: DataSource, given: Given, workplace: Workplace) => Promise<unknown>;
}

export function operation<Given>({ given, when, ...fields }: OperationOf<Given>): Operation {
  return {
    ...fields,
    given: given ?? (() => Promise.resolve()),
    when: (workplace, prepared) => when(workplace.dataSource, prepared as Given, workplace),
  };
}

const EFFECT: Readonly<Record<string, string>> = {
  insert: 'inserted',
  update: 'changed',
  soft_delete: 'changed',
  restore: 'changed',
  delete: 'deleted',
};

/** What happened if the counts are right. An upsert tells not whether it inserted: its rows say so in `really`. */
function effectOf(counts: Counts): RealChanges {
  const effect: Record<string, number> = {};
  for (const [series, rows] of Object.entries(counts)) {
    const [entity, kind = ''] = series.split(' ');
    const what = `${entity} ${EFFECT[kind] ?? kind}`;
    effect[what] = (effect[what] ?? 0) + rows;
  }
  return effect;
}

/** What happens in the tables. */
export function reality({ counts, really }: Operation): RealChanges {
  return really ?? effectOf(counts);
}

/** Rows for each entity, whatever happened to them: equal for counts and changes where the counting is exact. */
export function rowsByEntity(changes: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const rows: Record<string, number> = {};
  for (const [key, count] of Object.entries(changes)) {
    const [entity = ''] = key.split(' ');
    rows[entity] = (rows[entity] ?? 0) + count;
  }
  return rows;
}
