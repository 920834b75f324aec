import type { Head } from "../../actors/room/mod.ts";
import type { Format } from "../../actors/wire/mod.ts";
import { MemoryRecords } from "../../logs/memory-records.ts";
import { auditEnd, auditHost, auditPlaces } from "./audit.ts";
import { SimulatedClient } from "./client.ts";
import { Cluster, type ClusterOptions } from "./cluster.ts";
import { Company } from "./company.ts";
import { COURT_MS, Court } from "./court.ts";
import { Dice } from "./dice.ts";
import { goodDisk } from "./disk.ts";
import { durableStoreOf } from "./durable-store.ts";
import { heal } from "./faults.ts";
import { Ledger, type Violation } from "./ledger.ts";
import { Mishaps } from "./mishaps.ts";
import type { Server, ServerOptions, SimulatedNode } from "./node.ts";
import { OUTING_MS, Outing } from "./outing.ts";
import { onDisk, type Plan, planOf } from "./plan.ts";
import { Reader } from "./reader.ts";
import { join } from "./saying.ts";
import { setNowAndThen } from "./setting.ts";
import { Signals } from "./signals.ts";
import { SimulatedStore } from "./store.ts";
import { talk } from "./talk.ts";
import { Timeline } from "./timeline.ts";
import { Trace } from "./trace.ts";
import { transports } from "./transport.ts";
import { askMembers } from "./understanding.ts";

/** What to simulate. */
export interface SimulateOptions {
  /** Decides everything: the same seed, the same run. */
  readonly seed: number;
  /** Makes a server of what the simulation hands in. */
  readonly server: (options: ServerOptions) => Server;
  /** Changes the plan that the seed has made. */
  readonly plan?: (plan: Plan) => Plan;
  /** Whether the trace is kept line by line. */
  readonly trace?: boolean;
  /** How many broken promises are enough. */
  readonly enough?: number;
}

/** What came of a simulation. */
export interface Simulated {
  readonly seed: number;
  readonly plan: Plan;
  readonly violations: readonly Violation[];
  /** Equal for equal runs, on every runtime. */
  readonly hash: string;
  readonly trace: readonly string[];
  /** How many things happened that are in the trace. */
  readonly events: number;
  readonly simulatedMs: number;
}

/** After the last fault, this long is enough for everything but connections that nobody has seen die. */
const CALM_MS = 15_000;

/** Bytes a millisecond, for whoever is not slow. */
const FAST = 1_000;

/** What a node was not told, it finds by itself within this time. */
const HEALING_MS = 7_000;

/** All that there is to list is listed within this time. */
const LISTED_MS = 1_000;

/** A runtime that looks after dead peers by itself has found them all by then. */
const RUNTIME_MS = 40_000;

/** One run in so many has a host. */
const HOSTED = 7;

/** In one run in so many, clients set rooms' state. */
const SETTING = 3;

/** In one run in so many, everybody moderates. */
const MODERATED = 4;

/** One run in so many has its log and records on a disk. */
const DURABLE = 10;

/** Runs a whole server, its clients, its network and its log from one seed, and holds it to its promises. */
export async function simulate(options: SimulateOptions): Promise<Simulated> {
  const { seed, server, trace: keep = false, plan: change = (plan) => plan } = options;
  const dice = new Dice(seed);
  const made = {
    ...planOf(dice),
    hosted: seed % HOSTED === 3,
    sets: seed % SETTING === 2,
    moderated: seed % MODERATED === 1,
  };
  const plan = change(seed % DURABLE === 5 ? onDisk(made, new Dice(seed + 3_000_003)) : made);
  const trace = new Trace({ keep });
  const timeline = new Timeline(dice.fork());
  const ledger = new Ledger(
    () => timeline.now,
    ({ kind, who, text }) => trace.note(timeline.now, who, `!! ${kind}: ${text}`),
  );
  const store = new SimulatedStore(ledger, plan);
  const durable = durableStoreOf(plan, { timeline, ledger, dice: new Dice(seed + 4_000_003) });
  const presenceDice = new Dice(seed + 5_000_003);
  if (plan.nodes > 1) plan.faults.perSecond.part = presenceDice.of([0, 0, 0.1, 0.3]);
  const own = { ...records(), durable, presenceDice };
  const cluster = new Cluster({ plan, dice: dice.fork(), timeline, ledger, store, trace, server, ...own });
  const signals = new Signals(ledger);
  const reader = new Reader();
  let calmed = false;
  let outing: Outing | undefined;
  const clients = Array.from({ length: plan.clients }, (_, at) => clientOf(at));
  const { faults } = plan;
  const company = new Company({
    ...{ clients, cluster, ledger, timeline },
    ...{ spreadMs: plan.limits.drainMs, moderated: plan.moderated },
  });

  new Mishaps({ faults, dice: dice.fork(), timeline, trace, cluster, clients, store, disk: plan.disk });
  const audit = { cluster, clients, ledger, store: durable ?? store };

  for (const client of clients) {
    timeline.after(dice.ms(0, 500), () => client.connect());
    chat(client, dice.fork());
    // By dice of its own, so that seeds without are what they are without.
    if (plan.sets) setNowAndThen(client, plan, new Dice(seed + 2_000_003 + clients.indexOf(client)));
  }
  const sharedRecords = durable === undefined ? own.records : undefined;
  const court = plan.moderated
    ? new Court({ plan, seed, timeline, cluster, ledger, clients, records: sharedRecords })
    : undefined;
  if (!(await course()))
    ledger.fail("stuck", "time", "stands still: someone always finds something more to do at once");
  const { violations } = ledger;
  const simulatedMs = timeline.now;
  return { seed, plan, violations, hash: trace.hash, trace: trace.lines, events: trace.length, simulatedMs };

  /** Records of their own dice, so that seeds without a host are what they are without them. */
  function records(): Pick<ClusterOptions, "records" | "recordsDice"> {
    const records = new MemoryRecords(timeline.clock);
    ledger.states.follow(records);
    return { records, recordsDice: new Dice(seed + 1_000_003) };
  }

  /** Whether someone is in the room that has a host. */
  function isOpen(): boolean {
    return clients.some((client) => client.places.get(plan.rooms[0] ?? "")?.state === "in");
  }

  /** All that is to happen; answers whether it came to its end. */
  async function course(): Promise<boolean> {
    if (!(await timeline.run(plan.busyMs))) return false;
    trace.note(timeline.now, "faults", "are healed");
    heal(faults);
    if (plan.disk !== undefined) Object.assign(plan.disk, goodDisk());
    calmed = true;
    court?.end();
    company.begin();
    const open = isOpen();
    for (const client of clients) {
      client.link?.down.hurry();
      calm(client);
    }
    // Where others append as well, even word of the last entry that was lost has been made up for by then.
    if (!(await settled(plan.busyMs + CALM_MS, HEALING_MS))) return false;
    if (open && isOpen()) auditHost(audit, plan);
    company.audit();
    for (const client of clients) {
      for (const { room, wanted } of client.places.values()) if (wanted) client.mailings.insist(room);
    }
    const calmMs = Math.max(2 * plan.limits.deadAfterMs, RUNTIME_MS) + plan.limits.presenceGraceMs + 5_000;
    const quietMs = calmMs + (plan.moderated ? COURT_MS : 0);
    timeline.after(quietMs, () => {
      outing = new Outing({ clients, cluster, timeline, ledger, plan, dice: new Dice(seed + 7_000_003) });
    });
    if (!(await settled(plan.busyMs + CALM_MS + quietMs + OUTING_MS, 1_000))) return false;
    for (const client of clients) client.list();
    if (!(await timeline.run(timeline.now + LISTED_MS))) return false;
    auditEnd(audit);
    return true;
  }

  /** Lets time go by, and looks whether all members are where their logs were `backMs` before. */
  async function settled(untilMs: number, backMs: number): Promise<boolean> {
    if (!(await timeline.run(untilMs - backMs))) return false;
    const heads = new Map<string, Head>();
    for (const room of plan.rooms) heads.set(room, await audit.store.head(room));
    if (!(await timeline.run(untilMs))) return false;
    // A node alone hears of a log that went back with its next append.
    if (plan.nodes > 1 || backMs < HEALING_MS) auditPlaces(audit, heads);
    return true;
  }

  function clientOf(at: number): SimulatedClient {
    const own = dice.fork();
    const slow = at < plan.slowReaders;
    const latencyMs = dice.of([1, 10, 60]);
    const rate = slow ? own.of([1, 4, 16]) : FAST;
    return new SimulatedClient({
      name: `client-${at}`,
      guest: `user_${at % plan.users}`,
      format: own.of<Format>(["v1", "batch"]),
      transport: own.of(transports),
      traits: {
        latencyMs: () => own.ms(0.125, latencyMs),
        bytesPerMs: () => (calmed ? FAST : rate),
        windowBytes: own.of([2_000, 16_000, 64_000]),
      },
      rooms: plan.rooms,
      historyEntries: plan.limits.historyEntries,
      presenceIntervalMs: plan.limits.presenceIntervalMs,
      dice: own,
      timeline,
      ledger,
      reader,
      signals,
      told: (who, event) => {
        company.told(who, event);
        return outing?.told(who, event);
      },
      trace,
      node: pick,
    });
  }

  function pick(): SimulatedNode | undefined {
    const nodes = cluster.up.filter(({ draining }) => !draining || dice.chance(0.2));
    return nodes.length > 0 ? dice.of(nodes) : undefined;
  }

  function chat(client: SimulatedClient, own: Dice): undefined {
    timeline.after(own.ms(plan.paceMs / 4, plan.paceMs), () => {
      if (timeline.now >= plan.busyMs) return;
      talk(client, own);
      chat(client, own);
    });
  }

  /** Nobody stands still any more, and whoever wants in goes in. */
  function calm(client: SimulatedClient): undefined {
    if (client.link?.down.isCut === true) client.abandon();
    client.link?.down.resume();
    for (const place of client.places.values()) {
      if (place.wanted) join(client, place);
      if (place.state === "in" && place.view.stale) askMembers(client, place.room);
    }
    timeline.after(1_000, () => calm(client));
  }
}
