import { type DatabaseProcess } from './database-process.js';
import { type Address, type Credentials, type SqlConnection } from './sql-connection.js';

/** What a database has of its own once it runs. */
export interface SqlDialect {
  /** Whose password is asked for, so that a test can give a wrong one. */
  readonly credentials: Credentials;
  /** The one that is there from the beginning. */
  readonly database: string;
  readonly quoted: (name: string) => string;
  readonly connect: (address: Address) => Promise<SqlConnection>;
}

/** A real database server, until it is stopped. */
export class SqlServer {
  protected constructor(
    private readonly process: DatabaseProcess,
    private readonly dialect: SqlDialect,
  ) {}

  get credentials(): Credentials {
    return this.dialect.credentials;
  }

  get port(): number {
    return this.process.port;
  }

  /** Where its data is, until it is stopped. */
  get folder(): string {
    return this.process.folder;
  }

  get isRunning(): boolean {
    return this.process.isRunning;
  }

  get log(): string {
    return this.process.log;
  }

  address(database = this.dialect.database): Address {
    return { ...this.credentials, host: '127.0.0.1', port: this.port, database };
  }

  connect(database?: string): Promise<SqlConnection> {
    return this.dialect.connect(this.address(database));
  }

  async createDatabase(name: string): Promise<void> {
    const connection = await this.connect();
    try {
      await connection.query(`CREATE DATABASE ${this.dialect.quoted(name)}`);
    } finally {
      await connection.close();
    }
  }

  /** As a crash: the server and the processes of its connections end with SIGKILL. */
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

  protected urlOf(protocol: string, { user, password }: Credentials, database = this.dialect.database): string {
    return `${protocol}://${user}:${password}@127.0.0.1:${this.port}/${database}`;
  }
}
