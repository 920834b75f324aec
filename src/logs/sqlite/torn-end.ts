import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readSync, statSync } from "node:fs";
import { DATABASE } from "./database.ts";
import { APPLICATION } from "./schema.ts";

/** SQLite's header, with the size of a page, the number of pages and whose file it is (https://sqlite.org/fileformat.html). */
const HEADER_BYTES = 100;

/**
 * Fills a database up with zeros that was cut off: SQLite opens none that is shorter than its header says, whereas pages
 * that are damaged cost no more than what stood in them. Before anything in this process has it open.
 *
 * @returns how many bytes were missing.
 */
export function fillTornEnd(folder: string): number {
  const [path, log] = [`${folder}/${DATABASE}`, `${folder}/${DATABASE}-wal`];
  if (!existsSync(path)) return 0;
  // What a crash in the middle of a checkpoint has left short, SQLite completes from its write-ahead log.
  if (existsSync(log) && statSync(log).size > 0) return 0;
  const file = openSync(path, "r+");
  try {
    const header = new DataView(new ArrayBuffer(HEADER_BYTES));
    if (readSync(file, header, 0, HEADER_BYTES, 0) < HEADER_BYTES) return 0;
    if (header.getUint32(68) !== APPLICATION) return 0;
    const size = header.getUint16(16);
    const whole = (size === 1 ? 65_536 : size) * header.getUint32(28);
    const missing = whole - fstatSync(file).size;
    if (missing > 0) ftruncateSync(file, whole);
    return Math.max(0, missing);
  } finally {
    closeSync(file);
  }
}
