import { describe, expect, it } from "vitest";
import type { Attendee } from "./attendee.ts";
import { Quarters, type QuartersOptions } from "./quarters.ts";

/** A room where two are, and nothing was set for a while. */
async function company(options: QuartersOptions = {}) {
  const quarters = new Quarters(options);
  const node = quarters.start("a");
  const [ada, bob] = [await quarters.member(node, "ada"), await quarters.member(node, "bob")];
  await quarters.stage.advance(2_000);
  return { quarters, node, ada, bob };
}

/** When someone was sent `state`, while time goes by in small steps. */
async function watched({ stage }: Quarters, attendee: Attendee, ms: number, act: (at: number) => void) {
  const times: number[] = [];
  let seen = attendee.of("state").length;
  for (let at = 0; at < ms; at += 10) {
    act(at);
    for (const step of [0, 10]) {
      await stage.advance(step);
      for (; seen < attendee.of("state").length; seen += 1) times.push(stage.clock.now());
    }
  }
  return times;
}

describe("state()", () => {
  it("acknowledges what was set, and shows it to everybody, whoever set it among them", async () => {
    const { quarters, ada, bob } = await company();
    const id = ada.set({ topic: "tea", cups: 2 });
    await quarters.stage.advance(0);
    expect(ada.answer(id)).toEqual({ type: "ack", id, room: "lobby" });
    const event = { type: "state", room: "lobby", values: { topic: "tea", cups: 2 } };
    expect([ada.of("state"), bob.of("state")]).toEqual([[event], [event]]);
  });

  it("says in joined what is there, and nothing where nothing is", async () => {
    const { quarters, node, ada } = await company();
    expect(ada.of("joined")[0]).not.toHaveProperty("state");
    ada.set({ topic: "tea", mood: "good" });
    ada.set({ mood: null });
    await quarters.stage.settle();
    const late = await quarters.member(node, "late");
    expect(late.of("joined")[0]).toMatchObject({ state: { topic: "tea" } });
  });

  it("sends only what has changed since the last event, and null for what was deleted", async () => {
    const { quarters, ada, bob } = await company();
    ada.set({ a: 1, b: 2, c: 3 });
    await quarters.stage.advance(2_000);
    ada.set({ a: 1, b: null, c: 4, d: null });
    await quarters.stage.advance(2_000);
    expect(bob.shown).toEqual([
      { a: 1, b: 2, c: 3 },
      { b: null, c: 4 },
    ]);
  });

  it("sends the first change after quiet at once, and then at most one event a second, with the newest of each key", async () => {
    const { quarters, ada, bob } = await company();
    const times = await watched(quarters, bob, 5_000, (at) => void ada.set({ count: at, [`at ${at % 3}`]: at }));
    expect(times).toEqual([2_000, 3_000, 4_000, 5_000, 6_000, 7_000]);
    await quarters.stage.advance(1_000);
    expect(bob.believed).toEqual({ count: 4_990, "at 0": 4_980, "at 1": 4_990, "at 2": 4_970 });
  });

  it("counts the last of two sets of a key in one turn", async () => {
    const { quarters, ada, bob } = await company();
    ada.set({ topic: "tea" });
    bob.set({ topic: "soup" });
    await quarters.stage.advance(0);
    expect([ada.shown, bob.shown]).toEqual([[{ topic: "soup" }], [{ topic: "soup" }]]);
  });

  it("refuses whoever may not set, and whoever is not there", async () => {
    const { quarters, node, ada } = await company();
    const reader = await quarters.member(node, "reader", { grants: ["read", "write"] });
    const [forbidden] = [reader.set({ topic: "tea" })];
    ada.leave();
    const [gone] = [ada.set({ topic: "tea" })];
    await quarters.stage.settle();
    expect(reader.answer(forbidden)).toMatchObject({ type: "error", code: "forbidden", room: "lobby" });
    expect(ada.answer(gone)).toMatchObject({ type: "error", code: "not_joined" });
    expect(reader.shown).toEqual([]);
  });

  it("takes 100 keys and 64 KiB in all, and refuses what would be more without spoiling the rest", async () => {
    const { quarters, ada, bob } = await company();
    const hundred = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`key ${at}`, at]));
    const ids = [ada.set(hundred), ada.set({ more: 1 }), ada.set({ "key 0": null, more: 1 }), ada.set({ "key 1": 7 })];
    await quarters.stage.settle();
    expect(ids.map((id) => ada.answer(id)?.["code"] ?? "ack")).toEqual(["ack", "bad_command", "ack", "ack"]);
    expect(ada.answer(ids[1] as number)).toMatchObject({ issues: ["values"] });
    const large = Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`key ${at + 10}`, "x".repeat(4_000)]));
    const [fits, not] = [bob.set(large), bob.set({ "key 30": "y".repeat(2_000) })];
    await quarters.stage.settle();
    expect(bob.answer(fits)?.type).toBe("ack");
    expect(bob.answer(not)).toMatchObject({ code: "bad_command", issues: ["values"] });
  });

  it("keeps __proto__ and constructor as keys like any other, in values too", async () => {
    const { quarters, node, ada, bob } = await company();
    const said = '{"__proto__":{"x":1},"constructor":2,"deep":{"__proto__":[3]}}';
    ada.set(JSON.parse(said));
    await quarters.stage.advance(0);
    expect(JSON.stringify(bob.shown[0])).toBe(said);
    const late = await quarters.member(node, "late");
    expect(JSON.stringify(late.of("joined")[0]?.["state"])).toBe(said);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  it("says nothing where a set changes nothing, and acknowledges it", async () => {
    const { quarters, ada, bob } = await company();
    ada.set({ list: [1, { a: null }] });
    await quarters.stage.advance(2_000);
    const ids = [ada.set({ list: [1, { a: null }] }), ada.set({}), ada.set({ absent: null })];
    await quarters.stage.advance(2_000);
    expect(ids.map((id) => ada.answer(id)?.type)).toEqual(["ack", "ack", "ack"]);
    expect(bob.shown).toHaveLength(1);
  });

  it("survives the room, and the server, where its records do", async () => {
    const { quarters, ada, bob } = await company({ limits: { roomIdleMs: 1_000 } });
    ada.set({ topic: "tea" });
    await quarters.stage.settle();
    ada.leave();
    bob.leave();
    await quarters.stage.advance(10_000);
    const late = await quarters.member(quarters.start("b"), "late");
    expect(late.of("joined")[0]).toMatchObject({ state: { topic: "tea" } });
  });

  it("goes on as it was when the room fails", async () => {
    let fails = false;
    const { quarters, node, ada, bob } = await company({
      layers: [
        () => (_, next) => (message) => {
          if (fails && message.type === "publish") throw new Error("a bug");
          return next(message);
        },
      ],
    });
    ada.set({ topic: "tea" });
    await quarters.stage.advance(0);
    ada.set({ topic: "soup" });
    await quarters.stage.settle();
    fails = true;
    bob.room?.tell({ type: "publish", listener: bob, id: 1, content: "x", data: undefined, key: undefined });
    await quarters.stage.advance(2_000);
    expect(bob.shown).toEqual([{ topic: "tea" }, { topic: "soup" }]);
    expect((await quarters.member(node, "late")).believed).toEqual({ topic: "soup" });
  });
});

describe("state() for those who are not like the others", () => {
  it("tells a newcomer of what changed back after it came", async () => {
    const { quarters, node, ada } = await company();
    ada.set({ topic: "tea" });
    await quarters.stage.advance(100);
    ada.set({ topic: "soup" });
    await quarters.stage.settle();
    const late = await quarters.member(node, "late");
    ada.set({ topic: "tea" });
    await quarters.stage.advance(2_000);
    expect(late.of("joined")[0]).toMatchObject({ state: { topic: "soup" } });
    expect(late.shown).toEqual([{ topic: "tea" }]);
    expect(ada.shown).toEqual([{ topic: "tea" }]);
  });

  it("sends whoever had no room for it the newest of each key, once it is live again", async () => {
    const { quarters, ada, bob } = await company();
    ada.set({ kept: 0, gone: 0 });
    await quarters.stage.advance(2_000);
    bob.reads = false;
    for (let at = 1; at <= 5; at += 1) {
      ada.set({ count: at, ...(at === 2 && { gone: null }) });
      await quarters.stage.advance(1_000);
    }
    expect(bob.of("lagged")).toHaveLength(1);
    bob.drain();
    await quarters.stage.advance(1_000);
    expect(bob.of("lagged", "live", "state").map(({ type }) => type)).toEqual(["state", "lagged", "live", "state"]);
    expect(bob.shown).toEqual([
      { kept: 0, gone: 0 },
      { count: 5, gone: null },
    ]);
  });

  it("keeps a second between two events of whoever was behind, too", async () => {
    const { quarters, ada, bob } = await company();
    bob.reads = false;
    const times = await watched(quarters, bob, 6_000, (at) => {
      ada.set({ count: at });
      if (at % 700 === 0) bob.drain();
      if (at % 700 === 300) bob.reads = false;
    });
    expect(times.length).toBeGreaterThan(1);
    for (const [at, time] of times.entries()) expect(time - (times[at - 1] ?? 0)).toBeGreaterThanOrEqual(1_000);
  });
});
