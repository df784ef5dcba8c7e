import { type DataSourceInfo } from '../../database-events.js';
import { type Connections } from '../connections/connections.js';
import { type DataSourceSink } from '../data-source-sink.js';
import { type Statements } from '../statements/statements.js';
import { type Streams } from '../statements/streams.js';
import { type Transactions } from '../transactions/transactions.js';
import { type DataSourceLike, type DriverLike, type QueryRunnerLike } from '../typeorm-types.js';

/** What the hooks in TypeORM's classes need to know of a data source that is observed. */
export interface ObservedDataSource {
  readonly info: DataSourceInfo;
  readonly sink: DataSourceSink;
  readonly statements: Statements;
  readonly streams: Streams;
  readonly transactions: Transactions;
  readonly connections: Connections;
  /** Called when a query runner has given its connection back; undefined while a check of migrations does not wait for it. */
  afterRelease: (() => void) | undefined;
  /** `initialize()` was called. */
  initializing(): void;
  /** `initialize()` has ended. */
  initialized(succeeded: boolean): void;
  /** The connections are closed. */
  disconnected(): void;
}

/** On a data source that this copy of the library observes: every copy has a symbol of its own. */
const OWN = Symbol('the observer of this data source');
/** On a data source that any copy of the library observes, so that it is counted once. */
const ANY = Symbol.for('nestjs-prometheus-exporter.observed');

interface Marked {
  [OWN]?: ObservedDataSource;
  [ANY]?: true;
}

export function observedOf(dataSource: DataSourceLike | undefined): ObservedDataSource | undefined {
  return (dataSource as Marked | undefined)?.[OWN];
}

/** Only for runners of exactly this class: a class that inherits from it has a stand-in of its own, which calls this one. */
export function observedOfRunner(runner: QueryRunnerLike, prototype: object): ObservedDataSource | undefined {
  if (Object.getPrototypeOf(runner) !== prototype) return undefined;
  return observedOf(runner.dataSource ?? runner.connection);
}

/** As {@link observedOfRunner}. */
export function observedOfDriver(driver: DriverLike, prototype: object): ObservedDataSource | undefined {
  if (Object.getPrototypeOf(driver) !== prototype) return undefined;
  const { dataSource, connection } = driver as { dataSource?: DataSourceLike; connection?: DataSourceLike };
  return observedOf(dataSource ?? connection);
}

export function isObserved(dataSource: DataSourceLike): boolean {
  return (dataSource as Marked)[ANY] !== undefined;
}

export function mark(dataSource: DataSourceLike, observed: ObservedDataSource): void {
  Object.defineProperty(dataSource, OWN, { value: observed, configurable: true });
  Object.defineProperty(dataSource, ANY, { value: true, configurable: true });
}

export function unmark(dataSource: DataSourceLike): void {
  delete (dataSource as Marked)[OWN];
  delete (dataSource as Marked)[ANY];
}
