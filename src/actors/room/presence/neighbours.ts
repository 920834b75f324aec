import type { Sender } from "../../wire/mod.ts";
import type { Named, Tiding } from "./tiding.ts";

/** Another node's members, as far as they are known here. */
interface Neighbour {
  edition: number;
  version: number;
  readonly members: Set<string>;
  /** When it was last known that this is how it is. */
  heardAt: number;
  /** The parts that have come of all members at some version. */
  parts: Parts | undefined;
}

interface Parts {
  readonly edition: number;
  readonly version: number;
  readonly found: Map<number, readonly Named[]>;
}

/** What a tiding has changed about who is on a node, and whether all is known now that it speaks of. */
export interface Heard {
  readonly joined: readonly Sender[];
  readonly left: readonly string[];
  /** `partial`: the rest is on its way; `unclear`: it has to be asked for. */
  readonly known: "all" | "partial" | "unclear";
}

const nothingNew: Heard = { joined: [], left: [], known: "all" };
const partial: Heard = { ...nothingNew, known: "partial" };
const unclear: Heard = { ...nothingNew, known: "unclear" };

/** Who is in a room by the word of other nodes. What does not follow on what is known is not taken, but asked for. */
export class Neighbours {
  readonly #nodes = new Map<string, Neighbour>();

  /** Takes what a node says; of two tidings, the older one changes nothing. */
  hear(tiding: Tiding, now: number): Heard {
    const { node, edition, version } = tiding;
    const known = this.#nodes.get(node) ?? this.#meet(node);
    const behind = compare(tiding, known);
    if (behind < 0) return nothingNew;
    if (behind === 0) {
      known.heardAt = now;
      return nothingNew;
    }
    // A room that was just opened has nobody in it: whatever was there before is gone.
    if (version === 0) return this.#replace(known, { edition, version, now }, []);
    switch (tiding.type) {
      case "standing":
        return unclear;
      case "whole": {
        const members = gathered(known, tiding);
        return members === undefined ? partial : this.#replace(known, { edition, version, now }, members);
      }
      case "changed": {
        if (version === 1) return this.#replace(known, { edition, version, now }, tiding.joined);
        if (edition !== known.edition || version !== known.version + 1) return unclear;
        return this.#change(known, tiding, now);
      }
      default:
        return tiding satisfies never;
    }
  }

  /** Forgets nodes for which `lives` does not hold; answers who was there, by node. */
  bury(lives: (node: string) => boolean): readonly (readonly [node: string, members: readonly string[]])[] {
    const dead = [...this.#nodes].filter(([node]) => !lives(node));
    for (const [node] of dead) this.#nodes.delete(node);
    return dead.map(([node, { members }]) => [node, [...members]]);
  }

  /** The nodes with members that have said nothing of them since a moment. */
  silentSince(moment: number): readonly string[] {
    return [...this.#nodes]
      .filter(([, { heardAt, members }]) => members.size > 0 && heardAt < moment)
      .map(([node]) => node);
  }

  #meet(node: string): Neighbour {
    const members = new Set<string>();
    const met: Neighbour = { edition: 0, version: 0, members, heardAt: Number.NEGATIVE_INFINITY, parts: undefined };
    this.#nodes.set(node, met);
    return met;
  }

  #change(known: Neighbour, tiding: Extract<Tiding, { readonly type: "changed" }>, now: number): Heard {
    const joined = tiding.joined.filter(([id]) => !known.members.has(id));
    const left = tiding.left.filter((id) => known.members.has(id));
    for (const [id] of joined) known.members.add(id);
    for (const id of left) known.members.delete(id);
    known.version = tiding.version;
    known.heardAt = now;
    return { joined: joined.map(userOf), left, known: "all" };
  }

  #replace(
    known: Neighbour,
    { edition, version, now }: { readonly edition: number; readonly version: number; readonly now: number },
    members: readonly Named[],
  ): Heard {
    const ids = new Set(members.map(([id]) => id));
    const joined = members.filter(([id]) => !known.members.has(id));
    const left = [...known.members].filter((id) => !ids.has(id));
    for (const [id] of joined) known.members.add(id);
    for (const id of left) known.members.delete(id);
    Object.assign(known, { edition, version, heardAt: now, parts: undefined });
    return { joined: joined.map(userOf), left, known: "all" };
  }
}

/** Whether one state is behind another one of the same node (> 0), or is it (0). */
function compare(one: Pick<Tiding, "edition" | "version">, other: Pick<Tiding, "edition" | "version">): number {
  return one.edition - other.edition || one.version - other.version;
}

/** All members, once the last part has come. */
function gathered(
  known: Neighbour,
  { edition, version, part, parts, members }: Extract<Tiding, { readonly type: "whole" }>,
): readonly Named[] | undefined {
  if (known.parts === undefined || compare({ edition, version }, known.parts) > 0) {
    known.parts = { edition, version, found: new Map() };
  }
  if (compare({ edition, version }, known.parts) < 0) return undefined;
  const { found } = known.parts;
  found.set(part, members);
  return found.size < parts ? undefined : [...found.values()].flat();
}

function userOf([id, name]: Named): Sender {
  return { id, name };
}
