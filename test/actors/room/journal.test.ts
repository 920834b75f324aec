import { describe, expect, it } from "vitest";
import { memoryLog } from "../../../src/logs/memory.ts";
import { Venue } from "../connection/venue.ts";
import { UnrulyLog } from "./unruly-log.ts";

/** One member in each of some rooms, on a log that does what it is told. */
async function company(rooms: readonly string[] = ["lobby"]) {
  const log = new UnrulyLog(memoryLog());
  const venue = new Venue({ log });
  const peers = [];
  for (const [at, room] of rooms.entries()) peers.push(await venue.member(`user_${at}`, room));
  const first = peers[0]!;
  return { log, venue, peers, first };
}

describe("journal()", () => {
  it("gathers what all rooms want appended in a turn into one append", async () => {
    const rooms = Array.from({ length: 10 }, (_, at) => `room${at}`);
    const { log, venue, peers } = await company(rooms);
    for (const [at, peer] of peers.entries()) {
      for (let nth = 0; nth < 3; nth += 1) peer.say({ type: "message", room: rooms[at], content: "hello", id: nth });
    }
    await venue.stage.settle();
    expect(log.batches).toEqual([30]);
    for (const peer of peers) expect(peer.of("ack").map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it("does so however many there are", async () => {
    const { log, venue } = await company();
    const peer = await venue.member("talker", "lobby", { format: "batch" });
    peer.batch(...Array.from({ length: 100 }, () => ({ type: "message", room: "lobby", content: "hello" })));
    venue.stage.scheduler.step();
    expect(log.batches).toEqual([100]);
  });

  it("appends again in the next turn", async () => {
    const { log, venue, first } = await company();
    for (let turn = 0; turn < 3; turn += 1) await venue.talk(first, 1);
    expect(log.batches).toEqual([1, 1, 1]);
  });

  it("shows nobody what is not in the log yet", async () => {
    const { log, venue, first } = await company();
    log.appends = "hold";
    first.say({ type: "message", room: "lobby", content: "hello", id: 1 });
    await venue.stage.settle();
    expect(first.of("ack", "message")).toEqual([]);
    log.release();
    await venue.stage.settle();
    expect(first.of("ack", "message")).toHaveLength(2);
  });

  it("waits for nothing: while an append is under way, others are begun", async () => {
    const { log, venue, first } = await company();
    log.appends = "hold";
    await venue.talk(first, 1);
    await venue.talk(first, 1);
    expect(log.batches).toEqual([1, 1]);
    first.say({ type: "ping", id: "p" });
    await venue.stage.settle();
    expect(first.last("pong")).toMatchObject({ id: "p" });
  });

  it("says that the outcome is not known where the log throws, and goes on", async () => {
    const { log, venue, first } = await company();
    log.appends = "throw";
    first.say({ type: "message", room: "lobby", content: "hello", key: "k", id: 1 });
    await venue.stage.advance(1_000);
    expect(first.of("error")).toMatchObject([{ id: 1, room: "lobby", code: "unavailable", unknown: true }]);
    log.appends = "pass";
    first.say({ type: "message", room: "lobby", content: "hello", key: "k", id: 2 });
    await venue.stage.advance(1_000);
    expect(first.of("ack")).toMatchObject([{ id: 2, seq: 1 }]);
  });

  it("says that the log takes nothing where it refuses, and when to try again", async () => {
    const { log, venue, first } = await company();
    log.appends = "refuse";
    first.say({ type: "message", room: "lobby", content: "hello", id: 1 });
    await venue.stage.settle();
    expect(first.last("error")).toMatchObject({ id: 1, code: "unavailable", retryAfter: 1_000 });
    expect(first.last("error")).not.toHaveProperty("unknown");
  });
});
