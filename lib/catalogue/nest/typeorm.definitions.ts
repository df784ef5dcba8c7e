import {
  CONNECTION_ERRORS,
  ROW_OPERATIONS,
  STATEMENT_ERRORS,
  STATEMENT_OPERATIONS,
  TRANSACTION_OUTCOMES,
} from '../../observe/database-events.js';
import { boundedBy, defineCounter, defineGauge, defineHistogram, oneOf } from '../../metrics/definition.js';

const DATA_SOURCE = boundedBy('the names of the data sources of the application');
const OPERATION = oneOf(...STATEMENT_OPERATIONS);
const OUTCOME = oneOf(...TRANSACTION_OUTCOMES);
const ROLE = boundedBy('`master`, and one of `slave0`, `slave1` … per replica');

/** From one millisecond to ten seconds. */
export const QUERY_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] as const;

/**
 * Time from handing a statement to TypeORM until its result or error, including the wait for a connection. A stream
 * lasts until its last row was read. `_count` is the number of statements, including those for transactions and the
 * schema.
 *
 * @unit seconds, monotonic clock
 * @labels data_source: one per data source; operation: closed set of 7; entity: the entities of the data source, or
 *   `_none` for raw SQL, transaction control and the schema
 * @errors a failed statement is observed here too; failures alone are `typeorm_query_errors_total`
 */
export const TYPEORM_QUERY_DURATION_SECONDS = defineHistogram({
  name: 'typeorm_query_duration_seconds',
  help: 'Time from handing a SQL statement to TypeORM until its result or error.',
  unit: 'seconds',
  labels: {
    data_source: DATA_SOURCE,
    operation: OPERATION,
    entity: boundedBy('the entities of the data source, `_none` where there is none'),
  },
  buckets: QUERY_BUCKETS,
});

/**
 * Failed statements, by the cause that the driver reports.
 *
 * @labels error_type: connection (none available, or it broke), integrity (constraints), serialization (deadlocks and
 *   locks), syntax (also unknown tables and columns), timeout, other
 */
export const TYPEORM_QUERY_ERRORS_TOTAL = defineCounter({
  name: 'typeorm_query_errors_total',
  help: 'SQL statements that failed.',
  labels: { data_source: DATA_SOURCE, operation: OPERATION, error_type: oneOf(...STATEMENT_ERRORS) },
});

/** Statements that have neither a result nor an error yet, including those waiting for a connection. */
export const TYPEORM_QUERIES_IN_FLIGHT = defineGauge({
  name: 'typeorm_queries_in_flight',
  help: 'SQL statements without a result yet.',
  labels: { data_source: DATA_SOURCE },
});

/**
 * Rows that were changed and committed. Rows of a transaction that is rolled back are not counted.
 *
 * @labels model: the name given by `@ExportModelOperations`, or with `typeorm.models: 'all'` every entity, under the
 *   name in its metadata; operation: an upsert inserts or updates, and no database reports which
 * @errors not counted: raw SQL, `clear()` and cascades of the database; an UPDATE counts the rows that it matched
 */
export const TYPEORM_MODEL_ROWS_TOTAL = defineCounter({
  name: 'typeorm_model_rows_total',
  help: 'Rows changed through TypeORM and committed.',
  labels: {
    data_source: DATA_SOURCE,
    model: boundedBy('the decorated entities, or all entities of the data source'),
    operation: oneOf(...ROW_OPERATIONS),
  },
});

/**
 * Outermost transactions that have ended; savepoints are not counted. A transaction whose connection is lost counts as
 * a rollback.
 */
export const TYPEORM_TRANSACTIONS_TOTAL = defineCounter({
  name: 'typeorm_transactions_total',
  help: 'Transactions that were committed or rolled back.',
  labels: { data_source: DATA_SOURCE, outcome: OUTCOME },
});

/**
 * From BEGIN to the end of COMMIT or ROLLBACK.
 *
 * @unit seconds, monotonic clock
 */
export const TYPEORM_TRANSACTION_DURATION_SECONDS = defineHistogram({
  name: 'typeorm_transaction_duration_seconds',
  help: 'Time from the start of a transaction to the end of its commit or rollback.',
  unit: 'seconds',
  labels: { data_source: DATA_SOURCE, outcome: OUTCOME },
  buckets: QUERY_BUCKETS,
});

/** Transactions that have begun and not ended. */
export const TYPEORM_TRANSACTIONS_IN_FLIGHT = defineGauge({
  name: 'typeorm_transactions_in_flight',
  help: 'Transactions that have begun and not ended.',
  labels: { data_source: DATA_SOURCE },
});

/** Connections opened to the database. A rate that stays above zero means that the pool does not reuse connections. */
export const TYPEORM_CONNECTIONS_OPENED_TOTAL = defineCounter({
  name: 'typeorm_connections_opened_total',
  help: 'Connections made to the database.',
  labels: { data_source: DATA_SOURCE },
});

/**
 * Database connections that could not be obtained, including those of `initialize()` and of each of its retries.
 *
 * @labels error_type: refused (no server, or too many connections), authentication, timeout (also of the pool), lost
 *   (broke while idle; PostgreSQL only), other
 * @source each failure counts once here; the statement that needed the connection fails as well
 */
export const TYPEORM_CONNECTION_ERRORS_TOTAL = defineCounter({
  name: 'typeorm_connection_errors_total',
  help: 'Database connections that could not be obtained or broke while idle.',
  labels: { data_source: DATA_SOURCE, error_type: oneOf(...CONNECTION_ERRORS) },
});

/**
 * Connections in the pool, read at each scrape. SQLite has one, which is in use while a transaction is open.
 *
 * @labels role: master, slave0, slave1 …; state: used, idle
 */
export const TYPEORM_POOL_CONNECTIONS = defineGauge({
  name: 'typeorm_pool_connections',
  help: 'Connections that the pool holds.',
  labels: { data_source: DATA_SOURCE, role: ROLE, state: oneOf('used', 'idle') },
  readAtScrape: true,
});

/** Maximum size of the connection pool. Absent if the driver sets no limit. */
export const TYPEORM_POOL_CONNECTIONS_MAX = defineGauge({
  name: 'typeorm_pool_connections_max',
  help: 'Maximum number of connections in the pool.',
  labels: { data_source: DATA_SOURCE, role: ROLE },
  readAtScrape: true,
});

/** Requests waiting for a connection from the pool, at the time of the scrape. */
export const TYPEORM_POOL_PENDING_ACQUIRES = defineGauge({
  name: 'typeorm_pool_pending_acquires',
  help: 'Requests waiting for a connection from the pool.',
  labels: { data_source: DATA_SOURCE, role: ROLE },
  readAtScrape: true,
});

/**
 * Time waiting for a connection from the pool, also if none was obtained. Not for SQLite, which has a single
 * connection.
 *
 * @unit seconds, monotonic clock
 */
export const TYPEORM_POOL_ACQUIRE_DURATION_SECONDS = defineHistogram({
  name: 'typeorm_pool_acquire_duration_seconds',
  help: 'Time waiting for a connection from the pool.',
  unit: 'seconds',
  labels: { data_source: DATA_SOURCE },
  buckets: QUERY_BUCKETS,
});

/** Migrations in the code that the database has executed. Only for data sources that list migrations. */
export const TYPEORM_MIGRATIONS_APPLIED = defineGauge({
  name: 'typeorm_migrations_applied',
  help: 'Migrations of the code that the database has executed.',
  labels: { data_source: DATA_SOURCE },
});

/** Migrations in the code that the database has not executed. */
export const TYPEORM_MIGRATIONS_PENDING = defineGauge({
  name: 'typeorm_migrations_pending',
  help: 'Migrations of the code that the database has not executed.',
  labels: { data_source: DATA_SOURCE },
});

/** Executed migrations that are not in the code: an older release runs on a newer schema. */
export const TYPEORM_MIGRATIONS_UNKNOWN = defineGauge({
  name: 'typeorm_migrations_unknown',
  help: 'Migrations that the database has executed and that are not in the code.',
  labels: { data_source: DATA_SOURCE },
});

/**
 * When the migrations were last compared successfully. It becomes old while the application does not use the database.
 *
 * @unit seconds since 1970
 */
export const TYPEORM_MIGRATIONS_CHECKED_TIMESTAMP_SECONDS = defineGauge({
  name: 'typeorm_migrations_checked_timestamp_seconds',
  help: 'When the migrations were last compared, in seconds since 1970.',
  unit: 'seconds',
  labels: { data_source: DATA_SOURCE },
});

/** Lookups of queries with `cache` in TypeORM's query result cache. */
export const TYPEORM_QUERY_CACHE_GETS_TOTAL = defineCounter({
  name: 'typeorm_query_cache_gets_total',
  help: 'Lookups in the query result cache.',
  labels: { data_source: DATA_SOURCE },
});

/** Lookups that found a result that had not expired. */
export const TYPEORM_QUERY_CACHE_HITS_TOTAL = defineCounter({
  name: 'typeorm_query_cache_hits_total',
  help: 'Lookups in the query result cache that found a result that had not expired.',
  labels: { data_source: DATA_SOURCE },
});

/** Always 1. Describes a data source; join it on `data_source`. */
export const TYPEORM_DATA_SOURCE_INFO = defineGauge({
  name: 'typeorm_data_source_info',
  help: 'The data sources of the application.',
  labels: {
    data_source: DATA_SOURCE,
    driver: boundedBy('the database types of TypeORM, such as `postgres`'),
    replicated: oneOf('true', 'false'),
  },
});

/** 1 while the data source is initialized, 0 before and after. It does not say whether the database is healthy. */
export const TYPEORM_DATA_SOURCE_UP = defineGauge({
  name: 'typeorm_data_source_up',
  help: 'Whether the data source is initialized.',
  labels: { data_source: DATA_SOURCE },
  readAtScrape: true,
});
