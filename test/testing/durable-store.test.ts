import { describe, expect, it } from "vitest";
import type { Draft, Outcome } from "../../src/mod.ts";
import { Dice } from "../../src/testing/mod.ts";
import { type DiskFaults, goodDisk } from "../../src/testing/simulation/disk.ts";
import type { DurableEngine } from "../../src/testing/simulation/durable-engine.ts";
import { type DiskDurability, DurableStore } from "../../src/testing/simulation/durable-store.ts";
import { noFaults } from "../../src/testing/simulation/faults.ts";
import { Ledger } from "../../src/testing/simulation/ledger.ts";
import { Machine } from "../../src/testing/simulation/machine.ts";
import { Timeline } from "../../src/testing/simulation/timeline.ts";

/** A machine with a disk, on which one process follows another. */
class Desk {
  readonly timeline = new Timeline(new Dice(1));
  readonly disk: DiskFaults;
  readonly ledger = new Ledger(
    () => this.timeline.now,
    () => undefined,
  );
  readonly #store: DurableStore;
  #machine: Machine | undefined;
  engine: DurableEngine;

  constructor(durability: DiskDurability, disk: Partial<DiskFaults> = {}) {
    this.disk = { ...goodDisk(), ...disk };
    const { timeline, ledger } = this;
    const faults = noFaults().log;
    const own = { durability, disk: this.disk, faults, roomEntries: 1_000, dice: new Dice(2) };
    this.#store = new DurableStore({ timeline, ledger, ...own });
    this.engine = this.restart();
  }

  /** The process dies, or the power is cut as well; another process opens what is there. */
  restart({ power = false } = {}): DurableEngine {
    this.#machine?.kill();
    this.engine?.cut();
    if (power) this.#store.cut();
    this.#machine = new Machine("node", this.timeline, new Dice(3));
    this.engine = this.#store.open(this.#machine);
    return this.engine;
  }

  /** Says something, and answers where its outcome will be. */
  say(content: string, more: Partial<Draft> = {}): { outcome?: Outcome } {
    const heard: { outcome?: Outcome } = {};
    const draft = { room: "lobby", sender: { id: "ada", name: "ada" }, content, data: undefined, at: 0 };
    this.engine.append([{ ...draft, key: undefined, fence: undefined, ...more }], ([outcome]) => {
      if (outcome !== undefined) heard.outcome = outcome;
    });
    return heard;
  }

  async wait(ms: number): Promise<void> {
    await this.timeline.run(this.timeline.now + ms);
  }

  async there(): Promise<{ readonly epoch: string; readonly contents: readonly string[] }> {
    const read = this.engine.read("lobby", { after: 0 }, { count: 100, bytes: 1e6 });
    await this.wait(5);
    const { epoch, entries } = await read;
    return { epoch, contents: entries.map(({ content }) => content) };
  }
}

describe("a simulated disk with durability power", () => {
  it("has nothing acknowledged or shown before it is safe, and makes safe together what comes meanwhile", async () => {
    const desk = new Desk("power", { syncMs: 400 });
    const said = ["one", "two", "three"].map((content) => desk.say(content));
    let before = 0;
    for (; said[0]?.outcome === undefined; before += 1) {
      expect(said.map(({ outcome }) => outcome)).toEqual([undefined, undefined, undefined]);
      const { contents } = await desk.there();
      if (said[0]?.outcome === undefined) expect(contents).toEqual([]);
    }
    expect(before).toBeGreaterThan(3);
    expect(said.map(({ outcome }) => outcome?.type)).toEqual(["appended", "appended", "appended"]);
    expect((await desk.there()).contents).toEqual(["one", "two", "three"]);
  });

  it("keeps through a power cut what was acknowledged, under its epoch, and knows keys, leases and records", async () => {
    const desk = new Desk("power");
    desk.say("one", { key: "k" });
    desk.say("two", { fence: { host: "ticker", token: 7 } });
    const put = desk.engine.records.put("topic", "tea");
    await desk.wait(10);
    const before = await desk.there();
    const outcome = await put;
    desk.say("lost");
    desk.restart({ power: true });
    expect(await desk.there()).toEqual(before);
    const late = [desk.say("one again", { key: "k" }), desk.say("late", { fence: { host: "ticker", token: 6 } })];
    const conflicting = desk.engine.records.put("topic", "soup", { expected: 0 });
    await desk.wait(10);
    expect(late.map((each) => each.outcome)).toMatchObject([
      { type: "duplicate", seq: 1 },
      { type: "refused", reason: "fenced" },
    ]);
    expect(await conflicting).toMatchObject({
      type: "conflict",
      current: { value: "tea", version: versionOf(outcome) },
    });
    expect(desk.ledger.violations).toEqual([]);
  });

  it("says of a commit that failed that it can't tell, and of one that a full disk did not take that it was not done", async () => {
    const desk = new Desk("power", { fails: 1 });
    const doubtful = desk.say("doubtful");
    await desk.wait(10);
    desk.disk.fails = 0;
    desk.disk.fullUntilMs = desk.timeline.now + 100;
    const refused = desk.say("refused");
    await desk.wait(10);
    expect(doubtful.outcome).toEqual({ type: "unknown" });
    expect(refused.outcome).toEqual({ type: "refused", reason: "unavailable" });
    await desk.wait(100);
    const good = desk.say("good");
    await desk.wait(10);
    expect(good.outcome?.type).toBe("appended");
    const { contents } = await desk.there();
    expect(contents.filter((content) => content !== "doubtful")).toEqual(["good"]);
    desk.restart({ power: true });
    expect((await desk.there()).contents).toEqual(contents);
  });
});

describe("a simulated disk with durability process", () => {
  it("keeps everything through a killed process, under its epoch", async () => {
    const desk = new Desk("process", { syncMs: 400 });
    desk.say("one");
    await desk.wait(1);
    const before = await desk.there();
    desk.restart();
    expect(await desk.there()).toEqual(before);
    expect(before.contents).toEqual(["one"]);
  });

  it("goes on under a new epoch after a power cut, and never uses the version of a record twice", async () => {
    const desk = new Desk("process");
    desk.say("safe");
    await desk.wait(600);
    const put = desk.engine.records.put("topic", "tea");
    desk.say("perhaps");
    await desk.wait(1);
    const before = await desk.there();
    const version = versionOf(await put);
    desk.restart({ power: true });
    const after = await desk.there();
    expect(after.epoch).not.toBe(before.epoch);
    expect(after.contents[0]).toBe("safe");
    const again = desk.engine.records.put("topic", "soup");
    await desk.wait(1);
    expect(versionOf(await again)).toBeGreaterThan(version);
    expect(desk.ledger.violations).toEqual([]);
  });
});

function versionOf(outcome: Awaited<ReturnType<DurableEngine["records"]["put"]>>): number {
  return outcome.type === "done" ? outcome.version : -1;
}
