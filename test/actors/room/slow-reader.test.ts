import { describe, expect, it } from "vitest";
import { memoryLog } from "../../../src/logs/memory.ts";
import type { Peer } from "../connection/peer.ts";
import { Venue, type VenueOptions } from "../connection/venue.ts";
import { UnrulyLog } from "./unruly-log.ts";

const BUDGET = 32 * 1024;
const CONTENT = { content: "x".repeat(200) };

function upTo(last: number, first = 1): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

/** A room in which one does not read. */
async function company(options: VenueOptions = {}) {
  const venue = new Venue({ ...options, limits: { outboxBytes: BUDGET, ...options.limits } });
  const [writer, slow] = [await venue.member("writer"), await venue.member("slow", "lobby", { reads: false })];
  return { venue, writer, slow };
}

/** Has a peer read everything, as often as it takes. */
async function readOut(venue: Venue, peer: Peer): Promise<void> {
  for (let round = 0; round < 200 && peer.socket.bufferedBytes > 0; round += 1) {
    peer.socket.read();
    await venue.stage.settle();
  }
}

describe("a slow reader", () => {
  it("costs its budget and no more, and nobody else anything", async () => {
    const { venue, writer, slow } = await company();
    await venue.talk(writer, 1_000, CONTENT);
    expect(slow.socket.peakBytes).toBeLessThanOrEqual(BUDGET + 512);
    expect(writer.seqs()).toEqual(upTo(1_000));
  });

  it("is told where its live delivery paused, once", async () => {
    const { venue, writer, slow } = await company();
    await venue.talk(writer, 1_000, CONTENT);
    const at = slow.heard.findIndex(({ type }) => type === "lagged");
    const before = slow.heard.slice(0, at).filter(({ type }) => type === "message");
    expect(slow.of("lagged")).toEqual([{ type: "lagged", room: "lobby", seq: before.at(-1)?.["seq"] ?? 0 }]);
  });

  it("is caught up once it reads, then live, without a gap or a repeat", async () => {
    const { venue, writer, slow } = await company();
    await venue.talk(writer, 1_000, CONTENT);
    await readOut(venue, slow);
    slow.socket.reads = true;
    await venue.talk(writer, 5, CONTENT);
    expect(slow.seqs()).toEqual(upTo(1_005));
    expect(slow.of("lagged", "live").map(({ type }) => type)).toEqual(["lagged", "live"]);
    expect(slow.last("live")?.["seq"]).toBe(1_000);
  });

  it("misses nothing of what is said while it is caught up", async () => {
    const { venue, writer, slow } = await company();
    await venue.talk(writer, 600, CONTENT);
    for (let round = 0; round < 100; round += 1) {
      slow.socket.read(4_000);
      await venue.talk(writer, 5, CONTENT);
    }
    await readOut(venue, slow);
    expect(slow.seqs()).toEqual(upTo(1_100));
  });

  it("is caught up over more than memory holds", async () => {
    const { venue, writer, slow } = await company();
    await venue.talk(writer, 3_000, CONTENT);
    await readOut(venue, slow);
    expect(slow.seqs()).toEqual(upTo(3_000));
    expect(slow.of("reset")).toEqual([]);
  });

  it("is caught up though the log fails now and then", async () => {
    const log = new UnrulyLog(memoryLog());
    const { venue, writer, slow } = await company({ log });
    await venue.talk(writer, 2_000, CONTENT);
    for (let round = 0; round < 30; round += 1) {
      log.reads = round % 3 === 0 ? "fail" : "pass";
      await readOut(venue, slow);
      await venue.stage.advance(1_000);
    }
    expect(slow.seqs()).toEqual(upTo(2_000));
  });

  it("is told reset where the log has been trimmed past it, and then is live", async () => {
    const { venue, writer, slow } = await company({ log: memoryLog({ roomEntries: 100 }) });
    await venue.talk(writer, 2_000, CONTENT);
    const paused = slow.seqs().at(-1) as number;
    await readOut(venue, slow);
    slow.socket.reads = true;
    await venue.talk(writer, 2, CONTENT);
    expect(slow.of("reset")).toMatchObject([{ room: "lobby", seq: 2_000, oldest: 1_901, reason: "trimmed" }]);
    expect(slow.seqs()).toEqual([...upTo(paused), 2_001, 2_002]);
  });

  it("may leave while it is behind", async () => {
    const { venue, writer, slow } = await company();
    await venue.talk(writer, 500, CONTENT);
    slow.say({ type: "leave", room: "lobby", id: 1 });
    await readOut(venue, slow);
    const last = slow.seqs().at(-1);
    await venue.talk(writer, 5, CONTENT);
    await readOut(venue, slow);
    expect(slow.last("left")).toMatchObject({ id: 1 });
    expect(slow.seqs().at(-1)).toBe(last);
  });

  it("does not see its signals, which are shed, and is not told lagged over them", async () => {
    const { venue, writer, slow } = await company();
    for (let at = 0; at < 1_000; at += 1) writer.say({ type: "signal", room: "lobby", name: "typing", data: CONTENT });
    await venue.stage.settle();
    expect(slow.socket.peakBytes).toBeLessThanOrEqual(BUDGET + 512);
    expect(slow.of("lagged")).toEqual([]);
  });

  it("that is many at once is many times the same", async () => {
    const { venue, writer } = await company();
    const others = await Promise.all(
      ["a", "b", "c", "d"].map((name) => venue.member(`slow_${name}`, "lobby", { reads: false })),
    );
    await venue.talk(writer, 800, CONTENT);
    for (const peer of others) await readOut(venue, peer);
    for (const peer of others) expect(peer.seqs()).toEqual(upTo(800));
  });
});
