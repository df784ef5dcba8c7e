import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseProcess, type DatabaseProgram, type Settings } from './database-process.js';
import { type Address, connectToMariadb, type Credentials, type SqlConnection } from './sql-connection.js';

export interface MariadbOptions {
  /** As on its command line: `{ max_connections: 5 }`. */
  readonly settings?: Settings;
}

/** A real MariaDB, which also stands in for MySQL. Its user has to give its password, so that a test can give a wrong one. */
export class MariadbServer {
  static async start({ settings = {} }: MariadbOptions = {}): Promise<MariadbServer> {
    return new MariadbServer(await DatabaseProcess.start(program(settings)));
  }

  readonly credentials: Credentials = CREDENTIALS;

  private constructor(private readonly process: DatabaseProcess) {}

  get port(): number {
    return this.process.port;
  }

  /** Where its data is, until it is stopped. */
  get folder(): string {
    return this.process.folder;
  }

  get log(): string {
    return this.process.log;
  }

  address(database = 'mysql'): Address {
    return { ...this.credentials, host: '127.0.0.1', port: this.port, database };
  }

  /** The protocol decides which of its two dialects TypeORM speaks. */
  url(
    database = 'mysql',
    { user, password }: Credentials = this.credentials,
    protocol: 'mariadb' | 'mysql' = 'mariadb',
  ): string {
    return `${protocol}://${user}:${password}@127.0.0.1:${this.port}/${database}`;
  }

  connect(database?: string): Promise<SqlConnection> {
    return connectToMariadb(this.address(database));
  }

  async createDatabase(name: string): Promise<void> {
    const connection = await this.connect();
    try {
      await connection.query(`CREATE DATABASE \`${name}\``);
    } finally {
      await connection.close();
    }
  }

  /** As a crash: the server ends with SIGKILL. */
  kill(): Promise<void> {
    return this.process.kill();
  }

  /** On the same port, with the same data. */
  restart(): Promise<void> {
    return this.process.restart();
  }

  stop(): Promise<void> {
    return this.process.stop();
  }
}

const CREDENTIALS: Credentials = { user: 'tester', password: 'right' };

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

/** Run at every start, so that users exist before the first connection. One statement a line. */
const USERS = `CREATE USER IF NOT EXISTS '${CREDENTIALS.user}'@'%' IDENTIFIED BY '${CREDENTIALS.password}';
GRANT ALL ON *.* TO '${CREDENTIALS.user}'@'%';
`;

/** Debian keeps it where only root's PATH looks. */
export const MARIADBD =
  ['/usr/sbin/mariadbd', '/usr/libexec/mariadbd'].find((path) => existsSync(path)) ?? '/usr/sbin/mariadbd';
