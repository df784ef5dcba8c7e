import { type DataSourceInfo } from '../../database-events.js';
import { databaseName } from '../connections/database-name.js';
import { Connections } from '../connections/connections.js';
import { DataSourceSink } from '../data-source-sink.js';
import { mark, type ObservedDataSource, unmark } from '../hooks/observed.js';
import { hookQueryCache } from '../hooks/query-cache.js';
import { type Sink } from '../../sink.js';
import { StandIns } from '../../../host/stand-ins.js';
import { Entities } from '../statements/entities.js';
import { Statements } from '../statements/statements.js';
import { Streams } from '../statements/streams.js';
import { Transactions } from '../transactions/transactions.js';
import { type DataSourceLike } from '../typeorm-types.js';

/** Observes one data source, from before it connects. */
export class DataSourceObserver implements ObservedDataSource {
  readonly info: DataSourceInfo & { name: string; fromBoot: boolean };
  readonly sink = new DataSourceSink();
  readonly statements: Statements;
  readonly streams = new Streams();
  readonly transactions: Transactions;
  readonly connections: Connections;
  isInitializing = false;
  /** At least once. One that never was may be initialized by its owner at any time. */
  wasInitialized = false;
  /** Another of the same name was made after it. */
  isReplaced = false;
  afterRelease: (() => void) | undefined = undefined;
  /** Called when the data source has connected. */
  afterInitialize: (() => void) | undefined = undefined;
  private readonly entities: Entities;
  private readonly standIns = new StandIns();

  constructor(readonly dataSource: DataSourceLike) {
    const { driver, options } = dataSource;
    this.info = {
      name: nameOf(dataSource),
      driver: options.type,
      database: databaseName(driver),
      schema: options.schema,
      replicated: driver.isReplicated === true,
      fromBoot: true,
    };
    const { info, sink } = this;
    this.entities = new Entities(dataSource, info);
    this.connections = new Connections(sink, info);
    this.transactions = new Transactions(sink, info, dataSource);
    this.statements = new Statements(sink, this.entities, this.transactions);
    mark(dataSource, this);
    sink.run(() => hookQueryCache(dataSource, info, sink, this.standIns));
    sink.listeners.dataSourceFound(info);
    if (dataSource.isInitialized) this.connected();
  }

  /** The name under which the container has it, where its options have none. */
  nameBy(token: string): void {
    if (this.dataSource.options.name === undefined) this.info.name = token;
  }

  initializing(): void {
    this.isInitializing = true;
  }

  initialized(succeeded: boolean): void {
    this.isInitializing = false;
    if (succeeded) this.connected();
  }

  /** SQLite releases no query runner: what was under way ends with the connections. */
  disconnected(): void {
    this.sink.run(() => {
      this.transactions.endAll();
      this.streams.endAll();
    });
  }

  /** From now on `sink` gets everything, and first what was held. */
  tell(sink: Sink): void {
    // For the application that it belonged to before, it is down.
    if (this.sink.hasApplication) this.sayDown();
    this.sink.connect(sink);
  }

  /** The end of statements under way is still reported; transactions and streams end here. */
  stop(): void {
    this.transactions.endAll();
    this.streams.endAll();
    this.connections.stop();
    this.standIns.putBack();
    unmark(this.dataSource);
    this.sayDown();
  }

  private connected(): void {
    this.wasInitialized = true;
    this.sink.run(() => {
      this.connections.watchPools(this.dataSource.driver);
      this.sink.listeners.entitiesKnown(this.entities.all);
      this.afterInitialize?.();
    });
  }

  private sayDown(): void {
    this.sink.listeners.dataSourceRead(this.info, false, []);
  }
}

/** @nestjs/typeorm keeps the name in the options; TypeORM 0.3 has a property, which is `default` unless given. */
function nameOf({ options, name }: DataSourceLike): string {
  return [options.name, name].find((one) => typeof one === 'string') ?? 'default';
}
