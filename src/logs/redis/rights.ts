import type { Line } from "./line.ts";
import { Script } from "./script.ts";
import { NotDone } from "./trouble.ts";

/**
 * Tries each command that scripts use. One that its user may not run would end a script half-way, with what it has
 * written until then left standing: so that is found out before. Key: of a list; the argument: a channel.
 */
const trial = new Script(`
local key, missing, seen = KEYS[1], {}, {}
local function try(command, ...)
  local answer = redis.pcall(command, ...)
  local refusal = type(answer) == 'table' and answer.err or ''
  local refused = string.find(refusal, "can't", 1, true) or string.find(refusal, 'ACL', 1, true) or string.find(refusal, 'NOPERM', 1, true)
  if refused and not seen[command] then
    seen[command] = true
    missing[#missing + 1] = command
  end
end
try('TIME')
try('EXISTS', key)
try('DEL', key)
try('RPUSH', key, 'a')
try('LLEN', key)
try('LINDEX', key, 0)
try('LRANGE', key, 0, 0)
try('LSET', key, 0, 'b')
try('PEXPIRE', key, 60000)
try('PERSIST', key)
try('LPOP', key)
redis.pcall('DEL', key)
try('HSET', key, 'a', 1)
try('HGET', key, 'a')
try('HMGET', key, 'a')
try('HEXISTS', key, 'a')
try('HINCRBY', key, 'a', 1)
try('HDEL', key, 'a')
redis.pcall('DEL', key)
try('ZADD', key, 1, 'a')
try('ZRANGEBYSCORE', key, '-inf', '+inf')
try('ZRANGEBYLEX', key, '-', '+')
try('ZREMRANGEBYSCORE', key, '-inf', 0)
try('ZREM', key, 'a')
redis.pcall('DEL', key)
try('PUBLISH', ARGV[1], '')
return missing
`);

/** The commands that are tried. */
export const tried: readonly string[] = [...trial.text.matchAll(/try\('([A-Z]+)'/g)].map(([, name]) => name as string);

/** Throws where the user of a line may not do all that scripts do; the message names what is missing. */
export async function insistOnRights(line: Line, { key, channel }: { key: string; channel: string }): Promise<void> {
  const missing = (await line.run(trial, [key], [channel])) as readonly string[];
  if (missing.length > 0) throw new NotDone(`its user may not do ${missing.join(", ")}`);
}
