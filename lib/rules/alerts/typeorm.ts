import { type RuleSettings } from '../rule-settings.js';
import { block } from '../text-block.js';
import { type AlertThresholds } from '../thresholds.js';
import { type AlertDraft } from './alert-draft.js';

/** Alerts about databases. An application without TypeORM has none of these series, and so no alert. */
export function typeormAlerts(_: RuleSettings, limits: AlertThresholds): readonly AlertDraft[] {
  return [
    dataSourceDown(),
    poolExhausted(limits),
    connectionWait(limits),
    connectionErrors(limits),
    statementErrors(limits),
    statementsSlow(limits),
    rollbacks(limits),
    migrationsPending(),
  ];
}

function dataSourceDown(): AlertDraft {
  return {
    alert: 'TypeormDataSourceDown',
    severity: 'critical',
    for: '5m',
    expr: 'typeorm_data_source_up == 0',
    summary: 'A data source of {{ $labels.job }} is not initialized.',
    description:
      'The data source {{ $labels.data_source }} of {{ $labels.instance }} ({{ $labels.job }}) has not been initialized for 5 minutes.',
  };
}

function poolExhausted({ waitingForConnection, poolUsed }: AlertThresholds): AlertDraft {
  return {
    comment: block`
      Requests wait although most of the pool is in use. Where the driver tells no maximum, waiting is enough. Averages,
      because one scrape sees only one moment.`,
    alert: 'TypeormPoolExhausted',
    severity: 'critical',
    for: '2m',
    expr: block`
        avg_over_time(typeorm_pool_pending_acquires[5m]) >= ${waitingForConnection}
      unless ignoring (state)
          avg_over_time(typeorm_pool_connections{state="used"}[5m])
        < ignoring (state)
          ${poolUsed} * typeorm_pool_connections_max`,
    summary: 'Requests of {{ $labels.job }} wait for a connection of an exhausted pool.',
    description:
      '{{ $value | humanize }} requests waited for a connection of {{ $labels.data_source }} ({{ $labels.role }}) on {{ $labels.instance }} ({{ $labels.job }}), on average over the last 5 minutes.',
  };
}

function connectionWait({ connectionWaitSeconds, minimumObservations }: AlertThresholds): AlertDraft {
  return {
    alert: 'TypeormConnectionWaitLong',
    severity: 'warning',
    for: '10m',
    expr: block`
        job_data_source:typeorm_pool_acquire_duration_seconds:p99_rate5m > ${connectionWaitSeconds}
      and
        job_data_source:typeorm_queries:rate5m * 300 >= ${minimumObservations}`,
    summary: 'Statements of {{ $labels.job }} wait long for a connection.',
    description:
      'One in a hundred requests for a connection of {{ $labels.data_source }} ({{ $labels.job }}) waited longer than {{ $value | humanizeDuration }} in the last 5 minutes.',
  };
}

function connectionErrors({ connectionErrors: minimum }: AlertThresholds): AlertDraft {
  return {
    comment: 'Connections that broke while idle are opened again when they are needed, and do not count.',
    alert: 'TypeormConnectionErrors',
    severity: 'critical',
    for: '2m',
    expr: `job_data_source_error_type:typeorm_connection_errors:rate5m{error_type!="lost"} * 300 >= ${minimum}`,
    summary: '{{ $labels.job }} cannot connect to its database.',
    description:
      '{{ $value | humanize }} connections of {{ $labels.data_source }} ({{ $labels.job }}) could not be obtained in the last 5 minutes. Cause: {{ $labels.error_type }}.',
  };
}

function statementErrors({ statementErrorRatio, minimumFailures }: AlertThresholds): AlertDraft {
  const failures =
    'sum without (error_type) (job_data_source_error_type:typeorm_query_errors:rate5m{error_type!="integrity"})';
  return {
    comment: 'Violated constraints (integrity) do not count: applications try an INSERT on purpose.',
    alert: 'TypeormStatementErrors',
    severity: 'warning',
    for: '5m',
    expr: block`
          ${failures}
        /
          (job_data_source:typeorm_queries:rate5m > 0)
        >
          ${statementErrorRatio}
      and
        ${failures} * 300 >= ${minimumFailures}`,
    summary: 'Many SQL statements of {{ $labels.job }} fail.',
    description:
      '{{ $value | humanizePercentage }} of the statements of {{ $labels.data_source }} ({{ $labels.job }}) failed in the last 5 minutes.',
  };
}

function statementsSlow({ statementSeconds, minimumObservations }: AlertThresholds): AlertDraft {
  return {
    alert: 'TypeormStatementsSlow',
    severity: 'warning',
    for: '10m',
    expr: block`
        job_data_source:typeorm_query_duration_seconds:p99_rate5m > ${statementSeconds}
      and
        job_data_source:typeorm_queries:rate5m * 300 >= ${minimumObservations}`,
    summary: 'SQL statements of {{ $labels.job }} are slow.',
    description:
      'One in a hundred statements of {{ $labels.data_source }} ({{ $labels.job }}) took longer than {{ $value | humanizeDuration }} in the last 5 minutes.',
  };
}

function rollbacks({ rollbackRatio, minimumFailures }: AlertThresholds): AlertDraft {
  return {
    alert: 'TypeormRollbacksHigh',
    severity: 'warning',
    for: '10m',
    expr: block`
        job_data_source:typeorm_transactions_rollback_per_transactions:ratio_rate5m > ${rollbackRatio}
      and ignoring (outcome)
        job_data_source_outcome:typeorm_transactions:rate5m{outcome="rollback"} * 300 >= ${minimumFailures}`,
    summary: 'Many transactions of {{ $labels.job }} are rolled back.',
    description:
      '{{ $value | humanizePercentage }} of the transactions of {{ $labels.data_source }} ({{ $labels.job }}) were rolled back in the last 5 minutes.',
  };
}

function migrationsPending(): AlertDraft {
  return {
    comment:
      'During a deployment, instances with the new code see migrations that are still to run. Hence the long time.',
    alert: 'TypeormMigrationsPending',
    severity: 'warning',
    for: '15m',
    expr: 'job_data_source:typeorm_migrations_pending:max > 0',
    summary: 'Migrations of {{ $labels.job }} have not been executed.',
    description:
      '{{ $value }} migrations in the code of {{ $labels.job }} have not been executed on the database of {{ $labels.data_source }}.',
  };
}
