import KeyvRedis from '@keyv/redis';

/** A KeyvRedis that the end of the application does not wait for: a Redis that has stalled never answers the last ping. */
export class CacheRedis extends KeyvRedis<unknown> {
  override disconnect(): Promise<void> {
    return super.disconnect(true);
  }
}
