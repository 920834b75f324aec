import type { SystemEvent } from "../../actors/kernel/mod.ts";
import type { Host, Records } from "../../actors/room/mod.ts";
import type { Grant } from "../../actors/wire/mod.ts";
import type { MemoryRecords } from "../../logs/memory-records.ts";
import { SimulatedHub } from "./bus.ts";
import { crashing } from "./crashing.ts";
import { cutOffAudit } from "./cut-off.ts";
import type { Dice } from "./dice.ts";
import type { DurableEngine } from "./durable-engine.ts";
import type { DurableStore } from "./durable-store.ts";
import { SimulatedFailure } from "./failure.ts";
import type { Ledger } from "./ledger.ts";
import type { Link } from "./link.ts";
import { SimulatedLog } from "./log.ts";
import { Machine } from "./machine.ts";
import { type Server, type ServerOptions, SimulatedNode } from "./node.ts";
import type { Plan } from "./plan.ts";
import { probe } from "./probe.ts";
import { SimulatedRecords } from "./records.ts";
import type { SocketProbe } from "./socket.ts";
import type { SimulatedStore } from "./store.ts";
import { ticker } from "./ticker.ts";
import type { Timeline } from "./timeline.ts";
import type { Trace } from "./trace.ts";
import type { Visitor } from "./visitor.ts";

/** What a cluster is made of. */
export interface ClusterOptions {
  readonly plan: Plan;
  readonly dice: Dice;
  readonly timeline: Timeline;
  readonly ledger: Ledger;
  readonly store: SimulatedStore;
  /** What all nodes share of records, and what decides over their faults. */
  readonly records: MemoryRecords;
  readonly recordsDice: Dice;
  /** What decides over word of who is where, and who is cut off. */
  readonly presenceDice: Dice;
  /** What the only node has instead of what all share, if it has a disk. */
  readonly durable?: DurableStore | undefined;
  readonly trace: Trace;
  readonly server: (options: ServerOptions) => Server;
}

const GRANTS: readonly Grant[] = ["read", "write", "signal", "set"];

/** A host goes on for this long after the last fault: longer than a lease lasts that nobody renews. */
export const TICKING_MS = 14_000;

/** The longest that a node is held up while it has a host. */
const LONG_MS = 11_500;

/** What answers to small commands may add to a budget that is used up. */
const ANSWER_BYTES = 400;

/** The nodes of a server, over one log: they die, and others take their places. */
export class Cluster {
  readonly #options: ClusterOptions;
  readonly #hub: SimulatedHub;
  readonly #nodes: (SimulatedNode | undefined)[] = [];
  #lives = 0;
  /** When a node has ended last. */
  endedMs = 0;
  /** Whether a node was ended in order. */
  drained = false;

  constructor(options: ClusterOptions) {
    const { timeline, dice, presenceDice, plan } = options;
    this.#options = options;
    this.#hub = new SimulatedHub({ timeline, dice: dice.fork(), presenceDice, faults: plan.faults.log });
    for (let at = 0; at < plan.nodes; at += 1) this.start(at);
    if (plan.hosted && plan.busyMs > LONG_MS + 2_000 && options.recordsDice.chance(0.5)) this.#holdUp();
  }

  /** Some node is held up for longer than a lease lasts: it wakes as one that takes itself for the holder. */
  #holdUp(): undefined {
    const { plan, recordsDice, timeline, trace } = this.#options;
    timeline.after(recordsDice.ms(2_000, plan.busyMs - LONG_MS), () => {
      const [node] = this.up;
      if (node === undefined) return;
      trace.note(timeline.now, node.name, "is held up for long");
      node.machine.freeze(recordsDice.ms(9_000, LONG_MS));
    });
  }

  /** The nodes that are up, those that are about to end among them. */
  get up(): readonly SimulatedNode[] {
    return this.#nodes.filter((node) => node !== undefined);
  }

  /** Starts a node where there is none. */
  start(at: number): undefined {
    const { plan, timeline, dice, durable, trace, ledger, server } = this.#options;
    const { faults, limits, rateLimits } = plan;
    this.#lives += 1;
    const machine = new Machine(`node-${this.#lives}`, timeline, dice.fork());
    trace.note(timeline.now, machine.name, "starts");
    const { log, records } = durable === undefined ? this.#common(machine) : ownOf(durable.open(machine));
    const made = server({
      ports: machine.ports,
      log,
      bus: this.#hub.connect(machine),
      records,
      hosts: plan.hosted ? [this.#ticker(machine.name)] : [],
      limits,
      rateLimits,
      door: { guestGrants: plan.moderated ? [...GRANTS, "moderate"] : GRANTS },
      layers: [crashing(faults, dice.fork())],
      observe: (event) => this.#observed(machine.name, event),
    });
    if (plan.probed) {
      probe({ system: made.system, machine, timeline, ledger, dice: dice.fork(), untilMs: plan.busyMs });
    }
    const node = new SimulatedNode({ machine, log, timeline }, made, (link, client) => this.#probe(link, client));
    this.#nodes[at] = node;
    // Power that has just come back may go again.
    const againMs = this.#lives > 1 && timeline.now < plan.busyMs ? durable?.againMs() : undefined;
    if (againMs !== undefined) timeline.after(againMs, () => !machine.dead && this.kill(node, { loud: false }));
  }

  /** Kills a node from one moment to the next; another one starts in a while. */
  kill(node: SimulatedNode, how: { readonly loud?: boolean } = {}): undefined {
    const { timeline, dice, trace } = this.#options;
    const at = this.#nodes.indexOf(node);
    if (at < 0) return;
    trace.note(timeline.now, node.name, "is killed");
    this.endedMs = timeline.now;
    // A process that dies has its connections reset; of a machine that dies, nobody hears.
    const { loud = dice.chance(0.7) } = how;
    node.kill(() => (loud ? dice.ms(1, 50) : undefined));
    if (!loud) this.#options.durable?.cut();
    this.#nodes[at] = undefined;
    timeline.after(dice.ms(100, 2_000), () => this.start(at));
  }

  /** Cuts a node off from what all share, for a while: both ways, or one way. */
  cutOff(node: SimulatedNode): undefined {
    const { plan, presenceDice, timeline, trace } = this.#options;
    const ways = presenceDice.of([["says", "hears"], ["says", "hears"], ["says"], ["hears"]] as const);
    const untilMs = Math.min(plan.busyMs, timeline.now + presenceDice.of([300, 3_000, 7_000, 12_000]));
    trace.note(timeline.now, node.name, `is cut off (${ways.join(" and ")}) until ${untilMs.toFixed(0)}`);
    return node.machine.cutOff(untilMs, ways);
  }

  /** Ends a node in order. */
  drain(node: SimulatedNode): undefined {
    const { timeline, trace, ledger, plan } = this.#options;
    if (node.draining) return;
    node.draining = true;
    this.drained = true;
    trace.note(timeline.now, node.name, "drains");
    let ended = false;
    const end = (): void => {
      ended = true;
      timeline.promised();
      trace.note(timeline.now, node.name, "has drained");
      this.kill(node);
    };
    timeline.promised();
    node.server.drain({ deadlineMs: plan.limits.drainMs }).then(end, (error: unknown) => {
      ledger.fail("crash", node.name, `drain() failed: ${String(error)}`);
    });
    timeline.after(plan.limits.drainMs + 60_000, () => {
      if (!ended && !node.machine.dead) ledger.fail("stuck", node.name, "drain() does not come to an end");
    });
  }

  /** What a machine sees of what all share. */
  #common(machine: Machine): { readonly log: SimulatedLog; readonly records: SimulatedRecords } {
    const { plan, timeline, dice, store, recordsDice, ledger } = this.#options;
    const own = { timeline, machine, faults: plan.faults.log };
    const shared = plan.nodes > 1;
    const kept = { store: this.#options.records, dice: recordsDice.fork(), busyMs: plan.busyMs };
    const records = new SimulatedRecords({ ...own, ...kept });
    const taken = cutOffAudit({ ledger, timeline, machine, records, shared });
    return { log: new SimulatedLog({ ...own, store, dice: dice.fork(), shared, taken }), records };
  }

  #ticker(who: string): Host {
    const { plan } = this.#options;
    return ticker(plan.rooms[0] as string, { who, untilMs: plan.busyMs + TICKING_MS });
  }

  #observed(name: string, event: SystemEvent): undefined {
    const { trace, timeline, ledger } = this.#options;
    if (event.type !== "failed") return;
    const why = event.error instanceof Error ? event.error.message : String(event.error);
    if (event.outcome === "stopped" && event.path.startsWith("/rooms/")) {
      this.up.find((node) => node.name === name)?.lost.add(event.path.slice("/rooms/".length));
    }
    trace.note(timeline.now, name, `${event.path} fails, ${event.outcome}: ${why}`);
    if (event.error instanceof SimulatedFailure) return;
    ledger.fail("crash", name, `${event.path}: ${event.error instanceof Error ? event.error.stack : why}`);
  }

  #probe(link: Link, client: Visitor): SocketProbe {
    const { plan, ledger } = this.#options;
    const dice = this.#options.dice.fork();
    let largest = 0;
    return {
      wrote: (bufferedBytes, largestBytes) => {
        largest = Math.max(largest, largestBytes);
        const most = plan.limits.outboxBytes + largest + (client.requests.size + 8) * ANSWER_BYTES;
        if (bufferedBytes > most && client.link === link) {
          ledger.fail("memory", client.name, `${bufferedBytes} bytes wait, and ${most} may`);
        }
      },
      fails: () => plan.faults.socketCrash > 0 && dice.chance(plan.faults.socketCrash),
    };
  }
}

function ownOf(engine: DurableEngine): { readonly log: DurableEngine; readonly records: Records } {
  return { log: engine, records: engine.records };
}
