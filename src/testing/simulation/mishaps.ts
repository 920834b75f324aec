import type { Cluster } from "./cluster.ts";
import type { Dice } from "./dice.ts";
import type { DiskFaults } from "./disk.ts";
import type { Faults } from "./faults.ts";
import type { SimulatedStore } from "./store.ts";
import type { Timeline } from "./timeline.ts";
import type { Trace } from "./trace.ts";
import type { Visitor } from "./visitor.ts";

/** Whom things happen to. */
export interface MishapsOptions {
  readonly faults: Faults;
  readonly dice: Dice;
  readonly timeline: Timeline;
  readonly trace: Trace;
  readonly cluster: Cluster;
  readonly clients: readonly Visitor[];
  readonly store: SimulatedStore;
  readonly disk?: DiskFaults | undefined;
}

const LOOK_MS = 125;
const HOUR_MS = 3_600_000;

/** Has things go wrong, at the rates of the faults, for as long as those are not healed. */
export class Mishaps {
  readonly #options: MishapsOptions;

  constructor(options: MishapsOptions) {
    this.#options = options;
    this.#look();
  }

  #look(): void {
    const { faults, dice, timeline } = this.#options;
    timeline.after(LOOK_MS, () => {
      for (const [kind, perSecond] of Object.entries(faults.perSecond)) {
        if (perSecond > 0 && dice.chance((perSecond * LOOK_MS) / 1_000))
          this.#happen(kind as keyof Faults["perSecond"]);
      }
      this.#look();
    });
  }

  #happen(kind: keyof Faults["perSecond"]): undefined {
    const { dice, clients, cluster } = this.#options;
    const client = dice.of(clients);
    const node = cluster.up.length > 0 ? dice.of(cluster.up) : undefined;
    switch (kind) {
      case "drop":
        return this.#drop(client);
      case "blackhole":
        return this.#blackhole(client);
      case "stall":
        return this.#stall(client);
      case "rollBack":
        return this.#rollBack();
      case "deaf":
        return this.#deafen();
      case "full":
        return this.#fill();
      default:
        if (node === undefined) return;
    }
    switch (kind) {
      case "kill":
        return cluster.kill(node);
      case "drain":
        return cluster.drain(node);
      case "freeze":
        this.#note(node.name, "is held up");
        return node.machine.freeze(dice.of([10, 200, 2_000, 8_000]));
      case "jump": {
        const ms = dice.whole(-HOUR_MS, HOUR_MS);
        this.#note(node.name, `has its clock set by ${ms}`);
        return node.machine.jump(ms);
      }
      case "part":
        return cluster.cutOff(node);
      default:
        kind satisfies never;
    }
  }

  /** A connection breaks; both sides hear of it, the server perhaps much later. */
  #drop(client: Visitor): undefined {
    const { dice } = this.#options;
    client.note("is dropped");
    client.link?.drop(dice.ms(0, 20), dice.of([dice.ms(0, 20), dice.ms(50, 3_000)]));
  }

  /** A connection goes dead: the server hears nothing of it, and the client not always. */
  #blackhole(client: Visitor): undefined {
    const { dice } = this.#options;
    client.note("is cut off");
    client.link?.drop(dice.chance(0.5) ? dice.ms(0, 100) : undefined, undefined);
  }

  /** A client stops reading for a while, or for ever. */
  #stall(client: Visitor): undefined {
    const { dice, timeline } = this.#options;
    const { link } = client;
    if (link === undefined) return;
    client.note("reads no more");
    link.down.stall();
    const ms = dice.of([50, 500, 3_000, Number.POSITIVE_INFINITY]);
    if (ms === Number.POSITIVE_INFINITY) return;
    timeline.after(ms, () => link.down.resume());
  }

  #rollBack(): undefined {
    const { dice, store, cluster } = this.#options;
    const lost = dice.of([0, 1, 3, 10]);
    this.#note("log", `goes back by ${lost}`);
    store.rollBack(lost);
    for (const { log } of cluster.up) log.reconnect();
  }

  #deafen(): undefined {
    const { dice, timeline, faults } = this.#options;
    this.#note("log", "does not answer for a while");
    faults.log.deafUntilMs = timeline.now + dice.ms(100, 4_000);
  }

  #fill(): undefined {
    const { dice, timeline, disk } = this.#options;
    if (disk === undefined) return;
    this.#note("disk", "is full for a while");
    disk.fullUntilMs = timeline.now + dice.ms(100, 3_000);
  }

  #note(who: string, what: string): undefined {
    const { trace, timeline } = this.#options;
    trace.note(timeline.now, who, what);
  }
}
