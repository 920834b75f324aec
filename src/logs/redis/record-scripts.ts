import { opening, Script } from "./script.ts";

/** How long it is remembered that a record was deleted, for nodes that were cut off meanwhile, in ms. */
const REMEMBERED_MS = 3_600_000;

/** How many changes are told at once to a node that comes back. */
export const CHANGES = 500;

/**
 * What the scripts about records have in common. `KEYS[3]` has the keys in order, `KEYS[4]` by when they end, `KEYS[5]` by
 * the version they have now, and `KEYS[6]` those that were deleted, by the version of that. A version is the time in µs,
 * or the one behind the last where that is not over yet: so none is used twice, even where Redis has forgotten everything.
 */
const record = `
local records, order, ends, changed, gone = KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local channel = ARGV[5]
local function nextVersion()
  local version = math.max(tonumber(redis.call('HGET', store, 'version') or 0) + 1, micros)
  redis.call('HSET', store, 'version', version)
  return string.format('%.0f', version)
end
local function remove(key)
  local version = nextVersion()
  redis.call('HDEL', records, key)
  redis.call('ZREM', order, key)
  redis.call('ZREM', ends, key)
  redis.call('ZREM', changed, key)
  redis.call('ZADD', gone, version, key)
  redis.call('PUBLISH', channel, cjson.encode({ version, key }))
  return version
end
local function parse(text)
  return string.match(text, '^(%d+) (%d*) (.*)$')
end
local function ended(text)
  local _, at = parse(text)
  return at ~= '' and tonumber(at) <= now
end
local function current(key)
  local text = redis.call('HGET', records, key)
  if not text then return nil end
  if not ended(text) then return text end
  remove(key)
  return nil
end
local function set(key, value, at)
  local version = nextVersion()
  redis.call('HSET', records, key, version .. ' ' .. at .. ' ' .. value)
  redis.call('ZADD', order, 0, key)
  redis.call('ZADD', changed, version, key)
  redis.call('ZREM', gone, key)
  if at == '' then redis.call('ZREM', ends, key) else redis.call('ZADD', ends, at, key) end
  redis.call('PUBLISH', channel, cjson.encode({ version, key, at, value }))
  return version
end
local function endOf(ttl)
  return ttl == '' and '' or string.format('%.0f', now + tonumber(ttl))
end
local function hindered(text, expected)
  return expected ~= '' and tonumber(expected) ~= tonumber(text and parse(text) or 0)
end
`;

/** Arguments from the sixth on: key, value, the version that is expected, ttl in ms; empty where there is none. */
export const put: Script = new Script(`${opening}${record}
local text = current(ARGV[6])
if hindered(text, ARGV[8]) then return { era, count, 'conflict', text or '' } end
commit()
return { era, count, 'done', set(ARGV[6], ARGV[7], endOf(ARGV[9])) }
`);

/** Arguments from the sixth on: key, the version that is expected. */
export const remove: Script = new Script(`${opening}${record}
local text = current(ARGV[6])
if hindered(text, ARGV[7]) then return { era, count, 'conflict', text or '' } end
commit()
return { era, count, 'done', text and remove(ARGV[6]) or nextVersion() }
`);

/** Arguments from the sixth on: key, amount, ttl in ms. */
export const add: Script = new Script(`${opening}${record}
local text = current(ARGV[6])
local sum, at = 0, endOf(ARGV[8])
if text then
  local _, stands, value = parse(text)
  sum, at = tonumber(string.match(value, '^-?[%d.]+[eE]?[-+]?%d*$') or 0), stands
end
sum = string.format('%.17g', sum + tonumber(ARGV[7]))
commit()
return { era, count, sum, set(ARGV[6], sum, at) }
`);

/** The sixth argument: a key. */
export const get: Script = new Script(`${opening}${record}
local text = redis.call('HGET', records, ARGV[6])
return { era, count, text and not ended(text) and text or '' }
`);

/** Arguments from the sixth on: where to begin, as ZRANGEBYLEX has it; the prefix; how many. */
export const list: Script = new Script(`${opening}${record}
local from, limit = ARGV[6], tonumber(ARGV[8])
local to = ARGV[7] == '' and '+' or '(' .. ARGV[7] .. '\\255'
local found = {}
while #found < 2 * limit do
  local keys = redis.call('ZRANGEBYLEX', order, from, to, 'LIMIT', 0, limit)
  if #keys == 0 then break end
  for _, key in ipairs(keys) do
    local text = redis.call('HGET', records, key)
    if #found < 2 * limit and text and not ended(text) then
      found[#found + 1] = key
      found[#found + 1] = text
    end
  end
  from = '(' .. keys[#keys]
end
return { era, count, found }
`);

/** Takes away what has ended, and forgets what was deleted long ago. */
export const expire: Script = new Script(`${opening}${record}
local keys = redis.call('ZRANGEBYSCORE', ends, '-inf', now, 'LIMIT', 0, 100)
for _, key in ipairs(keys) do remove(key) end
if #keys > 0 then commit() end
redis.call('ZREMRANGEBYSCORE', gone, '-inf', micros - ${REMEMBERED_MS} * 1000)
return { era, count, #keys == 100 and 1 or 0, redis.call('HGET', store, 'version') or '0' }
`);

/** Answers what has changed since a version, the sixth argument, in no order; at most so many of each kind. */
export const changes: Script = new Script(`${opening}${record}
local since = '(' .. ARGV[6]
local stand = redis.call('ZRANGEBYSCORE', changed, since, '+inf', 'LIMIT', 0, ${CHANGES})
local found = {}
for _, key in ipairs(stand) do
  local version, at, value = parse(redis.call('HGET', records, key))
  found[#found + 1] = cjson.encode({ version, key, at, value })
end
local deleted = redis.call('ZRANGEBYSCORE', gone, since, '+inf', 'WITHSCORES', 'LIMIT', 0, ${CHANGES})
for i = 1, #deleted, 2 do found[#found + 1] = cjson.encode({ deleted[i + 1], deleted[i] }) end
return { era, count, found, #stand, #deleted / 2 }
`);
