import { boundedBy, defineGauge, defineHistogram, oneOf, optional } from '../../metrics/definition.js';
import { QUERY_BUCKETS } from '../buckets.js';
import { DATABASE_SYSTEMS } from './database-system.js';

/** The page of the metrics says which option replaces them. */
export { QUERY_BUCKETS };

const POOL_NAME = boundedBy(
  'the data sources of the application, with `/master`, `/slave0` … where they are replicated',
);

/** The operations that a query builder or the first word of a statement names. */
const OPERATIONS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const;

/** Causes of failed statements, with the convention's word for the last one. */
const ERRORS = ['connection', 'integrity', 'serialization', 'syntax', 'timeout', '_OTHER'] as const;

/**
 * `db.client.operation.duration`: time from handing a statement to TypeORM until its result or error, including the wait
 * for a connection. A stream lasts until its last row was read. `_count` is the number of statements.
 *
 * @unit seconds, monotonic clock
 * @labels db_system_name: the convention's name of the database, by the `type` of the data source; db_namespace: the
 *   name of the database in the options, with the schema on PostgreSQL (`shop|sales`), for SQLite the name of the file,
 *   absent if there is none; db_collection_name: the table of the entity, absent for raw SQL, transaction control and
 *   the schema; db_operation_name: absent for transaction control, changes of the schema and others; error_type: only
 *   on failed statements, from a closed set of 6
 * @source data sources with the same database share their series
 * @since 0.1.0
 */
export const DB_CLIENT_OPERATION_DURATION_SECONDS = defineHistogram({
  name: 'db_client_operation_duration_seconds',
  help: 'Duration of database client operations.',
  unit: 'seconds',
  labels: {
    db_system_name: oneOf(...DATABASE_SYSTEMS),
    db_namespace: optional(boundedBy('the databases of the data sources of the application')),
    db_collection_name: optional(boundedBy('the tables of the entities of the data source')),
    db_operation_name: optional(oneOf(...OPERATIONS)),
    error_type: optional(oneOf(...ERRORS)),
  },
  buckets: QUERY_BUCKETS,
});

/**
 * `db.client.connection.count`: connections in the pool, read at each scrape. SQLite has one, which is in use while a
 * transaction is open.
 *
 * @labels db_client_connection_pool_name: the name of the data source, with `/master`, `/slave0` … if it is replicated;
 *   db_client_connection_state: idle, used
 * @since 0.1.0
 */
export const DB_CLIENT_CONNECTION_COUNT = defineGauge({
  name: 'db_client_connection_count',
  help: 'The number of connections that are currently in state described by the `state` attribute.',
  labels: { db_client_connection_pool_name: POOL_NAME, db_client_connection_state: oneOf('idle', 'used') },
  readAtScrape: true,
  merge: 'sum',
});

/**
 * `db.client.connection.max`: maximum size of the connection pool. Absent if the driver sets no limit.
 *
 * @since 0.1.0
 */
export const DB_CLIENT_CONNECTION_MAX = defineGauge({
  name: 'db_client_connection_max',
  help: 'The maximum number of open connections allowed.',
  labels: { db_client_connection_pool_name: POOL_NAME },
  readAtScrape: true,
  merge: 'sum',
});

/**
 * `db.client.connection.pending_requests`: requests waiting for a connection from the pool, at the time of the scrape.
 *
 * @since 0.1.0
 */
export const DB_CLIENT_CONNECTION_PENDING_REQUESTS = defineGauge({
  name: 'db_client_connection_pending_requests',
  help: 'The number of current pending requests for an open connection.',
  labels: { db_client_connection_pool_name: POOL_NAME },
  readAtScrape: true,
  merge: 'sum',
});

/**
 * `db.client.connection.wait_time`: time waiting for a connection from the pool, also if none was obtained. Not for
 * SQLite, which has a single connection.
 *
 * @unit seconds, monotonic clock
 * @labels db_client_connection_pool_name: the name of the data source, without a suffix if it is replicated
 * @since 0.1.0
 */
export const DB_CLIENT_CONNECTION_WAIT_TIME_SECONDS = defineHistogram({
  name: 'db_client_connection_wait_time_seconds',
  help: 'The time it took to obtain an open connection from the pool.',
  unit: 'seconds',
  labels: { db_client_connection_pool_name: boundedBy('the data sources of the application') },
  buckets: QUERY_BUCKETS,
});
