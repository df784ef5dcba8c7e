/** What we use of ioredis, its `Cluster` included. */
export interface IoRedisClient {
  call(command: string, ...args: string[]): Promise<unknown>;
}

/** What we use of the clients and pools of node-redis (`redis`, `@redis/client`). */
export interface NodeRedisClient {
  sendCommand(args: string[]): Promise<unknown>;
}

/** A client of either library. Whoever makes it connects and closes it. */
export type RedisClient = IoRedisClient | NodeRedisClient;

export function isRedisClient(value: unknown): value is RedisClient {
  // A class of clients is a function, which can be called, too.
  if (typeof value !== 'object' || value === null) return false;
  const client = value as Partial<IoRedisClient & NodeRedisClient> & { readonly masters?: unknown };
  // The cluster of node-redis needs the key of each command, which this library does not give it.
  if (client.call === undefined && client.masters !== undefined) return false;
  return typeof client.call === 'function' || typeof client.sendCommand === 'function';
}

/** ioredis has a `sendCommand` too, of another kind. */
export async function command(client: RedisClient, args: string[]): Promise<unknown> {
  if ('call' in client) return client.call(args[0]!, ...args.slice(1));
  return client.sendCommand(args);
}

/** What a client knows of its database: ioredis the one it has chosen last, and both the one of their options. */
interface WithDatabase {
  readonly condition?: { readonly select?: unknown } | null;
  readonly options?: { readonly db?: unknown; readonly database?: unknown };
}

/**
 * The database that a client is to be in, as a text; empty for the first. When Redis does not have it, the clients go on
 * in the first: ioredis always, node-redis with what it has queued.
 */
export function databaseOf(client: RedisClient): string {
  const { condition, options } = client as WithDatabase;
  const database = Number(condition?.select ?? options?.db ?? options?.database ?? 0);
  return database === 0 ? '' : String(database);
}
