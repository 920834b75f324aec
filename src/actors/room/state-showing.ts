import { encode, Frames, type Json } from "../wire/mod.ts";
import type { Cursor } from "./cursor.ts";
import type { RoomScope } from "./scope.ts";
import { differences, nothingSet, type Value } from "./state-record.ts";

type Values = ReadonlyMap<string, Value>;

/**
 * What a room's members have been shown of its state. Most were shown the same; whoever was not (newcomers, those who read
 * slowly) is kept apart with what it was shown, so that the next event for it says the difference, and nothing is owed.
 */
export class Showing {
  readonly #scope: RoomScope;
  readonly #apart = new Map<Cursor, Values>();
  /** What everybody else was shown. */
  #shown: Values = nothingSet.values;

  constructor(scope: RoomScope) {
    this.#scope = scope;
  }

  /** Someone has come, and was shown so much. */
  entered(cursor: Cursor, values: Values): undefined {
    this.#apart.set(cursor, values);
  }

  left(cursor: Cursor): undefined {
    this.#apart.delete(cursor);
  }

  /** Someone misses what is shown from now on. */
  behind(cursor: Cursor): undefined {
    if (!this.#apart.has(cursor)) this.#apart.set(cursor, this.#shown);
  }

  /** Someone is shown what is new from now on, and what it has missed with the next event. */
  live(cursor: Cursor): undefined {
    if (this.#apart.get(cursor) === this.#shown) this.#apart.delete(cursor);
  }

  /** Whether somebody who is live, and not in doubt, has not been shown all that is there. */
  owes(values: Values, doubtful: (cursor: Cursor) => boolean): boolean {
    if (differences(this.#shown, values).length > 0) return true;
    for (const [cursor, shown] of this.#apart) {
      if (cursor.state === "live" && !doubtful(cursor) && differences(shown, values).length > 0) return true;
    }
    return false;
  }

  /**
   * Shows everybody who is live what is there, but those of whom `doubtful` says that they may have seen newer.
   *
   * @returns those who had no room for it, and are to be shown it once they are live again.
   */
  show(values: Values, doubtful: (cursor: Cursor) => boolean): readonly Cursor[] {
    const full: Cursor[] = [];
    const caughtUp: Cursor[] = [];
    const made = new Map<Values, Frames | undefined>();
    for (const [cursor, shown] of this.#apart) {
      if (cursor.state === "gone") this.#apart.delete(cursor);
      if (cursor.state !== "live" || doubtful(cursor)) continue;
      if (!made.has(shown)) made.set(shown, this.#frames(shown, values));
      const frames = made.get(shown);
      if (frames === undefined || cursor.listener.offer(frames)) caughtUp.push(cursor);
      else full.push(cursor);
    }
    const frames = this.#frames(this.#shown, values);
    if (frames !== undefined) {
      for (const cursor of this.#scope.audience.spread(frames, (each) => this.#apart.has(each))) {
        this.#apart.set(cursor, this.#shown);
        full.push(cursor);
      }
    }
    for (const cursor of caughtUp) this.#apart.delete(cursor);
    this.#shown = values;
    return full;
  }

  #frames(shown: Values, values: Values): Frames | undefined {
    const found = differences(shown, values);
    if (found.length === 0) return undefined;
    const said: Readonly<Record<string, Json>> = Object.fromEntries(found);
    return new Frames([encode({ type: "state", room: this.#scope.name, values: said })]);
  }
}
