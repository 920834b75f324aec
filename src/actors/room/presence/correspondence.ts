import type { Context } from "../../kernel/mod.ts";
import type { Json, Sender } from "../../wire/mod.ts";
import type { RoomMessage } from "../message.ts";
import type { RoomScope } from "../scope.ts";
import { Neighbours } from "./neighbours.ts";
import type { Nodes } from "./nodes.ts";
import { OwnWord } from "./own-word.ts";
import { ASKINGS, type Asking, named, type PresenceNews, presenceNews, type Tiding, tidingsOf } from "./tiding.ts";

/** What a room knows of its members on all nodes, through its lives. */
export interface Acquaintance {
  readonly nodes: Nodes;
  readonly own: OwnWord;
  readonly neighbours: Neighbours;
  /** Whether it was asked once who is there. */
  opened: boolean;
}

/** Who is told what comes of it. */
export interface CorrespondenceOptions {
  readonly known: Acquaintance;
  /** A user is a member now who was none on any node. */
  readonly came: (user: Sender) => undefined;
  readonly went: (id: string) => undefined;
  /** Elsewhere, a user has gone by its own word. */
  readonly gone: (id: string) => undefined;
}

/** What lies at least between two messages of a kind, in ms. */
const GATHER_MS = 50;
/** How often it is said how things stand, in ms: what was lost is found out by that. */
const STAND_MS = 2_500;
/** Whoever has not said so for longer is asked, in ms. */
const SILENT_MS = 6_000;
/** The longest that a room waits, when it is opened, to hear who is there, in ms. */
const OPENING_MS = 500;
/** So many members are told at once. */
const PART = 500;

/** Makes the acquaintance of a room that is opened. */
export function acquaintance(nodes: Nodes): Acquaintance {
  return { nodes, own: new OwnWord(nodes.nextEdition()), neighbours: new Neighbours(), opened: false };
}

/**
 * How the nodes that have a room open tell each other who is there, in one life of the room on this node. Each speaks of its
 * own members alone, under a version; whoever has missed one asks for all of them. A node's word counts while its lease
 * stands.
 */
export class Correspondence {
  readonly #scope: RoomScope;
  readonly #context: Context<RoomMessage>;
  readonly #options: CorrespondenceOptions;
  readonly #needed = new Set<string>();
  readonly #strangers = new Set<string>();
  readonly #armed = new Set<PresenceNews["type"]>();
  /** When each was done last. */
  readonly #doneAt = new Map<PresenceNews["type"], number>();
  /** Those that have not said yet who is there, while the room waits for that. */
  #awaited: Set<string> | undefined;

  constructor(scope: RoomScope, context: Context<RoomMessage>, options: CorrespondenceOptions) {
    this.#scope = scope;
    this.#context = context;
    this.#options = options;
    const { known } = options;
    const tell = (news: PresenceNews): void => void context.self.tell(presenceNews(news));
    const tidings = scope.bus.subscribe(tidingsOf(scope.name), (tiding) =>
      tell({ type: "heard", tiding: tiding as unknown as Tiding }),
    );
    const watch = known.nodes.watch(() => tell({ type: "nodes" }));
    context.onStop(function letGo(): undefined {
      tidings.close();
      watch.close();
    });
    context.every("presence stand", STAND_MS, presenceNews({ type: "stand" }));
    this.#arm("tell"); // what a former life had still to tell
    if (known.opened) this.#ask({ room: scope.name });
    else this.#open();
  }

  /** A user is a member by this node's word, and was not. */
  came(user: Sender): undefined {
    this.#options.known.own.came(user);
    return this.#arm("tell");
  }

  /** A user is no member by this node's word any more; `own`: by the user's own, or a moderator's. */
  went(id: string, how: { readonly own: boolean }): undefined {
    this.#options.known.own.went(id, how);
    return this.#arm("tell");
  }

  handle(news: PresenceNews): undefined {
    this.#armed.delete(news.type);
    switch (news.type) {
      case "heard":
        return this.#hear(news.tiding);
      case "asked":
        return this.#arm("tellAll");
      case "tell":
        return this.#tell();
      case "tellAll":
        return this.#tellAll();
      case "stand":
        return this.#stand();
      case "ask":
        return this.#askNeeded();
      case "open":
        return this.#opened();
      case "nodes":
        return this.#nodesChanged();
      default:
        return news satisfies never;
    }
  }

  /** Takes nobody in before it is known who is there, as far as others answer soon. */
  #open(): undefined {
    this.#context.hold("presence");
    this.#context.after("presence open", OPENING_MS, presenceNews({ type: "open" }));
    if (this.#options.known.nodes.known) this.#askAll();
  }

  #askAll(): undefined {
    this.#awaited = new Set(this.#options.known.nodes.answering);
    if (this.#awaited.size === 0) return this.#opened();
    return this.#ask({ room: this.#scope.name });
  }

  #opened(): undefined {
    this.#options.known.opened = true;
    this.#awaited = undefined;
    this.#context.cancel("presence open");
    return this.#context.release("presence");
  }

  #hear(tiding: Tiding): undefined {
    const { known, came, went, gone } = this.#options;
    const { node } = tiding;
    if (!known.nodes.lives(node)) {
      this.#strangers.add(node);
      return known.nodes.seek();
    }
    const heard = known.neighbours.hear(tiding, this.#context.now());
    for (const user of heard.joined) if (this.#scope.roster.arrive(user, node)) came(user);
    for (const id of heard.left) if (this.#scope.roster.depart(id, node)) went(id);
    if (tiding.type === "changed") for (const id of tiding.gone) if (heard.left.includes(id)) gone(id);
    if (heard.known === "unclear") {
      this.#needed.add(node);
      this.#arm("ask");
    }
    if (heard.known === "all" && this.#awaited?.delete(node) === true && this.#awaited.size === 0) this.#opened();
  }

  #nodesChanged(): undefined {
    const { known, went } = this.#options;
    const living = known.nodes;
    for (const [node, members] of known.neighbours.bury((name) => living.lives(name))) {
      for (const id of members) if (this.#scope.roster.depart(id, node)) went(id);
    }
    const found = [...this.#strangers].filter((name) => living.lives(name));
    this.#strangers.clear();
    for (const name of found) this.#needed.add(name);
    if (found.length > 0) this.#arm("ask");
    if (!known.opened && this.#awaited === undefined) this.#askAll();
  }

  #tell(): undefined {
    const untold = this.#options.known.own.take();
    if (untold === undefined) return;
    const { joined, left, gone } = untold;
    return this.#say({ type: "changed", ...this.#own, joined: joined.map(named), left, gone });
  }

  #tellAll(): undefined {
    this.#tell(); // all that there is to tell belongs to the version that is told
    const members = this.#scope.roster.here().map(named);
    const parts = Math.max(1, Math.ceil(members.length / PART));
    for (let part = 0; part < parts; part += 1) {
      const some = members.slice(part * PART, (part + 1) * PART);
      this.#say({ type: "whole", ...this.#own, part, parts, members: some });
    }
  }

  #stand(): undefined {
    const { known } = this.#options;
    for (const node of known.neighbours.silentSince(this.#context.now() - SILENT_MS)) this.#needed.add(node);
    if (this.#needed.size > 0) this.#arm("ask");
    if (known.own.version > 0) this.#say({ type: "standing", ...this.#own });
  }

  #askNeeded(): undefined {
    const of = [...this.#needed];
    this.#needed.clear();
    if (of.length > 0) this.#ask({ room: this.#scope.name, of });
  }

  get #own(): Pick<Tiding, "node" | "edition" | "version"> {
    const { nodes, own } = this.#options.known;
    return { node: nodes.own, edition: own.edition, version: own.version };
  }

  #say(tiding: Tiding): undefined {
    this.#scope.bus.publish(tidingsOf(this.#scope.name), tiding as unknown as Json);
  }

  #ask(asking: Asking): undefined {
    this.#scope.bus.publish(ASKINGS, asking as unknown as Json);
  }

  /** Has something done at once, and again no sooner than in a moment, with whatever else has come up until then. */
  #arm(type: "tell" | "tellAll" | "ask"): undefined {
    if (this.#armed.has(type)) return;
    this.#armed.add(type);
    const now = this.#context.now();
    const dueMs = Math.max(now, (this.#doneAt.get(type) ?? Number.NEGATIVE_INFINITY) + GATHER_MS);
    this.#doneAt.set(type, dueMs);
    this.#context.after(`presence ${type}`, dueMs - now, presenceNews({ type }));
  }
}
