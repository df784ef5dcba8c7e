import { type RecordingRule, type RuleFile } from '../rule.js';
import { instanceLabelsOf, type RuleSettings } from '../rule-settings.js';
import { block } from '../text-block.js';

const COMMENT = block`
  Recording rules over the TypeORM metrics of nestjs-prometheus-exporter: statements, transactions, connections,
  migrations, for each data source.

  An application without TypeORM has none of these series. A driver without a limit of connections has no
  typeorm_pool_connections_max, and so no share of used connections.`;

export function typeormRecordingRules(settings: RuleSettings): RuleFile {
  const instance = instanceLabelsOf(settings);
  return {
    name: 'nestjs-typeorm.rules.yml',
    comment: COMMENT,
    groups: [
      { name: 'nestjs-typeorm-statements', rules: statements(instance) },
      { name: 'nestjs-typeorm-statement-errors', rules: statementErrors(instance) },
      { name: 'nestjs-typeorm-transactions', rules: transactions(instance) },
      { name: 'nestjs-typeorm-connections', rules: connections(instance) },
      { name: 'nestjs-typeorm-migrations', rules: migrations(instance) },
    ],
  };
}

function statements(instance: string): readonly RecordingRule[] {
  return [
    {
      comment: 'Statements per second.',
      record: 'job_data_source_operation:typeorm_queries:rate5m',
      expr: `sum without (${instance}, entity) (rate(typeorm_query_duration_seconds_count[5m]))`,
    },
    {
      record: 'job_data_source:typeorm_queries:rate5m',
      expr: 'sum without (operation) (job_data_source_operation:typeorm_queries:rate5m)',
    },
    {
      comment: 'Seconds within which half and ninety-nine hundredths of the statements ended.',
      record: 'job_data_source_le:typeorm_query_duration_seconds_bucket:rate5m',
      expr: `sum without (${instance}, operation, entity) (rate(typeorm_query_duration_seconds_bucket[5m]))`,
    },
    {
      record: 'job_data_source:typeorm_query_duration_seconds:p50_rate5m',
      expr: 'histogram_quantile(0.5, job_data_source_le:typeorm_query_duration_seconds_bucket:rate5m) >= 0',
    },
    {
      record: 'job_data_source:typeorm_query_duration_seconds:p99_rate5m',
      expr: 'histogram_quantile(0.99, job_data_source_le:typeorm_query_duration_seconds_bucket:rate5m) >= 0',
    },
    {
      comment: 'Mean duration per entity, in seconds.',
      record: 'job_data_source_entity:typeorm_query_duration_seconds:mean5m',
      expr: block`
          sum without (${instance}, operation) (rate(typeorm_query_duration_seconds_sum[5m]))
        /
          (sum without (${instance}, operation) (rate(typeorm_query_duration_seconds_count[5m])) > 0)`,
    },
  ];
}

function statementErrors(instance: string): readonly RecordingRule[] {
  return [
    {
      comment: 'Failed statements, per second and as a share of all statements.',
      record: 'job_data_source_error_type:typeorm_query_errors:rate5m',
      expr: `sum without (${instance}, operation) (rate(typeorm_query_errors_total[5m]))`,
    },
    {
      record: 'job_data_source:typeorm_query_errors:rate5m',
      expr: block`
          sum without (error_type) (job_data_source_error_type:typeorm_query_errors:rate5m)
        or
          0 * job_data_source:typeorm_queries:rate5m`,
    },
    {
      record: 'job_data_source:typeorm_query_errors_per_queries:ratio_rate5m',
      expr: block`
          job_data_source:typeorm_query_errors:rate5m
        /
          (job_data_source:typeorm_queries:rate5m > 0)`,
    },
  ];
}

function transactions(instance: string): readonly RecordingRule[] {
  return [
    {
      comment: 'Transactions per second.',
      record: 'job_data_source_outcome:typeorm_transactions:rate5m',
      expr: `sum without (${instance}) (rate(typeorm_transactions_total[5m]))`,
    },
    {
      record: 'job_data_source:typeorm_transactions:rate5m',
      expr: 'sum without (outcome) (job_data_source_outcome:typeorm_transactions:rate5m)',
    },
    {
      comment: 'The share of transactions that were rolled back.',
      record: 'job_data_source:typeorm_transactions_rollback_per_transactions:ratio_rate5m',
      expr: block`
          (
              sum without (outcome) (job_data_source_outcome:typeorm_transactions:rate5m{outcome="rollback"})
            or
              0 * job_data_source:typeorm_transactions:rate5m
          )
        /
          (job_data_source:typeorm_transactions:rate5m > 0)`,
    },
  ];
}

function connections(instance: string): readonly RecordingRule[] {
  return [
    {
      comment: 'The share of the connections of each pool that is in use.',
      record: 'instance_data_source_role:typeorm_pool_connections_used_per_max:ratio',
      expr: block`
          sum without (state) (typeorm_pool_connections{state="used"})
        /
          (typeorm_pool_connections_max > 0)`,
    },
    {
      comment: 'Seconds within which ninety-nine hundredths of the requests for a connection got one.',
      record: 'job_data_source_le:typeorm_pool_acquire_duration_seconds_bucket:rate5m',
      expr: `sum without (${instance}) (rate(typeorm_pool_acquire_duration_seconds_bucket[5m]))`,
    },
    {
      record: 'job_data_source:typeorm_pool_acquire_duration_seconds:p99_rate5m',
      expr: 'histogram_quantile(0.99, job_data_source_le:typeorm_pool_acquire_duration_seconds_bucket:rate5m) >= 0',
    },
    {
      comment: 'Connections that could not be obtained or broke while idle, per second.',
      record: 'job_data_source_error_type:typeorm_connection_errors:rate5m',
      expr: `sum without (${instance}) (rate(typeorm_connection_errors_total[5m]))`,
    },
  ];
}

function migrations(instance: string): readonly RecordingRule[] {
  return [
    {
      comment: 'Migrations in the code of at least one instance that the database has not executed.',
      record: 'job_data_source:typeorm_migrations_pending:max',
      expr: `max without (${instance}) (typeorm_migrations_pending)`,
    },
  ];
}
