import { type Redis } from 'ioredis';

/** One slot of ten seconds, as `get_recent_hits_and_weights` gives it. */
export interface Slot {
  readonly at: Date;
  readonly hits: number;
  readonly weight: number;
}

/**
 * django-redis-monitor's `RedisMonitor`, put into TypeScript line by line and knowing nothing of ours: what it reads
 * of our keys a Django process beside us reads, and what it writes such a process writes.
 */
export class DjangoRedisMonitor {
  constructor(
    private readonly redis: Redis,
    private readonly prefix: 'requests' | 'sqlops',
  ) {}

  async recordHitsWithTotalWeight(hits: number, weight: number, at: Date): Promise<void> {
    const [hash, slot] = this.hashAndSlot(at);
    await this.redis.hincrby(hash, slot, hits);
    await this.redis.hincrby(hash, `${slot}w`, weight);
    await this.redis.hincrby(`${this.prefix}:totals`, 'hits', hits);
    await this.redis.hincrby(`${this.prefix}:totals`, 'weight', weight);
  }

  /** The slots of the last so many minutes, the running one included. */
  async getRecentHitsAndWeights(minutes: number, now: Date): Promise<readonly Slot[]> {
    const hashes = new Map<string, Record<string, string>>();
    const slots: Slot[] = [];
    for (let ms = now.getTime() - minutes * 60_000; ms <= now.getTime(); ms += 10_000) {
      const at = new Date(Math.floor(ms / 10_000) * 10_000);
      const [key, slot] = this.hashAndSlot(at);
      const hash = hashes.get(key) ?? (await this.redis.hgetall(key));
      hashes.set(key, hash);
      slots.push({ at, hits: Number(hash[slot] ?? 0), weight: Number(hash[`${slot}w`] ?? 0) });
    }
    return slots;
  }

  async getTotals(): Promise<Omit<Slot, 'at'>> {
    const { hits = 0, weight = 0 } = await this.redis.hgetall(`${this.prefix}:totals`);
    return { hits: Number(hits), weight: Number(weight) };
  }

  /** `strftime('%Y%m%d:%H')`, and `'%02d:%d' % (minute, second / 10)`. */
  private hashAndSlot(at: Date): readonly [hash: string, slot: string] {
    const two = (value: number) => String(value).padStart(2, '0');
    const day = `${at.getUTCFullYear()}${two(at.getUTCMonth() + 1)}${two(at.getUTCDate())}`;
    const slot = `${two(at.getUTCMinutes())}:${Math.floor(at.getUTCSeconds() / 10)}`;
    return [`${this.prefix}:${day}:${two(at.getUTCHours())}`, slot];
  }
}
