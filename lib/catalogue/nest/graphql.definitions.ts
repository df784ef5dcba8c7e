import { boundedBy, defineCounter, defineGauge, defineHistogram, oneOf } from '../../metrics/definition.js';
import { DURATION_BUCKETS } from '../buckets.js';
import { QUERIES_BUCKETS } from './http.definitions.js';
import { type OperationDefinitions } from './operation.metrics.js';

const TYPE = oneOf('query', 'mutation', 'subscription');
const FIELD = boundedBy('the root fields of the GraphQL schema, and `_unmatched`');
const OUTCOME = oneOf('success', 'error', 'aborted');

/**
 * Executions of root fields of the GraphQL schema, counted when they end. A request with three root fields counts three
 * times, also if they are the same field under three aliases; a subscription counts once, when it ends. `__schema` and
 * `__typename` are not counted.
 *
 * @labels type: the root type; field: the root field, or `_unmatched` for requests that failed before any resolver, such
 *   as those that are not valid; outcome: success, error, or, for subscriptions only, aborted: the client left
 * @source known fields exist at zero from boot
 * @since 0.1.0
 * @example The share of executions that failed, by field: `sum by (type, field)
 *   (rate(nestjs_graphql_operations_total{outcome="error"}[5m])) / sum by (type, field)
 *   (rate(nestjs_graphql_operations_total[5m]))`
 */
export const NESTJS_GRAPHQL_OPERATIONS_TOTAL = defineCounter({
  name: 'nestjs_graphql_operations_total',
  help: 'Executions of root fields of the GraphQL schema that have ended.',
  labels: { type: TYPE, field: FIELD, outcome: OUTCOME },
});

/**
 * Duration of executions of root fields: from the start of the field's resolver, guards and interceptors included, to the
 * end of the last resolver of the fields below it. Subscriptions: from their start to their end.
 *
 * @unit seconds, monotonic clock
 * @labels type, field, outcome: as `nestjs_graphql_operations_total`
 * @source known fields exist at zero from boot
 * @since 0.1.0
 * @example The duration that 95 % of the queries stay below, by field: `histogram_quantile(0.95, sum by (field, le)
 *   (rate(nestjs_graphql_operation_duration_seconds_bucket{type="query"}[5m])))`
 */
export const NESTJS_GRAPHQL_OPERATION_DURATION_SECONDS = defineHistogram({
  name: 'nestjs_graphql_operation_duration_seconds',
  help: 'Time that executions of root fields of the GraphQL schema took.',
  unit: 'seconds',
  labels: { type: TYPE, field: FIELD, outcome: OUTCOME },
  buckets: DURATION_BUCKETS,
});

/**
 * Executions of root fields that have not ended yet; of subscriptions, those that are open.
 *
 * @labels type, field: as `nestjs_graphql_operations_total`
 * @source known fields exist at zero from boot
 * @since 0.1.0
 * @example Open subscriptions, by field: `sum by (field) (nestjs_graphql_operations_in_flight{type="subscription"})`
 */
export const NESTJS_GRAPHQL_OPERATIONS_IN_FLIGHT = defineGauge({
  name: 'nestjs_graphql_operations_in_flight',
  help: 'Executions of root fields of the GraphQL schema that have not ended yet.',
  labels: { type: TYPE, field: FIELD },
  merge: 'sum',
});

/**
 * Errors of resolvers, guards, pipes and interceptors. Those of the fields below a root field count in the root field,
 * each of them, and so do those of the events of a subscription, which goes on. Of a request that failed before any
 * resolver, the first error counts.
 *
 * @labels type, field: as `nestjs_graphql_operations_total`; error_type: as `nestjs_http_exceptions_total`, and classes
 *   that inherit from GraphQLError
 * @since 0.1.0
 * @example Errors of the last hour, by field and class: `sum by (type, field, error_type)
 *   (increase(nestjs_graphql_exceptions_total[1h])) > 0`
 */
export const NESTJS_GRAPHQL_EXCEPTIONS_TOTAL = defineCounter({
  name: 'nestjs_graphql_exceptions_total',
  help: 'Errors of resolvers, guards, pipes and interceptors of the GraphQL schema.',
  labels: {
    type: TYPE,
    field: FIELD,
    error_type: boundedBy(
      'HttpException and GraphQLError classes, errors of JavaScript and TypeORM, registered errors, else `_OTHER`',
    ),
  },
});

/**
 * SQL statements per execution of a root field, those of the fields below it included; a high value means N+1 queries.
 * They count in the HTTP request as well.
 *
 * @unit statements
 * @labels type, field: as `nestjs_graphql_operations_total`
 * @option `http.queriesPerRequest`
 * @source known fields exist at zero from boot
 * @since 0.1.0
 * @example The five fields with the most statements per execution: `topk(5, sum by (type, field)
 *   (rate(nestjs_graphql_operation_db_queries_sum[5m])) / sum by (type, field)
 *   (rate(nestjs_graphql_operation_db_queries_count[5m])))`
 */
export const NESTJS_GRAPHQL_OPERATION_DB_QUERIES = defineHistogram({
  name: 'nestjs_graphql_operation_db_queries',
  help: 'SQL statements per execution of a root field of the GraphQL schema.',
  labels: { type: TYPE, field: FIELD },
  buckets: QUERIES_BUCKETS,
});

/**
 * Total time of the SQL statements of an execution of a root field. Concurrent statements count in full.
 *
 * @unit seconds, monotonic clock
 * @labels type, field: as `nestjs_graphql_operations_total`
 * @option `http.queriesPerRequest`
 * @source known fields exist at zero from boot
 * @since 0.1.0
 * @example The share of the time of queries that SQL takes, by field: `sum by (field)
 *   (rate(nestjs_graphql_operation_db_seconds_sum{type="query"}[5m])) / sum by (field)
 *   (rate(nestjs_graphql_operation_duration_seconds_sum{type="query"}[5m]))`
 */
export const NESTJS_GRAPHQL_OPERATION_DB_SECONDS = defineHistogram({
  name: 'nestjs_graphql_operation_db_seconds',
  help: 'Total time of the SQL statements of an execution of a root field of the GraphQL schema.',
  unit: 'seconds',
  labels: { type: TYPE, field: FIELD },
  buckets: DURATION_BUCKETS,
});

/** What every door publishes. */
export const GRAPHQL_DEFINITIONS: OperationDefinitions = {
  operations: NESTJS_GRAPHQL_OPERATIONS_TOTAL,
  duration: NESTJS_GRAPHQL_OPERATION_DURATION_SECONDS,
  inFlight: NESTJS_GRAPHQL_OPERATIONS_IN_FLIGHT,
  exceptions: NESTJS_GRAPHQL_EXCEPTIONS_TOTAL,
  queries: NESTJS_GRAPHQL_OPERATION_DB_QUERIES,
  querySeconds: NESTJS_GRAPHQL_OPERATION_DB_SECONDS,
};
