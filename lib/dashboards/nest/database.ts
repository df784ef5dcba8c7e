import { type DashboardPlan } from '../dashboard-plan.js';
import { CONNECTIONS, MIGRATIONS } from './database-connections.js';

export const DATABASE: DashboardPlan = {
  uid: 'nestjs-database',
  title: 'NestJS / Database',
  description: 'SQL statements, transactions, connections and migrations of TypeORM.',
  variables: [{ label: 'data_source', title: 'Data source of TypeORM', metric: 'typeorm_data_source_up' }],
  rows: [
    {
      title: 'Statements',
      panels: [
        {
          kind: 'graph',
          title: 'Statements by operation',
          description: 'SQL statements per second, failed ones included.',
          unit: 'ops',
          isStacked: true,
          queries: {
            '{{operation}}':
              'sum by (operation) (rate(typeorm_query_duration_seconds_count{data_source=~"$data_source"}[$__rate_interval]))',
          },
        },
        {
          kind: 'graph',
          title: 'Statement duration',
          description:
            'Time from handing a statement to TypeORM until its result or error, the wait for a connection included.',
          unit: 's',
          queries: {
            p50: 'histogram_quantile(0.5, sum by (le) (rate(typeorm_query_duration_seconds_bucket{data_source=~"$data_source"}[$__rate_interval])))',
            p90: 'histogram_quantile(0.9, sum by (le) (rate(typeorm_query_duration_seconds_bucket{data_source=~"$data_source"}[$__rate_interval])))',
            p99: 'histogram_quantile(0.99, sum by (le) (rate(typeorm_query_duration_seconds_bucket{data_source=~"$data_source"}[$__rate_interval])))',
          },
        },
        {
          kind: 'graph',
          title: 'Failed statements by cause',
          description:
            'integrity: a constraint. serialization: deadlocks and locks. syntax: also unknown tables and columns. connection: none available, or it broke.',
          unit: 'ops',
          queries: {
            '{{operation}}, {{error_type}}':
              'sum by (operation, error_type) (rate(typeorm_query_errors_total{data_source=~"$data_source"}[$__rate_interval])) > 0',
          },
        },
        {
          kind: 'table',
          title: 'Statements by entity and operation',
          description:
            'The statements of the shown time. Those without an entity (_none) are raw SQL, transactions and the schema.',
          width: 24,
          labels: { data_source: 'Data source', entity: 'Entity', operation: 'Operation' },
          columns: [
            {
              title: 'Statements',
              unit: 'ops',
              query:
                'sum by (data_source, entity, operation) (rate(typeorm_query_duration_seconds_count{data_source=~"$data_source"}[$__range])) > 0',
            },
            {
              title: 'Mean',
              unit: 's',
              query:
                'sum by (data_source, entity, operation) (rate(typeorm_query_duration_seconds_sum{data_source=~"$data_source"}[$__range])) / (sum by (data_source, entity, operation) (rate(typeorm_query_duration_seconds_count{data_source=~"$data_source"}[$__range])) > 0)',
            },
            {
              title: 'p99',
              unit: 's',
              query:
                'histogram_quantile(0.99, sum by (data_source, entity, operation, le) (rate(typeorm_query_duration_seconds_bucket{data_source=~"$data_source"}[$__range]))) >= 0',
            },
            {
              title: 'Time per second',
              unit: 's',
              query:
                'sum by (data_source, entity, operation) (rate(typeorm_query_duration_seconds_sum{data_source=~"$data_source"}[$__range])) > 0',
            },
          ],
          sortedBy: 'Time per second',
        },
      ],
    },
    {
      title: 'Transactions and rows',
      panels: [
        {
          kind: 'graph',
          title: 'Transactions by outcome',
          description:
            'Outermost transactions per second that have ended. A transaction whose connection is lost counts as a rollback.',
          unit: 'ops',
          isStacked: true,
          queries: {
            '{{outcome}}':
              'sum by (outcome) (rate(typeorm_transactions_total{data_source=~"$data_source"}[$__rate_interval]))',
          },
        },
        {
          kind: 'graph',
          title: 'Transaction duration, p99',
          description: 'Time from BEGIN to the end of COMMIT or ROLLBACK. A connection is used all that time.',
          unit: 's',
          queries: {
            '{{outcome}}':
              'histogram_quantile(0.99, sum by (outcome, le) (rate(typeorm_transaction_duration_seconds_bucket{data_source=~"$data_source"}[$__rate_interval]))) >= 0',
          },
        },
        {
          kind: 'graph',
          title: 'Statements and transactions in flight',
          description: 'Statements without a result, those that wait for a connection included, and open transactions.',
          unit: 'short',
          queries: {
            'statements, {{data_source}}':
              'sum by (data_source) (typeorm_queries_in_flight{data_source=~"$data_source"})',
            'transactions, {{data_source}}':
              'sum by (data_source) (typeorm_transactions_in_flight{data_source=~"$data_source"})',
          },
        },
        {
          kind: 'graph',
          title: 'Rows by model',
          description:
            'Rows changed through TypeORM and committed, of models with @ExportModelOperations or with typeorm.models: all.',
          unit: 'ops',
          width: 12,
          queries: {
            '{{model}} {{operation}}':
              'sum by (model, operation) (rate(typeorm_model_rows_total{data_source=~"$data_source"}[$__rate_interval])) > 0',
          },
        },
        {
          kind: 'graph',
          title: 'Query result cache',
          description:
            'Lookups in the query result cache of TypeORM per second, and those that found a result. Only for data sources with the option cache.',
          unit: 'ops',
          width: 12,
          queries: {
            'lookups, {{data_source}}':
              'sum by (data_source) (rate(typeorm_query_cache_gets_total{data_source=~"$data_source"}[$__rate_interval]))',
            'hits, {{data_source}}':
              'sum by (data_source) (rate(typeorm_query_cache_hits_total{data_source=~"$data_source"}[$__rate_interval]))',
          },
        },
      ],
    },
    CONNECTIONS,
    MIGRATIONS,
  ],
};
