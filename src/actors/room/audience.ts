import { Frames } from "../wire/mod.ts";
import { Cursor } from "./cursor.ts";
import type { Listener } from "./listener.ts";
import { type Encoded, textFor } from "./recent.ts";

/** A room's members on this node. It outlives the room's failures: cursors are handed to its next life. */
export class Audience {
  readonly #cursors = new Map<Listener, Cursor>();
  /** Most users have one connection, and no set is made for that. */
  readonly #byUser = new Map<string, Cursor | Set<Cursor>>();
  readonly #live: Cursor[] = [];
  /** Where the live ones are. */
  readonly front: { epoch: string; seq: number } = { epoch: "", seq: 0 };

  get size(): number {
    return this.#cursors.size;
  }

  of(listener: Listener): Cursor | undefined {
    return this.#cursors.get(listener);
  }

  /** Every member's cursor, in the order of entering. */
  all(): Iterable<Cursor> {
    return this.#cursors.values();
  }

  /** The cursors of one user. */
  ofUser(id: string): readonly Cursor[] {
    const found = this.#byUser.get(id);
    if (found === undefined) return [];
    return found instanceof Cursor ? [found] : [...found];
  }

  enter(listener: Listener): Cursor {
    const cursor = new Cursor(listener, this.front);
    this.#cursors.set(listener, cursor);
    const { id } = listener.user;
    const user = this.#byUser.get(id);
    if (user === undefined) this.#byUser.set(id, cursor);
    else if (user instanceof Cursor) this.#byUser.set(id, new Set([user, cursor]));
    else user.add(cursor);
    return cursor;
  }

  leave(cursor: Cursor): undefined {
    if (cursor.state === "live") this.#takeOut(cursor);
    cursor.state = "gone";
    this.#cursors.delete(cursor.listener);
    const { id } = cursor.listener.user;
    const user = this.#byUser.get(id);
    if (user instanceof Set) user.delete(cursor);
    if (user === cursor || (user instanceof Set && user.size === 0)) this.#byUser.delete(id);
  }

  /** From here on, the cursor moves with the live ones. */
  goLive(cursor: Cursor): undefined {
    cursor.state = "live";
    cursor.index = this.#live.length;
    this.#live.push(cursor);
  }

  /** From here on, the cursor stands where the live ones are now. */
  fallBehind(cursor: Cursor): undefined {
    this.#takeOut(cursor);
    cursor.seq = this.front.seq;
    cursor.state = "behind";
  }

  /**
   * Hands the entries behind the front to every live member, and moves the front; whoever has no room for them is given to
   * `onFull` before that. Framed once for all, but for senders whose own copies bear their keys.
   *
   * @returns how many were handed them.
   */
  deliver(entries: readonly Encoded[], onFull: (cursor: Cursor) => undefined): number {
    const full: Cursor[] = [];
    const { length } = this.#live;
    if (this.#live.length > 0) {
      const frames = new Frames(entries.map((entry) => entry.text));
      const personal = this.#personal(entries);
      for (const cursor of this.#live) {
        if (!cursor.listener.offer(personal?.get(cursor) ?? frames)) full.push(cursor);
      }
    }
    for (const cursor of full) onFull(cursor);
    this.front.seq = entries.at(-1)?.seq ?? this.front.seq;
    return length - full.length;
  }

  /** Offers frames to the live members but some; who has no room for them goes without. Answers who does. */
  spread(frames: Frames, but: (cursor: Cursor) => boolean = nobody): readonly Cursor[] {
    const without: Cursor[] = [];
    for (const cursor of this.#live) {
      if (!but(cursor) && !cursor.listener.offer(frames)) without.push(cursor);
    }
    return without;
  }

  #personal(entries: readonly Encoded[]): Map<Cursor, Frames> | undefined {
    if (entries.every(({ keyed }) => keyed === undefined)) return undefined;
    const senders = new Set<string>();
    for (const entry of entries) if (entry.keyed !== undefined) senders.add(entry.sender);
    const personal = new Map<Cursor, Frames>();
    for (const sender of senders) {
      const own = new Frames(entries.map((entry) => textFor(sender, entry)));
      for (const cursor of this.ofUser(sender)) personal.set(cursor, own);
    }
    return personal;
  }

  #takeOut(cursor: Cursor): undefined {
    const last = this.#live.pop() as Cursor;
    if (last === cursor) return;
    this.#live[cursor.index] = last;
    last.index = cursor.index;
  }
}

function nobody(): boolean {
  return false;
}
