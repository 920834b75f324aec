import { chmodSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** The database's name in the data folder. */
export const DATABASE = "greenroom.sqlite";

/** How long a statement waits for another connection's lock, such as a backup's, in ms. */
const BUSY_MS = 5_000;

/** Opens the connection that writes. */
export function openToWrite(folder: string, durability: "process" | "power"): DatabaseSync {
  const db = new DatabaseSync(`${folder}/${DATABASE}`);
  try {
    chmodSync(`${folder}/${DATABASE}`, 0o600); // the files beside it are made likewise
    // A page cache of 32 MiB, and a log file that gives back what it once took.
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA journal_mode = WAL; PRAGMA cache_size = -32768;
      PRAGMA synchronous = ${durability === "power" ? "FULL" : "NORMAL"}; PRAGMA journal_size_limit = 67108864;
      PRAGMA secure_delete = FAST; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF`);
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

/** Opens a connection that only reads; in WAL mode it waits for no commit. */
export function openToRead(folder: string): DatabaseSync {
  const db = new DatabaseSync(`${folder}/${DATABASE}`, { readOnly: true });
  db.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA cache_size = -32768; PRAGMA trusted_schema = OFF`);
  return db;
}

/** What SQLite says went wrong: its primary result code (https://sqlite.org/rescode.html); 0 where it was not SQLite. */
export function codeOf(error: unknown): number {
  const { errcode } = error as { readonly errcode?: unknown };
  return typeof errcode === "number" ? errcode & 0xff : 0;
}

/** The codes that are told apart. */
export const CORRUPT: ReadonlySet<number> = new Set([11, 26]);

/** What a single row may be at fault for: too big, against a constraint, or of the wrong kind. */
export const ROW_FAULTS: ReadonlySet<number> = new Set([18, 19, 20, 25]);

/** An error's words, on one line. */
export function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ");
}
