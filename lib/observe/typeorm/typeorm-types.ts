/**
 * What we use of TypeORM, as structural types: the same for 0.3 and 1.x, and for any copy of either. Nothing is
 * imported from the package, so an application without it never notices that this folder exists.
 */

export interface DataSourceLike {
  readonly isInitialized: boolean;
  readonly options: {
    readonly type: string;
    /** @nestjs/typeorm keeps the name of a data source here. */
    readonly name?: unknown;
    readonly entities?: unknown;
    readonly migrationsTableName?: string;
    readonly schema?: string;
    readonly cache?: { readonly alwaysEnabled?: boolean };
  };
  /** 0.3 only. */
  readonly name?: unknown;
  readonly driver: DriverLike;
  readonly migrations: readonly { readonly name?: string }[];
  readonly entityMetadatas: readonly EntityMetadataLike[];
  readonly queryResultCache?: QueryResultCacheLike;
  initialize(): Promise<unknown>;
  createQueryRunner(mode: 'master' | 'slave'): QueryRunnerLike;
  createQueryBuilder(runner?: QueryRunnerLike): QueryBuilderLike;
}

export interface DriverLike {
  readonly options: DataSourceLike['options'];
  readonly isReplicated?: boolean;
  /** From the options or the URL in them: a name, or the path of a file. sql.js has bytes here. */
  readonly database?: string;
  createQueryRunner(mode: 'master' | 'slave'): QueryRunnerLike | undefined;
  buildTableName(table: string, schema?: string, database?: string): string;
  /** The pools: PostgreSQL and its kind. */
  readonly master?: unknown;
  readonly slaves?: unknown;
  /** The pool of MySQL and MariaDB, and the cluster of pools when they are replicated. */
  readonly pool?: unknown;
  readonly poolCluster?: unknown;
  /** The one connection of SQLite and sql.js. */
  readonly databaseConnection?: unknown;
}

export interface QueryRunnerLike {
  /** 1.x. */
  readonly dataSource?: DataSourceLike;
  /** 0.3, and a deprecated accessor in 1.x. */
  readonly connection?: DataSourceLike;
  readonly isTransactionActive: boolean;
  readonly isReleased: boolean;
  readonly broadcaster?: object;
  /** The driver's own connection, once it has one. */
  readonly databaseConnection?: unknown;
  query(sql: string, parameters?: unknown, structured?: boolean): Promise<unknown>;
  hasTable(name: string): Promise<boolean>;
  release(): Promise<void>;
}

/**
 * One object for each connection of a data source, the same for a query runner and for a Proxy around it. A query runner
 * of SQLite gets a new `manager` again and again, but its broadcaster stays.
 */
export function connectionKey(runner: QueryRunnerLike): object {
  return runner.broadcaster ?? runner;
}

export interface EntityMetadataLike {
  readonly name: string;
  readonly target: unknown;
  readonly tableType: string;
  /** With the schema, and with the database if the entity names one. */
  readonly tablePath: string;
  /** The entity that a child of single-table inheritance shares its table with. */
  readonly parentEntityMetadata?: EntityMetadataLike;
}

export interface QueryBuilderLike {
  /** As of query runners. */
  readonly dataSource?: DataSourceLike;
  readonly connection?: DataSourceLike;
  getQueryAndParameters(): [string, unknown];
  readonly expressionMap: ExpressionMapLike;
}

/** What a statement is of: a table, which may be an entity's, or a sub-query. */
export interface AliasLike {
  readonly name: string;
  readonly hasMetadata: boolean;
  /** To be read only where there is one. */
  readonly metadata: EntityMetadataLike;
}

export interface ExpressionMapLike {
  readonly queryType: string;
  readonly mainAlias?: AliasLike | undefined;
  readonly valuesSet?: unknown;
  readonly onUpdate?: unknown;
  readonly useTransaction: boolean;
  /** Undefined leaves it to the options of the data source. */
  readonly cache?: boolean;
}

export interface QueryResultCacheLike {
  getFromCache(...question: never[]): Promise<unknown>;
  isExpired(...found: never[]): boolean;
}

/** TypeORM marks its classes by name, so that data sources of another copy are recognised too. */
export function isDataSource(value: unknown): value is DataSourceLike {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return (value as { '@instanceof'?: unknown })['@instanceof'] === Symbol.for('DataSource');
  } catch {
    // There are providers that throw when they are looked at.
    return false;
  }
}
