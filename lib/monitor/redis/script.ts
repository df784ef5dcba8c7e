import {
  BYTES_PER_FIELD,
  EMPTY_HASH_BYTES,
  MOST_BYTES_AT_ONCE,
  MOST_BYTES_PER_FIELD,
  MOST_DIGITS,
  MOST_FENCE_BYTES,
  MOST_FIELDS_AT_ONCE,
  MOST_MEMBER_BYTES,
  MOST_MEMBERS,
  MOST_PROCESSES,
} from './bounds.js';

/** A process that has not reported for so long is gone. */
const GONE_AFTER_SECONDS = 30;
/** A process that reports at a time further away from that of Redis is removed. */
const REMOVED_AFTER_SECONDS = 60;
const EXPIRES_AFTER_SECONDS = 3600;

/**
 * What is under the fence: the number of the last batch, whose fence it is, and which increments could not be added.
 * Anything else there is somebody else's, and so is what is longer or no string at all.
 *
 * `SET` frees what it replaces before Redis goes on, which takes long for a large set: what is no string is unlinked
 * before. It is lost, and as that is the first write of the script, a Redis that is out of memory takes this batch.
 */
const FENCE = `
local function fenceAt(key)
  local size = redis.pcall('STRLEN', key)
  if size == 0 then return 0, '', false end
  if type(size) == 'number' and size <= ${MOST_FENCE_BYTES} then
    local last, by, failed = string.match(redis.call('GET', key), '^(%d+) (%w+) ([%d,]*)$')
    if by == nonce and #last <= ${MOST_DIGITS} then return tonumber(last), failed, false end
  end
  if type(size) ~= 'number' then redis.pcall('UNLINK', key) end
  return 0, '', true
end
`;

/** Adds all increments, each by itself. Gives the indices of those that could not be, and why the last of them could not. */
const ADD = `
local function add(at, written)
  local failed, refusal, index = {}, '', 0
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
  return table.concat(failed, ','), refusal
end
`;

/**
 * What cannot be ours is removed as a whole, which takes Redis no time: whoever is there reports again within ten
 * seconds. From then on there is no more to go through than it can have.
 */
const PROCESSES = `
local function tidy(key, now)
  local count = redis.pcall('ZCARD', key)
  local excess
  if type(count) ~= 'number' then
    if not string.find(count.err, 'WRONGTYPE', 1, true) then return '' end
    excess = 'no sorted set'
  elseif count > ${MOST_MEMBERS} then
    excess = count .. ' members'
  else
    local size = redis.pcall('MEMORY', 'USAGE', key, 'SAMPLES', '0')
    excess = type(size) == 'number' and size > ${MOST_MEMBERS * MOST_MEMBER_BYTES} and size .. ' bytes'
  end
  if excess then
    -- A Redis that may only be read keeps it.
    return type(redis.pcall('UNLINK', key)) == 'number' and excess or ''
  end
  redis.pcall('ZREMRANGEBYSCORE', key, '-inf', now - ${REMOVED_AFTER_SECONDS})
  return ''
end
local function processesAt(key, now)
  local from = now - ${GONE_AFTER_SECONDS}
  local count = redis.pcall('ZCOUNT', key, from, now)
  if type(count) ~= 'number' then return { {}, 0, 0, 0 } end
  local members = redis.call('ZREVRANGEBYSCORE', key, now, from, 'WITHSCORES', 'LIMIT', 0, ${MOST_PROCESSES})
  local ahead = redis.call('ZCOUNT', key, '(' .. now, '+inf')
  local found, long = {}, 0
  for i = 1, #members, 2 do
    if #members[i] <= ${MOST_MEMBER_BYTES} then
      found[#found + 1] = members[i]
      found[#found + 1] = members[i + 1]
    else
      long = long + 1
    end
  end
  redis.pcall('ZREMRANGEBYSCORE', key, now + ${REMOVED_AFTER_SECONDS}, '+inf')
  return { found, count, ahead, long }
end
`;

/**
 * Fields and values in turn: all, or those that are asked for by name when there are more fields or bytes than there may
 * be, or a text that says how many when none is asked for. `*w` asks for all buckets of an hour, with a `w` behind. With
 * it how many bytes of memory were read, as far as Redis tells.
 */
const HASHES = `
local function take(hash, key, field)
  local size = redis.pcall('HSTRLEN', key, field)
  if type(size) == 'number' and size > 0 and size <= ${MOST_DIGITS} then
    hash[#hash + 1] = field
    hash[#hash + 1] = redis.call('HGET', key, field)
  end
end
local function fieldsAt(key, at, count)
  local hash = {}
  for i = at, at + count - 1 do
    local suffix = string.match(ARGV[i], '^%*(.*)$')
    if suffix then
      for slot = 0, 359 do take(hash, key, string.format('%02d:%d%s', math.floor(slot / 6), slot % 6, suffix)) end
    else
      take(hash, key, ARGV[i])
    end
  end
  return hash
end
local function hashAt(key, most, at, named)
  local count = redis.pcall('HLEN', key)
  if type(count) ~= 'number' or count == 0 then return {}, 0 end
  local excess, size = count > most and count .. ' fields', 0
  if not excess then
    size = redis.pcall('MEMORY', 'USAGE', key, 'SAMPLES', '0')
    if type(size) ~= 'number' then size = 0 end
    local allowed = math.min(most * ${BYTES_PER_FIELD}, ${EMPTY_HASH_BYTES} + count * ${MOST_BYTES_PER_FIELD})
    excess = size > allowed and size .. ' bytes in ' .. count .. ' fields'
  end
  if not excess then return redis.call('HGETALL', key), size end
  return named > 0 and fieldsAt(key, at, named) or excess, 0
end
`;

/**
 * Adds, counts who reports, reads: one script, because it runs as a whole or not at all and answers in one round trip.
 * Nothing of it takes longer the more others have written.
 *
 * KEYS: the fence, the processes, those to add to, those to read. ARGV: the database, or nothing; the number of the
 * batch; its nonce; whether it may have been added before; how long the fence is kept; who reports; whether it leaves;
 * how many keys to add to; for each of them when it expires, how many increments, and these; for each of those to read
 * how many fields it may have, how many are asked for by name, and these.
 *
 * A batch that comes again, because its answer was lost, is not added twice but answered once more. The fence is the
 * first to be written, because a Redis that is out of memory refuses a script's first write only. Where somebody has
 * overwritten it, nobody knows of a batch that comes again whether it was added: it is not.
 */
export const SCRIPT = `
if ARGV[1] ~= '' then
  local selected = redis.pcall('SELECT', ARGV[1])
  if selected.err then return selected end
end
local sequence, nonce, isAgain, written = tonumber(ARGV[2]), ARGV[3], ARGV[4] == '1', tonumber(ARGV[8])
${FENCE}${ADD}${PROCESSES}${HASHES}
local time = redis.call('TIME')
local now = tonumber(time[1])
local delivered, failed, refusal, spoilt = 0, '', '', ''
if sequence > 0 then
  local isForeign
  delivered, failed, isForeign = fenceAt(KEYS[1])
  if delivered < sequence then
    local set = redis.pcall('SET', KEYS[1], ARGV[2] .. ' ' .. nonce .. ' ', 'EX', ARGV[5])
    if set.err then
      refusal = set.err
    else
      delivered, failed = sequence, ''
      if isForeign then spoilt = isAgain and 'lost' or 'replaced' end
      if spoilt ~= 'lost' then failed, refusal = add(9, written) end
      if failed ~= '' then redis.call('SET', KEYS[1], ARGV[2] .. ' ' .. nonce .. ' ' .. failed, 'EX', ARGV[5]) end
    end
  end
end
local removed = tidy(KEYS[2], now)
if ARGV[7] == '1' then
  redis.pcall('ZREM', KEYS[2], ARGV[6])
else
  redis.pcall('ZADD', KEYS[2], now, ARGV[6])
end
redis.pcall('EXPIRE', KEYS[2], ${EXPIRES_AFTER_SECONDS})
local at = 9
for _ = 1, written do at = at + 2 + 2 * tonumber(ARGV[at + 1]) end
local hashes, read, bytes = {}, 0, 0
for key = 3 + written, #KEYS do
  local most, named, hash, size = tonumber(ARGV[at]), tonumber(ARGV[at + 1]), 0, 0
  if read < ${MOST_FIELDS_AT_ONCE} and bytes < ${MOST_BYTES_AT_ONCE} then
    hash, size = hashAt(KEYS[key], most, at + 2, named)
  end
  if type(hash) == 'table' then read, bytes = read + #hash / 2, bytes + size end
  hashes[#hashes + 1] = hash
  at = at + 2 + named
end
local processes = #hashes > 0 and processesAt(KEYS[2], now) or {}
return { string.format('%.0f', delivered), failed, refusal, spoilt, time, removed, processes, hashes }
`;
