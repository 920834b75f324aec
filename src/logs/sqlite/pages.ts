import type { DatabaseSync, StatementSync } from "node:sqlite";
import { checksum } from "./checksum.ts";
import { CORRUPT, codeOf } from "./database.ts";
import type { Damage, Found, Place } from "./exchange.ts";
import { placeOf, type RoomRow } from "./rooms.ts";
import { Snapshot } from "./snapshot.ts";
import { weightOf } from "./weight.ts";

interface EntryRow {
  readonly seq: number;
  readonly at: number;
  readonly body: string;
  readonly sum: number;
}

interface Span {
  /** The first place to be read. */
  readonly from: number;
  readonly step: 1 | -1;
  readonly count: number;
  readonly bytes: number;
}

/** How many rows are asked for at once: so that a page bounded by its bytes reads little beyond. */
const CHUNK = 64;

/** How entries are read: by their place, each held against its checksum. */
export class Pages {
  readonly #snapshot: Snapshot;
  readonly #room: StatementSync;
  readonly #incarnation: StatementSync;
  readonly #stretch: StatementSync;
  readonly #one: StatementSync;
  readonly #damaged: (damage: Damage) => void;

  constructor(db: DatabaseSync, damaged: (damage: Damage) => void) {
    this.#snapshot = new Snapshot(db);
    this.#room = db.prepare("SELECT * FROM rooms WHERE name = ?");
    this.#incarnation = db.prepare("SELECT incarnation FROM store");
    this.#stretch = db.prepare("SELECT seq, at, body, sum FROM entries WHERE room = ? AND seq BETWEEN ? AND ?");
    this.#one = db.prepare("SELECT seq, at, body, sum FROM entries WHERE room = ? AND seq = ?");
    this.#damaged = damaged;
  }

  /** Where a room's log ends and begins; `undefined`: its row is damaged. */
  head(name: string): Place | undefined {
    const row = this.#room.get(name) as RoomRow | undefined;
    if (row !== undefined) return placeOf(row);
    const { incarnation } = this.#incarnation.get() as { readonly incarnation: number };
    return { incarnation, seq: 0, oldest: 1 };
  }

  /** Entries behind a place. */
  after(name: string, after: number, limit: { readonly count: number; readonly bytes: number }): Found {
    return this.#page(name, ({ oldest }) => ({ from: Math.max(after + 1, oldest), step: 1, ...limit }));
  }

  /** Entries before a place. */
  before(name: string, before: number, limit: { readonly count: number; readonly bytes: number }): Found {
    return this.#page(name, ({ seq }) => ({ from: Math.min(before - 1, seq), step: -1, ...limit }));
  }

  #page(name: string, spanOf: (place: Place) => Span): Found {
    return this.#snapshot.within(() => {
      const room = this.#room.get(name) as RoomRow | undefined;
      const place = room === undefined ? this.head(name) : placeOf(room);
      if (place === undefined) return { type: "lost" };
      if (room === undefined) return { type: "page", place, first: 1, ats: [], bodies: [] };
      return this.#read(room, place, spanOf(place));
    });
  }

  #read(room: RoomRow, place: Place, { from, step, count, bytes }: Span): Found {
    const ats: number[] = [];
    const bodies: (string | null)[] = [];
    let weight = 0;
    for (let at = from; at >= place.oldest && at <= place.seq && bodies.length < count; ) {
      const [low, high] =
        step > 0 ? [at, Math.min(at + CHUNK - 1, place.seq)] : [Math.max(at - CHUNK + 1, place.oldest), at];
      const rows = this.#rows(room.id, low, high);
      for (; at >= low && at <= high && bodies.length < count; at += step) {
        const row = this.#sound(room, at, rows.get(at));
        weight += weightOf(row?.body.length ?? 0);
        if (bodies.length > 0 && weight > bytes) count = bodies.length;
        else {
          ats.push(row?.at ?? 0);
          bodies.push(row?.body ?? null);
        }
      }
    }
    if (step > 0) return { type: "page", place, first: from, ats, bodies };
    return { type: "page", place, first: from - bodies.length + 1, ats: ats.reverse(), bodies: bodies.reverse() };
  }

  /** The rows of some places; where the file is damaged, those that can still be read. */
  #rows(room: number, low: number, high: number): ReadonlyMap<number, EntryRow> {
    const found = new Map<number, EntryRow>();
    const keep = (rows: readonly unknown[]): void => {
      for (const row of rows as readonly EntryRow[]) found.set(row.seq, row);
    };
    try {
      keep(this.#stretch.all(room, low, high));
    } catch (error) {
      if (!CORRUPT.has(codeOf(error))) throw error;
      for (let seq = low; seq <= high; seq += 1) {
        try {
          keep(this.#one.all(room, seq));
        } catch (worse) {
          if (!CORRUPT.has(codeOf(worse))) throw worse;
        }
      }
    }
    return found;
  }

  #sound(room: RoomRow, seq: number, row: EntryRow | undefined): EntryRow | undefined {
    if (row !== undefined && row.sum === checksum(row.body, room.id, seq, row.at)) return row;
    this.#damaged({ type: "entry", room: room.name, seq });
    return undefined;
  }
}
