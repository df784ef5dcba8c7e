import { createRequire } from 'node:module';

export type Row = Readonly<Record<string, unknown>>;

/** A connection beside those of the application, so that it sees what is committed, and nothing else. */
export interface SqlConnection {
  query(sql: string): Promise<readonly Row[]>;
  close(): Promise<void>;
}

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

export interface Address extends Credentials {
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

interface PgClient {
  connect(): Promise<void>;
  query(sql: string): Promise<{ readonly rows: readonly Row[] }>;
  end(): Promise<void>;
  on(event: 'error', listener: () => void): void;
}

const { Client } = createRequire(import.meta.url)('pg') as { Client: new (address: Address) => PgClient };

export async function connectToPostgres(address: Address): Promise<SqlConnection> {
  const client = new Client(address);
  // A server that a test kills ends its connections: what waits for an answer hears of it, this needs not.
  client.on('error', () => undefined);
  await client.connect();
  return {
    query: async (sql) => (await client.query(sql)).rows,
    close: () => client.end(),
  };
}

export async function connectToMariadb(address: Address): Promise<SqlConnection> {
  const { createConnection } = await import('mysql2/promise');
  const connection = await createConnection({ ...address });
  return {
    query: async (sql) => {
      const [rows] = await connection.query(sql);
      return Array.isArray(rows) ? (rows as readonly Row[]) : [];
    },
    close: () => connection.end(),
  };
}
