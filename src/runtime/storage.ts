import process from "node:process";
import type { GreenroomOptions } from "../greenroom.ts";
import { redisStorage } from "./redis-storage.ts";
import { isRedisUrl, type Storing } from "./settings/storing.ts";
import type { StoreEvent } from "./sqlite.ts";

/** Where a server keeps things; its log's end is the end of all. */
export type Storage = Pick<GreenroomOptions, "log" | "records" | "bus" | "durability" | "reach" | "limits">;

/**
 * Where a server keeps things, as its settings have it.
 *
 * @throws {Error} with one line that names GREENROOM_DATA, where the folder cannot be used, or GREENROOM_LOG, where Redis
 * cannot be.
 */
export async function storageFor(config: Storing): Promise<Storage> {
  if (config.redisCa !== undefined && !config.log.startsWith("rediss:")) {
    throw new Error("Cannot use GREENROOM_REDIS_CA: GREENROOM_LOG does not begin with rediss://");
  }
  if (config.log === "memory") return {};
  if (isRedisUrl(config.log)) return redisStorage(config, config.log);
  const limits = {
    durableRoomEntries: config.roomEntries,
    durableRoomMs: config.roomDays * 86_400_000,
    durableRoomBytes: config.roomMiB * 1024 ** 2,
    durableTotalBytes: config.totalMiB * 1024 ** 2,
    totalFileBytes: config.filesMiB * 1024 ** 2,
  };
  const { sqliteLog } = await withoutWarning(() => import("./sqlite.ts"));
  const { log, records, durability } = await sqliteLog({
    folder: config.data,
    durability: config.durability,
    roomEntries: limits.durableRoomEntries,
    roomMs: limits.durableRoomMs,
    roomBytes: limits.durableRoomBytes,
    totalBytes: limits.durableTotalBytes,
    observe: reportStore,
  }).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(why.replace("the folder", "GREENROOM_DATA"), { cause: error });
  });
  return { log, records, durability, limits };
}

/** Node 22 says on stderr that its SQLite is an experiment: an operator can do nothing about that. */
async function withoutWarning<T>(load: () => Promise<T>): Promise<T> {
  const { emitWarning } = process;
  const passedOn = (...said: Parameters<typeof emitWarning>): void => {
    if (!String(said[0]).startsWith("SQLite is an experimental feature")) emitWarning.apply(process, said);
  };
  process.emitWarning = passedOn as typeof emitWarning;
  try {
    return await load();
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Writes what the operator should hear of the store as one line each. */
function reportStore(event: StoreEvent): void {
  process.stderr.write(`greenroom: ${textOf(event)}\n`);
}

function textOf(event: StoreEvent): string {
  switch (event.type) {
    case "damaged": {
      const { damage } = event;
      if (damage.type === "entry") return `entry ${damage.seq} of ${damage.room} is damaged, and is shown to nobody`;
      if (damage.type === "room") return `the row of ${damage.room} is damaged: it goes on under a new epoch`;
      if (damage.type === "record") return "a record is damaged, and is taken for none";
      return `the database is damaged: ${damage.message}`;
    }
    case "renewed":
      return `all rooms go on under new epochs: ${event.reason}`;
    case "died":
      return `the ${event.thread} of the store has died and is started again: ${event.reason}`;
    case "unavailable":
      return `nothing can be written: ${event.reason}`;
    case "available":
      return "it can be written again";
    default:
      return event satisfies never;
  }
}
