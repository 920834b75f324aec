import type { RedisServer } from "./server.ts";

const older = `
local texts = redis.call('HGETALL', KEYS[1])
for i = 1, #texts, 2 do
  local version, at, value = string.match(texts[i + 1], '^(%d+) (%d*) (.*)$')
  if at ~= '' then
    at = string.format('%.0f', at - ARGV[1])
    redis.call('HSET', KEYS[1], texts[i], version .. ' ' .. at .. ' ' .. value)
    redis.call('ZADD', KEYS[2], at, texts[i])
  end
end`;

const due = `
local clock = redis.call('TIME')
return redis.call('ZCOUNT', KEYS[1], '-inf', clock[1] * 1000 + math.floor(clock[2] / 1000))`;

/**
 * Makes every record older by so many ms, as if they had gone by on the clock of Redis, which no test can set. Where it is
 * more than a second, nodes have by then taken away what has ended.
 */
export async function age(server: Pick<RedisServer, "say">, prefix: string, ms: number): Promise<void> {
  await server.say("EVAL", older, "2", `${prefix}records`, `${prefix}ends`, String(ms));
  while (ms > 1_000 && (await server.say("EVAL", due, "1", `${prefix}ends`)) !== 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
