import type { DatabaseSync, StatementSync } from "node:sqlite";
import { markIn } from "./body.ts";
import { checksum } from "./checksum.ts";
import { wordsOf } from "./database.ts";
import type { Damage } from "./exchange.ts";
import { keyText } from "./record-key.ts";
import { type RecordRow, recordOf } from "./record-writes.ts";
import { placeOf, type RoomRow } from "./rooms.ts";
import { Snapshot } from "./snapshot.ts";

interface EntryRow {
  readonly seq: number;
  readonly at: number;
  readonly body: string;
  readonly mark: string | null;
  readonly sum: number;
}

/** How many rows are looked at in one step: about a millisecond. */
const STEP = 256;

/** Goes through the whole store, a few rows at a time, and names what is not as it was written. */
export class Scrub {
  readonly #snapshot: Snapshot;
  readonly #nextRoom: StatementSync;
  readonly #entries: StatementSync;
  readonly #records: StatementSync;
  readonly #damaged: (damage: Damage) => void;
  /** The room it is in, or comes to next. */
  #roomId = 0;
  /** The place it has come to there. */
  #seq = 0;
  /** The record it comes to next, once it is through with the rooms. */
  #key: Uint8Array | undefined;

  constructor(db: DatabaseSync, damaged: (damage: Damage) => void) {
    this.#snapshot = new Snapshot(db);
    this.#nextRoom = db.prepare("SELECT * FROM rooms WHERE id >= ? ORDER BY id LIMIT 1");
    this.#entries = db.prepare(
      "SELECT seq, at, body, mark, sum FROM entries WHERE room = ? AND seq > ? ORDER BY seq LIMIT ?",
    );
    this.#records = db.prepare("SELECT * FROM records WHERE key >= ? ORDER BY key LIMIT ?");
    this.#damaged = damaged;
  }

  /** Looks at the next few rows; `false`: it has been through all of them. */
  step(): boolean {
    try {
      return this.#snapshot.within(() => this.#look());
    } catch (error) {
      this.#damaged({ type: "file", message: wordsOf(error) });
      const records = this.#key !== undefined;
      this.#key = undefined;
      this.#leave(records ? -1 : this.#roomId);
      return !records;
    }
  }

  #look(): boolean {
    if (this.#key !== undefined) return this.#stepRecords(this.#key);
    this.#stepRoom();
    return true;
  }

  #stepRoom(): void {
    const room = this.#nextRoom.get(this.#roomId) as RoomRow | undefined;
    if (room === undefined) {
      this.#key = new Uint8Array();
      this.#leave(-1);
      return;
    }
    if (room.id !== this.#roomId) this.#seq = 0;
    this.#roomId = room.id;
    if (placeOf(room) === undefined) {
      this.#damaged({ type: "room", room: room.name });
      return this.#leave(room.id);
    }
    this.#seq = Math.max(this.#seq, room.oldest - 1);
    const rows = this.#entries.all(room.id, this.#seq, STEP) as unknown as readonly EntryRow[];
    for (const { seq, at, body, mark, sum } of rows) {
      this.#nameMissing(room, seq - 1);
      this.#seq = seq;
      if (sum !== checksum(body, room.id, seq, at) || mark !== markIn(body)) this.#name(room, seq);
    }
    if (rows.length > 0) return;
    this.#nameMissing(room, room.seq);
    this.#leave(room.id);
  }

  #leave(room: number): void {
    this.#roomId = room + 1;
    this.#seq = 0;
  }

  #nameMissing(room: RoomRow, until: number): void {
    for (let seq = this.#seq + 1; seq <= until; seq += 1) this.#name(room, seq);
  }

  #name({ name: room }: RoomRow, seq: number): void {
    this.#damaged({ type: "entry", room, seq });
  }

  #stepRecords(from: Uint8Array): boolean {
    const rows = this.#records.all(from, STEP) as unknown as readonly RecordRow[];
    for (const row of rows) if (recordOf(row) === undefined) this.#damaged({ type: "record", key: keyText(row.key) });
    const last = rows.at(-1)?.key;
    this.#key = last === undefined ? undefined : Uint8Array.from([...last, 0]);
    return this.#key !== undefined;
  }
}
