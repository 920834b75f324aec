import type { Presence } from "../../actors/wire/mod.ts";
import type { SimulatedClient } from "./client.ts";
import type { Cluster } from "./cluster.ts";
import type { Ledger } from "./ledger.ts";
import type { Place } from "./place.ts";
import type { Timeline } from "./timeline.ts";

/** Who is asked. */
export interface CompanyOptions {
  readonly clients: readonly SimulatedClient[];
  readonly cluster: Cluster;
  readonly ledger: Ledger;
  readonly timeline: Timeline;
  /** How long the users of a node that ends in order may take to come back, in ms. */
  readonly spreadMs: number;
  /** Whether users may be taken out, who then have left though nothing was wrong with them. */
  readonly moderated: boolean;
}

/** How often it is looked who is there, in ms. */
const LOOK_MS = 250;
/** Whoever has been there for so long is seen by all, in ms. */
const SEEN_MS = 5_000;
/** Nobody is seen any more who was not there for so long, in ms: its node may have died without a word. */
const GONE_MS = 15_000;
/** What whoever was told to come back may take beyond that, in ms. */
const BACK_MS = 3_000;

/**
 * Holds what members are told of each other, on whichever nodes they are, against who is there: once all is healed, and from
 * then on.
 */
export class Company {
  readonly #options: CompanyOptions;
  /** When somebody was in a room last, for all that its node could know. */
  readonly #there = new Map<string, number>();
  #settled = false;

  constructor(options: CompanyOptions) {
    this.#options = options;
  }

  /** Faults are healed: from now on it is looked who is there. */
  begin(): undefined {
    const { clients, cluster, timeline } = this.#options;
    for (const client of clients) {
      for (const { room, state } of client.places.values()) if (state !== "out") this.#saw(client.user, room);
    }
    for (const { links } of cluster.up) {
      for (const link of links) {
        const client = link.options.peer as SimulatedClient;
        if (!link.over && client.link !== link) for (const room of client.places.keys()) this.#saw(client.user, room);
      }
    }
    timeline.after(LOOK_MS, () => this.begin());
  }

  /** All that was broken must be right by now. */
  audit(): undefined {
    this.#settled = true;
    for (const client of this.#options.clients) {
      for (const place of client.places.values()) {
        if (this.#stands(client, place) && !place.lagged && !place.view.stale) this.#auditView(client, place);
      }
    }
  }

  /** Someone is told who came and went. */
  told(client: SimulatedClient, { room, left = [] }: Presence): undefined {
    if (!this.#settled || this.#options.moderated) return;
    const gone = left.find((user) => this.#isThere(user, room));
    if (gone !== undefined) this.#fail(client, `${room}: is told that ${gone} has left, who has been there all along`);
  }

  #auditView(client: SimulatedClient, { room, view }: Place): undefined {
    const users = new Set(this.#options.clients.map(({ user }) => user));
    const there = [...users].filter((user) => this.#isThere(user, room));
    if (view.counting) {
      const most = [...users].filter((user) => !this.#isGone(user, room)).length;
      if (view.count >= there.length && view.count <= most) return;
      return this.#fail(
        client,
        `${room}: counts ${view.count}, and at least ${there.length}, at most ${most} are there`,
      );
    }
    for (const user of there) {
      if (!view.members.has(user)) this.#fail(client, `${room}: does not see ${user}, who is there`);
    }
    for (const user of view.members) {
      if (this.#isGone(user, room)) this.#fail(client, `${room}: sees ${user}, who is long gone`);
    }
  }

  #isThere(user: string, room: string): boolean {
    return this.#options.clients.some((client) => {
      const place = client.places.get(room);
      return client.user === user && place !== undefined && this.#stands(client, place);
    });
  }

  #isGone(user: string, room: string): boolean {
    const { timeline, cluster, spreadMs } = this.#options;
    const most = cluster.drained ? GONE_MS + spreadMs + BACK_MS : GONE_MS;
    return timeline.now - (this.#there.get(`${room} ${user}`) ?? 0) > most;
  }

  /** Whether a client has been in a room for a while, and nothing is wrong with its connection. */
  #stands({ link, node }: SimulatedClient, { room, state, sinceMs, wanted }: Place): boolean {
    if (link === undefined || node === undefined || state !== "in" || !wanted) return false;
    if (link.over || link.closing || link.down.isCut || node.draining || node.machine.dead || node.lost.has(room))
      return false;
    return this.#options.timeline.now - sinceMs > SEEN_MS;
  }

  #saw(user: string, room: string): undefined {
    this.#there.set(`${room} ${user}`, this.#options.timeline.now);
  }

  #fail({ name }: SimulatedClient, text: string): undefined {
    this.#options.ledger.fail("presence", name, text);
  }
}
