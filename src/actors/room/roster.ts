import type { Sender } from "../wire/mod.ts";

interface Member {
  readonly user: Sender;
  /** Grows from one member to the next: a place to go on from. */
  readonly order: number;
  /** How many connections it has on this node. */
  connections: number;
  /** Whether it is a member by this node's word: it has a connection here, or may come back to one. */
  here: boolean;
  /** By which other nodes' word it is one. */
  elsewhere: Set<string> | undefined;
}

/** What has changed: whether someone is a member by this node's word, and whether at all. */
export interface Shift {
  readonly here: boolean;
  readonly everywhere: boolean;
}

const nothing: Shift = { here: false, everywhere: false };

/** Who is in a room, on this node and on others: one member per user, over however many connections and nodes. */
export class Roster {
  readonly #members = new Map<string, Member>();
  #order = 0;

  get size(): number {
    return this.#members.size;
  }

  /** Counts one more connection of a user. */
  enter(user: Sender): Shift {
    const known = this.#members.get(user.id);
    const member = known ?? this.#add(user);
    const here = !member.here;
    member.connections += 1;
    member.here = true;
    return { here, everywhere: known === undefined };
  }

  /** Counts one connection of a user less; answers whether none is left. The member stays until `remove`. */
  drop(id: string): boolean {
    const member = this.#members.get(id);
    if (member === undefined || member.connections === 0) return false;
    member.connections -= 1;
    return member.connections === 0;
  }

  /** Takes out a user who has no connection left here. */
  remove(id: string): Shift {
    const member = this.#members.get(id);
    if (member === undefined || !member.here || member.connections > 0) return nothing;
    member.here = false;
    return { here: true, everywhere: this.#settle(member) };
  }

  /** Another node says that a user is there; answers whether it was nowhere before. */
  arrive(user: Sender, node: string): boolean {
    const known = this.#members.get(user.id);
    const member = known ?? this.#add(user);
    (member.elsewhere ??= new Set()).add(node);
    return known === undefined;
  }

  /** Another node says that a user is not there; answers whether it is nowhere now. */
  depart(id: string, node: string): boolean {
    const member = this.#members.get(id);
    if (member?.elsewhere?.delete(node) !== true) return false;
    if (member.elsewhere.size === 0) member.elsewhere = undefined;
    return this.#settle(member);
  }

  /** The users who are members by this node's word. */
  here(): readonly Sender[] {
    return [...this.#members.values()].filter((member) => member.here).map(({ user }) => user);
  }

  /** The users without a connection here, who are members by this node's word for their grace only. */
  absent(): readonly string[] {
    return [...this.#members.values()]
      .filter((member) => member.here && member.connections === 0)
      .map((member) => member.user.id);
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

  #add({ id, name }: Sender): Member {
    this.#order += 1;
    const member = { user: { id, name }, order: this.#order, connections: 0, here: false, elsewhere: undefined };
    this.#members.set(id, member);
    return member;
  }

  /** Lets go of a member that is nowhere any more; answers whether it was. */
  #settle({ user, here, elsewhere }: Member): boolean {
    return !here && elsewhere === undefined && this.#members.delete(user.id);
  }
}
