import type { ActorRef, Context } from "../../kernel/mod.ts";
import type { Json, RoomCount } from "../../wire/mod.ts";
import type { Bus } from "../bus.ts";
import type { RoomMessage } from "../message.ts";
import type { RoomsMessage, RoomsPage } from "../rooms-message.ts";
import type { Nodes } from "./nodes.ts";
import { ASKINGS, type Asking, presenceNews, type Tiding, tidingsOf } from "./tiding.ts";

/** Which rooms are asked for: so many behind a name, that begin with a text and may be seen. */
export interface Stretch {
  readonly prefix: string;
  readonly after: string;
  readonly limit: number;
  readonly visible?: ((room: string) => boolean) | undefined;
}

/** What a node asks the others. */
interface Inquiry extends Pick<Stretch, "prefix" | "after"> {
  readonly from: string;
  readonly number: number;
}

/** What a node answers: its rooms with members, in order; `more`: there are others behind them. */
interface Found {
  readonly number: number;
  readonly node: string;
  readonly rooms: readonly (readonly [room: string, count: number])[];
  readonly more: boolean;
}

/** What the registry of rooms is told that its directory takes. */
export type DirectoryMessage =
  /** Another node asks who is in a room. */
  | { readonly type: "asked"; readonly asking: Asking }
  /** Another node asks which rooms have members. */
  | { readonly type: "inquired"; readonly inquiry: Inquiry }
  | { readonly type: "found"; readonly found: Found }
  /** Whoever has not answered by now is not waited for any more. */
  | { readonly type: "gathered"; readonly number: number };

/** A page of the rooms that all nodes know of, which somebody wants. */
type RoomsWanted = Extract<RoomsMessage, { readonly type: "list" }>;

/** What a directory is kept with. */
export interface DirectoryOptions {
  readonly nodes: Nodes;
  readonly bus: Bus;
  /** This node's rooms with members, one more than so many where there are more. */
  readonly occupied: (stretch: Stretch) => readonly RoomCount[];
  /** Where a room is that is open here. */
  readonly refOf: (room: string) => ActorRef<RoomMessage> | undefined;
}

/** A page that is being put together. */
interface Search {
  readonly wanted: RoomsWanted;
  readonly awaited: Set<string>;
  readonly pages: Pick<Found, "rooms" | "more">[];
  /** What was found before, in stretches in which there was too little. */
  readonly before: readonly RoomCount[];
}

const INQUIRIES = "rooms";
/** The longest that others are waited for, in ms. */
const PATIENCE_MS = 300;
/** How many rooms a node names at once. */
const NAMED = 500;

/** What nodes tell each other of their rooms: which have members, asked of all nodes whenever somebody wants to know. */
export class Directory {
  readonly #context: Context<RoomsMessage>;
  readonly #options: DirectoryOptions;
  readonly #searches = new Map<number, Search>();
  #number = 0;

  constructor(context: Context<RoomsMessage>, options: DirectoryOptions) {
    this.#context = context;
    this.#options = options;
    const { bus, nodes } = options;
    const tell = (message: DirectoryMessage): void => void context.self.tell(message);
    const subscriptions = [
      bus.subscribe(ASKINGS, (asking) => tell({ type: "asked", asking: asking as unknown as Asking })),
      bus.subscribe(INQUIRIES, (inquiry) => tell({ type: "inquired", inquiry: inquiry as unknown as Inquiry })),
      bus.subscribe(answersTo(nodes.own), (found) => tell({ type: "found", found: found as unknown as Found })),
    ];
    context.onStop(function letGo(): undefined {
      for (const subscription of subscriptions) subscription.close();
    });
  }

  /** Answers a page of all nodes' rooms, without those of a node that does not answer soon. */
  list(wanted: RoomsWanted): undefined {
    return this.#search(wanted, wanted.cursor ?? "", []);
  }

  handle(message: DirectoryMessage): undefined {
    switch (message.type) {
      case "asked":
        return this.#asked(message.asking);
      case "inquired":
        return this.#inquired(message.inquiry);
      case "found":
        return this.#found(message.found);
      case "gathered":
        return this.#gathered(message.number);
      default:
        return message satisfies never;
    }
  }

  /** Has a room that is open here answer; in one that is not, nobody is. */
  #asked({ room, of }: Asking): undefined {
    const { bus, nodes, refOf } = this.#options;
    if (of !== undefined && !of.includes(nodes.own)) return;
    const ref = refOf(room);
    if (ref !== undefined) return void ref.tell(presenceNews({ type: "asked" })) as undefined;
    const nobody: Tiding = { type: "standing", node: nodes.own, edition: nodes.nextEdition(), version: 0 };
    bus.publish(tidingsOf(room), nobody as unknown as Json);
  }

  #inquired({ from, number, prefix, after }: Inquiry): undefined {
    const { bus, nodes } = this.#options;
    const found: Found = { number, node: nodes.own, ...this.#own(prefix, after) };
    bus.publish(answersTo(from), found as unknown as Json);
  }

  #own(prefix: string, after: string): Pick<Found, "rooms" | "more"> {
    const rooms = this.#options.occupied({ prefix, after, limit: NAMED });
    return { rooms: rooms.slice(0, NAMED).map(({ room, count }) => [room, count]), more: rooms.length > NAMED };
  }

  #found({ number, node, ...page }: Found): undefined {
    const search = this.#searches.get(number);
    if (search?.awaited.delete(node) !== true) return;
    search.pages.push(page);
    if (search.awaited.size === 0) this.#gathered(number);
  }

  /** All that is going to come has come. */
  #gathered(number: number): undefined {
    const search = this.#searches.get(number);
    if (search === undefined) return;
    this.#searches.delete(number);
    this.#context.cancel(`rooms ${number}`);
    const { wanted, before } = search;
    const { limit, visible = () => true, reply } = wanted;
    const { rooms, end } = merged(search.pages);
    const seen = [...before, ...rooms.filter(({ room }) => visible(room))];
    // Rooms that may not be seen take up nothing of the page, and none of them is its end.
    if (seen.length <= limit && end !== undefined) return this.#search(wanted, end, seen);
    return reply(pageOf(seen, limit));
  }

  #search(wanted: RoomsWanted, after: string, before: readonly RoomCount[]): undefined {
    const { bus, nodes } = this.#options;
    const { prefix } = wanted;
    this.#number += 1;
    const number = this.#number;
    const awaited = new Set(nodes.answering);
    this.#searches.set(number, { wanted, awaited, pages: [this.#own(prefix, after)], before });
    if (awaited.size === 0) return this.#gathered(number);
    this.#context.after(`rooms ${number}`, PATIENCE_MS, { type: "gathered", number });
    const inquiry: Inquiry = { from: nodes.own, number, prefix, after };
    bus.publish(INQUIRIES, inquiry as unknown as Json);
  }
}

/** A page of what was found, and where to go on where there is more. */
export function pageOf(found: readonly RoomCount[], limit: number): RoomsPage {
  const rooms = found.slice(0, limit);
  return { rooms, cursor: found.length > limit ? rooms.at(-1)?.room : undefined };
}

function answersTo(node: string): string {
  return `rooms for ${node}`;
}

/** What nodes have named, as far as all of them have come; `end`: up to there, unless that is all there is. */
function merged(pages: Search["pages"]): { readonly rooms: readonly RoomCount[]; readonly end: string | undefined } {
  const ends = pages.flatMap(({ rooms, more }) => (more ? [rooms.at(-1)?.[0] ?? ""] : []));
  const [end] = ends.sort();
  const counts = new Map<string, number>();
  for (const { rooms } of pages) {
    for (const [room, count] of rooms) {
      // Nodes may not have heard yet how many there are elsewhere.
      if (end === undefined || room <= end) counts.set(room, Math.max(count, counts.get(room) ?? 0));
    }
  }
  const sorted = [...counts].sort(([one], [other]) => (one < other ? -1 : 1));
  return { rooms: sorted.map(([room, count]) => ({ room, count })), end };
}
