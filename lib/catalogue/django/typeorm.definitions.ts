import { boundedBy, defineCounter, defineGauge, defineHistogram, oneOf } from '../../metrics/definition.js';
import { LATENCY_BUCKETS } from './buckets.js';
import { DJANGO_ERRORS } from './statement-errors.js';

const DATABASE = {
  alias: boundedBy('the names of the data sources of the application'),
  vendor: boundedBy("Django's name of the database, TypeORM's where Django has none"),
};
const CONNECTION = boundedBy('the names of the data sources of the application');
const MODEL = boundedBy('the decorated entities, or all entities of the data sources');

/**
 * Connections that the application tried to open, failed attempts included, as in Django. Connections of the pool are
 * counted, not those that a request takes out of it.
 *
 * @labels alias: one per data source; vendor: `postgresql`, `mysql`, `sqlite`, `oracle`, `microsoft`, or TypeORM's type
 * @since 0.1.0
 */
export const DJANGO_DB_NEW_CONNECTIONS_TOTAL = defineCounter({
  name: 'django_db_new_connections_total',
  help: 'Attempts to open a database connection.',
  labels: DATABASE,
});

/**
 * Connections that could not be opened. A connection that broke while it was idle is not counted.
 *
 * @labels alias, vendor: as `django_db_new_connections_total`
 * @since 0.1.0
 */
export const DJANGO_DB_NEW_CONNECTION_ERRORS_TOTAL = defineCounter({
  name: 'django_db_new_connection_errors_total',
  help: 'Attempts to open a database connection that failed.',
  labels: DATABASE,
});

/**
 * Statements, including those for transactions and the schema. An INSERT of several rows counts once per row, as
 * `executemany()` does in Django.
 *
 * @labels alias, vendor: as `django_db_new_connections_total`
 * @since 0.1.0
 */
export const DJANGO_DB_EXECUTE_TOTAL = defineCounter({
  name: 'django_db_execute_total',
  help: 'SQL statements sent, an INSERT of several rows once per row.',
  labels: DATABASE,
});

/**
 * Rows of INSERT statements that a query builder made with several rows. They are part of `django_db_execute_total`.
 *
 * @labels alias, vendor: as `django_db_new_connections_total`
 * @since 0.1.0
 */
export const DJANGO_DB_EXECUTE_MANY_TOTAL = defineCounter({
  name: 'django_db_execute_many_total',
  help: 'Rows of SQL statements that insert several rows.',
  labels: DATABASE,
});

/**
 * Failed statements. The classes are those of Python's database API:
 *
 * - IntegrityError: constraints
 * - OperationalError: no connection, deadlocks and locks, timeouts; on SQLite also syntax errors and unknown tables
 * - ProgrammingError: syntax errors, unknown tables and columns
 * - DatabaseError: any other cause
 *
 * Subclasses that psycopg has for each SQLSTATE, such as UniqueViolation, are not told apart.
 *
 * @labels alias, vendor: as `django_db_new_connections_total`; type: closed set of 4
 * @since 0.1.0
 */
export const DJANGO_DB_ERRORS_TOTAL = defineCounter({
  name: 'django_db_errors_total',
  help: 'SQL statements that failed.',
  labels: { ...DATABASE, type: oneOf(...DJANGO_ERRORS) },
});

/**
 * Time from handing a statement to TypeORM until its result or error, including the wait for a connection. Django
 * measures with the connection open. `_count` is the number of statements, one for an INSERT of several rows.
 *
 * @unit seconds, monotonic clock
 * @labels alias, vendor: as `django_db_new_connections_total`
 * @errors a failed statement is observed here too
 * @since 0.1.0
 */
export const DJANGO_DB_QUERY_DURATION_SECONDS = defineHistogram({
  name: 'django_db_query_duration_seconds',
  help: 'Time from handing a SQL statement to TypeORM until its result or error.',
  unit: 'seconds',
  labels: DATABASE,
  buckets: LATENCY_BUCKETS,
});

/**
 * Rows that were inserted and committed, upserts included: no database reports which rows of an upsert it updated.
 * Django counts calls of `save()` instead, so bulk operations and rolled back rows differ.
 *
 * @labels model: the name given by `@ExportModelOperations`, or with `typeorm.models: 'all'` every entity
 * @since 0.1.0
 */
export const DJANGO_MODEL_INSERTS_TOTAL = defineCounter({
  name: 'django_model_inserts_total',
  help: 'Rows inserted or upserted through TypeORM and committed.',
  labels: { model: MODEL },
});

/**
 * Rows that were updated and committed. A soft delete and a restore are updates, as they are in Django.
 *
 * @labels model: as `django_model_inserts_total`
 * @since 0.1.0
 */
export const DJANGO_MODEL_UPDATES_TOTAL = defineCounter({
  name: 'django_model_updates_total',
  help: 'Rows updated, soft-deleted or restored through TypeORM and committed.',
  labels: { model: MODEL },
});

/**
 * Rows that were deleted and committed.
 *
 * @labels model: as `django_model_inserts_total`
 * @since 0.1.0
 */
export const DJANGO_MODEL_DELETES_TOTAL = defineCounter({
  name: 'django_model_deletes_total',
  help: 'Rows deleted through TypeORM and committed.',
  labels: { model: MODEL },
});

/**
 * Migrations in the table of executed migrations, whether or not the code still has them. Checked every
 * `typeorm.migrations.refreshSeconds`, where Django checks once at start.
 *
 * The name ends in `_total` and is a gauge, as in django-prometheus; `promtool check metrics` complains about it.
 *
 * @labels connection: one per data source
 * @since 0.1.0
 */
export const DJANGO_MIGRATIONS_APPLIED_TOTAL = defineGauge({
  name: 'django_migrations_applied_total',
  help: 'Migrations that were executed in the database.',
  labels: { connection: CONNECTION },
  merge: 'max',
});

/**
 * Migrations in the code that were not executed in the database.
 *
 * @labels connection: one per data source
 * @since 0.1.0
 */
export const DJANGO_MIGRATIONS_UNAPPLIED_TOTAL = defineGauge({
  name: 'django_migrations_unapplied_total',
  help: 'Migrations that were not executed in the database yet.',
  labels: { connection: CONNECTION },
  merge: 'max',
});
