import { Redis, type RedisOptions } from 'ioredis';
import { type DatabaseProcess } from '../database-process.js';

/** How often something was counted, by where in Redis it can be looked up. */
export interface Counted {
  readonly totals: number;
  /** Added up over all hours and their buckets of ten seconds. */
  readonly buckets: number;
}

export interface CountedRequests extends Counted {
  readonly routesByMinute: number;
  readonly routesByHour: number;
}

type Hash = Readonly<Record<string, string>>;

const HOUR = '????????:??';
const BUCKET = /^\d\d:\d$/;

/** What is in Redis, as somebody beside the application sees it. */
export class RedisView {
  readonly redis: Redis;

  constructor(
    { port }: Pick<DatabaseProcess, 'port'>,
    private readonly keyPrefix = '',
    options: RedisOptions = {},
  ) {
    this.redis = new Redis(port, '127.0.0.1', { retryStrategy: () => 50, maxRetriesPerRequest: null, ...options });
    // A server that a test kills ends its connections: what waits for an answer hears of it.
    this.redis.on('error', () => undefined);
  }

  async requests(): Promise<CountedRequests> {
    return {
      ...(await this.counted('requests')),
      routesByMinute: await this.sum(`monitor:routes:${HOUR}:??`, isHits),
      routesByHour: await this.sum(`monitor:routes:${HOUR}`, isHits),
    };
  }

  statements(): Promise<Counted> {
    return this.counted('sqlops');
  }

  /** Without the prefix. */
  async keys(pattern = '*'): Promise<readonly string[]> {
    const keys = await this.redis.keys(this.keyPrefix + pattern);
    return keys.map((key) => key.slice(this.keyPrefix.length)).toSorted();
  }

  /** Empty when there is something else under the key. */
  async hash(key: string): Promise<Hash> {
    const name = this.keyPrefix + key;
    return (await this.redis.type(name)) === 'hash' ? this.redis.hgetall(name) : {};
  }

  async clockMs(): Promise<number> {
    const [seconds = 0, micros = 0] = await this.redis.time();
    return seconds * 1000 + micros / 1000;
  }

  /** How often Redis has run a script since it was started. */
  async scripts(): Promise<number> {
    return Number(/cmdstat_eval:calls=(\d+)/.exec(await this.redis.info('commandstats'))?.[1] ?? 0);
  }

  close(): void {
    this.redis.disconnect();
  }

  private async counted(prefix: string): Promise<Counted> {
    return {
      totals: Number((await this.hash(`${prefix}:totals`))['hits'] ?? 0),
      buckets: await this.sum(`${prefix}:${HOUR}`, (field) => BUCKET.test(field)),
    };
  }

  private async sum(pattern: string, isCount: (field: string) => boolean): Promise<number> {
    const hashes = await Promise.all((await this.keys(pattern)).map((key) => this.hash(key)));
    return hashes
      .flatMap((hash) => Object.entries(hash))
      .filter(([field]) => isCount(field))
      .reduce((sum, [, value]) => sum + Number(value), 0);
  }
}

function isHits(field: string): boolean {
  return field.startsWith('hits ');
}

/** What {@link RedisView.requests} gives when so many were counted and all of it was delivered. */
export function everywhere(count: number): CountedRequests {
  return { totals: count, buckets: count, routesByMinute: count, routesByHour: count };
}
