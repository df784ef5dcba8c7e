import { describe, expect, it } from 'vitest';
import { OtelTypeOrmMetrics } from '../../lib/catalogue/otel/typeorm.metrics.js';
import { MetricStore } from '../../lib/metrics/store.js';
import { type DataSourceInfo, type Statement } from '../../lib/observe/database-events.js';
import { readExposition } from '../support/exposition.js';
import { rendered } from '../support/rendered.js';

const DURATION = 'db_client_operation_duration_seconds_count';

function dataSource(info: Partial<DataSourceInfo> = {}): DataSourceInfo {
  return {
    name: 'default',
    driver: 'postgres',
    database: 'kennel',
    schema: undefined,
    replicated: false,
    fromBoot: true,
    ...info,
  };
}

function statement(of: DataSourceInfo, more: Partial<Statement> = {}): Statement {
  const entity = { dataSource: of, name: 'Dog', table: 'dogs', model: undefined };
  return {
    operation: 'select',
    entity,
    valueSets: 1,
    durationSeconds: 0.1,
    error: undefined,
    span: undefined,
    ...more,
  };
}

function started(labelSetsPerMetric = 1000) {
  const store = new MetricStore({ labelSetsPerMetric });
  const metrics = new OtelTypeOrmMetrics(store, { durationBuckets: [1] });
  const read = async () => readExposition(await rendered(store, 'text'), 'text');
  /** The label sets of a name, without those that only a folded series has. */
  const labels = async (name: string) =>
    (await read()).series(name).flatMap(({ labels: all }) => (Object.values(all).includes('_overflow') ? [] : [all]));
  return { metrics, read, labels };
}

describe('the names of OpenTelemetry for data sources', () => {
  it.each([
    [{ driver: 'postgres' }, { db_system_name: 'postgresql', db_namespace: 'kennel' }],
    [
      { driver: 'postgres', schema: 'dogs' },
      { db_system_name: 'postgresql', db_namespace: 'kennel|dogs' },
    ],
    [
      { driver: 'postgres', database: undefined, schema: 'dogs' },
      { db_system_name: 'postgresql', db_namespace: 'dogs' },
    ],
    [
      { driver: 'mssql', schema: 'dogs' },
      { db_system_name: 'microsoft.sql_server', db_namespace: 'kennel' },
    ],
    [{ driver: 'oracle' }, { db_system_name: 'oracle.db', db_namespace: 'kennel' }],
    [{ driver: 'mariadb' }, { db_system_name: 'mariadb', db_namespace: 'kennel' }],
    [{ driver: 'sqljs', database: undefined }, { db_system_name: 'sqlite' }],
    [{ driver: 'constructor' }, { db_system_name: 'other_sql', db_namespace: 'kennel' }],
  ])('%o are %o', async (info, expected) => {
    const { metrics, labels } = started();
    const of = dataSource(info);
    metrics.dataSourceFound(of);
    metrics.statementEnded(statement(of));
    expect(await labels(DURATION)).toEqual([{ ...expected, db_collection_name: 'dogs', db_operation_name: 'SELECT' }]);
  });

  it('leave out what a statement does not have', async () => {
    const { metrics, labels } = started();
    const of = dataSource();
    metrics.dataSourceFound(of);
    const entity = { dataSource: of, name: '_none', table: undefined, model: undefined };
    for (const operation of ['transaction', 'ddl', 'other'] as const) {
      metrics.statementEnded(statement(of, { entity, operation }));
    }
    metrics.statementEnded(statement(of, { entity, operation: 'insert', error: 'integrity' }));
    metrics.statementEnded(statement(of, { entity, operation: 'insert', error: 'other' }));
    const database = { db_system_name: 'postgresql', db_namespace: 'kennel' };
    expect(await labels(DURATION)).toEqual([
      database,
      { ...database, db_operation_name: 'INSERT', error_type: 'integrity' },
      { ...database, db_operation_name: 'INSERT', error_type: '_OTHER' },
    ]);
  });

  it('tell the pools of a replicated data source apart', async () => {
    const { metrics, labels } = started();
    const of = dataSource({ name: 'shop', replicated: true });
    metrics.dataSourceFound(of);
    const pool = { used: 1, idle: 2, pending: 0, max: 3 };
    metrics.dataSourceRead(of, true, [
      { role: 'master', ...pool },
      { role: 'slave0', ...pool },
    ]);
    const names = (await labels('db_client_connection_max')).map((one) => one['db_client_connection_pool_name']);
    expect(names).toEqual(['shop/master', 'shop/slave0']);
  });

  it('disappear with the last data source that has them', async () => {
    const { metrics, labels } = started();
    const [one, other] = [dataSource({ name: 'one' }), dataSource({ name: 'other' })];
    for (const of of [one, other]) {
      metrics.dataSourceFound(of);
      metrics.statementEnded(statement(of));
      metrics.dataSourceRead(of, true, [{ role: 'master', used: 0, idle: 1, pending: 0, max: 1 }]);
    }
    metrics.dataSourceEnded(one);
    expect(await labels(DURATION)).toHaveLength(1);
    expect(await labels('db_client_connection_max')).toEqual([{ db_client_connection_pool_name: 'other' }]);
    metrics.dataSourceEnded(other);
    metrics.statementEnded(statement(other, { operation: 'update' }));
    expect(await labels(DURATION)).toEqual([]);
    expect(await labels('db_client_connection_max')).toEqual([]);
    expect(await labels('db_client_connection_wait_time_seconds_count')).toEqual([]);
  });

  it('of a statement that did not fit into the budget fit after another data source has ended', async () => {
    const { metrics, labels } = started(1);
    const many = ['one', 'two'].map((name) => dataSource({ name, database: name, fromBoot: false }));
    for (const of of many) {
      metrics.dataSourceFound(of);
      metrics.statementEnded(statement(of));
    }
    expect((await labels(DURATION)).map((one) => one['db_namespace'])).toEqual(['one']);
    metrics.dataSourceEnded(many[0]!);
    metrics.statementEnded(statement(many[1]!));
    expect((await labels(DURATION)).map((one) => one['db_namespace'])).toEqual(['two']);
  });
});
