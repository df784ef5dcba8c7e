import { histogram, type RuleNaming } from './rule-naming.js';

/** An error has a label more than a success, so where the status is dropped, it is dropped too. */
const STATUS = ['http_response_status_code', 'error_type', 'url_scheme'];
const REQUEST = { route: ['http_route'], method: ['http_request_method'], status: STATUS, status_class: STATUS };
const DATABASE = {
  data_source: ['db_namespace'],
  operation: ['db_operation_name', 'error_type'],
  entity: ['db_collection_name'],
};
const POOL = {
  data_source: ['db_client_connection_pool_name'],
  role: [],
  state: ['db_client_connection_state'],
};

/** Requests with and without an answer are in one histogram there. The error type of an answer is its status. */
const OUTGOING = {
  host: ['server_address'],
  method: ['http_request_method', 'url_scheme', 'server_port'],
  status_class: ['http_response_status_code', 'error_type'],
};
const UNANSWERED = {
  host: ['server_address'],
  method: [...OUTGOING.method, 'http_response_status_code'],
  error_type: ['error_type'],
};

/**
 * OpenTelemetry's conventions have no counter of aborts, which are requests without a status there, no statements per
 * request, no transactions, no connection errors, no migrations, no caches, and nothing of messages and jobs that is
 * stable.
 */
export const OTEL: RuleNaming = {
  metrics: {
    nestjs_http_requests_total: {
      name: 'http_server_request_duration_seconds_count',
      matcher: 'http_response_status_code!=""',
      labels: REQUEST,
    },
    nestjs_http_requests_in_flight: {
      name: 'http_server_active_requests',
      labels: { method: ['http_request_method', 'url_scheme'] },
    },
    ...histogram('nestjs_http_request_duration_seconds', 'http_server_request_duration_seconds', REQUEST),
    nestjs_outgoing_http_requests_total: {
      name: 'http_client_request_duration_seconds_count',
      matcher: 'error_type=~"[0-9]*"',
      labels: OUTGOING,
    },
    nestjs_outgoing_http_request_errors_total: {
      name: 'http_client_request_duration_seconds_count',
      matcher: 'error_type!~"[0-9]*"',
      labels: UNANSWERED,
    },
    ...histogram('nestjs_outgoing_http_request_duration_seconds', 'http_client_request_duration_seconds', OUTGOING),
    ...histogram('typeorm_query_duration_seconds', 'db_client_operation_duration_seconds', DATABASE),
    typeorm_query_errors_total: {
      name: 'db_client_operation_duration_seconds_count',
      matcher: 'error_type!=""',
      labels: {
        data_source: ['db_namespace'],
        operation: ['db_operation_name', 'db_collection_name'],
        error_type: ['error_type'],
      },
    },
    typeorm_pool_connections: { name: 'db_client_connection_count', labels: POOL },
    typeorm_pool_connections_max: { name: 'db_client_connection_max', labels: POOL },
    typeorm_pool_pending_acquires: { name: 'db_client_connection_pending_requests', labels: POOL },
    ...histogram('typeorm_pool_acquire_duration_seconds', 'db_client_connection_wait_time_seconds', POOL),
  },
  prefixes: { nestjs_http: 'http_server', nestjs_outgoing_http: 'http_client', typeorm: 'db_client' },
  matchers: { 'status_class="5xx"': 'http_response_status_code=~"5.."' },
};
