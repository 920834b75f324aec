import { chmodSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** A folder that no other process may use meanwhile. */
export interface FolderLock {
  release(): void;
}

/**
 * Takes a folder for this process, by SQLite's lock on a file of its own: the system lets go of it however the process
 * ends, and every runtime heeds it.
 *
 * @throws {Error} where another process has it.
 */
export function lockFolder(folder: string): FolderLock {
  const db = new DatabaseSync(`${folder}/lock`);
  try {
    chmodSync(`${folder}/lock`, 0o600);
    db.prepare("BEGIN EXCLUSIVE").run();
  } catch (error) {
    db.close();
    throw error;
  }
  return { release: () => db.close() };
}
