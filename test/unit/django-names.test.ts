import { describe, expect, it } from 'vitest';
import { charsetLabel } from '../../lib/catalogue/django/charsets.js';
import { DjangoCacheMetrics } from '../../lib/catalogue/django/cache.metrics.js';
import { DjangoTypeOrmMetrics } from '../../lib/catalogue/django/typeorm.metrics.js';
import { vendorOf } from '../../lib/catalogue/django/vendors.js';
import { MetricStore } from '../../lib/metrics/store.js';
import {
  CONNECTION_ERRORS,
  type DataSourceInfo,
  ROW_OPERATIONS,
  type Statement,
  STATEMENT_ERRORS,
} from '../../lib/observe/database-events.js';
import { readExposition } from '../support/exposition.js';
import { rendered } from '../support/rendered.js';

const dataSource = (info: Partial<DataSourceInfo> = {}) =>
  ({ name: 'default', driver: 'postgres', replicated: false, fromBoot: true, ...info }) as DataSourceInfo;

const entityOf = (of: DataSourceInfo) => ({ dataSource: of, name: 'Dog', model: 'dog' }) as Statement['entity'];

function statement(of: DataSourceInfo, more: Partial<Statement> = {}): Statement {
  const entity = entityOf(of);
  return {
    operation: 'insert',
    entity,
    valueSets: 1,
    durationSeconds: 0.1,
    error: undefined,
    span: undefined,
    ...more,
  };
}

function started() {
  const store = new MetricStore();
  const metrics = new DjangoTypeOrmMetrics(store, { models: 'decorated' });
  return { store, metrics, read: async () => readExposition(await rendered(store, 'text'), 'text') };
}

describe('the names of django-prometheus for data sources', () => {
  it('have no metric without one', async () => {
    expect((await started().read()).names).toEqual([]);
  });

  it.each([
    ['postgres', { IntegrityError: 1, OperationalError: 3, ProgrammingError: 1, DatabaseError: 1 }],
    ['better-sqlite3', { IntegrityError: 1, OperationalError: 4, ProgrammingError: 0, DatabaseError: 1 }],
  ])('give each cause on %s the class that Django raises', async (driver, expected) => {
    const { metrics, read } = started();
    for (const error of STATEMENT_ERRORS) metrics.statementEnded(statement(dataSource({ driver }), { error }));
    const errors = (await read()).series('django_db_errors_total', { alias: 'default' });
    expect(Object.fromEntries(errors.map(({ labels, value }) => [labels['type'], value]))).toEqual(expected);
  });

  it('count upserts as inserts, soft deletes and restores as updates', async () => {
    const { metrics, read } = started();
    metrics.entitiesKnown([entityOf(dataSource())]);
    const counts = async () => {
      const exposition = await read();
      return ['inserts', 'updates', 'deletes'].map((name) =>
        exposition.value(`django_model_${name}_total`, { model: 'dog' }),
      );
    };
    expect(await counts()).toEqual([0, 0, 0]);
    for (const operation of ROW_OPERATIONS) metrics.rowsCommitted(entityOf(dataSource()), operation, 10);
    expect(await counts()).toEqual([20, 30, 10]);
  });

  it('count failed attempts to connect, and no connection that broke', async () => {
    const { metrics, read } = started();
    metrics.connectionsOpened(dataSource(), 3);
    for (const error of CONNECTION_ERRORS) metrics.connectionFailed(dataSource(), error);
    const exposition = await read();
    expect(exposition.sum('django_db_new_connection_errors_total')).toBe(4);
    expect(exposition.sum('django_db_new_connections_total')).toBe(7);
  });

  it('count migrations that the code no longer has as applied', async () => {
    const { metrics, read } = started();
    metrics.dataSourceFound(dataSource());
    metrics.migrationsChecked(dataSource(), { applied: 3, pending: 2, unknown: 1 });
    const exposition = await read();
    expect(exposition.value('django_migrations_applied_total', { connection: 'default' })).toBe(4);
    expect(exposition.value('django_migrations_unapplied_total', { connection: 'default' })).toBe(2);
  });

  it('leave the models when the last data source of a name ends, and nothing else', async () => {
    const { metrics, read } = started();
    const [tenant, other] = [dataSource({ name: 'tenant', fromBoot: false }), dataSource()];
    for (const one of [tenant, other]) {
      metrics.dataSourceFound(one);
      metrics.statementStarted(statement(one, { valueSets: 2 }));
      metrics.rowsCommitted(entityOf(one), 'insert', 1);
      metrics.migrationsChecked(one, { applied: 1, pending: 0, unknown: 0 });
    }
    metrics.dataSourceEnded(tenant);
    const exposition = await read();
    expect([...exposition].filter(({ labels }) => Object.values(labels).includes('tenant'))).toEqual([]);
    expect(exposition.value('django_db_execute_total', { alias: 'default', vendor: 'postgresql' })).toBe(2);
    expect(exposition.value('django_model_inserts_total', { model: 'dog' })).toBe(2);
  });
});

describe('the vendor of a data source', () => {
  it.each([
    ['postgres', 'postgresql'],
    ['aurora-postgres', 'postgresql'],
    ['mysql', 'mysql'],
    ['mariadb', 'mysql'],
    ['better-sqlite3', 'sqlite'],
    ['oracle', 'oracle'],
    ['mssql', 'microsoft'],
    ['cockroachdb', 'cockroachdb'],
  ])('of %s is %s', (driver, vendor) => expect(vendorOf(driver)).toBe(vendor));
});

describe('the charset of a response', () => {
  it.each([
    [undefined, 'utf-8'],
    ['utf-8', 'utf-8'],
    ['utf8', 'utf-8'],
    ['latin1', 'iso-8859-1'],
    ['__proto__', '_OTHER'],
    ['klingon', '_OTHER'],
  ])('%s is %s', (charset, label) => expect(charsetLabel(charset)).toBe(label));
});

describe('the names of django-prometheus for caches', () => {
  it('add up the caches of a backend', async () => {
    const store = new MetricStore();
    const metrics = new DjangoCacheMetrics(store);
    const call = { operation: 'get', keys: 5, hits: 2, failures: 1, durationSeconds: 0.1 } as const;
    for (const name of ['a', 'b']) metrics.cacheCalled({ cache: { name, backend: 'valkey' }, ...call });
    metrics.cacheCalled({ cache: { name: 'a', backend: 'valkey' }, ...call, operation: 'set' });
    const exposition = readExposition(await rendered(store, 'text'), 'text');
    const values = ['get', 'get_hits', 'get_misses', 'get_fail'].map((name) =>
      exposition.value(`django_cache_${name}_total`, { backend: 'redis' }),
    );
    expect(values).toEqual([10, 4, 4, 2]);
  });
});
