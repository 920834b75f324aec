import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Reads that see the store as it was at one moment. */
export class Snapshot {
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #rollback: StatementSync;

  constructor(db: DatabaseSync) {
    this.#begin = db.prepare("BEGIN");
    this.#commit = db.prepare("COMMIT");
    this.#rollback = db.prepare("ROLLBACK");
  }

  within<T>(read: () => T): T {
    this.#begin.run();
    try {
      return read();
    } finally {
      this.#end();
    }
  }

  #end(): void {
    for (const statement of [this.#commit, this.#rollback]) {
      try {
        statement.run();
        return;
      } catch {
        // Having met damage, a transaction can only be taken back; nothing was written in it.
      }
    }
  }
}
