import { describe, expect, it } from "vitest";
import { type EntryOptions, Venue } from "./venue.ts";

async function limited(options: EntryOptions = {}) {
  const venue = new Venue({ rateLimits: true });
  const peer = venue.enter("ada", options);
  await venue.stage.settle();
  async function pings(count: number): Promise<{ readonly taken: number; readonly refused: number }> {
    peer.forget();
    for (let at = 0; at < count; at += 1) {
      peer.say({ type: "ping", id: at });
      if (at % 100 === 99) await venue.stage.settle();
    }
    await venue.stage.settle();
    return { taken: peer.of("pong").length, refused: peer.of("error").length };
  }
  return { venue, peer, pings };
}

describe("rateLimit()", () => {
  it("takes a burst of 60, and refuses the next with its id and when to try again", async () => {
    const { peer, pings } = await limited();
    expect(await pings(61)).toEqual({ taken: 60, refused: 1 });
    expect(peer.last("error")).toMatchObject({ id: 60, code: "rate_limited", retryAfter: 50 });
  });

  it("names the room that a refused command is for", async () => {
    const { venue, peer, pings } = await limited();
    await pings(60);
    peer.say({ type: "message", room: "lobby", content: "hello", id: "m" });
    await venue.stage.settle();
    expect(peer.last("error")).toMatchObject({ id: "m", room: "lobby", code: "rate_limited" });
  });

  it("gains 20 a second, up to the burst", async () => {
    const { venue, pings } = await limited();
    await pings(60);
    await venue.stage.advance(1_000);
    expect(await pings(30)).toEqual({ taken: 20, refused: 10 });
    await venue.stage.advance(20_000);
    expect(await pings(70)).toEqual({ taken: 60, refused: 10 });
  });

  it.each([1, 7, 13, 33, 49])("is right about when to try again, %d ms after the last", async (ms) => {
    const { venue, peer, pings } = await limited();
    await pings(60);
    for (let round = 0; round < 20; round += 1) {
      await venue.stage.advance(ms);
      if ((await pings(1)).taken === 1) continue;
      const waitMs = peer.last("error")?.["retryAfter"] as number;
      // A millisecond too long is no harm: clients are told whole ones.
      await venue.stage.advance(Math.max(0, waitMs - 2));
      if (waitMs > 2) expect(await pings(1)).toEqual({ taken: 0, refused: 1 });
      await venue.stage.advance(Math.min(2, waitMs));
      expect(await pings(1)).toEqual({ taken: 1, refused: 0 });
    }
  });

  it("counts each command of a batch on its own, whether it can be read or not", async () => {
    const { venue, peer } = await limited({ format: "batch" });
    peer.batch(
      ...Array.from({ length: 40 }, () => ({ type: "ping" })),
      ...Array.from({ length: 25 }, () => "nonsense"),
    );
    await venue.stage.settle();
    const codes = peer.of("error").map(({ code }) => code);
    expect(codes.filter((code) => code === "bad_command")).toHaveLength(20);
    expect(codes.filter((code) => code === "rate_limited")).toHaveLength(5);
  });

  it("closes a client that goes on and on with 4429", async () => {
    const { peer, pings } = await limited();
    expect(await pings(60 + 180)).toEqual({ taken: 60, refused: 180 });
    expect(peer.socket.closeCode).toBeUndefined();
    await pings(1);
    expect(peer.socket.closeCode).toBe(4429);
  });

  it("reads nothing more of one that floods, and cuts it a second after its close", async () => {
    const { venue, peer, pings } = await limited();
    await pings(60 + 181);
    await venue.stage.advance(1);
    expect(peer.socket.deeds.slice(-2)).toEqual(["pause", "close 4429 flooding"]);
    await venue.stage.advance(998);
    expect(peer.socket.deeds).not.toContain("terminate");
    await venue.stage.advance(1);
    expect(peer.socket.deeds).toContain("terminate");
  });

  it("forgives a refusal for each command that was taken since", async () => {
    const { venue, peer, pings } = await limited();
    await pings(60 + 100);
    for (let round = 0; round < 30; round += 1) {
      await venue.stage.advance(1_000);
      expect(await pings(30)).toEqual({ taken: 20, refused: 10 });
    }
    expect(peer.socket.closeCode).toBeUndefined();
  });

  it("is off where rates are", async () => {
    const venue = new Venue({ rateLimits: false });
    const peer = venue.enter("ada");
    for (let at = 0; at < 1_000; at += 1) peer.say({ type: "ping" });
    await venue.stage.settle();
    expect(peer.of("pong")).toHaveLength(1_000);
  });
});
