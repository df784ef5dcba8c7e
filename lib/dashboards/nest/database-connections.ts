import { type Row } from '../dashboard-plan.js';

export const CONNECTIONS: Row = {
  title: 'Connections',
  panels: [
    {
      kind: 'graph',
      title: 'Connections in the pool',
      description:
        'Connections in use and idle, and the most that the pools may have. At the maximum, statements wait.',
      unit: 'short',
      queries: {
        '{{data_source}} {{role}}, {{state}}':
          'sum by (data_source, role, state) (typeorm_pool_connections{data_source=~"$data_source"})',
        '{{data_source}} {{role}}, maximum':
          'sum by (data_source, role) (typeorm_pool_connections_max{data_source=~"$data_source"})',
      },
    },
    {
      kind: 'graph',
      title: 'Requests waiting for a connection',
      description:
        'At the time of each scrape. More than a moment above 0 means that the pool is too small or a connection is held too long.',
      unit: 'short',
      queries: {
        '{{data_source}} {{role}}':
          'sum by (data_source, role) (typeorm_pool_pending_acquires{data_source=~"$data_source"})',
      },
    },
    {
      kind: 'graph',
      title: 'Wait for a connection',
      description:
        'Time until the pool gave a connection, also if it gave none. Not for SQLite, which has a single connection.',
      unit: 's',
      queries: {
        'p50, {{data_source}}':
          'histogram_quantile(0.5, sum by (data_source, le) (rate(typeorm_pool_acquire_duration_seconds_bucket{data_source=~"$data_source"}[$__rate_interval])))',
        'p99, {{data_source}}':
          'histogram_quantile(0.99, sum by (data_source, le) (rate(typeorm_pool_acquire_duration_seconds_bucket{data_source=~"$data_source"}[$__rate_interval])))',
      },
    },
    {
      kind: 'graph',
      title: 'Connections opened',
      description:
        'Connections per second made to the database. A rate that stays above 0 means that the pool does not reuse connections.',
      unit: 'ops',
      width: 12,
      queries: {
        '{{data_source}}':
          'sum by (data_source) (rate(typeorm_connections_opened_total{data_source=~"$data_source"}[$__rate_interval]))',
      },
    },
    {
      kind: 'graph',
      title: 'Connection errors by cause',
      description:
        'refused: no server, or too many connections. timeout: also of the pool. lost: broke while idle. Each retry of initialize() counts.',
      unit: 'ops',
      width: 12,
      queries: {
        '{{data_source}}, {{error_type}}':
          'sum by (data_source, error_type) (rate(typeorm_connection_errors_total{data_source=~"$data_source"}[$__rate_interval]))',
      },
    },
  ],
};

export const MIGRATIONS: Row = {
  title: 'Data sources and migrations',
  panels: [
    {
      kind: 'table',
      title: 'Data sources',
      description: 'A data source is up while it is initialized. That does not say whether the database is healthy.',
      width: 12,
      labels: { instance: 'Instance', data_source: 'Data source', driver: 'Driver', replicated: 'Replicated' },
      columns: [
        {
          title: 'Up',
          unit: 'bool',
          query:
            'max by (job, instance, data_source) (typeorm_data_source_up{data_source=~"$data_source"}) * on (job, instance, data_source) group_left (driver, replicated) max by (job, instance, data_source, driver, replicated) (typeorm_data_source_info{data_source=~"$data_source"})',
        },
      ],
    },
    {
      kind: 'table',
      title: 'Migrations',
      description:
        'Migrations of the code that the database has executed and has not, and those that only the database knows: an older release on a newer schema. Only for data sources that list migrations.',
      width: 12,
      labels: { data_source: 'Data source' },
      columns: [
        {
          title: 'Applied',
          unit: 'short',
          query: 'min by (data_source) (typeorm_migrations_applied{data_source=~"$data_source"})',
        },
        {
          title: 'Pending',
          unit: 'short',
          query: 'max by (data_source) (typeorm_migrations_pending{data_source=~"$data_source"})',
        },
        {
          title: 'Unknown',
          unit: 'short',
          query: 'max by (data_source) (typeorm_migrations_unknown{data_source=~"$data_source"})',
        },
        {
          title: 'Checked',
          unit: 'dateTimeFromNow',
          query:
            '1000 * min by (data_source) (typeorm_migrations_checked_timestamp_seconds{data_source=~"$data_source"})',
        },
      ],
    },
  ],
};
