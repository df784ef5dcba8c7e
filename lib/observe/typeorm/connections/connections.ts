import { type EventEmitter } from 'node:events';
import { noteConnectionFailure } from './connection-failures.js';
import { type DataSourceInfo } from '../../database-events.js';
import { type DataSourceSink } from '../data-source-sink.js';
import { isSingleConnection, type ConnectionPool, poolsOf, sizeOf } from './pools.js';
import { connectionError } from '../statements/statement-error.js';
import { type DriverLike } from '../typeorm-types.js';

/** What the pools emit for each new connection: `pg`, `mysql2`. */
const OPENED = ['connect', 'connection'];

/** Follows the connections of one data source. Callers run it in their error boundary. */
export class Connections {
  private readonly watched = new Map<object, () => void>();

  constructor(
    private readonly sink: DataSourceSink,
    private readonly info: DataSourceInfo,
  ) {}

  /** The driver has connected: SQLite has its connection, the others have made their pools. */
  connected(driver: DriverLike): void {
    if (isSingleConnection(driver)) this.opened(1);
    else this.watchPools(driver);
  }

  /** A connection failed. The same failure is counted once, however often its error is seen. */
  failed(error: unknown): void {
    if (!noteConnectionFailure(error)) return;
    this.sink.listeners.connectionFailed(this.info, connectionError(error));
  }

  awaited(startedAt: number): void {
    this.sink.listeners.connectionAwaited(this.info, (performance.now() - startedAt) / 1000);
  }

  /** The pools are new after each `initialize()`. A pool makes its first connections before anybody can listen. */
  watchPools(driver: DriverLike): void {
    const pools = poolsOf(driver);
    if (pools.every(({ pool }) => this.watched.has(pool))) return;
    const current = new Set(pools.map(({ pool }) => pool));
    for (const pool of this.watched.keys()) if (!current.has(pool)) this.unwatch(pool);
    for (const pool of pools) if (!this.watched.has(pool.pool)) this.watch(pool);
  }

  stop(): void {
    for (const pool of this.watched.keys()) this.unwatch(pool);
  }

  private watch(one: ConnectionPool): void {
    this.opened(sizeOf(one));
    const pool = one.pool as EventEmitter;
    const opened = () => this.sink.run(() => this.opened(1));
    // TypeORM listens to errors of these pools as well, so ours does not keep one from being fatal.
    const lost = () => this.sink.run(() => this.lost());
    for (const event of OPENED) pool.on(event, opened);
    const breaks = pool.listenerCount('error') > 0;
    if (breaks) pool.on('error', lost);
    this.watched.set(pool, () => {
      for (const event of OPENED) pool.off(event, opened);
      if (breaks) pool.off('error', lost);
    });
  }

  private unwatch(pool: object): void {
    this.watched.get(pool)?.();
    this.watched.delete(pool);
  }

  private opened(connections: number): void {
    if (connections > 0) this.sink.listeners.connectionsOpened(this.info, connections);
  }

  private lost(): void {
    this.sink.listeners.connectionFailed(this.info, 'lost');
  }
}
