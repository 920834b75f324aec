import { createHash } from "node:crypto";

/** A script that Redis runs as one step: what it writes is there at once, or not at all. */
export class Script {
  readonly text: string;
  /** By what it is called once Redis has it. */
  readonly sha: string;

  constructor(text: string) {
    this.text = text;
    this.sha = createHash("sha1").update(text).digest("hex");
  }
}

/**
 * How every script begins. `KEYS[1]` is the store's own hash; `ARGV[1]` the run of Redis that this node talks to, `ARGV[2]`
 * a name for an era that nobody has used, `ARGV[3]` and `ARGV[4]` the era and the count of commits that this node has
 * seen. Another run, or fewer commits than were seen, and Redis may have gone back: a new era begins, and with it new
 * epochs of all rooms.
 */
export const opening = `
local store = KEYS[1]
local clock = redis.call('TIME')
local micros = tonumber(clock[1]) * 1000000 + tonumber(clock[2])
local now = math.floor(micros / 1000)
local era, run, count, house = unpack(redis.call('HMGET', store, 'era', 'run', 'count', 'house'))
count, house = tonumber(count or 0), tonumber(house or 0)
if not era or run ~= ARGV[1] or (era == ARGV[3] and count < tonumber(ARGV[4])) then
  era = ARGV[2]
  redis.call('HSET', store, 'era', era, 'run', ARGV[1])
end
local function commit()
  count = redis.call('HINCRBY', store, 'count', 1)
end
`;
