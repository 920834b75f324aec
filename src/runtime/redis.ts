import type { Bus, Records, RoomLog } from "../actors/room/mod.ts";
import { defaultLimits } from "../actors/wire/mod.ts";
import { type Configuration, openRedis, type RedisEvent } from "../logs/redis/store.ts";
import type { Reach } from "../routes/health.ts";
import { realPorts } from "./ports.ts";

/** Which Redis is shared, and how much of a room it keeps; past a limit of a room, its oldest entries go. */
export interface RedisLogOptions {
  /** `redis://` or `rediss://`, with user and password where there are any. */
  readonly url: string;
  /** For `rediss://`: the certificates that the server's must go back to, as PEM; those the system trusts when left out. */
  readonly ca?: string | undefined;
  /** What all keys and channels begin with: nodes that share it are one cluster. */
  readonly prefix?: string;
  readonly roomEntries?: number;
  readonly roomMs?: number;
  readonly roomBytes?: number;
  /** Hears what Redis is, when it is out of reach, and when all rooms go on under new epochs. */
  readonly observe?: (event: RedisEvent) => void;
}

/** A log, records and a bus that many nodes share, as `greenroom()` takes them. */
export interface RedisLog {
  readonly log: RoomLog;
  readonly records: Records;
  readonly bus: Bus;
  /** What an acknowledgement is worth, by what Redis is set to. */
  readonly durability: "memory" | "process" | "power";
  /** Whether Redis is reached, and since when that is so. */
  readonly reach: () => Reach;
  /** Ends all three; closing the log does the same. */
  close(): Promise<void>;
}

/**
 * Reaches a Redis, from version 7 on, or a Valkey.
 *
 * @throws {Error} with one line, where it is not reached or cannot be used.
 */
export async function redisLog(options: RedisLogOptions): Promise<RedisLog> {
  const { url, ca, prefix = "greenroom:", observe = () => undefined } = options;
  const {
    roomEntries = defaultLimits.durableRoomEntries,
    roomMs = defaultLimits.durableRoomMs,
    roomBytes = defaultLimits.durableRoomBytes,
  } = options;
  const { clock, random } = realPorts();
  const limits = { roomEntries, roomMs, roomBytes };
  let reach: Reach = { reached: true, since: clock.date() };
  function heard(event: RedisEvent): void {
    const { type } = event;
    if (type === "available" || type === "unavailable") reach = { reached: type === "available", since: clock.date() };
    observe(event);
  }
  const { configuration, ...store } = await openRedis({ url, ca, prefix, clock, random, limits, observe: heard });
  return { ...store, durability: configuration.durability, reach: () => reach };
}

export type { Configuration, RedisEvent };
