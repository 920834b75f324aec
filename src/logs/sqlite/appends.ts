import type { DatabaseSync, StatementSync } from "node:sqlite";
import { checksum } from "./checksum.ts";
import type { Appended, Hindrance, Packed, Rare } from "./exchange.ts";
import { EIGHT, Inserts, type Values } from "./inserts.ts";
import type { LedgerRow } from "./ledger.ts";
import { type Row, Unpacked } from "./packing.ts";
import { Redactions } from "./redactions.ts";
import type { OpenRoom, Rooms } from "./rooms.ts";
import { weightOf } from "./weight.ts";

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

/** How the rows of a request are to be tried. */
export interface Trying {
  /** Tries a row so that nothing is left of it where it is at fault; without it, such a row spoils the transaction. */
  readonly apart: ((append: () => void) => boolean) | undefined;
  /** The store takes redactions only. */
  readonly full: boolean;
}

/** One request under way: its drafts, their rooms, and what has become of them so far. */
interface Request {
  readonly rows: Unpacked;
  readonly rooms: readonly OpenRoom[];
  readonly seqs: number[];
  readonly refused: [at: number, why: Hindrance][];
}

/** How drafts become entries, within the writer's transaction. */
export class Appends {
  readonly #tools: AppendTools;
  readonly #inserts: Inserts;
  readonly #redactions: Redactions;
  readonly #byMark: StatementSync;
  readonly #drop: StatementSync;
  readonly #fence: StatementSync;
  readonly #setFence: StatementSync;

  constructor(db: DatabaseSync, tools: AppendTools) {
    this.#tools = tools;
    this.#inserts = new Inserts(db);
    this.#redactions = new Redactions(db, tools);
    this.#byMark = db.prepare("SELECT seq FROM entries WHERE room = ? AND mark = ?");
    this.#drop = db.prepare("DELETE FROM entries WHERE room = ? AND seq = ? RETURNING length(body) AS length, file");
    this.#fence = db.prepare("SELECT token FROM fences WHERE room = ? AND host = ?");
    this.#setFence = db.prepare(
      "INSERT INTO fences VALUES (?, ?, ?) ON CONFLICT (room, host) DO UPDATE SET token = excluded.token",
    );
  }

  /** Appends all that is packed, and says what became of each draft. */
  appendAll(packed: Packed, trying: Trying): Appended {
    const { incarnation } = this.#tools.ledger.now;
    const [names] = packed;
    const rooms = names.map((name) => this.#tools.rooms.open(name, incarnation));
    const request: Request = { rows: new Unpacked(packed), rooms, seqs: [], refused: [] };
    const { rows, seqs, refused } = request;
    while (seqs.length < rows.count) {
      if (trying.apart === undefined && !trying.full && this.#appendEight(request)) continue;
      for (let left = Math.min(EIGHT, rows.count - seqs.length); left > 0; left -= 1) this.#appendOne(request, trying);
    }
    const places = rooms.flatMap((room) => [room.oldest, room.incarnation]);
    return [seqs, places, trying.full, ...refused];
  }

  /** Appends the next eight, where nothing is unusual about any; those before one that is at fault are in. */
  #appendEight({ rows, rooms, seqs }: Request): boolean {
    if (rows.count - seqs.length < EIGHT) return false;
    const eight: [OpenRoom, Values][] = [];
    for (let at = seqs.length; at < seqs.length + EIGHT; at += 1) {
      const row = rows.row(at);
      const room = rooms[row.room] as OpenRoom;
      if (row.rare !== undefined || this.#outdated(room, row)) break;
      // What is counted up here is counted down again below, unless it was appended.
      room.seq += 1;
      eight.push([room, valuesOf(room, room.seq, row)]);
    }
    const values = eight.map(([, each]) => each);
    const count = values.length < EIGHT ? 0 : this.#inserts.eight(values);
    for (const [room] of eight) room.seq -= 1;
    for (const [room, [, seq, , body]] of eight.slice(0, count)) {
      this.#has(room, seq, body);
      seqs.push(seq);
    }
    return count === EIGHT;
  }

  #appendOne(request: Request, { apart, full }: Trying): void {
    const { rows, rooms, seqs, refused } = request;
    const at = seqs.length;
    const row = rows.row(at);
    const room = rooms[row.room] as OpenRoom;
    const append = (): void => say(this.#append(room, row));
    function say(outcome: number | Hindrance): void {
      if (typeof outcome !== "number") refused.push([at, outcome]);
      seqs.push(typeof outcome === "number" ? outcome : 0);
    }
    if (full && row.rare?.redacts === undefined) say("unavailable");
    else if (apart === undefined) append();
    else if (!apart(append)) say("unavailable");
  }

  /** Where a draft stands now; below zero: where its key had been used; or what kept it out. */
  #append(room: OpenRoom, row: Row): number | Hindrance {
    if (this.#outdated(room, row)) return "outdated";
    if (row.rare !== undefined) {
      const hindrance = this.#hindrance(room, row.rare, row.mark);
      if (hindrance !== undefined) return hindrance;
    }
    const seq = room.seq + 1;
    const values = valuesOf(room, seq, row);
    if (!this.#inserts.one(values)) {
      const earlier = this.#earlier(room, row.mark) as number;
      if (earlier >= room.oldest) return -earlier;
      this.#forget(room, earlier);
      this.#inserts.one(values);
    }
    this.#has(room, seq, row.body);
    return seq;
  }

  /** A room has one more entry. */
  #has(room: OpenRoom, seq: number, body: string): void {
    const { rooms, roomEntries } = this.#tools;
    if (!room.changed) rooms.change(room);
    room.seq = seq;
    room.bytes += weightOf(body.length);
    if (seq - room.oldest < roomEntries) return;
    room.oldest = seq - roomEntries + 1;
    room.oldestAt = undefined;
    room.full = true;
  }

  #outdated(room: OpenRoom, { roomPolicy, housePolicy }: Row): boolean {
    return roomPolicy >= 0 && (roomPolicy < room.policy || housePolicy < this.#tools.ledger.now.house);
  }

  /** What keeps an unusual draft out of the log; where nothing does, what it redacts is gone. */
  #hindrance(room: OpenRoom, { host, token, redacts }: Rare, mark: string | null): number | Hindrance | undefined {
    if (host !== undefined) {
      const newest = (this.#fence.get(room.id, host) as { readonly token: number } | undefined)?.token ?? 0;
      if (token < newest) return "fenced";
      if (token > newest) this.#setFence.run(room.id, host, token);
      this.#tools.rooms.change(room);
    }
    if (redacts === undefined) return undefined;
    const earlier = this.#earlier(room, mark);
    if (earlier !== undefined && earlier >= room.oldest) return -earlier;
    return this.#redactions.redact(room, redacts) ? undefined : "missing";
  }

  #earlier(room: OpenRoom, mark: string | null): number | undefined {
    if (mark === null) return undefined;
    return (this.#byMark.get(room.id, mark) as { readonly seq: number } | undefined)?.seq;
  }

  /** A row that was trimmed already, but not deleted yet, stands in nobody's way. */
  #forget(room: OpenRoom, seq: number): void {
    const { length, file } = this.#drop.get(room.id, seq) as { readonly length: number; readonly file: string | null };
    room.bytes -= weightOf(length);
    if (file !== null) this.#tools.dropped(file);
  }
}

function valuesOf({ id }: OpenRoom, seq: number, { at, body, mark, rare }: Row): Values {
  return [id, seq, at, body, mark, rare?.file ?? null, checksum(body, id, seq, at)];
}
