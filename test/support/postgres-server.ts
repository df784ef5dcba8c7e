import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseProcess, type DatabaseProgram, type Settings } from './database-process.js';
import { connectToPostgres, type Credentials } from './sql-connection.js';
import { type SqlDialect, SqlServer } from './sql-server.js';

export interface PostgresOptions {
  /** As in postgresql.conf: `{ max_connections: 5, statement_timeout: '100ms' }`. */
  readonly settings?: Settings;
}

/** A real PostgreSQL. Its superuser has to give its password (by SCRAM). */
export class PostgresServer extends SqlServer {
  static async start({ settings = {} }: PostgresOptions = {}): Promise<PostgresServer> {
    return new PostgresServer(await DatabaseProcess.start(program(settings)), POSTGRES);
  }

  url(database?: string, credentials: Credentials = this.credentials): string {
    return this.urlOf('postgres', credentials, database);
  }
}

const POSTGRES: SqlDialect = {
  credentials: { user: 'postgres', password: 'right' },
  database: 'postgres',
  quoted: (name) => `"${name}"`,
  connect: connectToPostgres,
};

/**
 * What makes it fast, at the cost of the data if the machine crashes; that of a killed server stays.
 * Nothing is kept outside of the data folder.
 */
const QUICK: Settings = {
  autovacuum: 'off',
  dynamic_shared_memory_type: 'mmap',
  fsync: 'off',
  full_page_writes: 'off',
  listen_addresses: '127.0.0.1',
  shared_buffers: '16MB',
  unix_socket_directories: '',
};

function program(settings: Settings): DatabaseProgram {
  return {
    name: 'PostgreSQL',
    account: 'postgres',
    binary: postgresBinary('postgres') ?? 'postgres',
    create: async (folder, run) => {
      const passwordFile = join(folder, 'password');
      writeFileSync(passwordFile, POSTGRES.credentials.password, { mode: 0o644 });
      await run(postgresBinary('initdb') ?? 'initdb', [
        `--pgdata=${join(folder, 'data')}`,
        `--username=${POSTGRES.credentials.user}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--no-locale',
        '--no-sync',
        '--no-instructions',
      ]);
    },
    flags: (folder, port) => [
      '-D',
      join(folder, 'data'),
      '-p',
      String(port),
      ...Object.entries({ ...QUICK, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    logs: { ready: /database system is ready to accept connections/, portTaken: /Address already in use/ },
    // An immediate shutdown, which unlike SIGKILL gives its shared memory back.
    endSignal: 'SIGQUIT',
  };
}

/** Debian keeps the programs of each version in a folder of its own, which is not on PATH. */
export function postgresBinary(name: string): string | undefined {
  const versions = existsSync(DEBIAN_FOLDER) ? readdirSync(DEBIAN_FOLDER) : [];
  return versions
    .toSorted((one, other) => Number(other) - Number(one))
    .map((version) => join(DEBIAN_FOLDER, version, 'bin', name))
    .find((path) => existsSync(path));
}

const DEBIAN_FOLDER = '/usr/lib/postgresql';
