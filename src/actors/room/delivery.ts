import type { Context } from "../kernel/mod.ts";
import { encode, Frames } from "../wire/mod.ts";
import type { Cursor } from "./cursor.ts";
import type { Entry, Head, Page } from "./log.ts";
import type { RoomMessage } from "./message.ts";
import { type Encoded, encodeEntry, textFor } from "./recent.ts";
import type { RoomScope } from "./scope.ts";

/** What a member who is behind is handed at a time. */
const STRETCH = { count: 256, bytes: 64 * 1024 };
const RETRY_MS = 1_000;

/**
 * How entries reach members, in one life of a room. Strictly head + 1: what arrives out of order waits, a gap is read from
 * the log at once. Members at the head are handed a turn's entries together; each other one has a cursor of its own, and
 * joining, resuming and reading slowly are the same to it: it is caught up, then it is live.
 */
export class Delivery {
  readonly #scope: RoomScope;
  readonly #context: Context<RoomMessage>;
  readonly #requestDeliver: () => undefined;
  /** Entries that have come before their turn. */
  readonly #early = new Map<number, Entry>();
  /** What came before the log had said where it is. */
  readonly #unopened: { readonly epoch: string; readonly entries: readonly Entry[] }[] = [];
  #fresh: Encoded[] = [];
  #gap = false;
  #retries = 0;
  #rebasing = false;
  /** Where the room's log is, as far as it has come here. */
  head: Head = { epoch: "", seq: 0, oldest: 1 };

  constructor(scope: RoomScope, context: Context<RoomMessage>) {
    this.#scope = scope;
    this.#context = context;
    this.#requestDeliver = context.onTurnEnd(() => this.deliver());
  }

  /** Begins at what the log said last; members of a former life go on from where they are. */
  open(page: Page): undefined {
    const { recent, audience } = this.#scope;
    const moved = audience.front.epoch !== "" && audience.front.epoch !== page.epoch;
    this.#rebasing = false;
    this.#fresh = [];
    if (moved) this.#early.clear();
    recent.clear();
    for (const entry of page.entries) recent.push(encodeEntry(this.#scope.name, entry));
    this.head = page;
    const cursors = [...audience.all()];
    for (const cursor of cursors) if (cursor.state === "live") this.#fall(cursor);
    audience.front.epoch = page.epoch;
    audience.front.seq = page.seq;
    for (const cursor of cursors) {
      if (moved || cursor.seq > page.seq) this.#reset(cursor, "epoch");
      cursor.waiting = false;
      this.advance(cursor);
    }
    this.accept(page.epoch, []);
    for (const { epoch, entries } of this.#unopened.splice(0)) this.accept(epoch, entries);
  }

  /** Takes entries that were appended, here or elsewhere. */
  accept(epoch: string, entries: readonly Entry[], oldest: number = this.head.oldest): undefined {
    if (this.head.epoch === "") {
      this.#unopened.push({ epoch, entries });
      return;
    }
    if (epoch !== this.head.epoch) return this.#rebase();
    this.head = { ...this.head, oldest };
    for (const entry of entries) if (entry.seq > this.head.seq) this.#early.set(entry.seq, entry);
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#early.delete(next.seq);
      const encoded = encodeEntry(this.#scope.name, next);
      this.#scope.recent.push(encoded);
      this.#fresh.push(encoded);
      this.head = { ...this.head, seq: next.seq };
    }
    if (this.#fresh.length > 0) this.#requestDeliver();
    if (this.#early.size > 0) this.#readGap();
  }

  /** Hands what has come to all who are live; at the end of a turn, or before someone enters or leaves. */
  deliver(): undefined {
    if (this.#fresh.length === 0) return;
    const entries = this.#fresh;
    this.#fresh = [];
    for (const cursor of this.#scope.audience.deliver(entries)) this.#stall(cursor);
  }

  /** Lets a cursor go on as far as its budget and the entries at hand allow, and makes it live at the head. */
  advance(cursor: Cursor): undefined {
    if (cursor.state !== "behind" || cursor.waiting) return;
    this.deliver();
    const { recent, audience } = this.#scope;
    while (cursor.seq < this.head.seq) {
      const stretch = recent.after(cursor.seq, STRETCH);
      if (stretch === undefined) return this.#readPage(cursor);
      if (!this.#hand(cursor, stretch)) return;
    }
    audience.goLive(cursor);
    if (cursor.lagged) {
      cursor.lagged = false;
      cursor.listener.reply(encode({ type: "live", room: this.#scope.name, seq: cursor.seq }));
    }
    for (const observer of this.#scope.observers) observer.live?.(cursor);
  }

  /** Goes on with a page that was read for a cursor. */
  pageRead(cursor: Cursor, page: Page): undefined {
    cursor.waiting = false;
    if (cursor.state !== "behind") return;
    if (page.epoch !== this.head.epoch) return this.#rebase();
    this.head = { ...this.head, oldest: page.oldest };
    const entries = page.entries.filter((entry) => entry.seq > cursor.seq);
    if (page.oldest > cursor.seq + 1) this.#reset(cursor, "trimmed");
    else if (entries.length === 0 && cursor.seq < this.head.seq) return this.pageNotRead(cursor);
    else if (
      !this.#hand(
        cursor,
        entries.map((entry) => encodeEntry(this.#scope.name, entry)),
      )
    )
      return;
    return this.advance(cursor);
  }

  /** Tries again in a while what the log would not say now. */
  pageNotRead(cursor: Cursor): undefined {
    cursor.waiting = true;
    this.#retries += 1;
    this.#context.after(`resume ${this.#retries}`, RETRY_MS, { type: "resume", cursor });
  }

  /** Takes what stood between the head and an entry that came early. */
  gapRead(page: Page): undefined {
    this.#gap = false;
    return this.accept(page.epoch, page.entries, page.oldest);
  }

  gapNotRead(): undefined {
    this.#gap = false;
    this.#context.after("gap", RETRY_MS, { type: "gapRead", page: { ...this.head, entries: [] } });
  }

  /** Goes on under the epoch that the log has now: every member is told that what follows does not continue what came. */
  rebased(head: Head): undefined {
    return this.open({ ...head, entries: [] });
  }

  /** The members who have no room in their budget for what is spread to all fall behind. */
  lag(cursors: readonly Cursor[]): undefined {
    for (const cursor of cursors) {
      if (cursor.state !== "live") continue;
      this.#scope.audience.fallBehind(cursor);
      this.#stall(cursor);
    }
  }

  #next(): Entry | undefined {
    return this.#early.get(this.head.seq + 1);
  }

  #hand(cursor: Cursor, entries: readonly Encoded[]): boolean {
    const user = cursor.listener.user.id;
    if (entries.length > 0 && !cursor.listener.offer(new Frames(entries.map((entry) => textFor(user, entry))))) {
      this.#lagged(cursor);
      this.#wait(cursor);
      return false;
    }
    cursor.seq = entries.at(-1)?.seq ?? cursor.seq;
    return true;
  }

  #fall(cursor: Cursor): undefined {
    this.#scope.audience.fallBehind(cursor);
    for (const observer of this.#scope.observers) observer.behind?.(cursor);
  }

  /** Someone has fallen behind for want of room in the budget: says so, and waits for room. */
  #stall(cursor: Cursor): undefined {
    for (const observer of this.#scope.observers) observer.behind?.(cursor);
    this.#lagged(cursor);
    this.#wait(cursor);
  }

  #lagged(cursor: Cursor): undefined {
    if (cursor.lagged) return;
    cursor.lagged = true;
    cursor.listener.reply(encode({ type: "lagged", room: this.#scope.name, seq: cursor.seq }));
  }

  #wait(cursor: Cursor): undefined {
    cursor.waiting = true;
    const { self } = this.#context;
    cursor.listener.whenDrained(() => {
      self.tell({ type: "resume", cursor });
    });
  }

  #reset(cursor: Cursor, reason: "epoch" | "trimmed"): undefined {
    cursor.seq = this.head.seq;
    const { epoch, seq, oldest } = this.head;
    cursor.listener.reply(encode({ type: "reset", room: this.#scope.name, epoch, seq, oldest, reason }));
  }

  #readPage(cursor: Cursor): undefined {
    cursor.waiting = true;
    this.#context.pipe(
      this.#scope.log.read(this.#scope.name, { after: cursor.seq }, STRETCH),
      (page) => ({ type: "pageRead", cursor, page }),
      (error) => ({ type: "pageNotRead", cursor, error }),
    );
  }

  #readGap(): undefined {
    if (this.#gap) return;
    this.#gap = true;
    this.#context.pipe(
      this.#scope.log.read(this.#scope.name, { after: this.head.seq }, { count: 1_024, bytes: 1024 ** 2 }),
      (page) => ({ type: "gapRead", page }),
      (error) => ({ type: "gapNotRead", error }),
    );
  }

  #rebase(): undefined {
    if (this.#rebasing) return;
    this.#rebasing = true;
    this.#context.pipe(
      this.#scope.log.head(this.#scope.name),
      (head) => ({ type: "rebased", head }),
      () => ({ type: "open" }),
    );
  }
}
