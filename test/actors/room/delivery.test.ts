import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryStore, memoryLog } from "../../../src/logs/memory.ts";
import { Venue } from "../connection/venue.ts";
import { UnrulyLog } from "./unruly-log.ts";

function upTo(last: number, first = 1): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

/** A room on a log that other nodes append to, as the test says. */
async function shared() {
  const log = new UnrulyLog(memoryLog());
  const venue = new Venue({ log });
  const ada = await venue.member("ada");
  return { log, venue, ada };
}

describe("delivery", () => {
  it("brings every member the same entries in the same order", async () => {
    const venue = new Venue();
    const peers = await Promise.all(["ada", "grace", "edsger"].map((name) => venue.member(name)));
    for (let round = 0; round < 30; round += 1) {
      for (const peer of peers) peer.say({ type: "message", room: "lobby", content: `round ${round}` });
      if (round % 7 === 0) await venue.stage.settle();
    }
    await venue.stage.settle();
    const [first, ...others] = peers.map((peer) =>
      peer.of("message").map(({ seq, content, sender }) => [seq, content, sender]),
    );
    expect(first).toHaveLength(90);
    for (const other of others) expect(other).toEqual(first);
    expect(peers[0]?.seqs()).toEqual(upTo(90));
  });

  it("acknowledges each message with its place, once", async () => {
    const venue = new Venue();
    const ada = await venue.member("ada");
    for (let id = 0; id < 50; id += 1) ada.say({ type: "message", room: "lobby", content: "hello", id });
    await venue.stage.settle();
    expect(ada.of("ack").map(({ id, seq, room }) => [id, seq, room])).toEqual(
      upTo(50).map((seq) => [seq - 1, seq, "lobby"]),
    );
  });

  it("answers the same key with the same place, and shows it once", async () => {
    const venue = new Venue();
    const ada = await venue.member("ada");
    const message = { type: "message", room: "lobby", content: "once", key: "k" };
    ada.say(message, { ...message, content: "other words" });
    await venue.stage.settle();
    ada.say(message);
    await venue.stage.settle();
    expect(ada.of("ack").map(({ seq, duplicate }) => [seq, duplicate])).toEqual([
      [1, undefined],
      [1, true],
      [1, true],
    ]);
    expect(ada.of("message").map(({ content }) => content)).toEqual(["once"]);
  });

  it("gathers what a turn brought into one write for each member", async () => {
    const venue = new Venue();
    const [ada, grace] = [await venue.member("ada"), await venue.member("grace")];
    await venue.stage.advance(1_000);
    grace.forget();
    for (let at = 0; at < 20; at += 1) ada.say({ type: "message", room: "lobby", content: "hello" });
    await venue.stage.settle();
    expect(grace.socket.writes.map((texts) => texts.length)).toEqual([20]);
  });

  it("holds what comes out of order until its turn", async () => {
    const { log, venue, ada } = await shared();
    const { epoch, entries } = log.appendElsewhere("lobby", ["one", "two", "three"]);
    log.reads = "hold";
    log.tell(epoch, entries.slice(2));
    await venue.stage.settle();
    expect(ada.seqs()).toEqual([]);
    log.tell(epoch, entries.slice(1, 2));
    log.tell(epoch, entries.slice(0, 1));
    await venue.stage.settle();
    expect(ada.seqs()).toEqual([1, 2, 3]);
    log.release();
    await venue.stage.settle();
    expect(ada.seqs()).toEqual([1, 2, 3]);
  });

  it("reads a gap from the log at once", async () => {
    const { log, venue, ada } = await shared();
    const { epoch, entries } = log.appendElsewhere("lobby", ["one", "two", "three"]);
    log.tell(epoch, entries.slice(2));
    await venue.stage.settle();
    expect(ada.seqs()).toEqual([1, 2, 3]);
  });

  it("tries to read a gap again, after a second, until the log answers", async () => {
    const { log, venue, ada } = await shared();
    const { epoch, entries } = log.appendElsewhere("lobby", ["one", "two"]);
    log.reads = "fail";
    log.tell(epoch, entries.slice(1));
    await venue.stage.advance(3_500);
    expect(ada.seqs()).toEqual([]);
    log.reads = "pass";
    await venue.stage.advance(1_000);
    expect(ada.seqs()).toEqual([1, 2]);
  });

  it("tells members to start afresh where the gap itself has been trimmed, and asks the log no more than it must", async () => {
    const log = new UnrulyLog(memoryLog({ roomEntries: 3 }));
    const venue = new Venue({ log });
    const ada = await venue.member("ada");
    const { epoch, entries } = log.appendElsewhere(
      "lobby",
      Array.from({ length: 10 }, (_, at) => `${at}`),
    );
    const before = log.readCount;
    log.tell(epoch, entries.slice(-1));
    await venue.stage.advance(5_000);
    expect(log.readCount - before).toBeLessThan(10);
    expect(ada.last("reset")).toMatchObject({ reason: "trimmed", oldest: 8 });
    await venue.talk(ada, 1);
    expect(ada.seqs().at(-1)).toBe(11);
  });

  it("hands on in order, without a gap or a repeat, however its tail is torn up", async () => {
    const arrivals = fc.array(
      fc.record({ at: fc.nat(30), count: fc.integer({ min: 1, max: 5 }), settle: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(arrivals, async (arrivals) => {
        const { log, venue, ada } = await shared();
        const { epoch, entries } = log.appendElsewhere(
          "lobby",
          Array.from({ length: 30 }, (_, at) => `${at}`),
        );
        for (const { at, count, settle } of arrivals) {
          log.tell(epoch, entries.slice(at, at + count));
          if (settle) await venue.stage.settle();
        }
        log.tell(epoch, entries.slice(-1));
        await venue.stage.settle();
        expect(ada.seqs()).toEqual(upTo(30));
      }),
      { numRuns: 60 },
    );
  });

  it("brings what other nodes append, in the one order of all", async () => {
    const store = new MemoryStore();
    const [here, there] = [new Venue({ log: store.connect() }), new Venue({ log: store.connect() })];
    const [ada, grace] = [await here.member("ada"), await there.member("grace")];
    for (let round = 0; round < 20; round += 1) {
      await here.talk(ada, 2);
      await there.talk(grace, 1);
    }
    await here.stage.settle();
    expect(ada.seqs()).toEqual(upTo(60));
    const contents = (peer: typeof ada) => peer.of("message").map(({ seq, sender }) => [seq, sender]);
    expect(contents(grace)).toEqual(contents(ada));
  });

  it("finds what no tail has told of, where others append too", async () => {
    const log = new UnrulyLog(memoryLog(), { shared: true });
    const venue = new Venue({ log });
    const ada = await venue.member("ada");
    log.appendElsewhere("lobby", ["one", "two"]);
    await venue.stage.advance(5_000);
    expect(ada.seqs()).toEqual([1, 2]);
  });
});
