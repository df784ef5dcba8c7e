import { type Row } from '../dashboard-plan.js';

export const OTEL_DATABASE: Row = {
  title: 'Database',
  panels: [
    {
      kind: 'graph',
      title: 'Statements by operation',
      description: 'SQL statements per second. Transaction control and the schema have no operation.',
      unit: 'ops',
      isStacked: true,
      queries: {
        '{{db_operation_name}}':
          'sum by (db_operation_name) (rate(db_client_operation_duration_seconds_count[$__rate_interval]))',
      },
    },
    {
      kind: 'graph',
      title: 'Statement duration',
      description: 'Time from handing a statement to TypeORM until its result or error.',
      unit: 's',
      queries: {
        p50: 'histogram_quantile(0.5, sum by (le) (rate(db_client_operation_duration_seconds_bucket[$__rate_interval])))',
        p99: 'histogram_quantile(0.99, sum by (le) (rate(db_client_operation_duration_seconds_bucket[$__rate_interval])))',
      },
    },
    {
      kind: 'graph',
      title: 'Failed statements by cause',
      description: 'Failed statements per second.',
      unit: 'ops',
      queries: {
        '{{error_type}}':
          'sum by (error_type) (rate(db_client_operation_duration_seconds_count{error_type!=""}[$__rate_interval])) > 0',
      },
    },
    {
      kind: 'table',
      title: 'Statements by table and operation',
      description: 'The statements of the shown time. Raw SQL, transactions and the schema have no table.',
      width: 24,
      labels: { db_collection_name: 'Table', db_operation_name: 'Operation' },
      columns: [
        {
          title: 'Statements',
          unit: 'ops',
          query:
            'sum by (db_collection_name, db_operation_name) (rate(db_client_operation_duration_seconds_count[$__range])) > 0',
        },
        {
          title: 'p99',
          unit: 's',
          query:
            'histogram_quantile(0.99, sum by (db_collection_name, db_operation_name, le) (rate(db_client_operation_duration_seconds_bucket[$__range]))) >= 0',
        },
        {
          title: 'Time per second',
          unit: 's',
          query:
            'sum by (db_collection_name, db_operation_name) (rate(db_client_operation_duration_seconds_sum[$__range])) > 0',
        },
      ],
      sortedBy: 'Time per second',
    },
    {
      kind: 'graph',
      title: 'Connections in the pool',
      description: 'Connections in use and idle, and the most that the pools may have.',
      unit: 'short',
      queries: {
        '{{db_client_connection_pool_name}}, {{db_client_connection_state}}':
          'sum by (db_client_connection_pool_name, db_client_connection_state) (db_client_connection_count)',
        '{{db_client_connection_pool_name}}, maximum':
          'sum by (db_client_connection_pool_name) (db_client_connection_max)',
      },
    },
    {
      kind: 'graph',
      title: 'Requests waiting for a connection',
      description: 'At the time of each scrape.',
      unit: 'short',
      queries: {
        '{{db_client_connection_pool_name}}':
          'sum by (db_client_connection_pool_name) (db_client_connection_pending_requests)',
      },
    },
    {
      kind: 'graph',
      title: 'Wait for a connection',
      description: 'Time until the pool gave a connection. Not for SQLite, which has a single connection.',
      unit: 's',
      queries: {
        'p99, {{db_client_connection_pool_name}}':
          'histogram_quantile(0.99, sum by (db_client_connection_pool_name, le) (rate(db_client_connection_wait_time_seconds_bucket[$__rate_interval])))',
      },
    },
  ],
};
