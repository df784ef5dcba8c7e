// oxlint-disable no-underscore-dangle -- mysql2 has no public counters
import { type PoolReading } from '../../database-events.js';
import { type DriverLike } from '../typeorm-types.js';

/** A pool of `pg`: its public counters. */
interface PostgresPool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly options?: { readonly max?: number };
}

/** A pool of `mysql2`: it has no public counters, so every part may be missing in another version. */
interface MysqlPool {
  readonly _allConnections: { readonly length: number };
  readonly _freeConnections?: { readonly length: number };
  readonly _connectionQueue?: { readonly length: number };
  readonly config?: { readonly connectionLimit?: number };
}

/** The one connection of SQLite. */
interface SqliteConnection {
  readonly inTransaction?: boolean;
}

/** A pool emits `connection` or `connect` for each new connection. */
export interface ConnectionPool {
  readonly role: string;
  readonly pool: object;
}

/** The pools of a driver as they are now: they are made anew whenever a data source is initialized. */
export function poolsOf(driver: DriverLike): readonly ConnectionPool[] {
  const slaves: readonly unknown[] = Array.isArray(driver.slaves) ? driver.slaves : [];
  const nodes = (driver.poolCluster as { _nodes?: Record<string, { pool?: unknown }> } | undefined)?._nodes ?? {};
  const found = [
    { role: 'master', pool: driver.master },
    ...slaves.map((pool, index) => ({ role: `slave${index}`, pool })),
    { role: 'master', pool: driver.pool },
    ...Object.entries(nodes).map(([id, node]) => ({ role: id.toLowerCase(), pool: node.pool })),
  ];
  return found.filter((one): one is ConnectionPool => isPostgresPool(one.pool) || isMysqlPool(one.pool));
}

/** Connections that the pool holds at this moment. */
export function sizeOf({ pool }: ConnectionPool): number {
  if (isPostgresPool(pool)) return pool.totalCount;
  return isMysqlPool(pool) ? pool._allConnections.length : 0;
}

/** Reads every pool; a driver whose pools are not known gives none, one with a single connection gives one of size 1. */
export function readPools(driver: DriverLike, isInitialized: boolean): readonly PoolReading[] {
  if (!isInitialized) return [];
  const pools = poolsOf(driver);
  if (pools.length > 0) return pools.map(readPool);
  const connection = driver.databaseConnection;
  return isSingleConnection(driver) && connection !== undefined ? [readSingle(connection as SqliteConnection)] : [];
}

/** SQLite and sql.js; MongoDB keeps its client elsewhere. */
export function isSingleConnection({ options }: DriverLike): boolean {
  return options.type === 'better-sqlite3' || options.type === 'sqlite' || options.type === 'sqljs';
}

function readPool({ role, pool }: ConnectionPool): PoolReading {
  if (isPostgresPool(pool)) {
    const { totalCount, idleCount, waitingCount, options } = pool;
    return { role, used: totalCount - idleCount, idle: idleCount, pending: waitingCount, max: options?.max };
  }
  const { _allConnections, _freeConnections, _connectionQueue, config } = pool as MysqlPool;
  const idle = _freeConnections?.length ?? 0;
  return {
    role,
    used: _allConnections.length - idle,
    idle,
    pending: _connectionQueue?.length ?? 0,
    max: config?.connectionLimit,
  };
}

function readSingle({ inTransaction }: SqliteConnection): PoolReading {
  const used = inTransaction === true ? 1 : 0;
  return { role: 'master', used, idle: 1 - used, pending: 0, max: 1 };
}

function isPostgresPool(pool: unknown): pool is PostgresPool {
  return typeof (pool as PostgresPool | null | undefined)?.totalCount === 'number';
}

function isMysqlPool(pool: unknown): pool is MysqlPool {
  return typeof (pool as MysqlPool | null | undefined)?._allConnections?.length === 'number';
}
