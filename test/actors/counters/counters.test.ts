import { describe, expect, it } from "vitest";
import { boundsMs, Histogram } from "../../../src/actors/counters/mod.ts";
import { memoryLog } from "../../../src/logs/memory.ts";
import { Venue } from "../connection/venue.ts";
import { UnrulyLog } from "../room/unruly-log.ts";

/** What a histogram holds: bounds in ms, and how many lie between each and the one before. */
function filled({ counts }: Histogram): Record<string, number> {
  const named = counts.map((count, at) => [String(boundsMs[at] ?? "more"), count] as const);
  return Object.fromEntries(named.filter(([, count]) => count > 0));
}

describe("Histogram", () => {
  it("puts a time into the first bucket whose bound it does not pass", () => {
    const histogram = new Histogram();
    for (const ms of [0, 0.1, 0.11, 10, 10.5, 2_500, 2_501]) histogram.note(ms);
    expect(filled(histogram)).toEqual({ "0.1": 2, "0.25": 1, "10": 1, "25": 1, "2500": 1, more: 1 });
    expect(histogram.count).toBe(7);
    expect(histogram.sumMs).toBeCloseTo(5_021.71);
  });
});

describe("a node's counters", () => {
  it("count an entry once, and its delivery once a member", async () => {
    const venue = new Venue();
    const [ada] = [await venue.member("ada"), await venue.member("bob"), await venue.member("cyd")];
    await venue.talk(ada, 5);
    expect(venue.counters).toMatchObject({ appended: 5, delivered: 15 });
  });

  it("count no entry that the log has refused, or has already", async () => {
    const log = new UnrulyLog(memoryLog());
    const venue = new Venue({ log });
    const ada = await venue.member("ada");
    log.appends = "refuse";
    await venue.talk(ada, 1);
    log.appends = "pass";
    for (const _ of [1, 2]) ada.say({ type: "message", room: "lobby", content: "once", key: "the same" });
    await venue.stage.settle();
    expect(venue.counters).toMatchObject({ appended: 1, delivered: 1 });
  });

  it("count what is sent to the byte", async () => {
    const venue = new Venue();
    const ada = await venue.member("ada");
    await venue.talk(ada, 3, { content: "größer" });
    const bytes = ada.socket.writes.flat().reduce((sum, text) => sum + new TextEncoder().encode(text).length, 0);
    expect(bytes).toBeGreaterThan(0);
    expect(venue.counters.sentBytes).toBe(bytes);
  });

  it("count a member that falls behind once, and what it is caught up with", async () => {
    const venue = new Venue({ limits: { outboxBytes: 64 * 1024 } });
    const [ada, slow] = [await venue.member("ada"), await venue.member("slow", "lobby", { reads: false })];
    await venue.talk(ada, 1_000, { content: "x".repeat(200) });
    expect(venue.counters.lagged).toBe(1);
    for (let round = 0; round < 200 && slow.seqs().length < 1_000; round += 1) {
      slow.socket.read();
      await venue.stage.settle();
    }
    expect(slow.seqs()).toHaveLength(1_000);
    expect(venue.counters.delivered).toBe(2_000);
  });

  it("show the rooms that are there", async () => {
    const venue = new Venue({ limits: { roomIdleMs: 1_000 } });
    const ada = await venue.member("ada");
    await venue.join(ada, { room: "attic" });
    expect(venue.counters.rooms).toBe(2);
    ada.say({ type: "leave", room: "attic" });
    await venue.stage.settle();
    await venue.stage.advance(10_000);
    expect(venue.counters.rooms).toBe(1);
  });

  it("count the closes of this side by code", async () => {
    const venue = new Venue();
    const ada = await venue.member("ada");
    ada.events.received(new Uint8Array(1));
    await venue.stage.settle();
    expect([...venue.counters.closed]).toEqual([[1003, 1]]);
  });
});

describe("a node's times", () => {
  it("are how long the log took", async () => {
    const log = new UnrulyLog(memoryLog());
    const venue = new Venue({ log });
    const ada = await venue.member("ada");
    log.appends = "hold";
    ada.say({ type: "message", room: "lobby", content: "late" });
    await venue.stage.advance(40);
    log.release();
    await venue.stage.settle();
    expect(filled(venue.counters.appends)).toEqual({ "50": 1 });
  });

  it("are how long a turn took", async () => {
    const venue = new Venue();
    const ada = await venue.member("ada");
    const before = venue.counters.turns.count;
    const { send } = ada.socket;
    ada.socket.send = (parts, format) => {
      venue.stage.clock.moveTo(venue.stage.clock.now() + 7);
      send.call(ada.socket, parts, format);
    };
    await venue.talk(ada, 1);
    expect(venue.counters.turns.count).toBeGreaterThan(before);
    expect(filled(venue.counters.turns)["10"]).toBe(1);
  });

  it("are how long an entry waited to be written, the pace and the writing included", async () => {
    const venue = new Venue();
    const ada = await venue.member("ada");
    const { send } = ada.socket;
    ada.socket.send = (parts, format) => {
      venue.stage.clock.moveTo(venue.stage.clock.now() + 20);
      send.call(ada.socket, parts, format);
    };
    await venue.talk(ada, 2); // two in one write of 20 ms, so the next one waits 5 ms for its flush
    await venue.talk(ada, 1);
    await venue.stage.advance(5);
    expect(filled(venue.counters.fanOuts)).toEqual({ "25": 2 });
    expect(venue.counters.fanOuts.sumMs).toBe(45);
  });
});
