import type { DatabaseSync, StatementSync } from "node:sqlite";
import { checksum } from "./checksum.ts";
import type { Change, Changed, Damage, KeptRecord } from "./exchange.ts";
import type { LedgerRow } from "./ledger.ts";
import { keyBytes, keyText } from "./record-key.ts";

/** A record as its table has it. */
export interface RecordRow {
  readonly key: Uint8Array;
  readonly value: string;
  readonly version: number;
  readonly expires_at: number | null;
  readonly sum: number;
}

type RecordWrite = Exclude<Change, { readonly type: "raise" }>;

/** How many records that have ended are taken away in one go. */
const ENDED = 256;

/** The checksum of a record: over its value, its key and everything else about it. */
export function recordSum(key: string, value: string, version: number, expiresAt: number | null): number {
  return checksum(`${key}\0${value}`, version, expiresAt ?? -1);
}

/** The record that a row says; `undefined`: the row is damaged. */
export function recordOf({
  key: bytes,
  value,
  version,
  expires_at: expiresAt,
  sum,
}: RecordRow): KeptRecord | undefined {
  const key = keyText(bytes);
  return sum === recordSum(key, value, version, expiresAt) ? { key, value, version, expiresAt } : undefined;
}

/** How records change, within the writer's transaction. */
export class RecordWrites {
  readonly #ledger: LedgerRow;
  readonly #damaged: (damage: Damage) => void;
  readonly #get: StatementSync;
  readonly #set: StatementSync;
  readonly #delete: StatementSync;
  readonly #ended: StatementSync;
  readonly #ending: StatementSync;

  constructor(db: DatabaseSync, ledger: LedgerRow, damaged: (damage: Damage) => void) {
    this.#ledger = ledger;
    this.#damaged = damaged;
    this.#get = db.prepare("SELECT * FROM records WHERE key = ?");
    this.#set = db.prepare(
      `INSERT INTO records VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value,
       version = excluded.version, expires_at = excluded.expires_at, sum = excluded.sum`,
    );
    this.#delete = db.prepare("DELETE FROM records WHERE key = ?");
    this.#ended = db.prepare("SELECT key FROM records WHERE expires_at <= ? ORDER BY expires_at LIMIT ?");
    this.#ending = db.prepare("SELECT 1 FROM records WHERE expires_at IS NOT NULL LIMIT 1");
  }

  /** Whether there are records that will end. */
  get ending(): boolean {
    return this.#ending.get() !== undefined;
  }

  /** Makes one change. */
  write(asked: RecordWrite): Changed {
    if (asked.type === "expire") return this.#expire(asked.now);
    const bytes = keyBytes(asked.key);
    const { current, expired } = this.#present(bytes, asked.key, asked.now);
    if (asked.type === "add") {
      const before = current === undefined ? undefined : (JSON.parse(current.value) as unknown);
      const sum = (typeof before === "number" ? before : 0) + asked.amount;
      const expiresAt = current === undefined ? asked.expiresAt : current.expiresAt;
      const record = { key: asked.key, value: JSON.stringify(sum), version: this.#next(), expiresAt };
      this.#put(bytes, record);
      return { type: "added", record, expired };
    }
    if (asked.expected !== undefined && asked.expected !== (current?.version ?? 0)) {
      return { type: "conflict", current, expired };
    }
    const version = this.#next();
    if (asked.type === "put") {
      this.#put(bytes, { key: asked.key, value: asked.value, version, expiresAt: asked.expiresAt });
    } else if (current !== undefined) this.#drop(bytes);
    return { type: "put", version, existed: current !== undefined, expired };
  }

  #expire(now: number): Changed {
    const rows = this.#ended.all(now, ENDED) as unknown as readonly { readonly key: Uint8Array }[];
    for (const { key } of rows) this.#drop(key);
    return { type: "expired", keys: rows.map(({ key }) => keyText(key)), more: this.ending };
  }

  /** The record as it stands; one that has ended, or is damaged, is taken away. */
  #present(
    bytes: Uint8Array,
    key: string,
    now: number,
  ): { readonly current: KeptRecord | undefined; readonly expired: boolean } {
    const row = this.#get.get(bytes) as RecordRow | undefined;
    if (row === undefined) return { current: undefined, expired: false };
    const current = recordOf(row);
    if (current === undefined) {
      this.#damaged({ type: "record", key });
      this.#drop(bytes);
      return { current: undefined, expired: false };
    }
    if (current.expiresAt === null || current.expiresAt > now) return { current, expired: false };
    this.#drop(bytes);
    return { current: undefined, expired: true };
  }

  #put(bytes: Uint8Array, { key, value, version, expiresAt }: KeptRecord): void {
    this.#set.run(bytes, value, version, expiresAt, recordSum(key, value, version, expiresAt));
    this.#ledger.change();
  }

  #drop(key: Uint8Array): void {
    this.#delete.run(key);
    this.#ledger.change();
  }

  #next(): number {
    const { now } = this.#ledger;
    now.version += 1;
    return now.version;
  }
}
