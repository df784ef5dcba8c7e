import { type Row } from '../dashboard-plan.js';

export const DJANGO_DATABASE: Row = {
  title: 'Database',
  panels: [
    {
      kind: 'graph',
      title: 'Statements',
      description: 'SQL statements per second, and those that write several rows.',
      unit: 'ops',
      queries: {
        'statements, {{alias}}': 'sum by (alias) (rate(django_db_execute_total[$__rate_interval]))',
        'of several rows, {{alias}}': 'sum by (alias) (rate(django_db_execute_many_total[$__rate_interval]))',
      },
    },
    {
      kind: 'graph',
      title: 'Statement duration',
      description: 'Time from handing a statement to TypeORM until its result or error.',
      unit: 's',
      queries: {
        'p50, {{alias}}':
          'histogram_quantile(0.5, sum by (alias, le) (rate(django_db_query_duration_seconds_bucket[$__rate_interval])))',
        'p99, {{alias}}':
          'histogram_quantile(0.99, sum by (alias, le) (rate(django_db_query_duration_seconds_bucket[$__rate_interval])))',
      },
    },
    {
      kind: 'graph',
      title: 'Failed statements and connections',
      description: 'Failed statements per second by class, and connections that could not be obtained.',
      unit: 'ops',
      queries: {
        '{{type}}, {{alias}}': 'sum by (type, alias) (rate(django_db_errors_total[$__rate_interval])) > 0',
        'connections, {{alias}}': 'sum by (alias) (rate(django_db_new_connection_errors_total[$__rate_interval]))',
      },
    },
    {
      kind: 'graph',
      title: 'Connections opened',
      description: 'Connections per second made to the database.',
      unit: 'ops',
      queries: { '{{alias}}': 'sum by (alias) (rate(django_db_new_connections_total[$__rate_interval]))' },
    },
    {
      kind: 'graph',
      title: 'Rows by model',
      description: 'Rows that were changed and committed, per second.',
      unit: 'ops',
      queries: {
        'inserted, {{model}}': 'sum by (model) (rate(django_model_inserts_total[$__rate_interval]))',
        'updated, {{model}}': 'sum by (model) (rate(django_model_updates_total[$__rate_interval]))',
        'deleted, {{model}}': 'sum by (model) (rate(django_model_deletes_total[$__rate_interval]))',
      },
    },
    {
      kind: 'graph',
      title: 'Migrations that are not applied',
      description: 'Migrations of the code that the database has not executed.',
      unit: 'short',
      queries: { '{{connection}}': 'max by (connection) (django_migrations_unapplied_total)' },
    },
  ],
};
