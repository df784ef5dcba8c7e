import { boundedBy, defineCounter, defineGauge, defineHistogram, oneOf } from '../../metrics/definition.js';
import { DURATION_BUCKETS } from '../buckets.js';
import { QUERIES_BUCKETS } from './http.definitions.js';
import { type OperationDefinitions } from './operation.metrics.js';

const TRANSPORT = oneOf('tcp', 'redis', 'nats', 'mqtt', 'grpc', 'rmq', 'kafka', '_OTHER');
const PATTERN = boundedBy('the patterns of @MessagePattern() and @EventPattern() in the application, and `_unmatched`');
const OUTCOME = oneOf('success', 'error', 'aborted');

/**
 * Messages and events that microservices have handled, with guards, pipes, interceptors and filters. An event with three
 * handlers counts once.
 *
 * @labels transport: of the microservice; `_OTHER` for custom strategies; pattern: as declared, with its wildcards, an
 *   object as Nest serialises it; `_unmatched` for patterns without a handler; outcome: success; error: the client gets an
 *   error, or would for an event; aborted: the client left before a stream ended
 * @source known patterns exist at zero from boot
 * @since 0.1.0
 * @example The share of messages that failed, by pattern: `sum by (transport, pattern)
 *   (rate(nestjs_rpc_operations_total{outcome="error"}[5m])) / sum by (transport, pattern)
 *   (rate(nestjs_rpc_operations_total[5m]))`
 */
export const NESTJS_RPC_OPERATIONS_TOTAL = defineCounter({
  name: 'nestjs_rpc_operations_total',
  help: 'Messages and events that microservices have handled.',
  labels: { transport: TRANSPORT, pattern: PATTERN, outcome: OUTCOME },
});

/**
 * Time that messages and events took: from the call of the first guard until the result, or until the observable that the
 * handler returned ends.
 *
 * @unit seconds, monotonic clock
 * @labels transport, pattern, outcome: as `nestjs_rpc_operations_total`
 * @source known patterns exist at zero from boot
 * @since 0.1.0
 * @example The duration that 95 % of the messages stay below, by pattern: `histogram_quantile(0.95, sum by (transport,
 *   pattern, le) (rate(nestjs_rpc_operation_duration_seconds_bucket[5m])))`
 */
export const NESTJS_RPC_OPERATION_DURATION_SECONDS = defineHistogram({
  name: 'nestjs_rpc_operation_duration_seconds',
  help: 'Time that messages and events of microservices took.',
  unit: 'seconds',
  labels: { transport: TRANSPORT, pattern: PATTERN, outcome: OUTCOME },
  buckets: DURATION_BUCKETS,
});

/**
 * Messages and events that are being handled: their promise has not settled, or their observable has not ended. With
 * TCP, a stream whose client has left is not in flight any more; other transports do not tell when a client leaves.
 *
 * @labels transport, pattern: as `nestjs_rpc_operations_total`
 * @source known patterns exist at zero from boot
 * @since 0.1.0
 * @example The most messages that were in flight at once in the last hour, by pattern: `max_over_time(sum by (job,
 *   transport, pattern) (nestjs_rpc_operations_in_flight)[1h:])`
 */
export const NESTJS_RPC_OPERATIONS_IN_FLIGHT = defineGauge({
  name: 'nestjs_rpc_operations_in_flight',
  help: 'Messages and events of microservices that are being handled.',
  labels: { transport: TRANSPORT, pattern: PATTERN },
  merge: 'sum',
});

/**
 * What guards, pipes, interceptors and handlers of messages threw, before filters. Also counts an exception that a filter
 * turns into a result.
 *
 * @labels transport, pattern: as `nestjs_rpc_operations_total`; error_type: as `nestjs_http_exceptions_total`, and the
 *   classes of RpcExceptions
 * @since 0.1.0
 * @example Exceptions of the last hour, by pattern and class: `sum by (transport, pattern, error_type)
 *   (increase(nestjs_rpc_exceptions_total[1h])) > 0`
 */
export const NESTJS_RPC_EXCEPTIONS_TOTAL = defineCounter({
  name: 'nestjs_rpc_exceptions_total',
  help: 'Exceptions thrown while messages and events of microservices were handled.',
  labels: {
    transport: TRANSPORT,
    pattern: PATTERN,
    error_type: boundedBy(
      'RpcException and HttpException classes, errors of JavaScript and TypeORM, registered errors, else `_OTHER`',
    ),
  },
});

/**
 * SQL statements per message or event.
 *
 * @unit statements
 * @labels transport, pattern: as `nestjs_rpc_operations_total`
 * @option `http.queriesPerRequest`
 * @source known patterns exist at zero from boot
 * @since 0.1.0
 * @example The five patterns with the most statements per message: `topk(5, sum by (transport, pattern)
 *   (rate(nestjs_rpc_operation_db_queries_sum[5m])) / sum by (transport, pattern)
 *   (rate(nestjs_rpc_operation_db_queries_count[5m])))`
 */
export const NESTJS_RPC_OPERATION_DB_QUERIES = defineHistogram({
  name: 'nestjs_rpc_operation_db_queries',
  help: 'SQL statements per message or event of microservices.',
  labels: { transport: TRANSPORT, pattern: PATTERN },
  buckets: QUERIES_BUCKETS,
});

/**
 * Total time of the SQL statements of a message or event. Concurrent statements count in full.
 *
 * @unit seconds, monotonic clock
 * @labels transport, pattern: as `nestjs_rpc_operations_total`
 * @option `http.queriesPerRequest`
 * @source known patterns exist at zero from boot
 * @since 0.1.0
 * @example The share of the time of messages that SQL takes, by pattern: `sum by (transport, pattern)
 *   (rate(nestjs_rpc_operation_db_seconds_sum[5m])) / sum by (transport, pattern)
 *   (rate(nestjs_rpc_operation_duration_seconds_sum[5m]))`
 */
export const NESTJS_RPC_OPERATION_DB_SECONDS = defineHistogram({
  name: 'nestjs_rpc_operation_db_seconds',
  help: 'Total time of the SQL statements of a message or event of microservices.',
  unit: 'seconds',
  labels: { transport: TRANSPORT, pattern: PATTERN },
  buckets: DURATION_BUCKETS,
});

/** What every door publishes. */
export const RPC_DEFINITIONS: OperationDefinitions = {
  operations: NESTJS_RPC_OPERATIONS_TOTAL,
  duration: NESTJS_RPC_OPERATION_DURATION_SECONDS,
  inFlight: NESTJS_RPC_OPERATIONS_IN_FLIGHT,
  exceptions: NESTJS_RPC_EXCEPTIONS_TOTAL,
  queries: NESTJS_RPC_OPERATION_DB_QUERIES,
  querySeconds: NESTJS_RPC_OPERATION_DB_SECONDS,
};
