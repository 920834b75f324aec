import { describe, expect, it } from "vitest";
import { Venue } from "./venue.ts";

const ping = JSON.stringify({ type: "ping" });

describe("Inlet", () => {
  it("stops reading at 128 waiting messages, and reads on once half of them are done", async () => {
    const venue = new Venue();
    const peer = venue.enter("ada");
    await venue.stage.settle();
    for (let at = 0; at < 127; at += 1) peer.events.received(ping);
    expect(peer.socket.paused).toBe(false);
    peer.events.received(ping);
    expect(peer.socket.paused).toBe(true);
    await venue.stage.settle();
    expect(peer.socket.deeds).toEqual(["pause", "resume"]);
    expect(peer.of("pong")).toHaveLength(128);
  });

  it("reads nothing more while the server drains, however much of what came has been taken", async () => {
    const venue = new Venue();
    const peer = venue.enter("ada");
    await venue.stage.settle();
    for (let at = 0; at < 200; at += 1) peer.events.received(ping);
    venue.house.connections.tell({ type: "drain", spreadMs: 100 });
    await venue.stage.settle();
    expect(peer.last("draining")).toBeDefined();
    expect(peer.socket.paused).toBe(true);
  });

  it("drops what comes behind a close", async () => {
    const venue = new Venue();
    const peer = venue.enter("ada");
    peer.events.received(new Uint8Array(1)); // binary that nobody announced
    await venue.stage.settle();
    expect(peer.socket.closeCode).toBe(1003);
    for (let at = 0; at < 20_000; at += 1) peer.events.received(ping);
    await venue.stage.settle();
    expect(peer.of("pong")).toEqual([]);
    expect(peer.socket.paused).toBe(false);
  });

  it("reads on where a peer is closed that it had stopped reading: its close stands behind the rest", async () => {
    const venue = new Venue();
    const peer = venue.enter("ada");
    await venue.stage.settle();
    for (let at = 0; at < 2_000; at += 1) peer.events.received(ping);
    expect(peer.socket.paused).toBe(true);
    venue.house.connections.tell({ type: "revoke", user: "guest:ada" });
    await venue.stage.settle();
    expect(peer.socket.closeCode).toBe(4403);
    expect(peer.socket.paused).toBe(false);
  });

  it("reads nothing more of one that floods, not even up to its close", async () => {
    const venue = new Venue({ rateLimits: true });
    const peer = venue.enter("ada");
    await venue.stage.settle();
    for (let at = 0; at < 2_000; at += 1) peer.events.received(ping);
    await venue.stage.settle();
    expect(peer.socket.closeCode).toBe(4429);
    expect(peer.socket.paused).toBe(true);
    expect(peer.socket.deeds.filter((deed) => deed === "resume")).toEqual([]);
    await venue.stage.advance(1_000);
    expect(peer.socket.deeds.at(-1)).toBe("terminate");
  });

  it("closes one that it cannot stop reading while it still reads, before a turn has passed", async () => {
    const venue = new Venue();
    const peer = venue.enter("ada", { pauses: false });
    await venue.stage.settle();
    let heard = 0;
    for (; heard < 500_000 && peer.socket.closeCode === undefined; heard += 1) peer.events.received(ping);
    expect(peer.socket.closeCode).toBe(1013);
    expect(heard).toBeLessThanOrEqual(16_385);
    await venue.stage.settle();
    expect(peer.of("pong")).toEqual([]);
  });

  it("stops reading at 256 KiB that wait", async () => {
    const venue = new Venue();
    const peer = venue.enter("ada");
    const long = JSON.stringify({ type: "ping", padding: "x".repeat(60_000) });
    for (let at = 0; at < 4; at += 1) peer.events.received(long);
    expect(peer.socket.paused).toBe(false);
    peer.events.received(long);
    expect(peer.socket.paused).toBe(true);
    await venue.stage.settle();
    expect(peer.socket.paused).toBe(false);
  });

  it("counts right over many rounds: it stops again at the same number", async () => {
    const venue = new Venue();
    const peer = venue.enter("ada");
    for (let round = 0; round < 20; round += 1) {
      for (let at = 0; at < 128; at += 1) peer.events.received(ping);
      expect(peer.socket.paused).toBe(true);
      await venue.stage.settle();
      expect(peer.socket.paused).toBe(false);
    }
    expect(peer.socket.deeds).toHaveLength(40);
  });

  it("stays paused while the connection is held for want of room", async () => {
    const venue = new Venue({ limits: { outboxBytes: 4_096 } });
    const peer = venue.enter("ada", { reads: false });
    for (let at = 0; at < 400; at += 1) peer.events.received(ping);
    await venue.stage.settle();
    expect(peer.socket.paused).toBe(true);
    for (let round = 0; round < 100; round += 1) {
      peer.socket.read();
      await venue.stage.settle();
    }
    expect(peer.socket.paused).toBe(false);
    expect(peer.of("pong")).toHaveLength(400);
  });

  it("closes with 1013 where the runtime cannot stop reading and the mailbox is full", async () => {
    const venue = new Venue();
    const peer = venue.enter("ada", { pauses: false });
    for (let at = 0; at < 16_385; at += 1) peer.events.received(ping);
    await venue.stage.settle();
    expect(peer.socket.closeCode).toBe(1013);
  });

  it("closes with 1013 by bytes as well", async () => {
    const venue = new Venue();
    const peer = venue.enter("ada", { pauses: false });
    const long = JSON.stringify({ type: "ping", padding: "x".repeat(60_000) });
    for (let at = 0; at < 36; at += 1) peer.events.received(long);
    await venue.stage.settle();
    expect(peer.socket.closeCode).toBe(1013);
  });
});
