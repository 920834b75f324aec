import type { DatabaseSync, StatementSync } from "node:sqlite";
import { Appends } from "./appends.ts";
import { codeOf, ROW_FAULTS, wordsOf } from "./database.ts";
import { Erasure } from "./erasure.ts";
import type { Damage, Faults, StoreLimits, Write, Written } from "./exchange.ts";
import { Frame } from "./frame.ts";
import { LedgerRow } from "./ledger.ts";
import { countOf, unitsOf } from "./packing.ts";
import { RecordWrites } from "./record-writes.ts";
import type { Reserve } from "./reserve.ts";
import { Retention } from "./retention.ts";
import { Rooms } from "./rooms.ts";
import { Space } from "./space.ts";
import { weightOf } from "./weight.ts";

/** What transactions are made with. */
export interface TransactionTools {
  readonly limits: StoreLimits;
  readonly faults: Faults;
  readonly reserve: Reserve;
  readonly damaged: (damage: Damage) => void;
}

/** What came of a commit. */
export interface Committed {
  /** One for each request, in their order. */
  readonly answers: readonly Written[];
  /** Files that entries named before, and none does now. */
  readonly released: readonly string[];
}

/** The writer's transactions: what all rooms want at a time becomes one commit. */
export class Transactions {
  readonly #faults: Faults;
  readonly ledger: LedgerRow;
  readonly #rooms: Rooms;
  readonly #appends: Appends;
  readonly #records: RecordWrites;
  readonly #retention: Retention;
  readonly #space: Space;
  readonly #erasure: Erasure;
  readonly #reserve: Reserve;
  readonly #frame: Frame;
  readonly #named: StatementSync;
  readonly #changes: StatementSync;
  readonly #dropped = new Set<string>();

  constructor(db: DatabaseSync, { limits, faults, reserve, damaged }: TransactionTools) {
    this.#faults = faults;
    this.ledger = new LedgerRow(db);
    this.#rooms = new Rooms(db, damaged);
    this.#space = new Space(db, limits.totalBytes);
    this.#erasure = new Erasure(db);
    this.#reserve = reserve;
    const [ledger, rooms, { roomEntries }] = [this.ledger, this.#rooms, limits];
    const dropped = (file: string): void => void this.#dropped.add(file);
    const erase = (): void => this.#erasure.begin();
    this.#appends = new Appends(db, { ledger, rooms, roomEntries, dropped, erase });
    this.#records = new RecordWrites(db, ledger, damaged);
    this.#retention = new Retention(db, { limits, ledger, rooms, dropped });
    this.#frame = new Frame(db);
    this.#named = db.prepare("SELECT 1 FROM entries WHERE file = ? LIMIT 1");
    this.#changes = db.prepare("SELECT total_changes() AS count");
  }

  /** Whether there are records that will end. */
  get ending(): boolean {
    return this.#records.ending;
  }

  /** Whether something waits for a quiet moment. */
  get due(): boolean {
    return this.#retention.due || this.#erasure.due;
  }

  /** Does all that is asked for in one commit, and answers each. */
  commit(asked: readonly Write[]): Committed {
    try {
      return this.#attempt(asked, attempted);
    } catch (error) {
      if (!ROW_FAULTS.has(codeOf(error))) return this.#failed(asked, error);
    }
    try {
      // One of them is at fault: so that it does not spoil the others, each is tried within a frame of its own.
      return this.#attempt(asked, (append) => this.#frame.apart(append));
    } catch (error) {
      return this.#failed(asked, error);
    }
  }

  /** Does a little of what waits for a quiet moment; answers which files are named no longer. */
  tidy(): readonly string[] {
    if (!this.#retention.due) {
      this.#erasure.scour();
      return [];
    }
    return this.commit([]).released;
  }

  /** Looks at the next few rooms for what has become too old; `false`: it has been through all of them. */
  sweep(): boolean {
    let more = false;
    try {
      this.#attempt([], attempted, () => {
        more = this.#retention.sweep(Date.now());
      });
    } catch {
      // There will be a next time; what keeps it from being done is said to those who publish.
      return false;
    }
    return more;
  }

  #attempt(asked: readonly Write[], guard: (append: () => void) => boolean, first?: () => void): Committed {
    let committing = false;
    if (!this.#reserve.held) throw new Error("there is no room on the disk");
    try {
      this.#frame.begin();
      const before = this.#changeCount();
      first?.();
      const full = this.#space.fullFor(bytesOf(asked));
      const answers = asked.map((write) => this.#do(write, { guard, full }));
      this.#retention.trim(Date.now());
      this.#rooms.save();
      if (this.#changeCount() > before) {
        this.ledger.now.commits += 1;
        this.ledger.save();
        if (this.#faults.commitMs !== undefined) pause(this.#faults.commitMs);
      }
      committing = true;
      this.#frame.commit();
      this.#erasure.committed();
      return { answers, released: this.#released() };
    } catch (error) {
      this.#takeBack();
      if (committing && !this.#comesBackNever()) throw new UnknownOutcome(wordsOf(error), { cause: error });
      throw error;
    }
  }

  /** What a failed commit has left in the write-ahead log could come back with the next start: unless that is emptied. */
  #comesBackNever(): boolean {
    this.#reserve.release();
    return this.#erasure.empty();
  }

  #do(write: Write, options: { readonly guard: (append: () => void) => boolean; readonly full: boolean }): Written {
    switch (write.type) {
      case "append":
        return { type: "appended", numbers: this.#appends.appendAll(write.rows, options), full: options.full };
      case "raise":
        this.#raise(write.room, write.version);
        return { type: "raised" };
      default:
        return this.#records.write(write);
    }
  }

  #raise(name: string | undefined, version: number): void {
    const { now } = this.ledger;
    if (name === undefined) {
      if (version <= now.house) return;
      now.house = version;
      this.ledger.save();
      return;
    }
    const room = this.#rooms.open(name, now.incarnation);
    if (version <= room.policy) return;
    room.policy = version;
    this.#rooms.change(room);
  }

  #takeBack(): void {
    this.#frame.takeBack();
    this.#rooms.forget();
    this.#retention.reset();
    this.#dropped.clear();
    this.ledger.reload();
  }

  #released(): readonly string[] {
    if (this.#dropped.size === 0) return [];
    const released = [...this.#dropped].filter((file) => this.#named.get(file) === undefined);
    this.#dropped.clear();
    return released;
  }

  #changeCount(): number {
    return (this.#changes.get() as { readonly count: number }).count;
  }

  #failed(asked: readonly Write[], error: unknown): Committed {
    const answer: Written = { type: "failed", known: !(error instanceof UnknownOutcome), message: wordsOf(error) };
    return { answers: asked.map(() => answer), released: [] };
  }
}

/** A commit has failed so that nobody can tell what the next start will find. */
class UnknownOutcome extends Error {}

function attempted(append: () => void): boolean {
  append();
  return true;
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** About how much what is asked for takes. */
function bytesOf(asked: readonly Write[]): number {
  let bytes = 0;
  for (const write of asked) {
    if (write.type === "append") bytes += unitsOf(write.rows) + countOf(write.rows) * weightOf(0);
    else bytes += weightOf(write.type === "put" ? write.value.length : 0);
  }
  return bytes;
}
