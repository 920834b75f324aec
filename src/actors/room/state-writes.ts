import type { Context } from "../kernel/mod.ts";
import type { Json, Limits } from "../wire/mod.ts";
import type { Fence } from "./log.ts";
import type { RoomMessage } from "./message.ts";
import type { PutOutcome, Records, Stored } from "./records.ts";
import type { StateBook } from "./state-book.ts";
import { changed, type Misfit, type RoomState, recordOf } from "./state-record.ts";

/** What became of a change of a room's state. */
export type SetOutcome =
  /** It is kept; `values` is the whole state behind it. */
  | { readonly type: "stored"; readonly values: ReadonlyMap<string, Json> }
  /**
   * It was not done: the records take nothing at present, its lease has passed to another, or the state would have too many
   * keys or bytes.
   */
  | { readonly type: "refused"; readonly reason: "unavailable" | "fenced" | "full" }
  /** It may have been done or not. */
  | { readonly type: "unknown" };

/** Something that is to be changed, and who is told what became of it. */
export interface StateChange {
  /** `null` deletes. */
  readonly values: ReadonlyMap<string, Json>;
  readonly fence: Fence | undefined;
  readonly done: (outcome: SetOutcome) => undefined;
}

/** What comes back of a writing. */
export type WritingNews =
  | { readonly type: "written"; readonly writing: Writing; readonly outcome: PutOutcome }
  | { readonly type: "checked"; readonly writing: Writing; readonly stored: Stored | undefined }
  | { readonly type: "notWritten"; readonly writing: Writing };

/** Changes that are being made together, on condition that nothing else has changed. */
interface Writing {
  readonly changes: readonly StateChange[];
  readonly misfits: readonly (Misfit | undefined)[];
  readonly onto: number;
  readonly state: RoomState;
  /** Whether it writes anything. */
  readonly puts: boolean;
}

/** What a room keeps waiting of changes, at the most. */
const WAITING = { count: 1_024, units: 4 * 1024 ** 2 };

/** What a room's changes are written by. */
export interface WritesOptions {
  readonly key: string;
  readonly records: Records;
  readonly book: StateBook;
  readonly limits: Limits;
}

/**
 * A room's changes of its state, in order: what comes while one writing is under way goes together into the next. Each is
 * made on condition that the record is as it is known here; where it is not, it is made again of what is there.
 */
export class Writes {
  readonly #options: WritesOptions;
  #waiting: StateChange[] = [];
  #waitingUnits = 0;
  #writing: Writing | undefined;

  constructor(options: WritesOptions) {
    this.#options = options;
  }

  /** Whether somebody still waits to hear what became of a change. */
  get pending(): boolean {
    return this.#writing !== undefined || this.#waiting.length > 0;
  }

  /** Takes a change up; `false`: there is too much to do. */
  add(change: StateChange): boolean {
    const units = unitsOf(change);
    if (this.#waiting.length >= WAITING.count || this.#waitingUnits + units > WAITING.units) return false;
    this.#waiting.push(change);
    this.#waitingUnits += units;
    return true;
  }

  /** A former life has ended: nobody here will hear what became of its writing. */
  abandon(): undefined {
    const writing = this.#writing;
    this.#writing = undefined;
    if (writing !== undefined) this.#fail(writing);
  }

  /** Writes what waits, unless something is under way. */
  go(context: Context<RoomMessage>): undefined {
    if (this.#writing !== undefined || this.#waiting.length === 0) return;
    const changes = this.#waiting;
    this.#waiting = [];
    this.#waitingUnits = 0;
    this.#write(context, changes);
  }

  /** Goes on with what has come back; what is not of the present writing is old. */
  heard(context: Context<RoomMessage>, news: WritingNews): undefined {
    const { book } = this.#options;
    const { writing } = news;
    if (writing !== this.#writing) return;
    this.#writing = undefined;
    if (news.type === "notWritten") {
      this.#fail(writing);
    } else if (news.type === "written" && news.outcome.type === "done") {
      book.take(news.outcome.version, writing.state);
      settle(writing);
    } else {
      const stored = news.type === "written" ? conflicting(news.outcome) : news.stored;
      book.answered(stored, writing.onto);
      if (news.type === "checked" && (stored?.version ?? 0) === writing.onto) settle(writing);
      else return this.#write(context, writing.changes);
    }
    return this.go(context);
  }

  #write(context: Context<RoomMessage>, changes: readonly StateChange[]): undefined {
    const { key, records, book, limits } = this.#options;
    let { state } = book;
    const misfits = changes.map((change) => {
      const made = changed(state, change, limits);
      if (typeof made === "string") return made;
      state = made;
      return undefined;
    });
    const writing: Writing = { changes, misfits, onto: book.version, state, puts: state !== book.state };
    this.#writing = writing;
    const failed = (): RoomMessage => own({ type: "notWritten", writing });
    if (!writing.puts) {
      // Nothing is to be written, if it is so: what is known here may be old.
      return context.pipe(records.get(key), (stored) => own({ type: "checked", writing, stored }), failed);
    }
    return context.pipe(
      records.put(key, recordOf(state), { expected: writing.onto }),
      (outcome) => own({ type: "written", writing, outcome }),
      failed,
    );
  }

  #fail({ changes, misfits, puts }: Writing): undefined {
    for (const [at, { done }] of changes.entries()) {
      done(puts && misfits[at] === undefined ? { type: "unknown" } : { type: "refused", reason: "unavailable" });
    }
  }
}

function settle({ changes, misfits, state }: Writing): undefined {
  const values = new Map([...state.values].map(([key, { value }]) => [key, value]));
  for (const [at, { done }] of changes.entries()) {
    const misfit = misfits[at];
    if (misfit === undefined) done({ type: "stored", values });
    else done({ type: "refused", reason: misfit === "fenced" ? "fenced" : "full" });
  }
}

function conflicting(outcome: PutOutcome): Stored | undefined {
  return outcome.type === "conflict" ? outcome.current : undefined;
}

function own(message: WritingNews): RoomMessage {
  return { type: "own", layer: "state", message };
}

function unitsOf({ values }: StateChange): number {
  let units = 0;
  for (const [key, value] of values) units += key.length + JSON.stringify(value).length;
  return units;
}
