import { type DataSourceObserver } from '../data-sources/data-source-observer.js';
import { type DataSourceLike, type DriverLike, type QueryRunnerLike } from '../typeorm-types.js';

/** On a data source, who observes it. Every copy of the library has its own symbol, and so sees only its own. */
const OBSERVER = Symbol('the observer of this data source');
/** On a data source that some copy of the library observes: one is enough. */
const OBSERVED = Symbol.for('nestjs-prometheus-exporter.observed');

interface Marked {
  [OBSERVER]?: DataSourceObserver;
  [OBSERVED]?: true;
}

export function observerOf(dataSource: DataSourceLike | undefined): DataSourceObserver | undefined {
  return (dataSource as Marked | undefined)?.[OBSERVER];
}

/** Only of runners of exactly this class: one that inherits from it has a stand-in of its own, and calls both. */
export function observerOfRunner(runner: QueryRunnerLike, prototype: object): DataSourceObserver | undefined {
  if (Object.getPrototypeOf(runner) !== prototype) return undefined;
  return observerOf(runner.dataSource ?? runner.connection);
}

/** As {@link observerOfRunner}. */
export function observerOfDriver(driver: DriverLike, prototype: object): DataSourceObserver | undefined {
  if (Object.getPrototypeOf(driver) !== prototype) return undefined;
  const { dataSource, connection } = driver as { dataSource?: DataSourceLike; connection?: DataSourceLike };
  return observerOf(dataSource ?? connection);
}

export function isObserved(dataSource: DataSourceLike): boolean {
  return (dataSource as Marked)[OBSERVED] !== undefined;
}

export function mark(dataSource: DataSourceLike, observer: DataSourceObserver): void {
  Object.defineProperty(dataSource, OBSERVER, { value: observer, configurable: true });
  Object.defineProperty(dataSource, OBSERVED, { value: true, configurable: true });
}

export function unmark(dataSource: DataSourceLike): void {
  delete (dataSource as Marked)[OBSERVER];
  delete (dataSource as Marked)[OBSERVED];
}
