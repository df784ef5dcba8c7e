import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Dog } from '../support/kennel-entities.js';
import { MariadbServer } from '../support/mariadb-server.js';
import { NestApp } from '../support/nest-app.js';
import { needs } from '../support/services.js';

needs('mariadb')('a replicated data source on MariaDB', () => {
  let server: MariadbServer;
  let app: NestApp;
  let dataSource: DataSource;

  beforeAll(async () => {
    server = await MariadbServer.start();
    await server.createDatabase('kennel');
    const node = { url: server.url('kennel') };
    dataSource = new DataSource({
      type: 'mariadb',
      replication: { master: node, slaves: [node, node] },
      entities: [Dog],
      synchronize: true,
    });
    app = await NestApp.start('express', {
      providers: [{ provide: DataSource, useFactory: () => dataSource.initialize() }],
    });
  });
  afterAll(async () => {
    await app.close();
    await dataSource.destroy();
    await server.stop();
  });

  it('tells its pools by role, and counts on each', async () => {
    await dataSource.getRepository(Dog).insert({ name: 'Rex' });
    const counts = await Promise.all(Array.from({ length: 4 }, () => dataSource.getRepository(Dog).count()));
    expect(counts).toEqual([1, 1, 1, 1]);
    const metrics = await app.scrape();
    expect(metrics.series('typeorm_data_source_info', { driver: 'mariadb', replicated: 'true' })).toHaveLength(1);
    const roles = metrics.series('typeorm_pool_connections', { data_source: 'default', state: 'idle' });
    expect(new Set(roles.map(({ labels }) => labels['role']))).toEqual(new Set(['master', 'slave0', 'slave1']));
    expect(metrics.sum('typeorm_pool_connections', { data_source: 'default', role: 'master' })).toBe(1);
    expect(metrics.sum('typeorm_pool_connections')).toBe(metrics.sum('typeorm_connections_opened_total'));
    expect(metrics.sum('typeorm_query_duration_seconds_count', { entity: 'Dog', operation: 'select' })).toBe(4);
    expect(metrics.sum('typeorm_model_rows_total', { model: 'dog', operation: 'insert' })).toBe(1);
  });
});
