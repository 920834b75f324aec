import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { StoreLimits } from "./exchange.ts";
import type { LedgerRow } from "./ledger.ts";
import type { OpenRoom, Rooms } from "./rooms.ts";
import { weightOf } from "./weight.ts";

/** How many rows of a room are deleted, or looked at for their age, in one go: about a millisecond. */
const CHUNK = 256;
/** How many rooms the sweep looks at in one go. */
const SWEPT_ROOMS = 64;

interface Swept {
  readonly id: number;
  readonly name: string;
  /** When the oldest entry that is served was said; `null`: there is none. */
  readonly at: number | null;
  /** Whether there are rows below it. */
  readonly left: 0 | 1;
}

/**
 * How rooms let go of what they may not keep: by number, by bytes and by age. What is too much stops being served at once;
 * its rows are deleted a few at a time, along with other commits or in a quiet moment.
 */
export class Retention {
  readonly #limits: StoreLimits;
  readonly #ledger: LedgerRow;
  readonly #rooms: Rooms;
  readonly #dropped: (file: string) => void;
  readonly #first: StatementSync;
  readonly #oldest: StatementSync;
  readonly #delete: StatementSync;
  readonly #sweep: StatementSync;
  readonly #forgetRoom: readonly StatementSync[];
  /** Rooms that hold rows which are to be deleted. */
  readonly #full = new Set<OpenRoom>();
  #sweptTo = 0;

  constructor(
    db: DatabaseSync,
    {
      limits,
      ledger,
      rooms,
      dropped,
    }: {
      readonly limits: StoreLimits;
      readonly ledger: LedgerRow;
      readonly rooms: Rooms;
      readonly dropped: (file: string) => void;
    },
  ) {
    this.#limits = limits;
    this.#ledger = ledger;
    this.#rooms = rooms;
    this.#dropped = dropped;
    this.#first = db.prepare("SELECT seq FROM entries WHERE room = ? ORDER BY seq LIMIT 1");
    this.#oldest = db.prepare(
      "SELECT seq, at, length(body) AS length FROM entries WHERE room = ? AND seq >= ? ORDER BY seq LIMIT ?",
    );
    this.#delete = db.prepare(
      "DELETE FROM entries WHERE room = ? AND seq < ? AND seq < ? RETURNING length(body) AS length, file",
    );
    this.#sweep = db.prepare(
      `SELECT id, name,
         (SELECT at FROM entries WHERE room = rooms.id AND seq >= rooms.oldest ORDER BY seq LIMIT 1) AS at,
         EXISTS (SELECT 1 FROM entries WHERE room = rooms.id AND seq < rooms.oldest) AS left
       FROM rooms WHERE id > ? ORDER BY id LIMIT ?`,
    );
    this.#forgetRoom = [db.prepare("DELETE FROM rooms WHERE id = ?"), db.prepare("DELETE FROM fences WHERE room = ?")];
  }

  /** Whether there are rows to be deleted. */
  get due(): boolean {
    return this.#full.size > 0;
  }

  /** Trims the rooms that this transaction has changed, and deletes a few rows of those that wait for it. */
  trim(now: number): void {
    for (const room of this.#rooms.changed) {
      if (room.seq < room.oldest) continue;
      if (room.bytes > this.#limits.roomBytes) this.#trimBytes(room);
      this.#trimAge(room, now - this.#limits.roomMs);
      if (room.full) this.#full.add(room);
    }
    for (const room of this.#full) {
      this.#deleteSome(room);
      return; // one room a commit, in turn
    }
  }

  /** Looks at the next few rooms for what has become too old; `false`: it has been through all of them. */
  sweep(now: number): boolean {
    const cutoff = now - this.#limits.roomMs;
    const swept = this.#sweep.all(this.#sweptTo, SWEPT_ROOMS) as unknown as readonly Swept[];
    for (const { name, at, left } of swept) {
      if (at !== null && at >= cutoff && left === 0) continue;
      const room = this.#rooms.open(name, this.#ledger.now.incarnation);
      this.#trimAge(room, cutoff);
      if (left === 1 || room.full) this.#full.add(room);
      else if (at === null && room.seq > 0 && room.policy === 0) this.#forget(room);
    }
    this.#sweptTo = swept.at(-1)?.id ?? 0;
    return swept.length === SWEPT_ROOMS;
  }

  /** Nothing of what is at hand can be relied on: a transaction was taken back. */
  reset(): void {
    this.#full.clear();
  }

  #trimAge(room: OpenRoom, cutoff: number): void {
    if (cutoff === Number.NEGATIVE_INFINITY) return;
    for (let count = 1; room.oldest <= room.seq; count = CHUNK) {
      room.oldestAt ??= this.#ages(room, 1)[0]?.at ?? Number.NEGATIVE_INFINITY;
      if (room.oldestAt >= cutoff) return;
      if (count > 1) return; // the rest the next time
      const rows = this.#ages(room, CHUNK);
      const last = rows.at(-1)?.seq ?? room.seq;
      this.#raiseOldest(room, rows.find(({ at }) => at >= cutoff)?.seq ?? last + 1);
    }
  }

  #ages(room: OpenRoom, count: number): readonly { readonly seq: number; readonly at: number }[] {
    return this.#oldest.all(room.id, room.oldest, count) as unknown as readonly { seq: number; at: number }[];
  }

  #trimBytes(room: OpenRoom): void {
    let excess = room.bytes - this.#limits.roomBytes;
    const rows = this.#oldest.all(room.id, room.oldest, CHUNK) as unknown as readonly { seq: number; length: number }[];
    for (const { seq, length } of rows) {
      if (excess <= 0 || seq === room.seq) break;
      excess -= weightOf(length);
      this.#raiseOldest(room, seq + 1);
    }
  }

  #raiseOldest(room: OpenRoom, oldest: number): void {
    if (oldest <= room.oldest) return;
    room.oldest = oldest;
    room.oldestAt = undefined;
    room.full = true;
    this.#rooms.change(room);
  }

  #deleteSome(room: OpenRoom): void {
    const first = (this.#first.get(room.id) as { readonly seq: number } | undefined)?.seq ?? room.oldest;
    const rows = this.#delete.all(room.id, room.oldest, first + CHUNK) as unknown as readonly {
      readonly length: number;
      readonly file: string | null;
    }[];
    for (const { length, file } of rows) {
      room.bytes -= weightOf(length);
      if (file !== null) this.#dropped(file);
    }
    this.#rooms.change(room);
    this.#full.delete(room);
    if (first + CHUNK < room.oldest)
      this.#full.add(room); // behind the others
    else room.full = false;
  }

  /** A room in which nothing is left goes altogether; should it come back, it does so under another epoch. */
  #forget(room: OpenRoom): void {
    for (const statement of this.#forgetRoom) statement.run(room.id);
    const { now } = this.#ledger;
    now.incarnation = Math.max(now.incarnation, room.incarnation) + 1;
    this.#ledger.change();
    this.#rooms.drop(room);
    this.#full.delete(room);
  }
}
