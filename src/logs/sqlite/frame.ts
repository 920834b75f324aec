import type { DatabaseSync, StatementSync } from "node:sqlite";
import { codeOf, ROW_FAULTS } from "./database.ts";

/** A transaction's begin and end. As statements, since what fails in `exec` bears no result code on Deno. */
export class Frame {
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #rollback: StatementSync;
  readonly #save: StatementSync;
  readonly #release: StatementSync;
  readonly #rollbackOne: StatementSync;

  constructor(db: DatabaseSync) {
    this.#begin = db.prepare("BEGIN IMMEDIATE");
    this.#commit = db.prepare("COMMIT");
    this.#rollback = db.prepare("ROLLBACK");
    this.#save = db.prepare("SAVEPOINT one");
    this.#release = db.prepare("RELEASE one");
    this.#rollbackOne = db.prepare("ROLLBACK TO one");
  }

  begin(): void {
    this.#begin.run();
  }

  commit(): void {
    this.#commit.run();
  }

  takeBack(): void {
    try {
      this.#rollback.run();
    } catch {
      // SQLite has taken it back by itself.
    }
  }

  /** Tries one thing within the transaction so that nothing is left of it where it is at fault; `false`: that was so. */
  apart(run: () => void): boolean {
    this.#save.run();
    try {
      run();
      this.#release.run();
      return true;
    } catch (error) {
      if (!ROW_FAULTS.has(codeOf(error))) throw error;
      this.#rollbackOne.run();
      this.#release.run();
      return false;
    }
  }
}
