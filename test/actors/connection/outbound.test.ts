import { describe, expect, it } from "vitest";
import { Venue } from "./venue.ts";

const TOTAL = 100_000;
const CONTENT = { content: "x".repeat(500) };

describe("Outbound", () => {
  it("has those who lag most closed where all together hold too much, and nobody else", async () => {
    const venue = new Venue({ limits: { outboxTotalBytes: TOTAL } });
    const [writer, reader] = [await venue.member("writer"), await venue.member("reader")];
    const slow = await Promise.all(
      ["a", "b", "c"].map((name) => venue.member(`slow_${name}`, "lobby", { reads: false })),
    );
    await venue.talk(writer, 200, CONTENT);
    await venue.stage.advance(1_000);
    const kept = slow.filter(({ socket }) => socket.closeCode === undefined);
    expect(kept.length).toBeLessThan(3);
    expect(slow.filter((peer) => !kept.includes(peer)).every(({ socket }) => socket.closeCode === 1013)).toBe(true);
    expect(venue.house.outbound.bytes).toBeLessThanOrEqual(TOTAL);
    expect([writer.socket.closeCode, reader.socket.closeCode]).toEqual([undefined, undefined]);
    expect(reader.seqs().length).toBe(200);
  });
});
