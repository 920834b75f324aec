import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Damage, Found, KeptRecord } from "./exchange.ts";
import { behindPrefix, keyBytes, keyText } from "./record-key.ts";
import { type RecordRow, recordOf } from "./record-writes.ts";

/** How records are read: one that has ended, or is damaged, is as one that is not there. */
export class RecordReads {
  readonly #get: StatementSync;
  readonly #from: StatementSync;
  readonly #between: StatementSync;
  readonly #damaged: (damage: Damage) => void;

  constructor(db: DatabaseSync, damaged: (damage: Damage) => void) {
    const present = "(expires_at IS NULL OR expires_at > ?)";
    this.#get = db.prepare(`SELECT * FROM records WHERE key = ? AND ${present}`);
    this.#from = db.prepare(`SELECT * FROM records WHERE key >= ? AND ${present} ORDER BY key LIMIT ?`);
    this.#between = db.prepare(`SELECT * FROM records WHERE key >= ? AND key < ? AND ${present} ORDER BY key LIMIT ?`);
    this.#damaged = damaged;
  }

  get(key: string, now: number): Found {
    const row = this.#get.get(keyBytes(key), now) as RecordRow | undefined;
    return { type: "got", record: row && this.#sound(row) };
  }

  list(prefix: string, { after, limit, now }: { after: string | undefined; limit: number; now: number }): Found {
    const begin = keyBytes(prefix);
    const end = behindPrefix(begin);
    // The key right behind another is that one with the smallest unit added.
    const from = after === undefined || after < prefix ? begin : keyBytes(`${after}\0`);
    const rows = (end === undefined
      ? this.#from.all(from, now, limit + 1)
      : this.#between.all(from, end, now, limit + 1)) as unknown as readonly RecordRow[];
    const damaged: string[] = [];
    const records = rows.slice(0, limit).flatMap((row) => {
      const record = this.#sound(row);
      if (record === undefined) damaged.push(keyText(row.key));
      return record ?? [];
    });
    const next = rows.length > limit ? keyText((rows[limit - 1] as RecordRow).key) : undefined;
    return { type: "listed", records, next, damaged };
  }

  #sound(row: RecordRow): KeptRecord | undefined {
    const record = recordOf(row);
    if (record === undefined) this.#damaged({ type: "record", key: keyText(row.key) });
    return record;
  }
}
