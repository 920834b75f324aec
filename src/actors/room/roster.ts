import type { Sender } from "../wire/mod.ts";

interface Member {
  readonly user: Sender;
  /** Grows from one member to the next: a place to go on from. */
  readonly order: number;
  connections: number;
}

/** Who is in a room: one member per user, over however many connections. */
export class Roster {
  readonly #members = new Map<string, Member>();
  #order = 0;

  get size(): number {
    return this.#members.size;
  }

  /** Counts one more connection of a user; answers whether the user is new here. */
  enter({ id, name }: Sender): boolean {
    const member = this.#members.get(id);
    if (member !== undefined) {
      member.connections += 1;
      return false;
    }
    this.#order += 1;
    this.#members.set(id, { user: { id, name }, order: this.#order, connections: 1 });
    return true;
  }

  /** Counts one connection of a user less; answers whether none is left. The member stays until `remove`. */
  drop(id: string): boolean {
    const member = this.#members.get(id);
    if (member === undefined) return false;
    member.connections -= 1;
    return member.connections === 0;
  }

  /** Takes out a user who has no connection left; answers whether that was so. */
  remove(id: string): boolean {
    return this.#members.get(id)?.connections === 0 && this.#members.delete(id);
  }

  /** The users without a connection, who are members for their grace only. */
  absent(): readonly string[] {
    return [...this.#members.values()].filter((member) => member.connections === 0).map((member) => member.user.id);
  }

  /** Up to `limit` members behind a place, and the place to go on from where there are more. */
  page(limit: number, after = 0): { readonly members: readonly Sender[]; readonly next: number | undefined } {
    const members: Sender[] = [];
    let last = 0;
    for (const { user, order } of this.#members.values()) {
      if (order <= after) continue;
      if (members.length === limit) return { members, next: last };
      members.push(user);
      last = order;
    }
    return { members, next: undefined };
  }
}
