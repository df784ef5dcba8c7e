import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MariadbServer } from '../../support/mariadb-server.js';
import { PostgresServer } from '../../support/postgres-server.js';
import { needs } from '../../support/services.js';
import { connectToMariadb, connectToPostgres } from '../../support/sql-connection.js';

const SERVERS = [
  {
    service: 'postgres',
    start: (settings: Record<string, number>) => PostgresServer.start({ settings }),
    connect: connectToPostgres,
    refusal: /password authentication failed/,
    setting: "SELECT current_setting('max_connections') AS value",
  },
  {
    service: 'mariadb',
    start: (settings: Record<string, number>) => MariadbServer.start({ settings }),
    connect: connectToMariadb,
    refusal: /Access denied/,
    setting: 'SELECT @@max_connections AS value',
  },
] as const;

for (const { service, start, connect, refusal, setting } of SERVERS) {
  needs(service)(`a ${service} of the tests`, () => {
    let server: PostgresServer | MariadbServer;

    beforeAll(async () => {
      server = await start({ max_connections: 17 });
    });
    afterAll(() => server.stop());

    it('has the settings it was given', async () => {
      const connection = await server.connect();
      const [row] = await connection.query(setting);
      expect(Number(row?.['value'])).toBe(17);
      await connection.close();
    });

    it('refuses a wrong password', async () => {
      await expect(connect({ ...server.address(), password: 'wrong' })).rejects.toThrow(refusal);
    });

    it('is gone when killed, and has its data and its port when restarted', async () => {
      await server.createDatabase('kennel');
      const before = await server.connect('kennel');
      await before.query('CREATE TABLE dogs (name varchar(20))');
      await before.query("INSERT INTO dogs VALUES ('Bella')");
      await server.kill();
      await expect(once(createConnection(server.port, '127.0.0.1'), 'connect')).rejects.toThrow('ECONNREFUSED');
      await server.restart();
      const after = await server.connect('kennel');
      expect(await after.query('SELECT name FROM dogs')).toEqual([{ name: 'Bella' }]);
      await after.close();
    });

    it('starts beside another, and leaves nothing when stopped, even twice', async () => {
      const other = await start({});
      expect(existsSync(other.folder)).toBe(true);
      await other.stop();
      await other.stop();
      expect(existsSync(other.folder)).toBe(false);
    });
  });
}
