import { type CacheCall, type CacheInfo } from './cache-events.js';
import {
  type ConnectionError,
  type DataSourceInfo,
  type Entity,
  type MigrationsReading,
  type PoolReading,
  type RowOperation,
  type Statement,
  type TransactionOutcome,
} from './database-events.js';
import { type Handler, type HttpExchange, type KnownRoute, type Listener } from './events.js';
import { type ErrorBoundary } from './error-boundary.js';

/** Tells every listener what happened; one that throws is reported and does not keep the others from hearing. */
export class Listeners implements Required<Listener> {
  /** Replaced, never changed: a listener may come or go while an event is being told. */
  private all: readonly Listener[] = [];

  constructor(private readonly boundary: ErrorBoundary) {}

  /** From now on `listener` hears every event. Returns the function that stops it. */
  add(listener: Listener): () => void {
    this.all = [...this.all, listener];
    let listening = true;
    return () => {
      if (!listening) return;
      listening = false;
      this.all = this.all.toSpliced(this.all.indexOf(listener), 1);
    };
  }

  // The events of every request and statement: written out, so that they cost neither a closure nor a lookup by name.

  requestReceived(exchange: HttpExchange): void {
    for (const listener of this.all) {
      try {
        const result: unknown = listener.requestReceived?.(exchange);
        if (result !== undefined) this.settle(result);
      } catch (error) {
        this.boundary.report('listener', error);
      }
    }
  }

  requestAnswered(exchange: HttpExchange): void {
    for (const listener of this.all) {
      try {
        const result: unknown = listener.requestAnswered?.(exchange);
        if (result !== undefined) this.settle(result);
      } catch (error) {
        this.boundary.report('listener', error);
      }
    }
  }

  statementStarted(statement: Statement): void {
    for (const listener of this.all) {
      try {
        const result: unknown = listener.statementStarted?.(statement);
        if (result !== undefined) this.settle(result);
      } catch (error) {
        this.boundary.report('listener', error);
      }
    }
  }

  statementEnded(statement: Statement): void {
    for (const listener of this.all) {
      try {
        const result: unknown = listener.statementEnded?.(statement);
        if (result !== undefined) this.settle(result);
      } catch (error) {
        this.boundary.report('listener', error);
      }
    }
  }

  rowsCommitted(entity: Entity, operation: RowOperation, rows: number): void {
    for (const listener of this.all) {
      try {
        const result: unknown = listener.rowsCommitted?.(entity, operation, rows);
        if (result !== undefined) this.settle(result);
      } catch (error) {
        this.boundary.report('listener', error);
      }
    }
  }

  connectionAwaited(dataSource: DataSourceInfo, durationSeconds: number): void {
    for (const listener of this.all) {
      try {
        const result: unknown = listener.connectionAwaited?.(dataSource, durationSeconds);
        if (result !== undefined) this.settle(result);
      } catch (error) {
        this.boundary.report('listener', error);
      }
    }
  }

  // All others.

  routesKnown(routes: readonly KnownRoute[]): void {
    this.tell('routesKnown', routes);
  }

  requestAborted(exchange: HttpExchange): void {
    this.tell('requestAborted', exchange);
  }

  exceptionThrown(handler: Handler, error: unknown): void {
    this.tell('exceptionThrown', handler, error);
  }

  handlerTimed(handler: Handler, durationSeconds: number): void {
    this.tell('handlerTimed', handler, durationSeconds);
  }

  dataSourceFound(dataSource: DataSourceInfo): void {
    this.tell('dataSourceFound', dataSource);
  }

  dataSourceEnded(dataSource: DataSourceInfo): void {
    this.tell('dataSourceEnded', dataSource);
  }

  entitiesKnown(entities: readonly Entity[]): void {
    this.tell('entitiesKnown', entities);
  }

  transactionStarted(dataSource: DataSourceInfo): void {
    this.tell('transactionStarted', dataSource);
  }

  transactionEnded(dataSource: DataSourceInfo, outcome: TransactionOutcome, durationSeconds: number): void {
    this.tell('transactionEnded', dataSource, outcome, durationSeconds);
  }

  connectionsOpened(dataSource: DataSourceInfo, connections: number): void {
    this.tell('connectionsOpened', dataSource, connections);
  }

  connectionFailed(dataSource: DataSourceInfo, error: ConnectionError): void {
    this.tell('connectionFailed', dataSource, error);
  }

  queryCacheAsked(dataSource: DataSourceInfo): void {
    this.tell('queryCacheAsked', dataSource);
  }

  queryCacheHit(dataSource: DataSourceInfo): void {
    this.tell('queryCacheHit', dataSource);
  }

  migrationsChecked(dataSource: DataSourceInfo, migrations: MigrationsReading): void {
    this.tell('migrationsChecked', dataSource, migrations);
  }

  dataSourceRead(dataSource: DataSourceInfo, up: boolean, pools: readonly PoolReading[]): void {
    this.tell('dataSourceRead', dataSource, up, pools);
  }

  cacheFound(cache: CacheInfo): void {
    this.tell('cacheFound', cache);
  }

  cacheEnded(cache: CacheInfo): void {
    this.tell('cacheEnded', cache);
  }

  cacheCalled(call: CacheCall): void {
    this.tell('cacheCalled', call);
  }

  private tell<E extends keyof Listener>(event: E, ...told: Parameters<Required<Listener>[E]>): void {
    for (const listener of this.all) {
      try {
        const result = (listener[event] as ((...heard: readonly unknown[]) => unknown) | undefined)?.call(
          listener,
          ...told,
        );
        if (result !== undefined) this.settle(result);
      } catch (error) {
        this.boundary.report('listener', error);
      }
    }
  }

  /** A listener of the application may be asynchronous: nobody waits for it, but its rejection would end the process. */
  private settle(result: unknown): void {
    if (typeof (result as { then?: unknown } | null)?.then !== 'function') return;
    Promise.resolve(result).catch((error: unknown) => this.boundary.report('listener', error));
  }
}
