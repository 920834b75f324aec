import type { DatabaseSync, StatementSync } from "node:sqlite";
import { tombstoneOf } from "./body.ts";
import { checksum } from "./checksum.ts";
import type { OpenRoom } from "./rooms.ts";

interface EntryRow {
  readonly at: number;
  readonly body: string;
  readonly file: string | null;
  readonly sum: number;
}

/** How messages are taken away again, within the writer's transaction. */
export class Redactions {
  readonly #entry: StatementSync;
  readonly #overwrite: StatementSync;
  readonly #dropped: (file: string) => void;
  readonly #erase: () => void;

  constructor(
    db: DatabaseSync,
    { dropped, erase }: { readonly dropped: (file: string) => void; readonly erase: () => void },
  ) {
    this.#dropped = dropped;
    this.#erase = erase;
    this.#entry = db.prepare("SELECT at, body, file, sum FROM entries WHERE room = ? AND seq = ?");
    this.#overwrite = db.prepare("UPDATE entries SET body = ?, file = NULL, sum = ? WHERE room = ? AND seq = ?");
  }

  /** Leaves a tombstone of the message at a place; `false`: there is none. */
  redact(room: OpenRoom, seq: number): boolean {
    if (seq < room.oldest || seq > room.seq) return false;
    const row = this.#entry.get(room.id, seq) as EntryRow | undefined;
    if (row === undefined || row.sum !== checksum(row.body, room.id, seq, row.at)) return false;
    const body = tombstoneOf(row.body);
    if (body === undefined) return false;
    this.#erase();
    this.#overwrite.run(body, checksum(body, room.id, seq, row.at), room.id, seq);
    room.bytes += body.length - row.body.length;
    if (row.file !== null) this.#dropped(row.file);
    return true;
  }
}
