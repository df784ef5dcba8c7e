import { type RedisStoreOptions } from '../monitor.options.js';
import { borrowed, openClient } from './open-client.js';
import { type OutageLog, Outages } from './outages.js';
import { RedisStore, type RedisStoreParts as StoreParts } from './redis-store.js';
import { Refusals } from './refusals.js';

/** What of the application its store is made with. */
interface StoreHost extends Pick<StoreParts, 'process' | 'retentionHours' | 'totalsOnly'> {
  readonly log: OutageLog;
  /** Called once for each kind of data in Redis that is not read. */
  readonly report: (error: unknown) => void;
}

/** The store of a monitor whose options name a Redis. @errors rejects when no client library is installed for a URL */
export async function openRedisStore(
  { redis, keyPrefix = '' }: RedisStoreOptions,
  { log, report, ...parts }: StoreHost,
): Promise<RedisStore> {
  const connection = typeof redis === 'string' ? await openClient(redis) : borrowed(redis);
  const outages = new Outages(log);
  const refusals = new Refusals(keyPrefix, report);
  return new RedisStore({ ...parts, connection, keyPrefix, outages, refusals });
}
