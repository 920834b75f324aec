import { describe, expect, it } from "vitest";
import type { Records, RoomLog, Watch } from "../../../../src/actors/room/mod.ts";
import { MemoryStore, memoryLog } from "../../../../src/logs/memory.ts";
import { MemoryRecords } from "../../../../src/logs/memory-records.ts";
import { Stage } from "../../../../src/testing/mod.ts";
import { Court } from "./court.ts";

describe("ban", () => {
  it("takes a user out and keeps it out, until it is lifted", async () => {
    const court = new Court();
    const mod = await court.moderator("mod");
    const ada = await court.member("ada");
    expect(await court.ask(mod, { type: "ban", user: "guest:ada", reason: "spam" })).toMatchObject({ type: "ack" });
    expect(ada.last("kicked")).toEqual({ type: "kicked", room: "lobby", reason: "spam" });
    const refused = await court.ask(ada, { type: "join" });
    expect(refused).toMatchObject({ type: "error", code: "banned", message: expect.stringContaining("spam") });
    expect(refused).not.toHaveProperty("retryAfter");
    expect(await court.ask(ada, { type: "join", room: "other" })).toMatchObject({ type: "joined" });
    expect(await court.ask(mod, { type: "unban", user: "guest:ada" })).toMatchObject({ type: "ack" });
    expect(await court.ask(ada, { type: "join" })).toMatchObject({ type: "joined" });
  });

  it("with seconds, ends by itself, and its user is told when", async () => {
    const court = new Court();
    const mod = await court.moderator("mod");
    const ada = await court.member("ada");
    await court.ask(mod, { type: "ban", user: "guest:ada", seconds: 10 });
    expect(await court.ask(ada, { type: "join" })).toMatchObject({ code: "banned", retryAfter: 10_000 });
    await court.stage.advance(10_000);
    expect(await court.ask(ada, { type: "join" })).toMatchObject({ type: "joined" });
  });

  it("turns away who is just entering: its join is answered once, and it is nowhere", async () => {
    const log = memoryLog();
    let go: (() => void) | undefined;
    let slow = false;
    const late: RoomLog = {
      ...log,
      async read(room, range, limit) {
        const page = await log.read(room, range, limit);
        if (slow && "after" in range) await new Promise<void>((resolve) => (go = resolve));
        return page;
      },
    };
    const court = new Court({ log: late });
    const mod = await court.moderator("mod");
    await court.venue.talk(mod, 600);
    const { epoch } = mod.last("joined") as { readonly epoch?: string };
    const ada = court.venue.enter("ada");
    slow = true;
    await court.say(ada, { type: "join", id: "j", room: "lobby", since: { epoch, seq: 10 } });
    expect(ada.of("joined", "error")).toEqual([]);
    expect(await court.ask(mod, { type: "ban", user: "guest:ada" })).toMatchObject({ type: "ack" });
    expect(ada.of("joined", "error", "kicked")).toMatchObject([{ type: "error", id: "j", code: "banned" }]);
    slow = false;
    go?.();
    await court.say(mod, { type: "message", content: "among us" });
    expect(ada.of("joined", "message", "kicked")).toEqual([]);
    expect(await court.ask(mod, { type: "members" })).toMatchObject({ count: 1 });
    expect(await court.ask(ada, { type: "message", content: "here?" })).toMatchObject({ code: "not_joined" });
  });

  it("outlives the room, and the whole process where its records do", async () => {
    const stage = new Stage();
    const records = new MemoryRecords(stage.clock);
    const first = new Court({ stage, records });
    await first.ask(await first.moderator("mod"), { type: "ban", user: "guest:ada" });
    const ended = stage.system.shutdown();
    await stage.settle();
    await ended;
    const second = new Court({ records });
    const ada = second.venue.enter("ada");
    expect(await second.ask(ada, { type: "join" })).toMatchObject({ code: "banned" });
  });

  it("is known to another node at once, which takes the user out", async () => {
    const [one, other] = await pair();
    const mod = await one.moderator("mod");
    const ada = await other.member("ada");
    await one.ask(mod, { type: "ban", user: "guest:ada" });
    await other.stage.settle();
    expect(ada.of("kicked")).toHaveLength(1);
    expect(await other.ask(ada, { type: "join" })).toMatchObject({ code: "banned" });
  });

  it("refuses an append of a node that has not heard of it, and what others say there comes through", async () => {
    const store = new MemoryStore();
    const stages = [new Stage(), new Stage()] as const;
    const deaf = new DeafRecords(stages[0].clock);
    const records = deaf.others;
    const one = new Court({ stage: stages[0], records, log: store.connect() });
    const other = new Court({ stage: stages[1], records: deaf, log: store.connect() });
    const mod = await one.moderator("mod");
    const [ada, bob] = [await other.member("ada"), await other.member("bob")];
    await one.ask(mod, { type: "ban", user: "guest:ada" });
    ada.say({ type: "message", id: "a", content: "still here" });
    bob.say({ type: "message", id: "b1", content: "one" }, { type: "message", id: "b2", content: "two" });
    await other.stage.settle();
    expect(ada.last("error")).toMatchObject({ id: "a", code: "not_joined" });
    expect(ada.of("kicked")).toHaveLength(1);
    expect(bob.of("ack")).toMatchObject([
      { id: "b1", seq: 1 },
      { id: "b2", seq: 2 },
    ]);
  });

  it("has what someone said before leaving come through all the same, where it is another's", async () => {
    const store = new MemoryStore();
    const stages = [new Stage(), new Stage()] as const;
    const deaf = new DeafRecords(stages[0].clock);
    const one = new Court({ stage: stages[0], records: deaf.others, log: store.connect() });
    const other = new Court({ stage: stages[1], records: deaf, log: store.connect() });
    const mod = await one.moderator("mod");
    const ada = await other.member("ada");
    await one.ask(mod, { type: "ban", user: "guest:eve" });
    ada.say({ type: "message", room: "lobby", id: "a", content: "bye" }, { type: "leave", room: "lobby", id: "l" });
    await other.stage.settle();
    expect(ada.last("left")).toMatchObject({ id: "l" });
    expect(ada.last("ack")).toMatchObject({ id: "a", seq: 1 });
    expect(ada.of("error")).toEqual([]);
  });
});

/** Records of which one node hears no change. */
class DeafRecords extends MemoryRecords {
  /** As other nodes have them. */
  readonly others: Records = {
    get: (key) => this.get(key),
    list: (prefix, options) => this.list(prefix, options),
    put: (key, value, options) => this.put(key, value, options),
    delete: (key, options) => this.delete(key, options),
    add: (key, amount, options) => this.add(key, amount, options),
    watch: (prefix, onChange) => super.watch(prefix, onChange),
    close: () => this.close(),
  };

  override watch(): Watch {
    return { close: () => undefined };
  }
}

/** Two nodes of one house, on a stage each. */
async function pair(): Promise<readonly [Court, Court]> {
  const store = new MemoryStore();
  const stages = [new Stage(), new Stage()] as const;
  const records = new MemoryRecords(stages[0].clock);
  const courts = stages.map((stage) => new Court({ stage, records, log: store.connect() }));
  await stages[0].settle();
  await stages[1].settle();
  return courts as unknown as readonly [Court, Court];
}
