import type { Context } from "../kernel/mod.ts";
import { encode, Frames } from "../wire/mod.ts";
import type { Cursor } from "./cursor.ts";
import type { Delivery } from "./delivery.ts";
import type { Page } from "./log.ts";
import type { RoomMessage } from "./message.ts";
import { type Encoded, type StretchLimit, textFor } from "./recent.ts";
import type { RoomScope } from "./scope.ts";

/** What a member who is behind is handed at a time. */
const STRETCH = { count: 256, bytes: 64 * 1024 };
const RETRY_MS = 1_000;

/**
 * How single cursors come to the head, in one life of a room. Joining, resuming and reading slowly are one thing here: a
 * cursor that is behind is handed what follows as far as its budget allows, from memory or from the log, and then is live.
 */
export class CatchUp {
  readonly #scope: RoomScope;
  readonly #context: Context<RoomMessage>;
  readonly #delivery: Delivery;
  readonly #stretch: StretchLimit;
  #retries = 0;

  constructor(scope: RoomScope, context: Context<RoomMessage>, delivery: Delivery) {
    this.#scope = scope;
    this.#context = context;
    this.#delivery = delivery;
    // A stretch that no empty budget had room for would be refused for ever.
    this.#stretch = { ...STRETCH, bytes: Math.min(STRETCH.bytes, scope.limits.outboxBytes / 4) };
  }

  /** Lets a cursor go on as far as its budget and the entries at hand allow, and makes it live at the head. */
  advance(cursor: Cursor): undefined {
    // A life that has not been opened yet does not know where the head is; opening it brings everybody on.
    if (cursor.state !== "behind" || cursor.waiting || this.#delivery.head.epoch === "") return;
    this.#delivery.deliver();
    const { recent, audience } = this.#scope;
    while (cursor.seq < this.#delivery.head.seq) {
      const stretch = recent.after(cursor.seq, this.#stretch);
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
    if (!this.#delivery.sees(page)) return;
    const entries = page.entries.filter((entry) => entry.seq > cursor.seq);
    if (page.oldest > cursor.seq + 1) this.reset(cursor, "trimmed");
    else if (entries.length === 0 && cursor.seq < this.#delivery.head.seq) return this.pageNotRead(cursor);
    else {
      if (!this.#hand(cursor, this.#delivery.encoded({ epoch: page.epoch, entries }))) return;
    }
    return this.advance(cursor);
  }

  /** Tries again in a while what the log would not say now. */
  pageNotRead(cursor: Cursor): undefined {
    cursor.waiting = true;
    this.#retries += 1;
    this.#context.after(`resume ${this.#retries}`, RETRY_MS, { type: "resume", cursor });
  }

  /** A live cursor has no room in its budget: from here on it is behind, is told so, and waits for room. */
  lag(cursor: Cursor): undefined {
    this.fall(cursor);
    this.#lagged(cursor);
    this.#wait(cursor);
  }

  /** A live cursor is behind from here on. */
  fall(cursor: Cursor): undefined {
    this.#scope.audience.fallBehind(cursor);
    for (const observer of this.#scope.observers) observer.behind?.(cursor);
  }

  /** Puts a cursor to the head, and says that what follows does not continue what came before. */
  reset(cursor: Cursor, reason: "epoch" | "trimmed"): undefined {
    const { epoch, seq, oldest } = this.#delivery.head;
    cursor.seq = seq;
    cursor.listener.reply(encode({ type: "reset", room: this.#scope.name, epoch, seq, oldest, reason }));
  }

  /** Hands a cursor what there is room for, and answers whether that was all; where not, it waits for room. */
  #hand(cursor: Cursor, entries: readonly Encoded[]): boolean {
    const texts = entries.map((entry) => textFor(cursor.listener.user.id, entry));
    for (let count = texts.length; count > 0; count >>= 1) {
      if (!cursor.listener.offer(new Frames(texts.slice(0, count)))) continue;
      cursor.seq += count;
      this.#scope.counters.delivered += count;
      if (count === texts.length) return true;
      break;
    }
    if (texts.length === 0) return true;
    this.#lagged(cursor);
    this.#wait(cursor);
    return false;
  }

  #lagged(cursor: Cursor): undefined {
    if (cursor.lagged) return;
    cursor.lagged = true;
    this.#scope.counters.lagged += 1;
    cursor.listener.reply(encode({ type: "lagged", room: this.#scope.name, seq: cursor.seq }));
  }

  #wait(cursor: Cursor): undefined {
    cursor.waiting = true;
    const { self } = this.#context;
    cursor.listener.whenDrained(() => {
      self.tell({ type: "resume", cursor });
    });
  }

  #readPage(cursor: Cursor): undefined {
    cursor.waiting = true;
    this.#context.pipe(
      this.#scope.log.read(this.#scope.name, { after: cursor.seq }, this.#stretch),
      (page) => ({ type: "pageRead", cursor, page }),
      (error) => ({ type: "pageNotRead", cursor, error }),
    );
  }
}
