import { accessSync, constants, mkdirSync } from "node:fs";
import type { Clock } from "../../actors/kernel/mod.ts";
import type { RoomLog } from "../../actors/room/log.ts";
import type { Records } from "../../actors/room/records.ts";
import { codeOf, wordsOf } from "./database.ts";
import type { Damage, Faults, Found, Read, StoreLimits, Write, Written } from "./exchange.ts";
import { type FolderLock, lockFolder } from "./lock.ts";
import { tryToWrite } from "./mark.ts";
import { SqliteRecords } from "./records.ts";
import { SqliteRoomLog } from "./room-log.ts";
import { Thread } from "./thread.ts";

/** What an operator should hear of a store. */
export type StoreEvent =
  /** Something is not as it was written: it is served to nobody. */
  | { readonly type: "damaged"; readonly damage: Damage }
  /** All rooms go on under new epochs, since acknowledged entries may be missing. */
  | { readonly type: "renewed"; readonly reason: string }
  /** A thread has died; it is started again. */
  | { readonly type: "died"; readonly thread: "writer" | "reader"; readonly reason: string }
  /** Nothing can be written, and why; or it can be again. */
  | { readonly type: "unavailable"; readonly reason: string }
  | { readonly type: "available" };

/** What a store is opened with. */
export interface StoreOptions {
  readonly folder: string;
  readonly durability: "process" | "power";
  readonly limits: StoreLimits;
  readonly clock: Clock;
  readonly observe: (event: StoreEvent) => void;
  /** What lies between two steps of the search for damage in ms. */
  readonly scrubMs?: number;
  /** What is kept for the moment when the disk is full. */
  readonly reserveBytes?: number;
  readonly faults?: Faults;
}

/** A store that is open: the log and the records on it, which share its commits. */
export interface Store {
  readonly log: RoomLog;
  readonly records: Records;
  readonly writer: Thread<Write, Written>;
  readonly reader: Thread<Read, Found>;
  close(): Promise<void>;
}

const SCRUB_MS = 100;
/** More than the write-ahead log ever holds, but for a reader that stays long. */
const RESERVE_BYTES = 8 * 1024 ** 2;
/** How many damaged things are remembered, so that each is named once. */
const NAMED = 10_000;

/**
 * Opens the store in a folder, which is made where there is none.
 *
 * @throws {Error} with one line, where the folder cannot be used: another server has it, it cannot be written, or a newer
 * version has made what is in it.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { folder, durability, limits, clock, observe, faults = {} } = options;
  const { scrubMs = SCRUB_MS, reserveBytes = RESERVE_BYTES } = options;
  const lock = take(folder);
  const releases = new Set<(files: readonly string[]) => void>();
  const named = new Set<string>();
  let era = "";
  let trouble: string | undefined;

  function did(now: string | undefined): void {
    const changed = (now === undefined) !== (trouble === undefined);
    trouble = now;
    if (!changed) return;
    observe(now === undefined ? { type: "available" } : { type: "unavailable", reason: now });
  }

  function damaged(damage: Damage): void {
    const name = JSON.stringify(damage);
    if (named.has(name)) return;
    if (named.size >= NAMED) named.clear();
    named.add(name);
    observe({ type: "damaged", damage });
  }

  /** Starts a thread, and resolves once it is open for the first time. */
  function start<R, A>(thread: "writer" | "reader"): Promise<{ readonly it: Thread<R, A>; readonly more: boolean }> {
    return new Promise((resolve, reject) => {
      let open = false;
      const data = { folder, durability, limits, reserveBytes, scrubMs, faults, first: true };
      const it: Thread<R, A> = new Thread(thread, data, {
        noticed(notice) {
          if (notice.type === "damaged") return damaged(notice.damage);
          if (notice.type === "cannotOpen") {
            if (open) return did(notice.message);
            it.close().then(() => reject(new Error(notice.message)), reject);
            return;
          }
          open = true;
          if (thread === "writer") era = notice.era;
          if (notice.renewed !== undefined) observe({ type: "renewed", reason: notice.renewed });
          resolve({ it, more: notice.more });
        },
        released(files) {
          for (const onReleased of releases) onReleased(files);
        },
        died(reason) {
          if (open) return observe({ type: "died", thread, reason });
          it.close().then(() => reject(new Error(reason)), reject);
        },
      });
    });
  }

  try {
    const { it: writer, more: ending } = await start<Write, Written>("writer");
    const { it: reader } = await start<Read, Found>("reader");
    const threads = {
      writer,
      reader,
      did,
      get era() {
        return era;
      },
    };
    let closing: Promise<void> | undefined;
    const records = new SqliteRecords(threads, clock, { ending });
    const close = (): Promise<void> => {
      closing ??= records
        .close()
        .then(() => reader.close())
        .then(() => writer.close())
        .then(() => lock.release());
      return closing;
    };
    return { log: new SqliteRoomLog(threads, { releases, close }), records, writer, reader, close };
  } catch (error) {
    lock.release();
    throw new Error(`Cannot use the folder ${folder}: ${wordsOf(error)}`, { cause: error });
  }
}

function take(folder: string): FolderLock {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
    tryToWrite(folder);
  } catch (error) {
    throw new Error(`Cannot use the folder ${folder}: it cannot be written`, { cause: error });
  }
  try {
    return lockFolder(folder);
  } catch (error) {
    const why = codeOf(error) === 5 ? "another server uses it" : wordsOf(error);
    throw new Error(`Cannot use the folder ${folder}: ${why}`, { cause: error });
  }
}
