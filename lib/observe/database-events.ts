/**
 * What happens in the data sources of the application: the part of the contract that TypeORM's observer fills.
 * Durations are seconds.
 */

/** What a statement does, by its first word or by the query builder that made it. */
export const STATEMENT_OPERATIONS = ['select', 'insert', 'update', 'delete', 'ddl', 'transaction', 'other'] as const;
export type StatementOperation = (typeof STATEMENT_OPERATIONS)[number];

/** Why a statement failed. */
export const STATEMENT_ERRORS = ['connection', 'integrity', 'serialization', 'syntax', 'timeout', 'other'] as const;
export type StatementError = (typeof STATEMENT_ERRORS)[number];

/** What happened to rows. An upsert is apart: no database tells which of its rows were inserted and which updated. */
export const ROW_OPERATIONS = ['insert', 'update', 'delete', 'soft_delete', 'restore', 'upsert'] as const;
export type RowOperation = (typeof ROW_OPERATIONS)[number];

export const TRANSACTION_OUTCOMES = ['commit', 'rollback'] as const;
export type TransactionOutcome = (typeof TRANSACTION_OUTCOMES)[number];

/** Why there is no connection; `lost` is one that broke while it lay idle in the pool. */
export const CONNECTION_ERRORS = ['refused', 'authentication', 'timeout', 'lost', 'other'] as const;
export type ConnectionError = (typeof CONNECTION_ERRORS)[number];

/** The entity of a statement that belongs to none: raw SQL, transaction control, the schema. */
export const NO_ENTITY = '_none';

/** A data source of the application. Several may have the same name: then they are one to whoever goes by names. */
export interface DataSourceInfo {
  readonly name: string;
  /** TypeORM's `type`: postgres, mysql, better-sqlite3 … */
  readonly driver: string;
  readonly replicated: boolean;
  /** Found while the application booted, so one of a few. Those that are made as it goes on may become many. */
  readonly fromBoot: boolean;
}

/** An entity of a data source, junction tables included: one object for each, so that it can be a key. */
export interface Entity {
  readonly dataSource: DataSourceInfo;
  /** The name in TypeORM's metadata, or `_none`. */
  readonly name: string;
  /** The name that `@ExportModelOperations` gave it; undefined without the decorator. */
  readonly model: string | undefined;
}

/** A statement on its way, and once it has ended how. */
export interface Statement {
  readonly operation: StatementOperation;
  readonly entity: Entity;
  /** From handing it over until its result or its error, the wait for a connection included. */
  readonly durationSeconds: number;
  /** Undefined when it succeeded. */
  readonly error: StatementError | undefined;
}

/** One pool of connections at one moment. */
export interface PoolReading {
  /** `master`, or `slave0`, `slave1` … of a replicated data source. */
  readonly role: string;
  readonly used: number;
  readonly idle: number;
  /** Who waits for a connection. */
  readonly pending: number;
  /** Undefined where the driver sets no limit. */
  readonly max: number | undefined;
}

export interface MigrationsReading {
  /** Executed in the database and known to the code. */
  readonly applied: number;
  /** In the code and not in the database. */
  readonly pending: number;
  /** Executed in the database, but not in the code any more. */
  readonly unknown: number;
}

/** The part of a listener that hears of data sources. */
export interface DatabaseListener {
  /** A data source was found; before any other event of it. */
  dataSourceFound?(dataSource: DataSourceInfo): void;
  /**
   * A data source that was made while the application runs has been destroyed, or nobody has it any more, and its last
   * numbers have been read: whatever is kept of it can go. What was under way on it may still end. It is found anew when
   * it is initialized again.
   */
  dataSourceEnded?(dataSource: DataSourceInfo): void;
  /** The entities of a data source that has been initialized. */
  entitiesKnown?(entities: readonly Entity[]): void;
  statementStarted?(statement: Statement): void;
  /** Once for every statement that started, whatever became of it. */
  statementEnded?(statement: Statement): void;
  /** So many rows were changed, and are committed. */
  rowsCommitted?(entity: Entity, operation: RowOperation, rows: number): void;
  /** An outermost transaction; savepoints are not told. */
  transactionStarted?(dataSource: DataSourceInfo): void;
  transactionEnded?(dataSource: DataSourceInfo, outcome: TransactionOutcome, durationSeconds: number): void;
  /** So many connections were made. */
  connectionsOpened?(dataSource: DataSourceInfo, connections: number): void;
  connectionFailed?(dataSource: DataSourceInfo, error: ConnectionError): void;
  /** Somebody got a connection of the pool, or gave up waiting, after so long. */
  connectionAwaited?(dataSource: DataSourceInfo, durationSeconds: number): void;
  /** A query with `cache` was looked up in the query result cache. */
  queryCacheAsked?(dataSource: DataSourceInfo): void;
  /** What was looked up was there, and had not expired. */
  queryCacheHit?(dataSource: DataSourceInfo): void;
  migrationsChecked?(dataSource: DataSourceInfo, migrations: MigrationsReading): void;
  /** At each scrape, for every name of a data source: whether all of that name are initialized, and their pools. */
  dataSourceRead?(dataSource: DataSourceInfo, up: boolean, pools: readonly PoolReading[]): void;
}

export const DATABASE_EVENTS = [
  'dataSourceFound',
  'dataSourceEnded',
  'entitiesKnown',
  'statementStarted',
  'statementEnded',
  'rowsCommitted',
  'transactionStarted',
  'transactionEnded',
  'connectionsOpened',
  'connectionFailed',
  'connectionAwaited',
  'queryCacheAsked',
  'queryCacheHit',
  'migrationsChecked',
  'dataSourceRead',
] as const satisfies readonly (keyof DatabaseListener)[];
