import type { DatabaseSync, StatementSync } from "node:sqlite";
import { Appends, type AppendTools, type Trying } from "./appends.ts";
import type { Change, Damage, Write, Written } from "./exchange.ts";
import { countOf, unitsOf } from "./packing.ts";
import { RecordWrites } from "./record-writes.ts";
import { Space } from "./space.ts";
import { weightOf } from "./weight.ts";

type Apart = Trying["apart"];

/** How what is asked of the writer is done, within a transaction that is under way. */
export class Requests {
  readonly #tools: AppendTools;
  readonly #appends: Appends;
  readonly #records: RecordWrites;
  readonly #space: Space;
  readonly #named: StatementSync;
  readonly #dropped = new Set<string>();

  constructor(
    db: DatabaseSync,
    tools: Omit<AppendTools, "dropped">,
    { totalBytes, damaged }: { readonly totalBytes: number; readonly damaged: (damage: Damage) => void },
  ) {
    this.#tools = { ...tools, dropped: this.drop };
    this.#appends = new Appends(db, this.#tools);
    this.#records = new RecordWrites(db, tools.ledger, damaged);
    this.#space = new Space(db, totalBytes);
    this.#named = db.prepare("SELECT 1 FROM entries WHERE file = ? LIMIT 1");
  }

  /** Whether there are records that will end. */
  get ending(): boolean {
    return this.#records.ending;
  }

  /** Hears of a file that an entry names no longer. */
  readonly drop = (file: string): void => void this.#dropped.add(file);

  /** Does all of it, and answers each; rows are tried `apart` where that is given. */
  do(asked: readonly Write[], apart: Apart): readonly Written[] {
    const trying: Trying = { apart, full: this.#space.fullFor(bytesOf(asked)) };
    return asked.map((write) => ("type" in write ? this.#change(write) : this.#appends.appendAll(write, trying)));
  }

  /** Which files were named, and are not any more; asked once what was done is committed. */
  released(): readonly string[] {
    if (this.#dropped.size === 0) return [];
    const released = [...this.#dropped].filter((file) => this.#named.get(file) === undefined);
    this.#dropped.clear();
    return released;
  }

  /** What was done has been taken back. */
  forget(): void {
    this.#dropped.clear();
  }

  #change(change: Change): Written {
    if (change.type !== "raise") return this.#records.write(change);
    this.#raise(change.room, change.version);
    return { type: "raised" };
  }

  #raise(name: string | undefined, version: number): void {
    const { ledger, rooms } = this.#tools;
    const { now } = ledger;
    if (name === undefined) {
      if (version <= now.house) return;
      now.house = version;
      ledger.change();
      return;
    }
    const room = rooms.open(name, now.incarnation);
    if (version <= room.policy) return;
    room.policy = version;
    rooms.change(room);
  }
}

/** About how much what is asked for takes. */
function bytesOf(asked: readonly Write[]): number {
  let bytes = 0;
  for (const write of asked) {
    if (!("type" in write)) bytes += unitsOf(write) + countOf(write) * weightOf(0);
    else bytes += weightOf(write.type === "put" ? write.value.length : 0);
  }
  return bytes;
}
