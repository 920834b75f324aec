import type { DatabaseSync } from "node:sqlite";
import type { Trying } from "./appends.ts";
import { codeOf, ROW_FAULTS, wordsOf } from "./database.ts";
import { Erasure } from "./erasure.ts";
import type { Damage, Faults, StoreLimits, Write, Written } from "./exchange.ts";
import { Frame } from "./frame.ts";
import { LedgerRow } from "./ledger.ts";
import { Requests } from "./requests.ts";
import type { Reserve } from "./reserve.ts";
import { Retention } from "./retention.ts";
import { Rooms } from "./rooms.ts";

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
  readonly #requests: Requests;
  readonly #retention: Retention;
  readonly #erasure: Erasure;
  readonly #reserve: Reserve;
  readonly #frame: Frame;

  constructor(db: DatabaseSync, { limits, faults, reserve, damaged }: TransactionTools) {
    this.#faults = faults;
    this.ledger = new LedgerRow(db);
    this.#rooms = new Rooms(db, damaged);
    this.#erasure = new Erasure(db);
    this.#reserve = reserve;
    const [ledger, rooms, { roomEntries, totalBytes }] = [this.ledger, this.#rooms, limits];
    const erase = (): void => this.#erasure.begin();
    this.#requests = new Requests(db, { ledger, rooms, roomEntries, erase }, { totalBytes, damaged });
    this.#retention = new Retention(db, { limits, ledger, rooms, dropped: this.#requests.drop });
    this.#frame = new Frame(db);
  }

  /** Whether there are records that will end. */
  get ending(): boolean {
    return this.#requests.ending;
  }

  /** Whether something waits for a quiet moment. */
  get due(): boolean {
    return this.#retention.due || this.#erasure.due;
  }

  /** Does all that is asked for in one commit, and answers each. */
  commit(asked: readonly Write[]): Committed {
    try {
      return this.#attempt(asked);
    } catch (error) {
      if (!ROW_FAULTS.has(codeOf(error))) return failed(asked, error);
    }
    try {
      // One of them is at fault: so that it does not spoil the others, each is tried within a frame of its own.
      return this.#attempt(asked, { apart: (append) => this.#frame.apart(append) });
    } catch (error) {
      return failed(asked, error);
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
    const first = (): void => {
      more = this.#retention.sweep(Date.now());
    };
    try {
      this.#attempt([], { first });
    } catch {
      // There will be a next time; what keeps it from being done is said to those who publish.
      return false;
    }
    return more;
  }

  #attempt(
    asked: readonly Write[],
    { apart, first }: { readonly apart?: Trying["apart"]; readonly first?: () => void } = {},
  ): Committed {
    let committing = false;
    if (!this.#reserve.held) throw new Error(this.#reserve.trouble);
    try {
      this.#frame.begin();
      first?.();
      const answers = this.#requests.do(asked, apart);
      this.#retention.trim(Date.now());
      if (this.#rooms.save() || this.ledger.changed) {
        this.ledger.count();
        if (this.#faults.commitMs !== undefined) pause(this.#faults.commitMs);
      }
      committing = true;
      this.#frame.commit();
      this.#erasure.committed();
      return { answers, released: this.#requests.released() };
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

  #takeBack(): void {
    this.#frame.takeBack();
    this.#rooms.forget();
    this.#retention.reset();
    this.#requests.forget();
    this.ledger.reload();
  }
}

/** A commit has failed so that nobody can tell what the next start will find. */
class UnknownOutcome extends Error {}

function failed(asked: readonly Write[], error: unknown): Committed {
  const answer: Written = { type: "failed", known: !(error instanceof UnknownOutcome), message: wordsOf(error) };
  return { answers: asked.map(() => answer), released: [] };
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
