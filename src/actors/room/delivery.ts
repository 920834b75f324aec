import type { Context, HandedOut } from "../kernel/mod.ts";
import { CatchUp } from "./catch-up.ts";
import type { Entry, Head, Page } from "./log.ts";
import type { RoomMessage } from "./message.ts";
import { type Encoded, encodeEntry } from "./recent.ts";
import type { RoomScope } from "./scope.ts";

/** What is read at once where entries are missing. */
const GAP = { count: 1_024, bytes: 1024 ** 2 };
const RETRY_MS = 1_000;
/** So many redactions are kept in mind, for pages that were read before them and come behind. */
const REDACTIONS = 1_024;

const NONE: ReadonlySet<number> = new Set();

/** Entries, and the epoch they stand in. */
interface Arrival {
  readonly epoch: string;
  readonly entries: readonly Entry[];
}

/**
 * How entries come from the log to the members, in one life of a room. Strictly head + 1: what arrives out of order waits,
 * and a gap is read from the log at once. Members at the head are handed a turn's entries all together.
 */
export class Delivery {
  readonly #scope: RoomScope;
  readonly #context: Context<RoomMessage>;
  readonly #requestDeliver: () => undefined;
  readonly #head = { epoch: "", seq: 0, oldest: 1 };
  /** Entries that have come before their turn. */
  readonly #early = new Map<number, Entry>();
  /** What was redacted last. */
  readonly #redacted = new Set<number>();
  /** What came before the log had said where it is. */
  #unopened: Arrival[] = [];
  #fresh: Encoded[] = [];
  /** When the first of those came. */
  #freshMs = 0;
  #readingGap = false;
  #rebasing = false;
  readonly catchUp: CatchUp;

  constructor(scope: RoomScope, context: Context<RoomMessage>) {
    this.#scope = scope;
    this.#context = context;
    this.#requestDeliver = context.onTurnEnd(() => this.deliver());
    this.catchUp = new CatchUp(scope, context, this);
  }

  /** Where the room's log is, as far as it has come here. */
  get head(): Head {
    return this.#head;
  }

  /** Begins at what the log said last; members of a former life or epoch go on from where they are, or are told `reset`. */
  open({ epoch, seq, oldest, entries }: Page): undefined {
    const { recent, audience } = this.#scope;
    // An answer to an earlier question: within an epoch, a log does not go back.
    if (epoch === this.#head.epoch && seq < this.#head.seq) return this.#outdated();
    const moved = audience.front.epoch !== "" && audience.front.epoch !== epoch;
    this.#rebasing = false;
    this.#readingGap = false;
    this.#fresh = [];
    if (moved) {
      this.#early.clear();
      this.#redacted.clear();
    }
    recent.clear();
    for (const entry of entries) recent.push(encodeEntry(this.#scope, entry));
    Object.assign(this.#head, { epoch, seq, oldest });
    const cursors = [...audience.all()].filter(({ state }) => state === "live" || state === "behind");
    for (const cursor of cursors) if (cursor.state === "live") this.catchUp.fall(cursor);
    Object.assign(audience.front, { epoch, seq });
    for (const cursor of cursors) {
      if (moved || cursor.seq > seq) this.catchUp.reset(cursor, "epoch");
      cursor.waiting = false;
      this.catchUp.advance(cursor);
    }
    const unopened = this.#unopened;
    this.#unopened = [];
    for (const arrival of [{ epoch, entries: [] }, ...unopened]) this.accept(arrival.epoch, arrival.entries);
  }

  #outdated(): undefined {
    this.#rebasing = false;
    this.#readingGap = false;
    if (this.#early.size > 0) this.#readGap();
  }

  /** Takes entries that were appended, here or elsewhere. */
  accept(epoch: string, entries: readonly Entry[], oldest: number = this.#head.oldest): undefined {
    if (this.#head.epoch === "") {
      this.#unopened.push({ epoch, entries });
      return;
    }
    if (!this.sees({ epoch, seq: 0, oldest })) return;
    for (const entry of entries) if (entry.seq > this.#head.seq) this.#early.set(entry.seq, entry);
    const accepted: Entry[] = [];
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#early.delete(next.seq);
      accepted.push(next);
      const encoded = encodeEntry(this.#scope, next);
      this.#scope.recent.push(encoded);
      if (next.redacts !== undefined) this.#redact(next.redacts.target);
      this.#fresh.push(encoded);
      this.#head.seq = next.seq;
    }
    if (accepted.length > 0) {
      if (this.#fresh.length === accepted.length) this.#freshMs = this.#context.now();
      this.#requestDeliver();
      for (const observer of this.#scope.observers) observer.appended?.(accepted);
    }
    if (this.#early.size > 0) this.#readGap();
  }

  /** Hands what has come to all who are live; at the end of a turn, or before someone enters or leaves. */
  deliver(): HandedOut | undefined {
    if (this.#fresh.length === 0) return;
    const entries = this.#fresh;
    this.#fresh = [];
    const { audience, counters } = this.#scope;
    const receivers = audience.deliver(entries, (cursor) => this.catchUp.lag(cursor));
    const deliveries = entries.length * receivers;
    counters.handsOut(deliveries, this.#freshMs);
    return { deliveries, receivers };
  }

  /** Entries that were read, as the events they are by now: they may have been redacted since, in the epoch they stand in. */
  encoded({ epoch, entries }: Arrival): readonly Encoded[] {
    const redacted = epoch === this.#head.epoch ? this.#redacted : NONE;
    return entries.map((entry) => {
      return encodeEntry(this.#scope, redacted.has(entry.seq) ? { ...entry, content: "", redacted: true } : entry);
    });
  }

  /** Takes what the log says of itself: a newer `oldest`, or that it goes on under another epoch; `false`: that. */
  sees({ epoch, oldest }: Head): boolean {
    if (epoch !== this.#head.epoch) this.#rebase();
    else if (oldest > this.#head.oldest) {
      this.#head.oldest = oldest;
      this.#scope.recent.forget(oldest);
    }
    return epoch === this.#head.epoch;
  }

  /** Takes what stood between the head and an entry that came early. */
  gapRead(page: Page): undefined {
    const { seq } = this.#head;
    this.accept(page.epoch, page.entries, page.oldest);
    // The gap itself may have been trimmed: then nobody here can be handed what stood in it.
    if (page.oldest > this.#head.seq + 1 && page.epoch === this.#head.epoch) return this.#reopen();
    if (this.#head.seq === seq) return this.gapNotRead();
    this.#readingGap = false;
    if (this.#early.size > 0 || page.seq > this.#head.seq) this.#readGap();
  }

  /** Tries again in a while what the log would not say now. */
  gapNotRead(): undefined {
    if (this.#early.size === 0) this.#readingGap = false;
    else this.#context.after("gap", RETRY_MS, { type: "readGap" });
  }

  /** It is time to try again. */
  readGap(): undefined {
    this.#readingGap = false;
    if (this.#early.size > 0) this.#readGap();
  }

  /** Holds the log's own word on its head against what has come: a wake-up may have been lost. */
  compare(head: Head): undefined {
    if (this.#head.epoch === "" || !this.sees(head)) return;
    if (head.seq > this.#head.seq) this.#readGap();
  }

  #redact(target: number): undefined {
    this.#scope.recent.redact(target);
    this.#redacted.add(target);
    if (this.#redacted.size <= REDACTIONS) return;
    const [oldest = 0] = this.#redacted;
    this.#redacted.delete(oldest);
  }

  #next(): Entry | undefined {
    return this.#early.get(this.#head.seq + 1);
  }

  #readGap(): undefined {
    if (this.#readingGap) return;
    this.#readingGap = true;
    this.#context.pipe(
      this.#scope.log.read(this.#scope.name, { after: this.#head.seq }, GAP),
      (page) => ({ type: "gapRead", page }),
      (error) => ({ type: "gapNotRead", error }),
    );
  }

  /** The log goes on under another epoch: it is opened anew. */
  #rebase(): undefined {
    if (this.#rebasing) return;
    this.#rebasing = true;
    return this.#reopen();
  }

  #reopen(): undefined {
    this.#context.self.tell({ type: "open" });
  }
}
