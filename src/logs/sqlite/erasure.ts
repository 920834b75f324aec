import type { DatabaseSync } from "node:sqlite";

/**
 * What was redacted is overwritten where it stood, and does not stay in the write-ahead log either. Ordinary trimming is
 * spared this: it would write every page that becomes free once more.
 */
export class Erasure {
  readonly #db: DatabaseSync;
  #erasing = false;
  #remains = false;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** Whether something overwritten may still stand in the write-ahead log. */
  get due(): boolean {
    return this.#remains;
  }

  /** What this transaction overwrites is to be overwritten on the disk. */
  begin(): void {
    if (this.#erasing) return;
    this.#erasing = true;
    this.#db.exec("PRAGMA secure_delete = ON");
  }

  /** A transaction has been committed. */
  committed(): void {
    if (!this.#erasing) return;
    this.#erasing = false;
    this.#remains = true;
    this.#db.exec("PRAGMA secure_delete = FAST");
  }

  /** Brings what the write-ahead log holds into the database and empties it, as soon as nobody reads from it. */
  scour(): void {
    if (this.#remains && this.empty()) this.#remains = false;
  }

  /** Empties the write-ahead log; `false`: it could not be done now. */
  empty(): boolean {
    try {
      return this.#db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get()?.["busy"] === 0;
    } catch {
      return false;
    }
  }
}
