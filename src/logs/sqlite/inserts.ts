import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { codeOf, ROW_FAULTS } from "./database.ts";

/**
 * How many rows go in by one statement, where that many are at hand: eight at once take 1.1 µs each, one at a time 1.5 (Node
 * 24, Bun 1.4) to 2.4 (Deno 2.9); sixteen no less.
 */
export const EIGHT = 8;

const COLUMNS = "(room, seq, at, body, mark, file, sum)";
const ROW = "(?, ?, ?, ?, ?, ?, ?)";

/** A row as its statement takes it. */
export type Values = readonly [
  room: number,
  seq: number,
  at: number,
  body: string,
  mark: string | null,
  file: string | null,
  sum: number,
];

/** How entries get into their table. */
export class Inserts {
  readonly #one: StatementSync;
  readonly #eight: StatementSync;
  readonly #stands: StatementSync;

  constructor(db: DatabaseSync) {
    this.#one = db.prepare(
      `INSERT INTO entries ${COLUMNS} VALUES ${ROW} ON CONFLICT (room, mark) WHERE mark IS NOT NULL DO NOTHING`,
    );
    // FAIL leaves the rows in that went before the one at fault, and so needs no journal of its own.
    this.#eight = db.prepare(
      `INSERT OR FAIL INTO entries ${COLUMNS} VALUES ${Array.from({ length: EIGHT }, () => ROW).join(", ")}`,
    );
    this.#stands = db.prepare("SELECT 1 FROM entries WHERE room = ? AND seq = ? AND sum = ?");
  }

  /** Inserts a row; `false`: its room has another one with its mark. */
  one(values: Values): boolean {
    return Number(this.#one.run(...values).changes) > 0;
  }

  /** Inserts eight rows, up to the first one that is at fault or has another's mark; answers how many went in. */
  eight(rows: readonly Values[]): number {
    const values: SQLInputValue[] = [];
    for (const [room, seq, at, body, mark, file, sum] of rows) values.push(room, seq, at, body, mark, file, sum);
    try {
      this.#eight.run(...values);
      return EIGHT;
    } catch (error) {
      if (!ROW_FAULTS.has(codeOf(error))) throw error;
      const missing = rows.findIndex(([room, seq, , , , , sum]) => this.#stands.get(room, seq, sum) === undefined);
      if (missing < 0) throw error;
      return missing;
    }
  }
}
