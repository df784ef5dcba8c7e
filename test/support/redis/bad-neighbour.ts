import { type Redis } from 'ioredis';

/** Somebody else who writes into the Redis of the monitor, much at once: Redis itself makes the data. */
export class BadNeighbour {
  constructor(private readonly redis: Redis) {}

  /** Members that look like processes, which report at `from`, `from + step`, and so on. */
  async processes(count: number, from: number, step = 1): Promise<void> {
    await this.redis.eval(
      `for i = 1, tonumber(ARGV[1]) do
         local member = '["id' .. i .. '","host",' .. i .. ',"2026-01-01T00:00:00.000Z"]'
         redis.call('ZADD', KEYS[1], ARGV[2] + (i - 1) * ARGV[3], member)
       end`,
      1,
      'monitor:processes',
      count,
      from,
      step,
    );
  }

  /** Members of some megabytes. */
  async longMembers(count: number, megabytes: number, at: number): Promise<void> {
    await this.redis.eval(
      `for i = 1, tonumber(ARGV[1]) do redis.call('ZADD', KEYS[1], ARGV[3], i .. string.rep('x', ARGV[2])) end`,
      1,
      'monitor:processes',
      count,
      megabytes * 1e6,
      at,
    );
  }

  /** A hash of so many fields, called `hits GET /1` and so on. */
  async fields(key: string, count: number, name = 'hits GET /'): Promise<void> {
    await this.redis.eval(
      `for i = 1, tonumber(ARGV[1]) do redis.call('HSET', KEYS[1], ARGV[2] .. i, '1') end`,
      1,
      key,
      count,
      name,
    );
  }

  async longField(key: string, megabytes: number): Promise<void> {
    await this.redis.eval(
      `redis.call('HSET', KEYS[1], 'hits GET /' .. string.rep('x', ARGV[1]), '1')`,
      1,
      key,
      megabytes * 1e6,
    );
  }

  async longText(key: string, megabytes: number): Promise<void> {
    await this.redis.setrange(key, megabytes * 1e6, 'x');
  }
}
