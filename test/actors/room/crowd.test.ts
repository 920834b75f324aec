import { describe, expect, it } from "vitest";
import type { Peer } from "../connection/peer.ts";
import { Venue } from "../connection/venue.ts";

const CROWD = 5_000;
const STEPS = 100;

describe("a crowd that joins one room within ten seconds", () => {
  it("costs each member a few frames a second, and no more the more there are", async () => {
    const venue = new Venue();
    const peers: Peer[] = [];
    for (let step = 0; step < STEPS; step += 1) {
      for (let at = 0; at < CROWD / STEPS; at += 1)
        peers.push(venue.enter(`user_${peers.length}`, { asked: ["lobby"] }));
      await venue.stage.advance(10_000 / STEPS);
    }
    await venue.stage.advance(1_000);
    const frames = peers.map((peer) => peer.of("presence").length);
    // At most one announcement in 250 ms, for whoever was there all the time, and half of that on average.
    expect(Math.max(...frames)).toBeLessThanOrEqual(11 * 4 + 1);
    expect(frames.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual((CROWD * 11 * 4) / 2 + CROWD);
    for (const peer of peers.slice(0, CROWD - 100)) {
      expect(peer.last("presence")).toEqual({ type: "presence", room: "lobby", count: CROWD, mode: "count" });
    }
  }, 60_000);
});
