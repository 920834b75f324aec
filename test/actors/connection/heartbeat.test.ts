import { describe, expect, it } from "vitest";
import type { Peer } from "./peer.ts";
import { type EntryOptions, Venue } from "./venue.ts";

async function open(options: EntryOptions = {}, limits = {}) {
  const venue = new Venue({ limits });
  const peer = venue.enter("ada", options);
  await venue.stage.settle();
  return { venue, peer };
}

/** Fills the budget of a peer that does not read. */
async function choke(venue: Venue, peer: Peer): Promise<void> {
  for (let at = 0; at < 300; at += 1) peer.say({ type: "ping" });
  await venue.stage.settle();
}

describe("heartbeat()", () => {
  it("pings a peer that has been silent for 25 s", async () => {
    const { venue, peer } = await open();
    await venue.stage.advance(24_999);
    expect(peer.socket.deeds).toEqual([]);
    await venue.stage.advance(1);
    expect(peer.socket.deeds).toEqual(["ping"]);
  });

  it("tells a peer that is silent for 30 s 4408, and cuts it off", async () => {
    const { venue, peer } = await open();
    await venue.stage.advance(29_999);
    expect(peer.socket.closeCode).toBeUndefined();
    await venue.stage.advance(1);
    expect(peer.socket.deeds).toEqual(["ping", "close 4408 heartbeat missed", "terminate"]);
  });

  it("does not ping where there is traffic", async () => {
    const { venue, peer } = await open();
    for (let at = 0; at < 10; at += 1) {
      await venue.stage.advance(20_000);
      peer.say({ type: "ping" });
    }
    expect(peer.socket.deeds).toEqual([]);
  });

  it("goes on pinging a peer that answers, 25 s from its answer, to the next quarter of a second", async () => {
    const { venue, peer } = await open();
    for (let at = 0; at < 10; at += 1) {
      await venue.stage.advance(at === 0 ? 25_000 : 25_150);
      expect(peer.socket.deeds).toHaveLength(at + 1);
      await venue.stage.advance(100);
      peer.events.alive();
      await venue.stage.settle();
    }
    expect(peer.socket.deeds).toEqual(Array.from({ length: 10 }, () => "ping"));
  });

  it("takes an answer that comes within the clock's smallest step", async () => {
    const { venue, peer } = await open();
    await venue.stage.advance(25_000);
    peer.events.alive();
    await venue.stage.advance(10_000);
    expect(peer.socket.closeCode).toBeUndefined();
  });

  it("takes an answer in the last moment", async () => {
    const { venue, peer } = await open();
    await venue.stage.advance(29_999);
    peer.events.alive();
    await venue.stage.advance(20_000);
    expect(peer.socket.closeCode).toBeUndefined();
  });

  it("kills nobody for a verdict that comes late: the process was held up, and asks again", async () => {
    const { venue, peer } = await open();
    await venue.stage.advance(25_000);
    venue.stage.clock.moveTo(60_000);
    await venue.stage.settle();
    expect(peer.socket.deeds).toEqual(["ping", "ping"]);
    await venue.stage.advance(100);
    peer.events.alive();
    await venue.stage.advance(10_000);
    expect(peer.socket.closeCode).toBeUndefined();
  });

  it("closes a peer that is still silent after a late verdict", async () => {
    const { venue, peer } = await open();
    await venue.stage.advance(25_000);
    venue.stage.clock.moveTo(60_000);
    await venue.stage.advance(5_000);
    expect(peer.socket.closeCode).toBe(4408);
  });

  it("closes a peer that does not read with 1013", async () => {
    const { venue, peer } = await open({ reads: false }, { outboxBytes: 8_192 });
    await choke(venue, peer);
    await venue.stage.advance(30_000);
    expect(peer.socket.closeCode).toBe(1013);
    expect(peer.socket.deeds.at(-1)).toBe("terminate");
  });

  it("lets a peer live that reads slowly and says nothing", async () => {
    const { venue, peer } = await open({ reads: false }, { outboxBytes: 65_536 });
    for (let at = 0; at < 2_000; at += 1) peer.say({ type: "ping" });
    await venue.stage.settle();
    for (let second = 0; second < 120; second += 1) {
      peer.socket.read(256);
      await venue.stage.advance(1_000);
    }
    expect(peer.socket.closeCode).toBeUndefined();
  });

  it("lets a peer live that reads 100 KB/s of a room where more is said, and is caught up all the while", async () => {
    const { venue, peer } = await open({ reads: false });
    const writer = await venue.member("writer");
    await venue.join(peer, { history: 0 });
    for (let tick = 0; tick < 600; tick += 1) {
      await venue.talk(writer, 30, { content: "x".repeat(950) });
      peer.socket.read(20_000);
      await venue.stage.advance(200);
    }
    expect(peer.socket.closeCode).toBeUndefined();
  });

  describe("where the runtime pings by itself", () => {
    it("neither pings nor closes a peer that is silent", async () => {
      const { venue, peer } = await open({ pings: false });
      await venue.stage.advance(600_000);
      expect(peer.socket.deeds).toEqual([]);
    });

    it("closes a peer that does not read with 1013 all the same", async () => {
      const { venue, peer } = await open({ pings: false, reads: false }, { outboxBytes: 8_192 });
      await choke(venue, peer);
      await venue.stage.advance(60_000);
      expect(peer.socket.closeCode).toBe(1013);
    });
  });
});
