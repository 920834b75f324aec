import { describe, expect, it } from "vitest";
import type { ActorRef, Behavior, Context } from "../../../src/actors/kernel/mod.ts";
import {
  type Host,
  type HostMessage,
  type HostRoom,
  hosting,
  journal,
  type Listener,
  type Proposal,
  presence,
  type RoomsMessage,
  rooms,
} from "../../../src/actors/room/mod.ts";
import { defaultLimits } from "../../../src/actors/wire/mod.ts";
import { type Entry, MemoryHub, MemoryRecords, MemoryStore, type Outcome, type RoomLog } from "../../../src/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";

/** Counts aloud, one number a second, and remembers what became of it. */
class Counter implements Host {
  readonly name = "counter";
  readonly outcomes: Outcome[] = [];
  readonly heard: Entry[] = [];
  lives = 0;

  rooms(room: string): boolean {
    return room === "numbers";
  }

  behavior(room: HostRoom): Behavior<HostMessage> {
    return (context: Context<HostMessage>) => {
      this.lives += 1;
      let count = 0;
      context.every("tick", 1_000, { type: "tick" });
      return (message): undefined => {
        if (message.type === "published") this.outcomes.push(message.outcome);
        if (message.type === "appended") this.heard.push(...message.entries);
        if (message.type !== "tick") return;
        count += 1;
        room.publish(context, { content: String(count) });
      };
    };
  }
}

/** A member who is there, and no more. */
function bystander(name: string): Listener {
  return {
    user: { id: `guest:${name}`, name, guest: true },
    grants: () => [],
    offer: () => true,
    reply: () => undefined,
    whenDrained: () => undefined,
    inform: () => undefined,
  };
}

/** Nodes that share a log and records, each with a host of its own. */
class Cluster {
  readonly stage = new Stage();
  readonly store = new MemoryStore({ newEpoch: () => "epoch" });
  readonly records = new MemoryRecords(this.stage.clock);
  readonly hub = new MemoryHub();

  start(node: string): { readonly host: Counter; readonly registry: ActorRef<RoomsMessage>; readonly log: RoomLog } {
    const host = new Counter();
    const log = this.store.connect();
    const journalRef = this.stage.system.spawn(journal<Proposal>(log), { name: `${node}-journal` });
    const layers = [presence, hosting([host], { records: this.records, node })];
    const options = { log, bus: this.hub.connect(), journal: journalRef, limits: defaultLimits, layers };
    const registry = this.stage.system.spawn(rooms(options), { name: node });
    this.enter(registry, node);
    return { host, registry, log };
  }

  enter(registry: ActorRef<RoomsMessage>, name: string, room = "numbers"): void {
    const asked = { id: undefined, since: undefined, history: 0, answer: () => undefined };
    const enter = { type: "enter", listener: bystander(name), ...asked } as const;
    registry.tell({ type: "enter", room, enter, reply: () => undefined });
  }

  async said(): Promise<readonly string[]> {
    const { entries } = await this.store.connect().read("numbers", { after: 0 }, { count: 1_000, bytes: 1e9 });
    return entries.map(({ content }) => content);
  }
}

describe("hosting()", () => {
  it("has a host act for its rooms, and hear what is appended", async () => {
    const cluster = new Cluster();
    const { host, registry } = cluster.start("a");
    cluster.enter(registry, "b", "elsewhere");
    await cluster.stage.advance(3_000);
    expect(await cluster.said()).toEqual(["1", "2", "3"]);
    expect(host.lives).toBe(1);
    expect(host.heard.map(({ sender, seq }) => [sender, seq])).toEqual(
      [1, 2, 3].map((seq) => [{ id: "host:counter", name: "counter" }, seq]),
    );
    expect(host.outcomes.map(({ type }) => type)).toEqual(["appended", "appended", "appended"]);
  });

  it("has one host act at a time, however many nodes would", async () => {
    const cluster = new Cluster();
    const nodes = ["a", "b", "c"].map((node) => cluster.start(node));
    await cluster.stage.advance(30_000);
    expect(await cluster.said()).toEqual(Array.from({ length: 30 }, (_, at) => String(at + 1)));
    expect(nodes.map(({ host }) => host.lives)).toEqual([1, 0, 0]);
    expect(nodes[2]?.host.heard).toEqual([]);
  });

  it("hands over at once where a node ends in order", async () => {
    const cluster = new Cluster();
    const [first, second] = [cluster.start("a"), cluster.start("b")];
    await cluster.stage.advance(5_000);
    cluster.stage.system.stop(first.registry);
    await cluster.stage.advance(3_000);
    expect(second.host.lives).toBe(1);
    expect((await cluster.said()).length).toBeGreaterThanOrEqual(5);
  });

  it.each([
    ["renews", 6_000],
    ["asks for", 0],
  ])("hands over at once where a node ends while it %s its lease", async (_, beforeMs) => {
    const cluster = new Cluster();
    const { clock } = cluster.stage;
    const put = cluster.records.put.bind(cluster.records);
    cluster.records.put = async (...asked) => {
      const outcome = await put(...asked);
      await new Promise<void>((resolve) => void clock.alarm(clock.now() + 100, resolve));
      return outcome;
    };
    const first = cluster.start("a");
    await cluster.stage.advance(50);
    const second = cluster.start("b");
    await cluster.stage.advance(beforeMs);
    cluster.stage.system.stop(first.registry);
    await cluster.stage.advance(3_000);
    expect(second.host.lives).toBe(1);
  });

  it("has another node go on within ten seconds where the holder can't renew, and the former one stop before that", async () => {
    const cluster = new Cluster();
    const cut = new MemoryRecords(cluster.stage.clock);
    const [first, second] = [cluster.start("a"), cluster.start("b")];
    await cluster.stage.advance(5_000);
    const put = cluster.records.put.bind(cluster.records);
    cluster.records.put = (key, value, options) =>
      value === "a" ? cut.get(key).then(() => Promise.reject(new Error("cut off"))) : put(key, value, options);
    await cluster.stage.advance(10_000);
    expect(second.host.lives).toBe(1);
    const before = first.host.outcomes.length;
    await cluster.stage.advance(10_000);
    expect(first.host.outcomes.length).toBe(before);
  });

  it("has the log refuse a host whose lease has passed to another", async () => {
    const cluster = new Cluster();
    const { log } = cluster.start("a");
    await cluster.stage.advance(5_000);
    const draft = {
      room: "numbers",
      sender: { id: "host:counter", name: "counter" },
      content: "late",
      data: undefined,
      key: undefined,
      at: 0,
      fence: { host: "counter", token: 0 },
    };
    let outcome: Outcome | undefined;
    log.append([draft], ([first]) => {
      outcome = first;
    });
    expect(outcome).toEqual({ type: "refused", reason: "fenced" });
    expect(await cluster.said()).not.toContain("late");
  });
});
