import process from "node:process";
import type { RedisEvent } from "./redis.ts";
import type { RedisUrl, Storing } from "./settings/storing.ts";
import type { Storage } from "./storage.ts";

/**
 * Where a server keeps things that shares a Redis with others.
 *
 * @throws {Error} with one line that names GREENROOM_LOG, where that Redis is not reached or cannot be used.
 */
export async function redisStorage(config: Storing, url: RedisUrl): Promise<Storage> {
  const limits = {
    durableRoomEntries: config.roomEntries,
    durableRoomMs: config.roomDays * 86_400_000,
    durableRoomBytes: config.roomMiB * 1024 ** 2,
    totalFileBytes: config.filesMiB * 1024 ** 2,
  };
  const { redisLog } = await import("./redis.ts");
  const { log, records, bus, durability, reach } = await redisLog({
    url,
    ca: config.redisCa,
    prefix: config.redisPrefix,
    roomEntries: limits.durableRoomEntries,
    roomMs: limits.durableRoomMs,
    roomBytes: limits.durableRoomBytes,
    observe: reportRedis,
  }).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(why.replace("Cannot use Redis", "Cannot use the Redis of GREENROOM_LOG"), { cause: error });
  });
  return { log, records, bus, durability, reach, limits };
}

/** Writes what the operator should hear of Redis as one line each. */
function reportRedis(event: RedisEvent): void {
  process.stderr.write(`greenroom: ${textOf(event)}\n`);
}

function textOf(event: RedisEvent): string {
  switch (event.type) {
    case "configured":
      return `keeps messages on ${event.configuration.summary}`;
    case "renewed":
      return "all rooms go on under new epochs: Redis has started again, or has gone back";
    case "unavailable":
      return `Redis is not reached, and nothing can be written: ${event.reason}`;
    case "available":
      return "Redis is reached";
    default:
      return event satisfies never;
  }
}
