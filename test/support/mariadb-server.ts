import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseProcess, type DatabaseProgram, type Settings } from './database-process.js';
import { connectToMariadb, type Credentials } from './sql-connection.js';
import { type SqlDialect, SqlServer } from './sql-server.js';

export interface MariadbOptions {
  /** As on its command line: `{ max_connections: 5 }`. */
  readonly settings?: Settings;
}

/** A real MariaDB, which also stands in for MySQL. Its user has to give its password. */
export class MariadbServer extends SqlServer {
  static async start({ settings = {} }: MariadbOptions = {}): Promise<MariadbServer> {
    return new MariadbServer(await DatabaseProcess.start(program(settings)), MARIADB);
  }

  /** The protocol decides which of its two dialects TypeORM speaks. */
  url(
    database?: string,
    credentials: Credentials = this.credentials,
    protocol: 'mariadb' | 'mysql' = 'mariadb',
  ): string {
    return this.urlOf(protocol, credentials, database);
  }
}

const MARIADB: SqlDialect = {
  credentials: { user: 'tester', password: 'right' },
  database: 'mysql',
  quoted: (name) => `\`${name}\``,
  connect: connectToMariadb,
};

/** What makes it fast, at the cost of the data if the machine crashes; that of a killed server stays. */
const QUICK: Settings = {
  bind_address: '127.0.0.1',
  innodb_buffer_pool_size: '32M',
  innodb_flush_log_at_trx_commit: 2,
  innodb_flush_method: 'nosync',
  skip_name_resolve: 1,
};

function program(settings: Settings): DatabaseProgram {
  return {
    name: 'MariaDB',
    account: 'mysql',
    binary: MARIADBD,
    create: async (folder, run) => {
      await run('mariadb-install-db', [
        '--no-defaults',
        `--datadir=${join(folder, 'data')}`,
        `--tmpdir=${folder}`,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
        '--skip-name-resolve',
      ]);
      writeFileSync(join(folder, 'users.sql'), USERS, { mode: 0o644 });
    },
    flags: (folder, port) => [
      '--no-defaults',
      `--datadir=${join(folder, 'data')}`,
      // Of its own: servers that run side by side delete each other's temporary tables.
      `--tmpdir=${folder}`,
      `--port=${port}`,
      `--socket=${join(folder, 'socket')}`,
      `--pid-file=${join(folder, 'pid')}`,
      `--init-file=${join(folder, 'users.sql')}`,
      ...Object.entries({ ...QUICK, ...settings }).map(([name, value]) => `--${name}=${value}`),
    ],
    logs: { ready: /ready for connections/, portTaken: /Can't start server: Bind on TCP\/IP port/ },
    endSignal: 'SIGKILL',
  };
}

const { user, password } = MARIADB.credentials;
/** Run at every start, so that users exist before the first connection. One statement a line. */
const USERS = `CREATE USER IF NOT EXISTS '${user}'@'%' IDENTIFIED BY '${password}';
GRANT ALL ON *.* TO '${user}'@'%';
`;

/** Debian keeps it where only root's PATH looks. */
export const MARIADBD =
  ['/usr/sbin/mariadbd', '/usr/libexec/mariadbd'].find((path) => existsSync(path)) ?? '/usr/sbin/mariadbd';
