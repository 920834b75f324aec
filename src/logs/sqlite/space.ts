import type { DatabaseSync, StatementSync } from "node:sqlite";
import { numberOf } from "./schema.ts";

/** How far changes of records, and what takes something away, may go past the cap. */
const RESERVE = 1.05;

/** How much may be written between two looks at the file's size, in bytes: a look takes 3 µs. */
const LOOK_BYTES = 65_536;

/** How much the whole store holds, and may hold. */
export class Space {
  readonly #used: StatementSync;
  readonly #pageBytes: number;
  readonly #totalBytes: number;
  readonly #lookBytes: number;
  #sinceLook = LOOK_BYTES;
  #full = false;

  constructor(db: DatabaseSync, totalBytes: number) {
    this.#used = db.prepare(
      "SELECT page_count - freelist_count AS pages FROM pragma_page_count, pragma_freelist_count",
    );
    this.#pageBytes = numberOf(db, "page_size");
    this.#totalBytes = totalBytes;
    this.#lookBytes = Math.min(LOOK_BYTES, totalBytes / 64);
    const pages = Math.ceil((totalBytes * RESERVE) / this.#pageBytes) + 64;
    db.exec(`PRAGMA max_page_count = ${Math.min(4_294_967_294, pages)}`);
  }

  /** Whether it holds as much as it may, now that so much is to come; pages that deleted rows have left are not counted. */
  fullFor(bytes: number): boolean {
    this.#sinceLook += bytes;
    if (!this.#full && this.#sinceLook < this.#lookBytes) return false;
    this.#sinceLook = 0;
    const { pages } = this.#used.get() as { readonly pages: number };
    this.#full = pages * this.#pageBytes >= this.#totalBytes;
    return this.#full;
  }
}
