import { opening, Script } from "./script.ts";

/** What became of a draft, as the script says it. */
export const verdicts = ["appended", "duplicate", "fenced", "outdated", "missing"] as const;

/** How many values a draft is to the script. */
export const DRAFT_VALUES = 11;

/** How many entries one script lets go of at most, beside as many as it appends: so that none takes long. */
const TRIMMED = 256;

/** How long the name of a room's epoch is kept in which nothing stands, since it was last asked for, in ms. */
const BLANK_MS = 86_400_000;

/**
 * What the scripts about a room have in common. `head` is a hash: `room` is what its epoch is called by within the era,
 * `seq` its newest place. `log` is a list, its newest entry last: so `oldest` follows from its length, a place is found
 * by its index, and what is redacted is overwritten where it stands. A room without entries ends by itself after a while.
 */
const room = `
local head, log = KEYS[2], KEYS[3]
local name, seq, bytes, policy = unpack(redis.call('HMGET', head, 'room', 'seq', 'bytes', 'policy'))
seq, bytes, policy = tonumber(seq or 0), tonumber(bytes or 0), tonumber(policy or 0)
if not name then
  name = redis.call('HINCRBY', store, 'rooms', 1)
  redis.call('HSET', head, 'room', name)
  redis.call('DEL', log)
end
local length = redis.call('LLEN', log)
if length == 0 then redis.call('PEXPIRE', head, ${BLANK_MS}) end
`;

const trimming = `
local marks, files, ages = KEYS[4], KEYS[5], KEYS[6]
local released = {}
local budget = ${TRIMMED}
local function parts(text)
  return string.match(text, '^(.-)\\n(.-)\\n(.-)\\n(.-)\\n(.-)\\n')
end
local function weight(text)
  return #text + 64
end
local function release(file)
  if file == '' or redis.call('HINCRBY', files, file, -1) > 0 then return end
  redis.call('HDEL', files, file)
  released[#released + 1] = file
end
local function trim()
  local text = redis.call('LPOP', log)
  local _, _, file, mark = parts(text)
  if mark ~= '' then redis.call('HDEL', marks, mark) end
  bytes = bytes - weight(text)
  length = length - 1
  budget = budget - 1
  release(file)
end
local function oldestAt()
  local _, at = parts(redis.call('LINDEX', log, 0))
  return tonumber(at)
end
local function retain(entries, limit, ms, least)
  while budget > 0 and length > 1 and (length > entries or bytes > limit) do trim() end
  while budget > 0 and length > least and oldestAt() < now - ms do trim() end
end
`;

/**
 * Appends drafts of one room. Keys: store, head, log, marks, files, ages. Arguments from the fifth on: the channel, this
 * node, entries, bytes and ms that a room keeps, the room; then the values of each draft.
 */
export const append: Script = new Script(`${opening}
if redis.call('EXISTS', KEYS[2]) == 0 then redis.call('DEL', KEYS[4]) end
${room}${trimming}
local before, length0, changed = seq, length, false
local outcomes = {}
local function redact(target)
  local index = target - (seq - length + 1)
  if index < 0 or index >= length then return false end
  local text = redis.call('LINDEX', log, index)
  local kind, at, file, mark, sender = parts(text)
  if kind ~= 'm' then return false end
  local tombstone = table.concat({ 'x', at, '', mark, sender, '{}' }, '\\n')
  redis.call('LSET', log, index, tombstone)
  bytes = bytes - #text + #tombstone
  release(file)
  return true
end
local function hindrance(i)
  local mark, host, token, target = ARGV[i + 3], ARGV[i + 6], ARGV[i + 7], ARGV[i + 8]
  if ARGV[i + 9] ~= '' and (tonumber(ARGV[i + 9]) < policy or tonumber(ARGV[i + 10]) < house) then return 3, 0 end
  if token ~= '' then
    local newest = tonumber(redis.call('HGET', head, 'host ' .. host) or 0)
    if tonumber(token) < newest then return 2, 0 end
    if tonumber(token) > newest then
      redis.call('HSET', head, 'host ' .. host, token)
      changed = true
    end
  end
  if mark ~= '' then
    local earlier = redis.call('HGET', marks, mark)
    if earlier then return 1, tonumber(earlier) end
  end
  if target ~= '' and not redact(tonumber(target)) then return 4, 0 end
end
for i = 11, #ARGV, ${DRAFT_VALUES} do
  local what, place = hindrance(i)
  if not what then
    local text = table.concat(ARGV, '\\n', i, i + 5)
    local file, mark = ARGV[i + 2], ARGV[i + 3]
    redis.call('RPUSH', log, text)
    seq, length, bytes, budget = seq + 1, length + 1, bytes + weight(text), budget + 1
    if mark ~= '' then redis.call('HSET', marks, mark, seq) end
    if file ~= '' then redis.call('HINCRBY', files, file, 1) end
    retain(tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]), 1)
    what, place = 0, seq
  end
  outcomes[#outcomes + 1] = what
  outcomes[#outcomes + 1] = place
  outcomes[#outcomes + 1] = seq - length + 1
end
if seq > before then
  redis.call('HSET', head, 'seq', seq, 'bytes', bytes)
  if length0 == 0 then
    redis.call('PERSIST', head)
    redis.call('ZADD', ages, oldestAt(), ARGV[10])
  end
  redis.call('PUBLISH', ARGV[5], ARGV[6])
end
if seq > before or changed then commit() end
return { era, count, name, released, outcomes }
`);

/** Reads a room's entries. Keys: store, head, log. Arguments from the fifth on: `after` or `before`, a place, count, bytes. */
export const read: Script = new Script(`${opening}${room}
local oldest, place = seq - length + 1, tonumber(ARGV[6])
local left, room_left = tonumber(ARGV[7]), tonumber(ARGV[8])
local texts = {}
local function take(text)
  room_left = room_left - #text
  if left <= 0 or (#texts > 0 and room_left < 0) then return false end
  left = left - 1
  texts[#texts + 1] = text
  return true
end
local first = 0
if ARGV[5] == 'after' then
  first = math.max(place + 1, oldest)
  local at, more = first - oldest, true
  while more and left > 0 and at < length do
    for _, text in ipairs(redis.call('LRANGE', log, at, at + math.min(64, left) - 1)) do
      more = more and take(text)
    end
    at = at + 64
  end
else
  local last = math.min(place - 1, seq)
  local at, more = last - oldest, true
  while more and left > 0 and at >= 0 do
    local some = redis.call('LRANGE', log, math.max(0, at - math.min(64, left) + 1), at)
    for i = #some, 1, -1 do more = more and take(some[i]) end
    at = at - 64
  end
  first = last
end
return { era, count, name, seq, oldest, first, texts }
`);

/** Raises the oldest policy that drafts may come under. Keys: store, and for one room, its head and log. */
export const raise: Script = new Script(`${opening}
local version = tonumber(ARGV[5])
if #KEYS == 1 then
  if version > house then redis.call('HSET', store, 'house', version) end
else
  ${room}
  if version > policy then redis.call('HSET', head, 'policy', version) end
end
commit()
return { era, count }
`);

/** Lets go of what is too old. Keys as to append; arguments from the fifth on: entries, bytes and ms kept, the room. */
export const retain: Script = new Script(`${opening}${room}${trimming}
local length0 = length
retain(tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), 0)
if length < length0 then
  redis.call('HSET', head, 'seq', seq, 'bytes', bytes)
  commit()
end
if length > 0 then redis.call('ZADD', ages, oldestAt(), ARGV[8])
else
  redis.call('ZREM', ages, ARGV[8])
  redis.call('PEXPIRE', head, ${BLANK_MS})
end
return { era, count, released, length > 0 and budget <= 0 and 1 or 0 }
`);

/** Answers which of some files are named. Keys: store, files; arguments from the fifth on: the files. */
export const attached: Script = new Script(`${opening}
local named = {}
for i = 5, #ARGV do named[#named + 1] = redis.call('HEXISTS', KEYS[2], ARGV[i]) end
return { era, count, named }
`);

/** Answers rooms whose oldest entry may be too old. Keys: store, ages; the fifth argument: how many ms are kept. */
export const aged: Script = new Script(`${opening}
return { era, count, redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - tonumber(ARGV[5]), 'LIMIT', 0, 100) }
`);
