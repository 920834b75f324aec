import type { Records } from "../../actors/room/mod.ts";
import type { SimulatedClient } from "./client.ts";
import type { Cluster } from "./cluster.ts";
import { Dice } from "./dice.ts";
import { DRILL_MS, drill } from "./drill.ts";
import type { Ledger } from "./ledger.ts";
import type { Plan } from "./plan.ts";
import { lift, moderate } from "./ruling.ts";
import type { Timeline } from "./timeline.ts";

/** Who moderates, and where. */
export interface CourtOptions {
  readonly plan: Plan;
  readonly seed: number;
  readonly timeline: Timeline;
  readonly cluster: Cluster;
  readonly ledger: Ledger;
  readonly clients: readonly SimulatedClient[];
  /** What all nodes share of records; `undefined` where the only node has its own. */
  readonly records: Records | undefined;
}

/** After the last fault, this long: whoever is banned is out by then, and what was still under way is done. */
const ENFORCED_MS = 8_500;
/** So often, and so many times, what may be in force is lifted: whoever does it may have to come back first. */
const ROUNDS = { everyMs: 1_500, count: 24 };
const LAST_ROUNDS = 3;
/** How long it takes from the last fault until all is said, and lifted, in ms. */
export const COURT_MS: number = ENFORCED_MS + ROUNDS.count * ROUNDS.everyMs + DRILL_MS + LAST_ROUNDS * ROUNDS.everyMs;

/** Everybody moderates, by dice of their own, so that seeds without are what they are without. */
export class Court {
  readonly #options: CourtOptions;
  /** One of them is never banned, and lifts everything in the end. */
  readonly #judge: string;
  readonly #users: readonly string[];

  constructor(options: CourtOptions) {
    const { clients, seed } = options;
    this.#options = options;
    const users = [...new Set(clients.map(({ user }) => user))];
    this.#judge = users[0] ?? "";
    this.#users = users.slice(1);
    for (const [at, client] of clients.entries()) this.#go(client, new Dice(seed + 5_000_003 + at));
  }

  /** The last fault is over: looks whether nobody is where it must not be, and lifts everything, so that all can come right. */
  end(): undefined {
    const { timeline, clients, ledger, seed } = this.#options;
    for (const client of clients) {
      if (client.user === this.#judge) for (const place of client.places.values()) place.wanted = true;
    }
    timeline.after(ENFORCED_MS, () => {
      this.#audit();
      ledger.sanctions.ending = true;
      this.#liftAll(ROUNDS.count);
      timeline.after(ROUNDS.count * ROUNDS.everyMs, () => {
        drill({ ...this.#options, judge: this.#judge, dice: new Dice(seed + 6_000_003) });
        timeline.after(DRILL_MS, () => this.#liftAll(LAST_ROUNDS));
      });
    });
  }

  #liftAll(rounds: number): undefined {
    for (let at = 0; at < rounds; at += 1) {
      this.#options.timeline.after(at * ROUNDS.everyMs, () => this.#lift());
    }
  }

  #go(client: SimulatedClient, dice: Dice): undefined {
    const { timeline, plan } = this.#options;
    timeline.after(dice.ms(plan.paceMs, 4 * plan.paceMs), () => {
      if (timeline.now >= plan.busyMs || this.#users.length === 0) return;
      moderate(client, this.#users, dice);
      this.#go(client, dice);
    });
  }

  #audit(): undefined {
    const { clients, ledger } = this.#options;
    for (const client of clients) {
      if (client.link === undefined || client.link.down.isCut) continue;
      for (const { room, state } of client.places.values()) {
        if (state !== "in" || !ledger.sanctions.banned(room, client.user)) continue;
        ledger.fail("moderation", client.name, `is in ${room}, though banned`);
      }
    }
  }

  /** Has the judge lift whatever may be in force. */
  #lift(): undefined {
    const { clients, ledger } = this.#options;
    for (const client of clients) {
      if (client.user !== this.#judge) continue;
      for (const { room, user, kind } of ledger.sanctions.left) lift(client, { room, user, kind });
    }
  }
}
