import KeyvRedis from '@keyv/redis';

/** A KeyvRedis that does not delay the shutdown: a stalled Redis never answers the last ping. */
export class CacheRedis extends KeyvRedis<unknown> {
  override disconnect(): Promise<void> {
    return super.disconnect(true);
  }
}
