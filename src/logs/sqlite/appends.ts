import type { DatabaseSync, StatementSync } from "node:sqlite";
import { tombstoneOf } from "./body.ts";
import { checksum } from "./checksum.ts";
import {
  APPENDED,
  DUPLICATE,
  FENCED,
  MISSING,
  OUTDATED,
  type Packed,
  type Rare,
  type Row,
  UNAVAILABLE,
} from "./exchange.ts";
import type { LedgerRow } from "./ledger.ts";
import { countOf, rowAt } from "./packing.ts";
import type { OpenRoom, Rooms } from "./rooms.ts";
import { weightOf } from "./weight.ts";

interface EntryRow {
  readonly at: number;
  readonly body: string;
  readonly file: string | null;
  readonly sum: number;
}

/** What an append is made with. */
export interface AppendTools {
  readonly ledger: LedgerRow;
  readonly rooms: Rooms;
  readonly roomEntries: number;
  /** Hears of files that an entry names no longer. */
  readonly dropped: (file: string) => void;
  /** Has what is overwritten in this transaction overwritten on the disk as well. */
  readonly erase: () => void;
}

/** How drafts become entries, within the writer's transaction. */
export class Appends {
  readonly #tools: AppendTools;
  readonly #insert: StatementSync;
  readonly #byMark: StatementSync;
  readonly #drop: StatementSync;
  readonly #entry: StatementSync;
  readonly #overwrite: StatementSync;
  readonly #fence: StatementSync;
  readonly #setFence: StatementSync;

  constructor(db: DatabaseSync, tools: AppendTools) {
    this.#tools = tools;
    this.#insert = db.prepare(
      `INSERT INTO entries (room, seq, at, body, mark, file, sum) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (room, mark) WHERE mark IS NOT NULL DO NOTHING`,
    );
    this.#byMark = db.prepare("SELECT seq FROM entries WHERE room = ? AND mark = ?");
    this.#drop = db.prepare("DELETE FROM entries WHERE room = ? AND seq = ? RETURNING length(body) AS length, file");
    this.#entry = db.prepare("SELECT at, body, file, sum FROM entries WHERE room = ? AND seq = ?");
    this.#overwrite = db.prepare("UPDATE entries SET body = ?, file = NULL, sum = ? WHERE room = ? AND seq = ?");
    this.#fence = db.prepare("SELECT token FROM fences WHERE room = ? AND host = ?");
    this.#setFence = db.prepare(
      "INSERT INTO fences VALUES (?, ?, ?) ON CONFLICT (room, host) DO UPDATE SET token = excluded.token",
    );
  }

  /**
   * Appends what is packed, each row within `guard`, and answers four numbers for each: what became of it, `seq`, `oldest`,
   * and the room's incarnation. A store that is full takes redactions only.
   */
  appendAll(
    rows: Packed,
    { guard, full }: { readonly guard: (append: () => void) => boolean; readonly full: boolean },
  ): number[] {
    const numbers: number[] = [];
    for (let index = 0; index < countOf(rows); index += 1) {
      const row = rowAt(rows, index);
      const room = this.#tools.rooms.open(row.room, this.#tools.ledger.now.incarnation);
      const taken = (!full || row.rare?.redacts !== undefined) && guard(() => this.#append(room, row, numbers));
      if (!taken) numbers.push(UNAVAILABLE, 0, 0, 0);
    }
    return numbers;
  }

  #append(room: OpenRoom, row: Row, numbers: number[]): void {
    const { rooms, roomEntries } = this.#tools;
    const say = (what: number, seq: number): void => void numbers.push(what, seq, room.oldest, room.incarnation);
    if (row.rare !== undefined) {
      const { hindrance, seq } = this.#hindrance(room, row.rare, row.mark);
      if (hindrance !== undefined) return say(hindrance, seq);
    }
    const seq = room.seq + 1;
    if (!this.#write(room, seq, row)) {
      const earlier = (this.#byMark.get(room.id, row.mark) as { readonly seq: number }).seq;
      if (earlier >= room.oldest) return say(DUPLICATE, earlier);
      this.#forget(room, earlier);
      this.#write(room, seq, row);
    }
    rooms.change(room);
    room.seq = seq;
    room.bytes += weightOf(row.body.length);
    if (seq - room.oldest >= roomEntries) {
      room.oldest = seq - roomEntries + 1;
      room.oldestAt = undefined;
      room.full = true;
    }
    say(APPENDED, seq);
  }

  #write(room: OpenRoom, seq: number, { at, body, mark, rare }: Row): boolean {
    const sum = checksum(body, room.id, seq, at);
    return Number(this.#insert.run(room.id, seq, at, body, mark, rare?.file ?? null, sum).changes) > 0;
  }

  /** What keeps an unusual draft out of the log; where nothing does, what it redacts is gone. */
  #hindrance(
    room: OpenRoom,
    { host, token, redacts, roomPolicy, housePolicy }: Rare,
    mark: string | null,
  ): { readonly hindrance?: number; readonly seq: number } {
    const { ledger, rooms } = this.#tools;
    if (roomPolicy !== undefined && (roomPolicy < room.policy || housePolicy < ledger.now.house)) {
      return { hindrance: OUTDATED, seq: 0 };
    }
    if (host !== undefined) {
      const newest = (this.#fence.get(room.id, host) as { readonly token: number } | undefined)?.token ?? 0;
      if (token < newest) return { hindrance: FENCED, seq: 0 };
      if (token > newest) this.#setFence.run(room.id, host, token);
      rooms.change(room);
    }
    if (redacts === undefined) return { seq: 0 };
    const earlier =
      mark === null ? undefined : (this.#byMark.get(room.id, mark) as { readonly seq: number } | undefined);
    if (earlier !== undefined && earlier.seq >= room.oldest) return { hindrance: DUPLICATE, seq: earlier.seq };
    return this.#redact(room, redacts) ? { seq: 0 } : { hindrance: MISSING, seq: 0 };
  }

  /** Leaves a tombstone of the message at a place; `false`: there is none. */
  #redact(room: OpenRoom, seq: number): boolean {
    if (seq < room.oldest || seq > room.seq) return false;
    const row = this.#entry.get(room.id, seq) as EntryRow | undefined;
    if (row === undefined || row.sum !== checksum(row.body, room.id, seq, row.at)) return false;
    const body = tombstoneOf(row.body);
    if (body === undefined) return false;
    this.#tools.erase();
    this.#overwrite.run(body, checksum(body, room.id, seq, row.at), room.id, seq);
    room.bytes += body.length - row.body.length;
    if (row.file !== null) this.#tools.dropped(row.file);
    return true;
  }

  /** A row that was trimmed already, but not deleted yet, stands in nobody's way. */
  #forget(room: OpenRoom, seq: number): void {
    const { length, file } = this.#drop.get(room.id, seq) as { readonly length: number; readonly file: string | null };
    room.bytes -= weightOf(length);
    if (file !== null) this.#tools.dropped(file);
  }
}
