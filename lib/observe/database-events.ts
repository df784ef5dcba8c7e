/** Events of the application's data sources, emitted by the observation of TypeORM. Durations are in seconds. */

import { type SpanContext } from '../metrics/span-context.js';

/** The operation of a statement, from its first keyword or from the query builder that made it. */
export const STATEMENT_OPERATIONS = ['select', 'insert', 'update', 'delete', 'ddl', 'transaction', 'other'] as const;
export type StatementOperation = (typeof STATEMENT_OPERATIONS)[number];

/** Causes of failed statements. */
export const STATEMENT_ERRORS = ['connection', 'integrity', 'serialization', 'syntax', 'timeout', 'other'] as const;
export type StatementError = (typeof STATEMENT_ERRORS)[number];

/**
 * Operations on rows. An upsert is separate, because no database reports which of its rows were inserted and which
 * updated.
 */
export const ROW_OPERATIONS = ['insert', 'update', 'delete', 'soft_delete', 'restore', 'upsert'] as const;
export type RowOperation = (typeof ROW_OPERATIONS)[number];

export const TRANSACTION_OUTCOMES = ['commit', 'rollback'] as const;
export type TransactionOutcome = (typeof TRANSACTION_OUTCOMES)[number];

/** Causes of missing connections; `lost` is a connection that broke while it was idle in the pool. */
export const CONNECTION_ERRORS = ['refused', 'authentication', 'timeout', 'lost', 'other'] as const;
export type ConnectionError = (typeof CONNECTION_ERRORS)[number];

/** The entity of statements without one: raw SQL, transaction control, the schema. */
export const NO_ENTITY = '_none';

/** A data source of the application. Data sources with the same name share their metrics. */
export interface DataSourceInfo {
  readonly name: string;
  /** TypeORM's `type`: postgres, mysql, better-sqlite3 … */
  readonly driver: string;
  /**
   * The name of the database in the options, or of its file without the folder. Undefined if the options have none, and
   * for SQLite in memory.
   */
  readonly database: string | undefined;
  /** The schema in the options. */
  readonly schema: string | undefined;
  readonly replicated: boolean;
  /** Found during boot, so one of a few. Data sources that are created later may become many. */
  readonly fromBoot: boolean;
}

/** An entity of a data source, junction tables included. Each has exactly one object, so that it can be a key. */
export interface Entity {
  readonly dataSource: DataSourceInfo;
  /** The name in TypeORM's metadata, or `_none`. */
  readonly name: string;
  /** The table, with its schema if the entity or the data source names one; undefined for `_none`. */
  readonly table: string | undefined;
  /** The name given by `@ExportModelOperations`; undefined without the decorator. */
  readonly model: string | undefined;
}

/** A running statement; `durationSeconds` and `error` are set when it has ended. */
export interface Statement {
  readonly operation: StatementOperation;
  readonly entity: Entity;
  /** The number of value sets of an INSERT that a query builder made; 1 for every other statement. */
  readonly valueSets: number;
  /** From handing it to TypeORM until its result or error, including the wait for a connection. */
  readonly durationSeconds: number;
  /** Undefined if it succeeded. */
  readonly error: StatementError | undefined;
  /**
   * The OpenTelemetry span that was active when the statement started. Undefined without one, if it is not sampled, and
   * with `exemplars: false`.
   */
  readonly span: SpanContext | undefined;
}

/** The state of a connection pool at one moment. */
export interface PoolReading {
  /** `master`, or `slave0`, `slave1` … of a replicated data source. */
  readonly role: string;
  readonly used: number;
  readonly idle: number;
  /** Requests waiting for a connection. */
  readonly pending: number;
  /** Undefined if the driver sets no limit. */
  readonly max: number | undefined;
}

export interface MigrationsReading {
  /** Executed in the database and present in the code. */
  readonly applied: number;
  /** Present in the code, but not executed in the database. */
  readonly pending: number;
  /** Executed in the database, but no longer in the code. */
  readonly unknown: number;
}

/** The methods of a listener for data sources. */
export interface DatabaseListener {
  /** A data source was found. Emitted before any other event of it. */
  dataSourceFound?(dataSource: DataSourceInfo): void;
  /**
   * A data source that was created after boot was destroyed or garbage collected, and its last values have been read.
   * Its state can be removed. Statements and transactions that were running on it can still end. If it is initialized
   * again, it is found again.
   */
  dataSourceEnded?(dataSource: DataSourceInfo): void;
  /** The entities of a data source that has been initialized. */
  entitiesKnown?(entities: readonly Entity[]): void;
  statementStarted?(statement: Statement): void;
  /** Emitted once for every statement that started, whether it succeeded or failed. */
  statementEnded?(statement: Statement): void;
  /** Rows were changed and committed. */
  rowsCommitted?(entity: Entity, operation: RowOperation, rows: number): void;
  /** An outermost transaction started; savepoints emit no event. */
  transactionStarted?(dataSource: DataSourceInfo): void;
  transactionEnded?(dataSource: DataSourceInfo, outcome: TransactionOutcome, durationSeconds: number): void;
  /** Connections were opened. */
  connectionsOpened?(dataSource: DataSourceInfo, connections: number): void;
  connectionFailed?(dataSource: DataSourceInfo, error: ConnectionError): void;
  /** The wait for a connection from the pool has ended, with a connection or without one. */
  connectionAwaited?(dataSource: DataSourceInfo, durationSeconds: number): void;
  /** A query with `cache` was looked up in the query result cache. */
  queryCacheAsked?(dataSource: DataSourceInfo): void;
  /** The lookup found a result that had not expired. */
  queryCacheHit?(dataSource: DataSourceInfo): void;
  migrationsChecked?(dataSource: DataSourceInfo, migrations: MigrationsReading): void;
  /**
   * Emitted at each scrape, for every name of a data source: whether all data sources of that name are initialized, and
   * their pools.
   */
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
