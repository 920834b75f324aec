import type { Presence } from "../../actors/wire/mod.ts";
import type { SimulatedClient } from "./client.ts";
import type { Cluster } from "./cluster.ts";
import type { Dice } from "./dice.ts";
import type { Ledger } from "./ledger.ts";
import type { Place } from "./place.ts";
import type { Plan } from "./plan.ts";
import type { Timeline } from "./timeline.ts";

/** Who goes out, and before whom. */
export interface OutingOptions {
  readonly clients: readonly SimulatedClient[];
  readonly cluster: Cluster;
  readonly dice: Dice;
  readonly timeline: Timeline;
  readonly ledger: Ledger;
  readonly plan: Plan;
}

/** Once an announcement may come, it is with everybody within this time. */
const TOLD_MS = 1_000;
/** Whoever has lost a connection is back within this time; a grace that is no longer is too short to tell by. */
const BACK_MS = 2_500;
/** When the one is out whose connection is lost, who has come back. */
const LOST_MS = 4_000;

/** How long all of it takes, until everybody is back where they were. */
export const OUTING_MS: number = LOST_MS + BACK_MS + 7_000;

/**
 * In the calm, when it is certain who is where, somebody leaves a room, and is gone at once in all eyes. Somebody else loses
 * a connection, and comes back within the grace: nobody is told anything of it. Then that one leaves too, and no grace that
 * has begun elsewhere keeps it.
 */
export class Outing {
  readonly #options: OutingOptions;
  /** Who has lost a connection, and has not left. */
  #missed: string | undefined;

  constructor(options: OutingOptions) {
    const { clients, cluster, dice, timeline, plan } = options;
    this.#options = options;
    // A room that has failed for good somewhere has lost its members there.
    if (cluster.up.some(({ lost }) => lost.size > 0)) return;
    const alone = clients.filter(({ user }) => clients.filter((other) => other.user === user).length === 1);
    if (alone.length === 0) return;
    this.#leave(dice.of(alone));
    const client = dice.of(alone);
    timeline.after(LOST_MS, () => this.#lose(client));
    timeline.after(LOST_MS + BACK_MS, () => {
      if (plan.limits.presenceGraceMs > BACK_MS) this.#audit(client);
      this.#missed = undefined;
      this.#leave(client);
    });
  }

  /** Someone is told who came and went. */
  told({ name }: SimulatedClient, { room, left = [] }: Presence): undefined {
    if (this.#missed === undefined || !left.includes(this.#missed)) return;
    this.#fail(name, `${room}: is told that ${this.#missed} has left, who has lost a connection and may come back`);
  }

  #lose(client: SimulatedClient): undefined {
    const { dice, plan } = this.#options;
    if (client.link === undefined) return;
    if (plan.limits.presenceGraceMs > BACK_MS) this.#missed = client.user;
    client.note("loses its connection");
    client.link.drop(dice.ms(0, 20), dice.ms(0, 20));
  }

  #leave(client: SimulatedClient): undefined {
    const { dice, timeline, plan } = this.#options;
    const place = dice.of<Place | undefined>([...client.places.values()].filter(({ state }) => state === "in"));
    if (place === undefined) return;
    const { room } = place;
    place.state = "leaving";
    place.wanted = false;
    const { id } = client.ask((id, sentMs) => ({ type: "leave", id, room, sentMs }));
    client.note(`goes out of ${room}`);
    client.send({ type: "leave", id, room });
    timeline.after(plan.limits.presenceIntervalMs + TOLD_MS, () => {
      this.#auditRoom(room);
      place.wanted = true;
    });
  }

  /** Nobody has seen someone leave who is back. */
  #audit(client: SimulatedClient): undefined {
    for (const { room, state } of client.places.values()) if (state === "in") this.#auditRoom(room);
  }

  /** All members of a room see who is there, and nobody else. */
  #auditRoom(room: string): undefined {
    const { clients } = this.#options;
    const there = new Map<SimulatedClient, Place>();
    for (const client of clients) {
      const place = client.places.get(room);
      if (place?.state === "in") there.set(client, place);
    }
    const users = new Set([...there.keys()].map(({ user }) => user));
    for (const [{ name, node }, { view, lagged }] of there) {
      const wrong = lagged || view.stale ? undefined : view.wrong(users);
      if (wrong !== undefined) this.#fail(name, `${room} on ${node?.name}: ${wrong}, once somebody has gone out`);
    }
  }

  #fail(who: string, text: string): undefined {
    this.#options.ledger.fail("presence", who, text);
  }
}
