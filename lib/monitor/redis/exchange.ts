import { command, type RedisClient } from './client.js';
import { type Increment } from './pending.js';

/** What is delivered together, and not again once Redis has it. */
export interface Batch {
  /** 1, 2, 3 … in a process. */
  readonly sequence: number;
  readonly increments: readonly Increment[];
}

/** Everything that is said to Redis in one round trip. */
export interface Question {
  readonly batch: Batch | undefined;
  /** Before all keys. */
  readonly keyPrefix: string;
  readonly fenceKey: string;
  /** How long Redis remembers which batches it has. */
  readonly fenceSeconds: number;
  readonly processesKey: string;
  /** Who reports. */
  readonly member: string;
  readonly nowMs: number;
  readonly isLeaving: boolean;
  /** Hashes to be read. */
  readonly read: readonly string[];
}

/** What Redis says. */
export interface Answer {
  /** The batch is delivered, now or by an earlier attempt. */
  readonly isDelivered: boolean;
  /** Redis is there, and takes nothing: it is full, or may only be read. */
  readonly isRefused: boolean;
  /** What of it could not be added, and why the last of them could not. */
  readonly failed: readonly Increment[];
  readonly error: string | undefined;
  readonly redisMs: number;
  /** Who has reported within the last half minute. */
  readonly processes: readonly { readonly member: string; readonly seenMs: number }[];
  /** Fields and values in turn, for each key that was to be read. */
  readonly hashes: readonly (readonly string[])[];
}

/** Who has not reported for so long is gone. */
const GONE_AFTER_SECONDS = 30;

/**
 * Adds, counts who reports, reads: one script, because it runs as a whole or not at all and answers in one round trip.
 *
 * The fence under KEYS[1] is the number of the last batch that was added, and which of its increments could not be: a
 * batch that comes again, because its answer was lost, is not added twice but answered once more. It is the first to be
 * written, because a Redis that is out of memory refuses a script's first write only.
 */
const SCRIPT = `
local sequence, written, at = tonumber(ARGV[1]), tonumber(ARGV[5]), 6
local time = redis.call('TIME')
local now = tonumber(time[1])
local fence, refusal = redis.call('GET', KEYS[1]) or '', ''
local last = tonumber(string.match(fence, '^%d+') or '0')
if sequence > last then
  local set = redis.pcall('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
  if set.err then
    refusal = set.err
  else
    local failed, index = {}, 0
    for key = 3, 2 + written do
      local seconds, count = ARGV[at], tonumber(ARGV[at + 1])
      at = at + 2
      for _ = 1, count do
        local reply = redis.pcall('HINCRBY', KEYS[key], ARGV[at], ARGV[at + 1])
        if type(reply) == 'table' and reply.err then
          failed[#failed + 1] = index
          refusal = KEYS[key] .. ': ' .. reply.err
        end
        at, index = at + 2, index + 1
      end
      if seconds ~= '' then redis.pcall('EXPIRE', KEYS[key], seconds) end
    end
    fence = ARGV[1] .. ' ' .. table.concat(failed, ',')
    if #failed > 0 then redis.call('SET', KEYS[1], fence, 'EX', ARGV[2]) end
  end
end
if ARGV[4] == '1' then
  redis.pcall('ZREM', KEYS[2], ARGV[3])
else
  redis.pcall('ZADD', KEYS[2], now, ARGV[3])
end
redis.pcall('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - 3600)
redis.pcall('EXPIRE', KEYS[2], 3600)
local hashes = {}
for key = 3 + written, #KEYS do
  local hash = redis.pcall('HGETALL', KEYS[key])
  hashes[#hashes + 1] = hash.err and {} or hash
end
local processes = redis.pcall('ZRANGEBYSCORE', KEYS[2], now - ${GONE_AFTER_SECONDS}, '+inf', 'WITHSCORES')
return { fence, refusal, time, processes.err and {} or processes, hashes }
`;

/** Asks once. @errors rejects with what the client rejects with, and when the answer is not one of the script's. */
export async function exchange(client: RedisClient, question: Question): Promise<Answer> {
  const { fenceKey, processesKey, read, keyPrefix } = question;
  const written = byKey(question.batch?.increments ?? []);
  const keys = [fenceKey, processesKey, ...written.map(([key]) => key), ...read].map((key) => keyPrefix + key);
  const reply = await command(client, [
    'EVAL',
    SCRIPT,
    String(keys.length),
    ...keys,
    String(question.batch?.sequence ?? 0),
    String(question.fenceSeconds),
    question.member,
    question.isLeaving ? '1' : '0',
    String(written.length),
    ...written.flatMap(([, increments]) => argumentsOf(increments, question.nowMs)),
  ]);
  return answerOf(
    reply,
    written.flatMap(([, increments]) => increments),
    question.batch,
  );
}

/** In the order in which the script goes through them. */
function byKey(increments: readonly Increment[]): readonly (readonly [string, readonly Increment[]])[] {
  const keys = new Map<string, Increment[]>();
  for (const increment of increments) {
    const ofKey = keys.get(increment.key);
    if (ofKey === undefined) keys.set(increment.key, [increment]);
    else ofKey.push(increment);
  }
  return [...keys];
}

function argumentsOf(increments: readonly Increment[], nowMs: number): string[] {
  const { untilMs } = increments[0]!;
  const seconds = untilMs === undefined ? '' : String(Math.max(1, Math.ceil((untilMs - nowMs) / 1000)));
  return [seconds, String(increments.length), ...increments.flatMap(({ field, by }) => [field, String(by)])];
}

function answerOf(reply: unknown, sent: readonly Increment[], batch: Batch | undefined): Answer {
  const [fence, refusal, time, processes, hashes] = reply as [unknown, unknown, unknown, unknown, unknown];
  const redisMs = Array.isArray(time) ? Number(time[0]) * 1000 + Number(time[1]) / 1000 : NaN;
  if (!Number.isFinite(redisMs) || !Array.isArray(processes) || !Array.isArray(hashes)) {
    throw new TypeError('Expected the answer of the script from Redis, got something else.');
  }
  const [delivered = '0', failed = ''] = String(fence).split(' ');
  const isDelivered = batch !== undefined && Number(delivered) >= batch.sequence;
  return {
    isDelivered,
    isRefused: batch !== undefined && !isDelivered,
    failed: batch === undefined || failed === '' ? [] : failed.split(',').map((index) => sent[Number(index)]!),
    error: String(refusal) === '' ? undefined : String(refusal),
    redisMs,
    processes: pairs(processes).map(([member, seen]) => ({ member, seenMs: Number(seen) * 1000 })),
    hashes: hashes.map((hash: unknown) => (Array.isArray(hash) ? hash.map(String) : [])),
  };
}

export function pairs(flat: readonly unknown[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [String(flat[2 * i]), String(flat[2 * i + 1])]);
}
