import { describe, expect, it } from "vitest";
import type { Peer } from "../connection/peer.ts";
import { Venue } from "../connection/venue.ts";

const STEPS = 100;

describe("a crowd that joins one room within ten seconds", () => {
  it.each([5_000, 10_000])(
    "costs each of %i members a few frames a second, and no more",
    async (crowd) => {
      const venue = new Venue();
      const peers: Peer[] = [];
      for (let step = 0; step < STEPS; step += 1) {
        for (let at = 0; at < crowd / STEPS; at += 1)
          peers.push(venue.enter(`user_${peers.length}`, { asked: ["lobby"] }));
        await venue.stage.advance(10_000 / STEPS);
      }
      await venue.stage.advance(1_000);
      const frames = peers.map((peer) => peer.of("presence").length);
      // At most one announcement in 250 ms, for whoever was there all the time, and half of that on average.
      expect(Math.max(...frames)).toBeLessThanOrEqual(11 * 4 + 1);
      expect(frames.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual((crowd * 11 * 4) / 2 + crowd);
      for (const peer of peers.slice(0, crowd - 100)) {
        expect(peer.last("presence")).toEqual({ type: "presence", room: "lobby", count: crowd, mode: "count" });
      }
    },
    60_000,
  );
});
