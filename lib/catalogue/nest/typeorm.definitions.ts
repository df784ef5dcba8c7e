import {
  CONNECTION_ERRORS,
  ROW_OPERATIONS,
  STATEMENT_ERRORS,
  STATEMENT_OPERATIONS,
  TRANSACTION_OUTCOMES,
} from '../../observe/database-events.js';
import { QUERY_BUCKETS } from '../buckets.js';
import { boundedBy, defineCounter, defineGauge, defineHistogram, oneOf } from '../../metrics/definition.js';

/** The page of the metrics says which option replaces them. */
export { QUERY_BUCKETS };

const DATA_SOURCE = boundedBy('the names of the data sources of the application');
const OPERATION = oneOf(...STATEMENT_OPERATIONS);
const OUTCOME = oneOf(...TRANSACTION_OUTCOMES);
const ROLE = boundedBy('`master`, and one of `slave0`, `slave1` … per replica');

/**
 * Time from handing a statement to TypeORM until its result or error, including the wait for a connection. A stream
 * lasts until its last row was read. `_count` is the number of statements, including those for transactions and the
 * schema.
 *
 * @unit seconds, monotonic clock
 * @labels data_source: one per data source; operation: closed set of 7; entity: the entities of the data source, or
 *   `_none` for raw SQL, transaction control and the schema
 * @errors a failed statement is observed here too; failures alone are `typeorm_query_errors_total`
 * @since 0.1.0
 * @example The five kinds of statements that take the most time, in seconds per second: `topk(5, sum by (data_source,
 *   entity, operation) (rate(typeorm_query_duration_seconds_sum[5m])))`
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
 * @since 0.1.0
 * @example Failed statements of the last hour, by cause: `sum by (data_source, error_type)
 *   (increase(typeorm_query_errors_total[1h])) > 0`
 */
export const TYPEORM_QUERY_ERRORS_TOTAL = defineCounter({
  name: 'typeorm_query_errors_total',
  help: 'SQL statements that failed.',
  labels: { data_source: DATA_SOURCE, operation: OPERATION, error_type: oneOf(...STATEMENT_ERRORS) },
});

/**
 * Statements that have neither a result nor an error yet, including those waiting for a connection.
 *
 * @since 0.1.0
 * @example The most statements at once in the last hour, in relation to the pool. Above 1, statements waited for a
 *   connection: `max_over_time(typeorm_queries_in_flight[1h]) / on (instance, data_source) sum by (instance,
 *   data_source) (typeorm_pool_connections_max)`
 */
export const TYPEORM_QUERIES_IN_FLIGHT = defineGauge({
  name: 'typeorm_queries_in_flight',
  help: 'SQL statements without a result yet.',
  labels: { data_source: DATA_SOURCE },
  merge: 'sum',
});

/**
 * Rows that were changed and committed. Rows of a transaction that is rolled back are not counted.
 *
 * @labels model: the name given by `@ExportModelOperations`, or with `typeorm.models: 'all'` every entity, under the
 *   name in its metadata; operation: an upsert inserts or updates, and no database reports which
 * @errors not counted: raw SQL, `clear()` and cascades of the database; an UPDATE counts the rows that it matched
 * @since 0.1.0
 * @example Rows inserted per minute, by model: `60 * sum by (model)
 *   (rate(typeorm_model_rows_total{operation="insert"}[5m]))`
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
 *
 * @since 0.1.0
 * @example The share of transactions that were rolled back: `sum by (data_source)
 *   (rate(typeorm_transactions_total{outcome="rollback"}[5m])) / sum by (data_source)
 *   (rate(typeorm_transactions_total[5m]))`
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
 * @since 0.1.0
 * @example The duration that 99 % of the transactions stay below, by outcome: `histogram_quantile(0.99, sum by
 *   (data_source, outcome, le) (rate(typeorm_transaction_duration_seconds_bucket[5m])))`
 */
export const TYPEORM_TRANSACTION_DURATION_SECONDS = defineHistogram({
  name: 'typeorm_transaction_duration_seconds',
  help: 'Time from the start of a transaction to the end of its commit or rollback.',
  unit: 'seconds',
  labels: { data_source: DATA_SOURCE, outcome: OUTCOME },
  buckets: QUERY_BUCKETS,
});

/**
 * Transactions that have begun and not ended.
 *
 * @since 0.1.0
 * @example The fewest open transactions in the last hour. Above 0 without load, a transaction was never ended:
 *   `min_over_time(typeorm_transactions_in_flight[1h])`
 */
export const TYPEORM_TRANSACTIONS_IN_FLIGHT = defineGauge({
  name: 'typeorm_transactions_in_flight',
  help: 'Transactions that have begun and not ended.',
  labels: { data_source: DATA_SOURCE },
  merge: 'sum',
});

/**
 * Connections opened to the database. A rate that stays above zero means that the pool does not reuse connections.
 *
 * @since 0.1.0
 * @example New connections per minute, by instance: `60 * rate(typeorm_connections_opened_total[5m])`
 */
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
 * @since 0.1.0
 * @example Failures of the last hour to obtain a connection, by cause: `sum by (data_source, error_type)
 *   (increase(typeorm_connection_errors_total[1h]))`
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
 * @since 0.1.0
 * @example The share of the pool that is in use: `sum by (instance, data_source, role)
 *   (typeorm_pool_connections{state="used"}) / on (instance, data_source, role) typeorm_pool_connections_max`
 */
export const TYPEORM_POOL_CONNECTIONS = defineGauge({
  name: 'typeorm_pool_connections',
  help: 'Connections that the pool holds.',
  labels: { data_source: DATA_SOURCE, role: ROLE, state: oneOf('used', 'idle') },
  readAtScrape: true,
  merge: 'sum',
});

/**
 * Maximum size of the connection pool. Absent if the driver sets no limit.
 *
 * @since 0.1.0
 * @example The connections that all instances together can open. It should be below the limit of the database: `sum by
 *   (job, data_source) (typeorm_pool_connections_max)`
 */
export const TYPEORM_POOL_CONNECTIONS_MAX = defineGauge({
  name: 'typeorm_pool_connections_max',
  help: 'Maximum number of connections in the pool.',
  labels: { data_source: DATA_SOURCE, role: ROLE },
  readAtScrape: true,
  merge: 'sum',
});

/**
 * Requests waiting for a connection from the pool, at the time of the scrape.
 *
 * @since 0.1.0
 * @example The most requests that waited for a connection at a scrape of the last hour:
 *   `max_over_time(typeorm_pool_pending_acquires[1h])`
 */
export const TYPEORM_POOL_PENDING_ACQUIRES = defineGauge({
  name: 'typeorm_pool_pending_acquires',
  help: 'Requests waiting for a connection from the pool.',
  labels: { data_source: DATA_SOURCE, role: ROLE },
  readAtScrape: true,
  merge: 'sum',
});

/**
 * Time waiting for a connection from the pool, also if none was obtained. Not for SQLite, which has a single
 * connection.
 *
 * @unit seconds, monotonic clock
 * @since 0.1.0
 * @example The average wait for a connection: `sum by (data_source)
 *   (rate(typeorm_pool_acquire_duration_seconds_sum[5m])) / sum by (data_source)
 *   (rate(typeorm_pool_acquire_duration_seconds_count[5m]))`
 */
export const TYPEORM_POOL_ACQUIRE_DURATION_SECONDS = defineHistogram({
  name: 'typeorm_pool_acquire_duration_seconds',
  help: 'Time waiting for a connection from the pool.',
  unit: 'seconds',
  labels: { data_source: DATA_SOURCE },
  buckets: QUERY_BUCKETS,
});

/**
 * Migrations in the code that the database has executed. Only for data sources that list migrations.
 *
 * @off `typeorm.migrations: false`
 * @since 0.1.0
 * @example Above 0 while instances with different migrations run: `max by (job, data_source)
 *   (typeorm_migrations_applied) - min by (job, data_source) (typeorm_migrations_applied)`
 */
export const TYPEORM_MIGRATIONS_APPLIED = defineGauge({
  name: 'typeorm_migrations_applied',
  help: 'Migrations of the code that the database has executed.',
  labels: { data_source: DATA_SOURCE },
  merge: 'max',
});

/**
 * Migrations in the code that the database has not executed.
 *
 * @off `typeorm.migrations: false`
 * @since 0.1.0
 * @example Data sources with a migration that was not executed: `max by (job, data_source)
 *   (typeorm_migrations_pending) > 0`
 */
export const TYPEORM_MIGRATIONS_PENDING = defineGauge({
  name: 'typeorm_migrations_pending',
  help: 'Migrations of the code that the database has not executed.',
  labels: { data_source: DATA_SOURCE },
  merge: 'max',
});

/**
 * Executed migrations that are not in the code: an older release runs on a newer schema.
 *
 * @off `typeorm.migrations: false`
 * @since 0.1.0
 * @example By how many migrations the oldest instance is behind the schema: `max by (job, data_source)
 *   (typeorm_migrations_unknown)`
 */
export const TYPEORM_MIGRATIONS_UNKNOWN = defineGauge({
  name: 'typeorm_migrations_unknown',
  help: 'Migrations that the database has executed and that are not in the code.',
  labels: { data_source: DATA_SOURCE },
  merge: 'max',
});

/**
 * When the migrations were last compared successfully. It becomes old while the application does not use the database.
 *
 * @unit seconds since 1970
 * @off `typeorm.migrations: false`
 * @since 0.1.0
 * @example Seconds since the migrations were compared: `time() - typeorm_migrations_checked_timestamp_seconds`
 */
export const TYPEORM_MIGRATIONS_CHECKED_TIMESTAMP_SECONDS = defineGauge({
  name: 'typeorm_migrations_checked_timestamp_seconds',
  help: 'When the migrations were last compared, in seconds since 1970.',
  unit: 'seconds',
  labels: { data_source: DATA_SOURCE },
  merge: 'max',
});

/**
 * Lookups of queries with `cache` in TypeORM's query result cache.
 *
 * @since 0.1.0
 * @example Lookups per SELECT statement: `sum by (data_source) (rate(typeorm_query_cache_gets_total[5m])) / sum by
 *   (data_source) (rate(typeorm_query_duration_seconds_count{operation="select"}[5m]))`
 */
export const TYPEORM_QUERY_CACHE_GETS_TOTAL = defineCounter({
  name: 'typeorm_query_cache_gets_total',
  help: 'Lookups in the query result cache.',
  labels: { data_source: DATA_SOURCE },
});

/**
 * Lookups that found a result that had not expired.
 *
 * @since 0.1.0
 * @example The hit ratio of the query result cache: `sum by (data_source) (rate(typeorm_query_cache_hits_total[5m])) /
 *   sum by (data_source) (rate(typeorm_query_cache_gets_total[5m]))`
 */
export const TYPEORM_QUERY_CACHE_HITS_TOTAL = defineCounter({
  name: 'typeorm_query_cache_hits_total',
  help: 'Lookups in the query result cache that found a result that had not expired.',
  labels: { data_source: DATA_SOURCE },
});

/**
 * Always 1. Describes a data source; join it on `data_source`.
 *
 * @since 0.1.0
 * @example Statements per second, by driver: `sum by (driver) (sum by (instance, data_source)
 *   (rate(typeorm_query_duration_seconds_count[5m])) * on (instance, data_source) group_left (driver)
 *   typeorm_data_source_info)`
 */
export const TYPEORM_DATA_SOURCE_INFO = defineGauge({
  name: 'typeorm_data_source_info',
  help: 'The data sources of the application.',
  labels: {
    data_source: DATA_SOURCE,
    driver: boundedBy('the database types of TypeORM, such as `postgres`'),
    replicated: oneOf('true', 'false'),
  },
  merge: 'max',
});

/**
 * 1 while the data source is initialized, 0 before and after. It does not say whether the database is healthy.
 *
 * @since 0.1.0
 * @example The share of the last hour in which the data source was initialized:
 *   `avg_over_time(typeorm_data_source_up[1h])`
 */
export const TYPEORM_DATA_SOURCE_UP = defineGauge({
  name: 'typeorm_data_source_up',
  help: 'Whether the data source is initialized.',
  labels: { data_source: DATA_SOURCE },
  readAtScrape: true,
  merge: 'min',
});
