import { describe, expect, it } from "vitest";
import type { RoomLayer } from "../../../src/actors/room/mod.ts";
import { memoryLog } from "../../../src/logs/memory.ts";
import { Venue } from "../connection/venue.ts";
import { UnrulyLog } from "./unruly-log.ts";

/** A layer that fails over what is poison to it. */
const fragile: RoomLayer = () => {
  return function fragile(_, next) {
    return function handle(message): undefined {
      if (message.type === "publish" && message.content === "poison") throw new Error("poison");
      if (message.type === "signal" && message.name === "poison") throw new Error("poison");
      return next(message);
    };
  };
};

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, at) => at + 1);
}

async function company(log = new UnrulyLog(memoryLog())) {
  const venue = new Venue({ log, layers: [fragile] });
  const [ada, grace] = [await venue.member("ada"), await venue.member("grace")];
  await venue.talk(ada, 3);
  return { log, venue, ada, grace };
}

describe("a room that fails", () => {
  it("keeps its audience, which misses nothing", async () => {
    const { venue, ada, grace } = await company();
    ada.say({ type: "signal", room: "lobby", name: "poison" });
    await venue.talk(grace, 3);
    await venue.stage.advance(1_000);
    await venue.talk(grace, 3);
    for (const peer of [ada, grace]) expect(peer.seqs()).toEqual(upTo(9));
    expect(ada.of("reset", "lagged", "live", "left")).toEqual([]);
    expect(ada.socket.closeCode).toBeUndefined();
  });

  it("is the only one that does", async () => {
    const { venue, ada } = await company();
    const other = await venue.member("other", "elsewhere");
    ada.say({ type: "signal", room: "lobby", name: "poison" });
    await venue.talk(other, 1, { room: "elsewhere" });
    expect(other.seqs("elsewhere")).toEqual([1]);
    expect(venue.stage.events).toMatchObject([{ type: "failed", path: "/rooms/lobby", outcome: "restarted" }]);
  });

  it("answers the message it failed over: its outcome is not known", async () => {
    const { venue, ada } = await company();
    ada.say({ type: "message", room: "lobby", content: "poison", id: 7 });
    await venue.stage.advance(1_000);
    expect(ada.of("error")).toMatchObject([{ id: 7, room: "lobby", unknown: true }]);
  });

  it("answers what its core failed over so, too", async () => {
    const { log, venue, ada } = await company();
    log.read = () => {
      throw new Error("a bug in an engine");
    };
    ada.say({ type: "history", room: "lobby", after: 0, id: 7 });
    ada.say({ type: "history", room: "lobby", before: 1, id: 8 });
    await venue.stage.settle();
    expect(ada.of("error", "history").every(({ id }) => id === 7 || id === 8)).toBe(true);
    expect(ada.of("error", "history")).toHaveLength(2);
  });

  it("says nothing of what went wrong", async () => {
    const { venue, ada } = await company();
    ada.say({ type: "message", room: "lobby", content: "poison", id: 7 });
    await venue.stage.advance(1_000);
    expect(JSON.stringify(ada.heard)).not.toContain('Error"');
    expect(JSON.stringify(ada.of("error"))).not.toMatch(/at .*\.ts/);
  });

  it("acknowledges what was under way when it failed, once it lives again", async () => {
    const { log, venue, ada, grace } = await company();
    log.appends = "hold";
    ada.say({ type: "message", room: "lobby", content: "under way", id: 9 });
    await venue.stage.settle();
    grace.say({ type: "signal", room: "lobby", name: "poison" });
    await venue.stage.settle();
    log.release();
    await venue.stage.advance(1_000);
    expect(ada.of("ack").at(-1)).toMatchObject({ id: 9, seq: 4 });
    for (const peer of [ada, grace]) expect(peer.seqs()).toEqual(upTo(4));
  });

  it("lets in who was at its door", async () => {
    const { log, venue, ada } = await company();
    const { epoch } = ada.last("joined") as { epoch?: string };
    await venue.talk(ada, 1_000);
    log.reads = "hold";
    const late = venue.enter("late");
    await venue.join(late, { since: { epoch, seq: 1 } });
    ada.say({ type: "signal", room: "lobby", name: "poison" });
    await venue.stage.settle();
    log.release();
    await venue.stage.advance(1_000);
    expect(late.seqs()).toEqual(upTo(1_003).slice(1));
  });

  it("goes on catching up who was behind", async () => {
    const log = new UnrulyLog(memoryLog());
    const venue = new Venue({ log, layers: [fragile], limits: { outboxBytes: 16_384 } });
    const [ada, slow] = [await venue.member("ada"), await venue.member("slow", "lobby", { reads: false })];
    await venue.talk(ada, 1_500);
    ada.say({ type: "signal", room: "lobby", name: "poison" });
    await venue.stage.advance(1_000);
    for (let round = 0; round < 200; round += 1) {
      slow.socket.read();
      await venue.stage.settle();
    }
    expect(slow.seqs()).toEqual(upTo(1_500));
  });

  it("keeps its grace for those whose connection was lost", async () => {
    const { venue, ada, grace } = await company();
    grace.events.closed(1006);
    await venue.stage.settle();
    ada.say({ type: "signal", room: "lobby", name: "poison" });
    await venue.stage.advance(10_000);
    expect(ada.last("presence")).toMatchObject({ left: ["guest:grace"], count: 1 });
  });

  it("leaves nobody waiting for a history that its log was still reading", async () => {
    const { log, venue, ada } = await company();
    await venue.talk(ada, 1_000);
    log.reads = "hold";
    const ids = [1, 2, 3];
    for (const id of ids) ada.say({ type: "history", room: "lobby", before: 50, id });
    await venue.stage.settle();
    ada.say({ type: "signal", room: "lobby", name: "poison" });
    await venue.stage.settle();
    log.release();
    await venue.stage.advance(1_000);
    const answered = ada.of("history", "error").map(({ id }) => id);
    expect(answered.filter((id) => id !== undefined)).toEqual(ids);
  });
});
