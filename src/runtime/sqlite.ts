import type { Records, RoomLog } from "../actors/room/mod.ts";
import { defaultLimits } from "../actors/wire/mod.ts";
import { openStore, type StoreEvent } from "../logs/sqlite/store.ts";
import { realPorts } from "./ports.ts";

/** Where a durable log is, and how much it keeps; past a limit of a room, its oldest entries go. */
export interface SqliteLogOptions {
  /** Made, for its owner alone, where there is none. One process at a time may use it. */
  readonly folder: string;
  /** What an acknowledgement survives: a power cut as well, or a killed process only, which takes the disk less time. */
  readonly durability?: "power" | "process";
  readonly roomEntries?: number;
  readonly roomMs?: number;
  readonly roomBytes?: number;
  /** Bytes of everything; past it, nothing is taken until something has gone. */
  readonly totalBytes?: number;
  /** Hears of damage, and of times when nothing can be written. */
  readonly observe?: (event: StoreEvent) => void;
}

/** A durable log, and records beside it, as `greenroom()` takes them. */
export interface SqliteLog {
  readonly log: RoomLog;
  readonly records: Records;
  readonly durability: "power" | "process";
  /** Ends both, once everything is written; closing the log does the same. */
  close(): Promise<void>;
}

/**
 * Opens a durable log on SQLite (`node:sqlite`, on all three runtimes).
 *
 * @throws {Error} with one line, where the folder cannot be used.
 */
export async function sqliteLog(options: SqliteLogOptions): Promise<SqliteLog> {
  const { folder, durability = "power", observe = () => undefined } = options;
  const {
    roomEntries = defaultLimits.durableRoomEntries,
    roomMs = defaultLimits.durableRoomMs,
    roomBytes = defaultLimits.durableRoomBytes,
    totalBytes = defaultLimits.durableTotalBytes,
  } = options;
  const limits = { roomEntries, roomMs, roomBytes, totalBytes };
  const { log, records, close } = await openStore({ folder, durability, limits, clock: realPorts().clock, observe });
  return { log, records, durability, close };
}

export type { StoreEvent };
