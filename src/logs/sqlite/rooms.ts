import type { DatabaseSync, StatementSync } from "node:sqlite";
import { checksum } from "./checksum.ts";
import type { Damage, Place } from "./exchange.ts";

/** What stands of a room in its row. */
export interface RoomRow {
  readonly id: number;
  readonly name: string;
  readonly incarnation: number;
  readonly seq: number;
  readonly oldest: number;
  readonly bytes: number;
  readonly policy: number;
  readonly sum: number;
}

/** A room as the writer has it at hand. */
export interface OpenRoom {
  readonly id: number;
  readonly name: string;
  incarnation: number;
  seq: number;
  /** The oldest entry that is still served; rows below it wait to be deleted. */
  oldest: number;
  /** What its rows hold, deleted ones not counted. */
  bytes: number;
  /** The oldest policy that drafts may have been allowed under. */
  policy: number;
  /** When the oldest entry was said; `undefined`: it has not been looked up. */
  oldestAt: number | undefined;
  /** Its row is to be written with this commit. */
  changed: boolean;
  /** It may hold more than it should. */
  full: boolean;
}

/** How many rooms the writer remembers between commits. */
const AT_HAND = 8_192;

/** The checksum of a room's row. */
export function roomSum(room: Omit<RoomRow, "sum" | "bytes">): number {
  return checksum(room.name, room.id, room.incarnation, room.seq, room.oldest, room.policy);
}

/** The rooms of a store: those that were used last are at hand, the others cost nothing but their row. */
export class Rooms {
  readonly #find: StatementSync;
  readonly #create: StatementSync;
  readonly #update: StatementSync;
  readonly #newest: StatementSync;
  /** Least recently used first. */
  readonly #open = new Map<string, OpenRoom>();
  readonly #changed = new Set<OpenRoom>();
  readonly #damaged: (damage: Damage) => void;

  constructor(db: DatabaseSync, damaged: (damage: Damage) => void) {
    this.#find = db.prepare("SELECT * FROM rooms WHERE name = ?");
    this.#create = db.prepare(
      "INSERT INTO rooms (name, incarnation, seq, oldest, bytes, policy, sum) VALUES (?, ?, 0, 1, 0, 0, 0) RETURNING id",
    );
    this.#update = db.prepare(
      "UPDATE rooms SET incarnation = ?, seq = ?, oldest = ?, bytes = ?, policy = ?, sum = ? WHERE id = ?",
    );
    this.#newest = db.prepare("SELECT min(seq) AS oldest, max(seq) AS newest FROM entries WHERE room = ?");
    this.#damaged = damaged;
  }

  /** The room of a name, for a change within a transaction. */
  open(name: string, incarnation: number): OpenRoom {
    let room = this.#open.get(name);
    if (room === undefined) {
      room = this.#load(name, incarnation);
      if (this.#open.size >= AT_HAND) this.#letGo();
    } else this.#open.delete(name); // to stand last again
    this.#open.set(name, room);
    return room;
  }

  /** Has the room's row written with this commit. */
  change(room: OpenRoom): void {
    room.changed = true;
    this.#changed.add(room);
    this.#open.set(room.name, room); // it may have been let go of meanwhile
  }

  get changed(): Iterable<OpenRoom> {
    return this.#changed;
  }

  /** Writes the rows of the rooms that have changed; `false`: none has. */
  save(): boolean {
    if (this.#changed.size === 0) return false;
    for (const room of this.#changed) {
      const { incarnation, seq, oldest, bytes, policy, id } = room;
      this.#update.run(incarnation, seq, oldest, bytes, policy, roomSum(room), id);
      room.changed = false;
    }
    this.#changed.clear();
    return true;
  }

  /** A room is there no more. */
  drop(room: OpenRoom): void {
    this.#open.delete(room.name);
    this.#changed.delete(room);
  }

  /** Nothing of what is at hand can be relied on: a transaction was taken back. */
  forget(): void {
    this.#open.clear();
    this.#changed.clear();
  }

  #letGo(): void {
    for (const [name, room] of this.#open) {
      if (room.changed || room.full) continue;
      this.#open.delete(name);
      return;
    }
  }

  #load(name: string, incarnation: number): OpenRoom {
    const row = this.#find.get(name) as RoomRow | undefined;
    const state = { oldestAt: undefined, changed: false, full: false };
    if (row !== undefined && row.sum === roomSum(row)) {
      const { id, seq, oldest, bytes, policy } = row;
      return { id, name, incarnation: row.incarnation, seq, oldest, bytes, policy, ...state };
    }
    if (row !== undefined) return this.#mend(row, incarnation);
    const { id } = this.#create.get(name, incarnation) as { readonly id: number };
    const room = { id, name, incarnation, seq: 0, oldest: 1, bytes: 0, policy: 0, ...state };
    this.change(room);
    return room;
  }

  /** A room whose row is damaged goes on behind the newest of its entries, under another epoch. */
  #mend(row: RoomRow, incarnation: number): OpenRoom {
    this.#damaged({ type: "room", room: row.name });
    const { oldest, newest } = this.#newest.get(row.id) as { oldest: number | null; newest: number | null };
    const room: OpenRoom = {
      ...{ id: row.id, name: row.name, incarnation: incarnation + 1, seq: newest ?? 0, oldest: oldest ?? 1 },
      ...{ bytes: Math.max(0, row.bytes), policy: Math.max(0, row.policy), oldestAt: undefined },
      ...{ changed: false, full: false },
    };
    this.change(room);
    return room;
  }
}

/** Where a room's log ends and begins, as its row says; `undefined`: the row is damaged. */
export function placeOf(row: RoomRow): Place | undefined {
  if (row.sum !== roomSum(row)) return undefined;
  return { incarnation: row.incarnation, seq: row.seq, oldest: row.oldest };
}
