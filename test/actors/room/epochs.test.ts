import { describe, expect, it } from "vitest";
import { memoryLog } from "../../../src/logs/memory.ts";
import { Venue } from "../connection/venue.ts";
import { UnrulyLog } from "./unruly-log.ts";

/** A room whose log can go back: it goes on with other entries under another epoch. */
async function company() {
  const log = new UnrulyLog(memoryLog({ newEpoch: () => "first" }));
  const venue = new Venue({ log });
  const [ada, grace] = [await venue.member("ada"), await venue.member("grace")];
  await venue.talk(ada, 5);
  /** The log has lost its entries, and has `count` others. */
  function goBack(count: number): void {
    log.inner = memoryLog({ newEpoch: () => "second" });
    log.appendElsewhere(
      "lobby",
      Array.from({ length: count }, (_, at) => `other ${at}`),
    );
  }
  return { log, venue, ada, grace, goBack };
}

describe("a log that went back", () => {
  it.each([0, 2, 40])("has every member told reset, once, when that is seen (%d entries)", async (count) => {
    const { venue, ada, grace, goBack } = await company();
    goBack(count);
    await venue.talk(ada, 1);
    for (const peer of [ada, grace]) {
      expect(peer.of("reset")).toMatchObject([{ room: "lobby", epoch: "second", reason: "epoch" }]);
    }
  });

  it("goes on after the reset where the reset said, without a gap", async () => {
    const { venue, ada, grace, goBack } = await company();
    goBack(2);
    await venue.talk(ada, 1);
    await venue.talk(grace, 3);
    for (const peer of [ada, grace]) {
      const at = peer.heard.findIndex(({ type }) => type === "reset");
      const from = peer.heard[at]?.["seq"] as number;
      const seqs = peer.heard
        .slice(at)
        .filter(({ type }) => type === "message")
        .map(({ seq }) => seq);
      expect(seqs).toEqual(Array.from({ length: 6 - from }, (_, nth) => from + nth + 1));
    }
  });

  it("loses nothing that is appended while the room finds out where it is", async () => {
    const { log, venue, ada, grace, goBack } = await company();
    goBack(2);
    await venue.talk(ada, 0);
    log.reads = "hold";
    await venue.talk(ada, 1, { content: "seen first" });
    log.reads = "pass";
    await venue.talk(ada, 1, { content: "meanwhile" });
    log.release();
    await venue.stage.settle();
    const at = grace.heard.findIndex(({ type }) => type === "reset");
    const from = grace.heard[at]?.["seq"] as number;
    const seqs = grace.heard
      .slice(at)
      .filter(({ type }) => type === "message")
      .map(({ seq }) => seq);
    expect(at).toBeGreaterThan(-1);
    expect([from, ...seqs].at(-1)).toBe(4);
    expect(seqs).toEqual(Array.from({ length: 4 - from }, (_, nth) => from + nth + 1));
  });

  it("keeps acknowledging, with the new places", async () => {
    const { venue, ada, goBack } = await company();
    goBack(2);
    ada.forget();
    await venue.talk(ada, 2);
    expect(ada.of("ack").map(({ seq }) => seq)).toEqual([3, 4]);
  });

  it("shows who comes afterwards the new history alone", async () => {
    const { venue, ada, goBack } = await company();
    goBack(2);
    await venue.talk(ada, 1);
    const late = venue.enter("late");
    await venue.join(late, { since: { epoch: "first", seq: 3 } });
    expect(late.last("joined")).toMatchObject({ epoch: "second", recovered: false, seq: 3 });
    expect(late.seqs()).toEqual([1, 2, 3]);
  });

  it("says nothing of a reset to who is only about to join", async () => {
    const { log, venue, ada, goBack } = await company();
    await venue.talk(ada, 1_000);
    log.reads = "hold";
    const late = venue.enter("late");
    await venue.join(late, { since: { epoch: "first", seq: 1 }, id: 1 });
    goBack(2);
    await venue.talk(ada, 1);
    log.release();
    await venue.stage.advance(5_000);
    const first = late.of("joined", "error", "reset")[0];
    expect(first).toMatchObject({ id: 1 });
  });

  it("is found out by a room that opens late: nobody is told an old place", async () => {
    const { venue, ada, grace, goBack } = await company();
    for (const peer of [ada, grace]) peer.say({ type: "leave", room: "lobby" });
    await venue.stage.settle();
    for (const peer of [ada, grace]) peer.events.closed(1000);
    await venue.stage.advance(300_000);
    goBack(1);
    const late = venue.enter("late");
    await venue.join(late, { since: { epoch: "first", seq: 5 } });
    expect(late.last("joined")).toMatchObject({ epoch: "second", seq: 1, recovered: false });
  });
});
