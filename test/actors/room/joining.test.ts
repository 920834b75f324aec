import { describe, expect, it } from "vitest";
import { memoryLog } from "../../../src/logs/memory.ts";
import { Venue } from "../connection/venue.ts";
import { UnrulyLog } from "./unruly-log.ts";

function upTo(last: number, first = 1): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

/** A room with so many messages in it. */
async function told(count: number, venue = new Venue()) {
  const writer = await venue.member("writer");
  await venue.talk(writer, count);
  const epoch = writer.last("joined")?.["epoch"] as string;
  return { venue, writer, epoch };
}

describe("joining", () => {
  it("an empty room shows its head, and nobody but oneself", async () => {
    const venue = new Venue();
    const ada = await venue.member("ada");
    expect(ada.last("joined")).toMatchObject({
      room: "lobby",
      seq: 0,
      oldest: 1,
      messages: [],
      members: [{ id: "guest:ada", name: "ada" }],
      count: 1,
      grants: ["read", "write", "signal", "upload"],
    });
    expect(ada.last("joined")).not.toHaveProperty("recovered");
  });

  it("shows the newest 50, or as many as were asked for, and then goes on live without a gap", async () => {
    const { venue, writer } = await told(120);
    const [some, three, none] = [venue.enter("some"), venue.enter("three"), venue.enter("none")];
    await venue.join(some);
    await venue.join(three, { history: 3 });
    await venue.join(none, { history: 0 });
    await venue.talk(writer, 2);
    expect(some.seqs()).toEqual(upTo(122, 71));
    expect(three.seqs()).toEqual(upTo(122, 118));
    expect(none.seqs()).toEqual([121, 122]);
  });

  it.each([0, 1, 119, 120])("with since %d is sent exactly what came after it", async (seq) => {
    const { venue, writer, epoch } = await told(120);
    const ada = venue.enter("ada");
    await venue.join(ada, { since: { epoch, seq } });
    await venue.talk(writer, 3);
    expect(ada.last("joined")).toMatchObject({ recovered: true, seq: 120 });
    expect(ada.seqs()).toEqual(upTo(123, seq + 1));
  });

  it("with since sends what one event cannot hold as ordinary events", async () => {
    const { venue, epoch } = await told(900);
    const ada = venue.enter("ada");
    await venue.join(ada, { since: { epoch, seq: 10 } });
    expect(ada.last("joined")?.["messages"]).toHaveLength(200);
    expect(ada.seqs()).toEqual(upTo(900, 11));
  });

  it.each([
    ["of another epoch", { epoch: "another", seq: 3 }],
    ["beyond the head", { seq: 4_000 }],
  ])("with since %s is not recovered, and shows the newest history", async (_, since) => {
    const { venue, writer, epoch } = await told(5);
    const ada = venue.enter("ada");
    await venue.join(ada, { since: { epoch, ...since }, history: 2 });
    await venue.talk(writer, 1);
    expect(ada.last("joined")).toMatchObject({ recovered: false, epoch, seq: 5 });
    expect(ada.seqs()).toEqual([4, 5, 6]);
  });

  it("with since from another node, of which word has not come here, goes on behind it", async () => {
    const log = new UnrulyLog(memoryLog(), { shared: true });
    const venue = new Venue({ log });
    const ada = await venue.member("ada");
    const { epoch } = log.appendElsewhere("lobby", ["one", "two", "three"]);
    const grace = venue.enter("grace");
    await venue.join(grace, { since: { epoch, seq: 2 } });
    expect(grace.last("joined")).toMatchObject({ recovered: true, epoch, seq: 3, messages: [{ seq: 3 }] });
    ada.say({ type: "message", room: "lobby", content: "four" });
    await venue.stage.settle();
    expect(ada.seqs()).toEqual([1, 2, 3, 4]);
    expect(grace.seqs()).toEqual([3, 4]);
  });

  it("with since from beyond what a shared log has is not recovered, and is refused where it does not say", async () => {
    const log = new UnrulyLog(memoryLog(), { shared: true });
    const venue = new Venue({ log });
    await venue.member("ada");
    const { epoch } = log.appendElsewhere("lobby", ["one"]);
    const [grace, edsger] = [venue.enter("grace"), venue.enter("edsger")];
    log.reads = "fail";
    await venue.join(edsger, { since: { epoch, seq: 9 } });
    expect(edsger.last("error")).toMatchObject({ code: "unavailable" });
    log.reads = "pass";
    await venue.join(grace, { since: { epoch, seq: 9 } });
    expect(grace.last("joined")).toMatchObject({ recovered: false, epoch, seq: 1 });
  });

  it("with since under a newer epoch, of which word has not come here, goes on behind it", async () => {
    const log = new UnrulyLog(memoryLog({ newEpoch: () => "first" }), { shared: true });
    const venue = new Venue({ log });
    const ada = await venue.member("ada");
    await venue.talk(ada, 3);
    log.inner = memoryLog({ newEpoch: () => "second" });
    log.appendElsewhere("lobby", ["one", "two", "three"]);
    const grace = venue.enter("grace");
    await venue.join(grace, { since: { epoch: "second", seq: 2 } });
    expect(grace.last("joined")).toMatchObject({ recovered: true, epoch: "second", messages: [{ seq: 3 }] });
    expect(ada.of("reset")).toMatchObject([{ epoch: "second" }]);
  });

  it("with since that this node knows nothing of asks the log once, however many come with it", async () => {
    const log = new UnrulyLog(memoryLog(), { shared: true });
    const venue = new Venue({ log });
    await venue.member("ada");
    log.appendElsewhere("lobby", ["one"]);
    const before = log.readCount;
    const crowd = Array.from({ length: 50 }, (_, at) => venue.enter(`member ${at}`));
    for (const peer of crowd) peer.say({ type: "join", since: { epoch: "of another life", seq: 9 } });
    await venue.stage.settle();
    for (const peer of crowd) expect(peer.last("joined")).toMatchObject({ recovered: false });
    expect(log.readCount - before).toBeLessThanOrEqual(2);
  });

  it("with since from before the log's oldest entry is not recovered", async () => {
    const { venue, epoch } = await told(30, new Venue({ log: memoryLog({ roomEntries: 10 }) }));
    const [late, just] = [venue.enter("late"), venue.enter("just")];
    await venue.join(late, { since: { epoch, seq: 19 } });
    await venue.join(just, { since: { epoch, seq: 20 } });
    expect(late.last("joined")).toMatchObject({ recovered: false, oldest: 21 });
    expect(just.last("joined")).toMatchObject({ recovered: true, oldest: 21 });
    expect(just.seqs()).toEqual(upTo(30, 21));
  });

  it("asks the log for what memory does not hold any more, and goes on live", async () => {
    const log = new UnrulyLog(memoryLog());
    const { venue, writer, epoch } = await told(1_000, new Venue({ log }));
    log.reads = "hold";
    const ada = venue.enter("ada");
    ada.say({ type: "join", since: { epoch, seq: 5 } });
    await venue.stage.settle();
    expect(ada.of("joined")).toEqual([]);
    await venue.talk(writer, 10);
    log.release();
    await venue.stage.settle();
    await venue.talk(writer, 10);
    expect(ada.seqs()).toEqual(upTo(1_020, 6));
  });

  it("turns away who waits for a log that fails, and nobody else", async () => {
    const log = new UnrulyLog(memoryLog());
    const { venue, writer, epoch } = await told(1_000, new Venue({ log }));
    log.reads = "fail";
    const ada = venue.enter("ada");
    await venue.join(ada, { since: { epoch, seq: 5 }, id: 1 });
    expect(ada.last("error")).toMatchObject({ id: 1, room: "lobby", code: "unavailable", retryAfter: 1_000 });
    await venue.talk(writer, 1);
    expect(writer.seqs().at(-1)).toBe(1_001);
    log.reads = "pass";
    await venue.join(ada, { since: { epoch, seq: 5 }, id: 2 });
    expect(ada.seqs()).toEqual(upTo(1_001, 6));
  });

  it("shows those who are there, one member per user, and at most 100 of them", async () => {
    const venue = new Venue();
    for (let at = 0; at < 120; at += 1) await venue.member(`user_${at}`);
    await venue.member("user_0");
    const last = await venue.member("last");
    expect(last.last("joined")).toMatchObject({ count: 121 });
    expect(last.last("joined")?.["members"]).toHaveLength(100);
    const seen = new Set<string>();
    let cursor: unknown;
    do {
      last.say({ type: "members", room: "lobby", limit: 50, ...(cursor !== undefined && { cursor }) });
      await venue.stage.settle();
      const page = last.last("members") as unknown as { members: { id: string }[]; cursor?: string };
      for (const { id } of page.members) {
        expect(seen.has(id)).toBe(false);
        seen.add(id);
      }
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(seen.size).toBe(121);
  });

  it("tells a sender's connections its keys, and nobody else", async () => {
    const venue = new Venue();
    const [ada, again, grace] = [await venue.member("ada"), await venue.member("ada"), await venue.member("grace")];
    ada.say({ type: "message", room: "lobby", content: "hello", key: "secret" });
    await venue.stage.settle();
    expect([ada, again, grace].map((peer) => peer.last("message")?.["key"])).toEqual(["secret", "secret", undefined]);
    const later = await venue.member("ada");
    expect(later.last("joined")?.["messages"]).toMatchObject([{ seq: 1, key: "secret" }]);
  });
});
