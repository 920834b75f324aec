import { closeSync, existsSync, fsyncSync, openSync, rmSync } from "node:fs";
import { DATABASE, openToRead, wordsOf } from "./database.ts";

/**
 * Writes a consistent copy of a folder's database into a new file, while a server uses it or not: it only reads, and the
 * server goes on writing meanwhile.
 *
 * @throws {Error} with one line, where there is nothing to be copied or the file cannot be written.
 */
export function backup(folder: string, path: string): void {
  if (!existsSync(`${folder}/${DATABASE}`))
    throw new Error(`Cannot copy the folder ${folder}: there is no database in it`);
  let file: number;
  try {
    file = openSync(path, "wx", 0o600);
  } catch (error) {
    const why = existsSync(path) ? "it is there already" : wordsOf(error);
    throw new Error(`Cannot write ${path}: ${why}`, { cause: error });
  }
  try {
    const db = openToRead(folder);
    try {
      db.prepare("VACUUM INTO ?").run(path);
    } finally {
      db.close();
    }
    fsyncSync(file);
  } catch (error) {
    rmSync(path, { force: true });
    throw new Error(`Cannot write ${path}: ${wordsOf(error)}`, { cause: error });
  } finally {
    closeSync(file);
  }
}
