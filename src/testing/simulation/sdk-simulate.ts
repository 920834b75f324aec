import type { Format } from "../../actors/wire/mod.ts";
import type { connect } from "../../client/mod.ts";
import { MemoryRecords } from "../../logs/memory-records.ts";
import { Cluster } from "./cluster.ts";
import { Dice } from "./dice.ts";
import { heal } from "./faults.ts";
import { Ledger } from "./ledger.ts";
import { Mishaps } from "./mishaps.ts";
import type { SimulatedNode } from "./node.ts";
import { planOf } from "./plan.ts";
import { sdkAudit } from "./sdk-audit.ts";
import { SdkClient } from "./sdk-client.ts";
import { sdkTalk } from "./sdk-talk.ts";
import type { Simulated, SimulateOptions } from "./simulate.ts";
import { SimulatedStore } from "./store.ts";
import { Timeline } from "./timeline.ts";
import { Trace } from "./trace.ts";
import { transports } from "./transport.ts";
import type { Visitor } from "./visitor.ts";

/** What to simulate. */
export interface SimulateClientsOptions extends SimulateOptions {
  /** Makes the clients: `connect` of `greenroom/client`. */
  readonly connect: typeof connect;
}

/** Bytes a millisecond, for whoever is not slow. */
const FAST = 1_000;

/** A client waits no longer than this between two attempts, and its room not much longer. */
const BACK_MS = 65_000;

/** Runs whole servers with clients of `greenroom/client`, from one seed, and holds those to what they promise. */
export async function simulateClients(options: SimulateClientsOptions): Promise<Simulated> {
  const { seed, server, connect, trace: keep = false, plan: change = (plan) => plan } = options;
  const dice = new Dice(seed);
  const plan = change({ ...planOf(dice), hosted: false, probed: false });
  const trace = new Trace({ keep });
  const timeline = new Timeline(dice.fork());
  const ledger = new Ledger(
    () => timeline.now,
    ({ kind, who, text }) => trace.note(timeline.now, who, `!! ${kind}: ${text}`),
  );
  const store = new SimulatedStore(ledger, plan);
  const records = new MemoryRecords(timeline.clock);
  const recordsDice = dice.fork();
  const cluster = new Cluster({
    plan,
    dice: dice.fork(),
    timeline,
    ledger,
    store,
    trace,
    server,
    records,
    recordsDice,
    presenceDice: new Dice(seed + 5_000_003),
  });
  const { faults } = plan;
  let calmed = false;
  const clients = Array.from({ length: plan.clients }, (_, at) => clientOf(at));
  // Mishaps happen to connections, and what a client makes of them is its own.
  const visitors = clients as unknown as readonly Visitor[];
  new Mishaps({ faults, dice: dice.fork(), timeline, trace, cluster, clients: visitors, store });

  for (const client of clients) act(client, dice.fork());
  if (!(await course()))
    ledger.fail("stuck", "time", "stands still: someone always finds something more to do at once");
  const { violations } = ledger;
  const simulatedMs = timeline.now;
  return { seed, plan, violations, hash: trace.hash, trace: trace.lines, events: trace.length, simulatedMs };

  async function course(): Promise<boolean> {
    if (!(await timeline.run(plan.busyMs))) return false;
    trace.note(timeline.now, "faults", "are healed");
    heal(faults);
    calmed = true;
    for (const client of clients) calm(client);
    const { deadAfterMs, heartbeatMs } = plan.limits;
    const quietMs = 2 * deadAfterMs + 3 * heartbeatMs + BACK_MS + plan.limits.presenceGraceMs;
    if (!(await timeline.run(plan.busyMs + quietMs))) return false;
    // A log that went back is only found out by an append, where there is one node.
    for (const client of clients) for (const view of client.views.values()) client.say(view, { units: 1, data: false });
    if (!(await timeline.run(timeline.now + BACK_MS))) return false;
    await sdkAudit({ clients, ledger, store });
    return true;
  }

  function act(client: SdkClient, own: Dice): undefined {
    timeline.after(own.ms(plan.paceMs / 4, plan.paceMs), () => {
      if (timeline.now >= plan.busyMs) return;
      client.turn(() => sdkTalk(client, own));
      act(client, own);
    });
  }

  /** Nobody stands still any more, and everybody goes in. */
  function calm(client: SdkClient): undefined {
    client.link?.down.resume();
    client.turn(() => {
      for (const room of plan.rooms) client.enter(room);
    });
    timeline.after(1_000, () => calm(client));
  }

  function clientOf(at: number): SdkClient {
    const own = dice.fork();
    const slow = at < plan.slowReaders;
    const latencyMs = dice.of([1, 10, 60]);
    const rate = slow ? own.of([1, 4, 16]) : FAST;
    timeline.promised();
    return new SdkClient({
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
      history: own.of([0, 5, 50, 200]),
      keep: own.of([10, 1_000, 1_000]),
      roomEntries: plan.roomEntries,
      dice: own,
      timeline,
      ledger,
      trace,
      node: pick,
      connect,
    });
  }

  function pick(): SimulatedNode | undefined {
    const nodes = cluster.up.filter(({ draining }) => !draining || dice.chance(0.2));
    return nodes.length > 0 ? dice.of(nodes) : undefined;
  }
}
