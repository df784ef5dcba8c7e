import { boundedBy, defineCounter, defineGauge, defineHistogram, oneOf } from '../../metrics/definition.js';
import { DURATION_BUCKETS } from '../buckets.js';
import { QUERIES_BUCKETS } from './http.definitions.js';
import { type OperationDefinitions } from './operation.metrics.js';

const GATEWAY = boundedBy('the classes with @WebSocketGateway() in the application');
const EVENT = boundedBy('the events named by @SubscribeMessage() in the application');
const OUTCOME = oneOf('success', 'error', 'aborted');

/**
 * Messages of clients that a method with `@SubscribeMessage()` has handled, counted when they end: guards, pipes,
 * interceptors and the handler, and an observable that it returns. Messages for which there is no such method are not
 * counted. Socket.io calls all methods of an event, so a message counts once for each of them.
 *
 * @labels gateway: the name of its class; event: as `@SubscribeMessage()` names it; outcome: success, error, also if a
 *   filter handles it, or aborted if the client left before an observable had ended
 * @source known gateways and events exist at zero from boot
 * @since 0.1.0
 * @example The share of messages that failed, by gateway and event: `sum by (gateway, event)
 *   (rate(nestjs_websocket_operations_total{outcome="error"}[5m])) / sum by (gateway, event)
 *   (rate(nestjs_websocket_operations_total[5m]))`
 */
export const NESTJS_WEBSOCKET_OPERATIONS_TOTAL = defineCounter({
  name: 'nestjs_websocket_operations_total',
  help: 'Messages of WebSocket clients that have been handled.',
  labels: { gateway: GATEWAY, event: EVENT, outcome: OUTCOME },
});

/**
 * Duration of messages: from the first guard until the handler returns, its promise settles, or its observable ends.
 * Observables that go on until the client leaves are in it, with the outcome `aborted`.
 *
 * @unit seconds, monotonic clock
 * @labels gateway, event, outcome: as `nestjs_websocket_operations_total`
 * @source known gateways and events exist at zero from boot
 * @since 0.1.0
 * @example The duration that 95 % of the messages stay below, by event: `histogram_quantile(0.95, sum by (event, le)
 *   (rate(nestjs_websocket_operation_duration_seconds_bucket{outcome!="aborted"}[5m])))`
 */
export const NESTJS_WEBSOCKET_OPERATION_DURATION_SECONDS = defineHistogram({
  name: 'nestjs_websocket_operation_duration_seconds',
  help: 'Time that handling a message of a WebSocket client took.',
  unit: 'seconds',
  labels: { gateway: GATEWAY, event: EVENT, outcome: OUTCOME },
  buckets: DURATION_BUCKETS,
});

/**
 * Messages that have not ended yet. Observables that go on until the client leaves are among them.
 *
 * @labels gateway, event: as `nestjs_websocket_operations_total`
 * @source known gateways and events exist at zero from boot
 * @since 0.1.0
 * @example The most messages that were in flight at once in the last hour, by event: `max_over_time(sum by (job, event)
 *   (nestjs_websocket_operations_in_flight)[1h:])`
 */
export const NESTJS_WEBSOCKET_OPERATIONS_IN_FLIGHT = defineGauge({
  name: 'nestjs_websocket_operations_in_flight',
  help: 'Messages of WebSocket clients that have not ended yet.',
  labels: { gateway: GATEWAY, event: EVENT },
  merge: 'sum',
});

/**
 * Errors that guards, pipes, interceptors and handlers of messages threw or rejected with, before any filter.
 *
 * @labels gateway, event: as `nestjs_websocket_operations_total`; error_type: as `nestjs_http_exceptions_total`
 * @since 0.1.0
 * @example Errors of the last hour, by event and class: `sum by (event, error_type)
 *   (increase(nestjs_websocket_exceptions_total[1h])) > 0`
 */
export const NESTJS_WEBSOCKET_EXCEPTIONS_TOTAL = defineCounter({
  name: 'nestjs_websocket_exceptions_total',
  help: 'Errors that were thrown while messages of WebSocket clients were handled.',
  labels: {
    gateway: GATEWAY,
    event: EVENT,
    error_type: boundedBy(
      'WsException and HttpException classes, errors of JavaScript and TypeORM, registered errors, else `_OTHER`',
    ),
  },
});

/**
 * SQL statements per message.
 *
 * @unit statements
 * @labels gateway, event: as `nestjs_websocket_operations_total`
 * @option `http.queriesPerRequest`
 * @source known gateways and events exist at zero from boot
 * @since 0.1.0
 * @example The five events with the most statements per message: `topk(5, sum by (gateway, event)
 *   (rate(nestjs_websocket_operation_db_queries_sum[5m])) / sum by (gateway, event)
 *   (rate(nestjs_websocket_operation_db_queries_count[5m])))`
 */
export const NESTJS_WEBSOCKET_OPERATION_DB_QUERIES = defineHistogram({
  name: 'nestjs_websocket_operation_db_queries',
  help: 'SQL statements per message of a WebSocket client.',
  labels: { gateway: GATEWAY, event: EVENT },
  buckets: QUERIES_BUCKETS,
});

/**
 * Total time of the SQL statements of a message. Concurrent statements count in full.
 *
 * @unit seconds, monotonic clock
 * @labels gateway, event: as `nestjs_websocket_operations_total`
 * @option `http.queriesPerRequest`
 * @source known gateways and events exist at zero from boot
 * @since 0.1.0
 * @example The share of the time of messages that SQL takes, by event: `sum by (gateway, event)
 *   (rate(nestjs_websocket_operation_db_seconds_sum[5m])) / sum by (gateway, event)
 *   (rate(nestjs_websocket_operation_duration_seconds_sum[5m]))`
 */
export const NESTJS_WEBSOCKET_OPERATION_DB_SECONDS = defineHistogram({
  name: 'nestjs_websocket_operation_db_seconds',
  help: 'Total time of the SQL statements of a message of a WebSocket client.',
  unit: 'seconds',
  labels: { gateway: GATEWAY, event: EVENT },
  buckets: DURATION_BUCKETS,
});

/**
 * Open connections of clients to a gateway. Several gateways on one port and namespace share their connections; each of
 * them counts all. With adapters that do not have `bindClientDisconnect` it stays at 0, and so does the number of opened ones.
 *
 * @labels gateway: the name of its class
 * @source known gateways exist at zero from boot
 * @since 0.1.0
 * @example Open connections of all instances, by gateway: `sum by (gateway) (nestjs_websocket_connections)`
 */
export const NESTJS_WEBSOCKET_CONNECTIONS = defineGauge({
  name: 'nestjs_websocket_connections',
  help: 'Open connections of WebSocket clients.',
  labels: { gateway: GATEWAY },
  merge: 'sum',
});

/**
 * Connections that clients have opened to a gateway, those that were closed since included.
 *
 * @labels gateway: as `nestjs_websocket_connections`
 * @source known gateways exist at zero from boot
 * @since 0.1.0
 * @example New connections per second, by gateway; many with a steady `nestjs_websocket_connections` means that clients
 *   reconnect: `sum by (gateway) (rate(nestjs_websocket_connections_opened_total[5m]))`
 */
export const NESTJS_WEBSOCKET_CONNECTIONS_OPENED_TOTAL = defineCounter({
  name: 'nestjs_websocket_connections_opened_total',
  help: 'Connections that WebSocket clients have opened.',
  labels: { gateway: GATEWAY },
});

/** What every door publishes. */
export const WEBSOCKET_DEFINITIONS: OperationDefinitions = {
  operations: NESTJS_WEBSOCKET_OPERATIONS_TOTAL,
  duration: NESTJS_WEBSOCKET_OPERATION_DURATION_SECONDS,
  inFlight: NESTJS_WEBSOCKET_OPERATIONS_IN_FLIGHT,
  exceptions: NESTJS_WEBSOCKET_EXCEPTIONS_TOTAL,
  queries: NESTJS_WEBSOCKET_OPERATION_DB_QUERIES,
  querySeconds: NESTJS_WEBSOCKET_OPERATION_DB_SECONDS,
};
