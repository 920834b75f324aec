import { describe, expect, it } from "vitest";
import { Venue } from "./venue.ts";

const KIB = 1024;

/** A room with long messages, and someone in it who has stopped reading. */
async function library(format: "v1" | "batch" = "v1") {
  const limits = { outboxBytes: 512 * KIB, roomIdleMs: 10_000_000 };
  const venue = new Venue({ limits });
  const writer = await venue.member("writer");
  await venue.talk(writer, 250, { content: "x".repeat(1_000) });
  const reader = await venue.member("reader", "lobby", { format, reads: false });
  reader.socket.read();
  reader.socket.peakBytes = 0;
  return { venue, reader };
}

/** What a client may cost: its budget and one reply, and what stands around a frame. */
const BOUND = 512 * KIB + 256 * KIB + KIB;

describe("intake()", () => {
  it("takes commands that are all answered, in their order, however many stand in a message", async () => {
    const venue = new Venue();
    const peer = venue.enter("ada", { format: "batch" });
    peer.batch(...Array.from({ length: 200 }, (_, id) => ({ type: "ping", id })));
    peer.batch({ type: "ping", id: "last" });
    await venue.stage.settle();
    expect(peer.of("pong").map(({ id }) => id)).toEqual([...Array.from({ length: 200 }, (_, id) => id), "last"]);
  });

  it.each(["v1", "batch"] as const)(
    "holds while the budget is used up: history costs it and one reply (%s)",
    async (format) => {
      const { venue, reader } = await library(format);
      const asked = Array.from({ length: 60 }, (_, id) => ({ type: "history", room: "lobby", id, limit: 200 }));
      if (format === "batch") reader.batch(...asked);
      else reader.say(...asked);
      await venue.stage.settle();
      expect(reader.socket.peakBytes).toBeLessThanOrEqual(BOUND);
    },
  );

  it("answers every command once the client reads again", async () => {
    const { venue, reader } = await library();
    reader.say(...Array.from({ length: 20 }, (_, id) => ({ type: "history", room: "lobby", id, limit: 200 })));
    await venue.stage.settle();
    for (let round = 0; round < 60; round += 1) {
      reader.socket.read();
      await venue.stage.settle();
    }
    expect(reader.of("history").map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, id) => id));
  });

  it("answers what cannot be read, and goes on", async () => {
    const venue = new Venue();
    const peer = venue.enter("ada");
    for (const text of ["{", "[]", '{"type":"dance"}', '{"type":"message"}']) peer.events.received(text);
    peer.say({ type: "ping", id: 1 });
    await venue.stage.settle();
    expect(peer.of("error").map(({ code }) => code)).toEqual([
      "bad_json",
      "bad_command",
      "unknown_type",
      "bad_command",
    ]);
    expect(peer.last("pong")).toMatchObject({ id: 1 });
  });

  it("closes over a message past its bound (1009), and over bytes that nobody announced (1003)", async () => {
    const venue = new Venue();
    const [long, binary] = [venue.enter("long"), venue.enter("binary")];
    long.events.received(`"${"x".repeat(70_000)}"`);
    binary.events.received(new Uint8Array(3));
    await venue.stage.settle();
    expect([long.socket.closeCode, binary.socket.closeCode]).toEqual([1009, 1003]);
  });
});
