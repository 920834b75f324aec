import { describe, expect, it } from "vitest";
import type { RoomLayer } from "../../../src/mod.ts";
import { Quarters } from "./quarters.ts";
import { UnrulyRecords } from "./unruly-records.ts";

/** Two nodes that share a log and records, the second of which sees them in a way of its own; one member on each. */
async function neighbours() {
  const quarters = new Quarters({ shared: true });
  const { records, stage } = quarters;
  const unruly = new UnrulyRecords(records, stage.clock);
  const [one, other] = [quarters.start("a"), quarters.start("b", { records: unruly })];
  const [ada, bob] = [await quarters.member(one, "ada"), await quarters.member(other, "bob")];
  await stage.advance(2_000);
  return { quarters, stage, records, unruly, one, other, ada, bob };
}

/** One node, whose records do as they are told. */
async function alone(limits = {}) {
  const quarters = new Quarters({ limits });
  const { records, stage } = quarters;
  const unruly = new UnrulyRecords(records, stage.clock);
  const node = quarters.start("a", { records: unruly });
  return { quarters, stage, records, unruly, node };
}

describe("state() on several nodes", () => {
  it("loses no key, however many nodes set at once", async () => {
    const { quarters, stage, unruly, other, ada, bob } = await neighbours();
    unruly.delayMs = 30;
    for (let at = 0; at < 50; at += 1) {
      ada.set({ [`a ${at}`]: at });
      bob.set({ [`b ${at}`]: at });
      await stage.advance(7);
    }
    await stage.advance(5_000);
    const keys = Array.from({ length: 50 }, (_, at) => [`a ${at}`, `b ${at}`]).flat();
    expect(Object.keys(ada.believed).sort()).toEqual(keys.sort());
    expect(bob.believed).toEqual(ada.believed);
    expect((await quarters.member(other, "late")).of("joined")).toHaveLength(0); // the records take 30 ms
    await stage.advance(30);
    expect([...ada.of("ack"), ...bob.of("ack")]).toHaveLength(100);
  });

  it("shows what another node has set, within 5 s even if word of it was lost", async () => {
    const { stage, unruly, ada, bob } = await neighbours();
    ada.set({ topic: "tea" });
    await stage.advance(0);
    expect(bob.shown).toEqual([{ topic: "tea" }]);
    unruly.deaf = true;
    ada.set({ topic: "soup" });
    await stage.advance(5_000);
    expect(bob.shown).toEqual([{ topic: "tea" }, { topic: "soup" }]);
  });

  it("shows nobody who comes from another node anything older than there, though word of it was lost", async () => {
    const { quarters, stage, unruly, other, ada } = await neighbours();
    unruly.deaf = true;
    ada.set({ topic: "tea" });
    await stage.settle();
    const late = await quarters.member(other, "late");
    expect(late.of("joined")[0]).toMatchObject({ state: { topic: "tea" } });
  });

  it("lets people in without a state while the records fail, and shows it once they are back", async () => {
    const { quarters, stage, unruly, other, ada, bob } = await neighbours();
    ada.set({ topic: "tea" });
    await stage.advance(2_000);
    unruly.deaf = true;
    unruly.fails = { get: "not done" };
    ada.set({ topic: "soup", spoon: 1 });
    await stage.advance(0);
    const late = await quarters.member(other, "late");
    expect(late.of("joined")[0]).not.toHaveProperty("state");
    unruly.deaf = false;
    bob.set({ bread: 1 });
    await stage.advance(1_000);
    expect(bob.believed).toEqual({ topic: "soup", spoon: 1, bread: 1 });
    expect(late.shown).toEqual([]);
    unruly.fails = {};
    await stage.advance(2_000);
    expect(late.shown).toEqual([{ topic: "soup", spoon: 1, bread: 1 }]);
  });

  it("lets people in after 2 s where the records do not answer at all", async () => {
    const { quarters, stage, unruly, other, ada } = await neighbours();
    ada.set({ topic: "tea" });
    await stage.advance(1_000);
    unruly.delayMs = 60_000;
    const [late, gone] = [await quarters.member(other, "late"), await quarters.member(other, "gone")];
    await stage.advance(1_999);
    expect(late.told).toEqual([]);
    gone.leave();
    await stage.advance(1);
    expect(late.of("joined")).toHaveLength(1);
    expect(gone.told).toEqual([]);
    await stage.advance(130_000);
    expect(late.believed).toEqual({ topic: "tea" });
  });
});

describe("state() where records fail", () => {
  it("acknowledges nothing before it is stored", async () => {
    const { quarters, stage, unruly, node } = await alone();
    const ada = await quarters.member(node, "ada");
    unruly.delayMs = 500;
    const id = ada.set({ topic: "tea" });
    await stage.advance(499);
    expect(ada.answer(id)).toBeUndefined();
    await stage.advance(1);
    expect(ada.answer(id)?.type).toBe("ack");
  });

  it.each([
    ["done", { topic: "tea" }],
    ["not done", {}],
  ] as const)("says that it can't tell where a write fails that was %s, and shows what is so", async (fails, truth) => {
    const { quarters, stage, unruly, node } = await alone();
    const ada = await quarters.member(node, "ada");
    unruly.deaf = true;
    unruly.fails = { put: fails };
    const id = ada.set({ topic: "tea" });
    await stage.advance(2_000);
    expect(ada.answer(id)).toMatchObject({ code: "unavailable", unknown: true });
    expect(ada.believed).toEqual(truth);
    unruly.fails = {};
    const again = ada.set({ topic: "soup" });
    await stage.advance(2_000);
    expect(ada.answer(again)?.type).toBe("ack");
    expect(ada.believed).toEqual({ topic: "soup" });
  });

  it("says for certain that a set was not done where nothing was to be written", async () => {
    const { quarters, stage, unruly, node } = await alone();
    const ada = await quarters.member(node, "ada");
    unruly.fails = { get: "not done" };
    const id = ada.set({});
    await stage.settle();
    expect(ada.answer(id)).toMatchObject({ code: "unavailable" });
    expect(ada.answer(id)).not.toHaveProperty("unknown");
  });

  it("keeps a room until what is under way in it is answered", async () => {
    const { quarters, stage, records, unruly, node } = await alone({ roomIdleMs: 1_000 });
    const ada = await quarters.member(node, "ada");
    unruly.delayMs = 3_000;
    const puts: unknown[] = [];
    records.watch("room lobby", (change) => puts.push(change));
    const [first, second] = [ada.set({ a: 1 }), ada.set({ b: 2 })];
    ada.leave();
    await stage.advance(10_000);
    expect([ada.answer(first)?.type, ada.answer(second)?.type]).toEqual(["ack", "ack"]);
    expect(puts).toHaveLength(2);
    expect(stage.system.snapshot().find(({ path }) => path === "/a")?.children).toEqual([]);
  });

  it("keeps a room while somebody waits at its door", async () => {
    const { quarters, stage, unruly, node } = await alone({ roomIdleMs: 500 });
    unruly.delayMs = 1_000;
    const ada = await quarters.member(node, "ada");
    await stage.advance(999);
    expect(ada.told).toEqual([]);
    await stage.advance(2);
    expect(ada.of("joined")).toHaveLength(1);
  });

  it("says of what was under way when the room failed that it can't tell, and does what had to wait", async () => {
    const fragile: RoomLayer = () => (_, next) => (message) => {
      if (message.type === "signal") throw new Error("a bug");
      return next(message);
    };
    const quarters = new Quarters({ layers: [fragile] });
    const { records, stage } = quarters;
    const slow = new UnrulyRecords(records, stage.clock);
    const ada = await quarters.member(quarters.start("a", { records: slow }), "ada");
    slow.delayMs = 500;
    const [under, waiting] = [ada.set({ a: 1 }), ada.set({ b: 2 })];
    await stage.advance(100);
    ada.room?.tell({ type: "signal", listener: ada, name: "x", data: undefined });
    await stage.advance(5_000);
    expect(ada.answer(under)).toMatchObject({ code: "unavailable", unknown: true });
    expect(ada.answer(waiting)?.type).toBe("ack");
    expect(ada.believed).toEqual({ a: 1, b: 2 });
  });

  it("goes back where its records went back", async () => {
    const { quarters, stage, records, node } = await alone();
    const ada = await quarters.member(node, "ada");
    for (const topic of ["tea", "soup"]) {
      ada.set({ topic });
      await stage.advance(2_000);
    }
    records.get = () => Promise.resolve(undefined);
    records.put = (_key, _value, options) =>
      options?.expected === 0
        ? Promise.resolve({ type: "done", version: 1 })
        : Promise.resolve({ type: "conflict", current: undefined });
    const id = ada.set({ other: 1 });
    await stage.advance(2_000);
    expect(ada.answer(id)?.type).toBe("ack");
    expect(ada.believed).toEqual({ other: 1 });
  });
});
