import type { Sender } from "../wire/mod.ts";

/** Who came and who went between two moments. */
export interface Change {
  readonly joined: readonly Sender[];
  readonly left: readonly string[];
}

interface History {
  readonly user: Sender;
  /** Whether the user was a member when these changes began to be gathered. */
  readonly before: boolean;
  /** When it came and went since, by number. */
  readonly turns: { readonly at: number; readonly present: boolean }[];
}

/**
 * Comings and goings, gathered until they are announced. Someone who entered meanwhile was shown the members as they were
 * then, so what is new depends on since when one has been looking.
 */
export class Changes {
  readonly #users = new Map<string, History>();
  #count = 0;

  /** How many changes there have been: the moment that this is, for `since`. */
  get now(): number {
    return this.#count;
  }

  came(user: Sender): undefined {
    this.#turn({ id: user.id, name: user.name }, true);
  }

  went(id: string): undefined {
    this.#turn({ id, name: id }, false);
  }

  /** What has changed since a moment, 0 being the beginning; who came and went again in between is in neither list. */
  since(moment: number): Change {
    const joined: Sender[] = [];
    const left: string[] = [];
    for (const { user, before, turns } of this.#users.values()) {
      const then = turns.findLast(({ at }) => at <= moment)?.present ?? before;
      const present = turns.at(-1)?.present ?? before;
      if (present && !then) joined.push(user);
      if (then && !present) left.push(user.id);
    }
    return { joined, left };
  }

  /** Where everybody is now who has moved at all: right for whoever was shown the members at any moment in between. */
  all(): Change {
    const joined: Sender[] = [];
    const left: string[] = [];
    for (const { user, turns } of this.#users.values()) {
      if (turns.at(-1)?.present === true) joined.push(user);
      else left.push(user.id);
    }
    return { joined, left };
  }

  get size(): number {
    return this.#users.size;
  }

  /** Begins anew. */
  clear(): undefined {
    this.#users.clear();
    this.#count = 0;
  }

  #turn(user: Sender, present: boolean): undefined {
    this.#count += 1;
    const turn = { at: this.#count, present };
    const history = this.#users.get(user.id);
    if (history === undefined) this.#users.set(user.id, { user, before: !present, turns: [turn] });
    else history.turns.push(turn);
  }
}
