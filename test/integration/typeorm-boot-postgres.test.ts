import { DataSource, type DataSourceOptions } from 'typeorm';
import { type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeError, rejectionOf } from '../support/faults/described-error.js';
import { connectionErrors, isUp } from '../support/faults/readings.js';
import { StatementsApp, type StatementsAppOptions } from '../support/faults/statements-app.js';
import { valuesOf } from '../support/nest-app.js';
import { PostgresServer } from '../support/postgres-server.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

needs('postgres')('the boot of an application whose PostgreSQL is away', () => {
  let server: PostgresServer;
  let app: StatementsApp | undefined;

  beforeAll(async () => {
    server = await PostgresServer.start();
    await server.createDatabase('kennel');
    const made = await start({ typeorm: { synchronize: true } });
    await made.close();
  });
  afterEach(async () => {
    await app?.close();
    app = undefined;
  });
  afterAll(() => server?.stop());

  async function start({ typeorm, ...options }: StatementsAppOptions): Promise<StatementsApp> {
    const settings = { type: 'postgres', url: server.url('kennel'), ...typeorm } as Partial<TypeOrmModuleOptions>;
    app = await StatementsApp.start({ ...options, typeorm: settings });
    return app;
  }

  it('the database comes up while TypeOrmModule tries again and again', async () => {
    const failures: unknown[] = [];
    await server.kill();
    const booting = start({
      typeorm: { retryAttempts: 1000, retryDelay: 10, toRetry: (error) => failures.push(error) > 0 },
    });
    await waitUntil('some attempts have failed', () => failures.length >= 3);
    await server.restart();
    const metrics = await (await booting).atRest();
    expect(connectionErrors(metrics)).toEqual({ refused: failures.length });
    expect(valuesOf(metrics, 'typeorm_data_source_up', 'data_source')).toEqual(['default']);
    expect(isUp(metrics)).toBe(1);
    expect(metrics.series('typeorm_data_source_info')).toHaveLength(1);
    expect(metrics.sum('typeorm_connections_opened_total')).toBe(metrics.sum('typeorm_pool_connections'));
  });

  it('the database stays down, and the boot fails as without us', async () => {
    await server.kill();
    const boot = (metrics?: false) =>
      rejectionOf(start({ typeorm: { retryAttempts: 3 }, ...(metrics === false && { metrics }) }));
    const [withUs, without] = [await boot(), await boot(false)];
    expect(without).toMatchObject({ code: 'ECONNREFUSED' });
    expect(describeError(withUs)).toEqual(describeError(without));
    await server.restart();
  });

  it('the database is down when an application initializes its data source itself', async () => {
    await server.kill();
    const { nest } = await start({ typeorm: { manualInitialization: true } });
    expect(isUp(await nest.scrape())).toBe(0);
    const [first, second] = [await rejectionOf(initialize()), await rejectionOf(initialize())];
    expect(first).toMatchObject({ code: 'ECONNREFUSED' });
    expect(second).toMatchObject({ code: 'ECONNREFUSED' });
    const down = await nest.scrape();
    expect(connectionErrors(down)).toEqual({ refused: 2 });
    expect(isUp(down)).toBe(0);
    await server.restart();
    await initialize();
    const up = await nest.scrape();
    expect(connectionErrors(up)).toEqual({ refused: 2 });
    expect(isUp(up)).toBe(1);
  });

  it('a password is wrong until it is corrected', async () => {
    const passwords = ['wrong', 'wronger', 'right'];
    const { nest } = await start({
      typeorm: { retryAttempts: 3 },
      dataSourceFactory: (options) => {
        const url = server.url('kennel', { user: 'postgres', password: passwords.shift() ?? '' });
        return new DataSource({ ...options, url } as DataSourceOptions).initialize();
      },
    });
    const metrics = await nest.scrape();
    expect(connectionErrors(metrics)).toEqual({ authentication: 2 });
    expect(isUp(metrics)).toBe(1);
  });

  it('there is no such database', async () => {
    const { nest } = await start({ typeorm: { manualInitialization: true, url: server.url('nowhere') } });
    expect(await rejectionOf(initialize())).toMatchObject({ code: '3D000' });
    expect(connectionErrors(await nest.scrape())).toEqual({ other: 1 });
  });

  function initialize(): Promise<unknown> {
    if (app === undefined) throw new Error('Expected an application');
    return app.run((source) => source.initialize());
  }
});
