import { describe, expect, it } from "vitest";
import { Venue } from "./venue.ts";

/** Who is in a room, as someone who asks is told. */
async function membersOf(venue: Venue, room = "lobby"): Promise<unknown> {
  const asking = await venue.member("asking", room);
  const { members } = asking.last("joined") as unknown as { members: { id: string }[] };
  return members.map(({ id }) => id);
}

const soon = { limits: { presenceGraceMs: 0 } };

describe("a connection", () => {
  it("leaves its rooms when its socket is lost", async () => {
    const venue = new Venue(soon);
    const peer = await venue.member("ada");
    peer.events.closed(1006);
    await venue.stage.advance(1_000);
    expect(await membersOf(venue)).toEqual(["guest:asking"]);
    expect(peer.socket.deeds).toEqual([]);
    expect(venue.stage.system.snapshot()[2]?.children.length).toBe(1);
  });

  it("leaves a room it was still about to join, however busy the registry is", async () => {
    const venue = new Venue(soon);
    await venue.member("first");
    const peer = venue.enter("ghost");
    await venue.stage.settle();
    const reply = (): undefined => undefined;
    for (let at = 0; at < 64; at += 1) {
      venue.rooms.tell({ type: "list", prefix: "", limit: 1, cursor: undefined, reply });
    }
    peer.say({ type: "join", room: "lobby" });
    venue.stage.system
      .spawn<string>(() => () => venue.stage.clock.moveTo(venue.stage.clock.now() + 10) as undefined)
      .tell("take the rest of the turn");
    venue.stage.scheduler.step();
    peer.events.closed(1006);
    await venue.stage.advance(1_000);
    expect(await membersOf(venue)).toEqual(["guest:first", "guest:asking"]);
  });

  it("waits for the peer's close, and cuts it off after 5 s", async () => {
    const venue = new Venue();
    const peer = venue.enter("ada");
    peer.events.received(new Uint8Array(1));
    await venue.stage.advance(4_999);
    expect(peer.socket.deeds).toEqual(["close 1003 binary where none was announced"]);
    await venue.stage.advance(1);
    expect(peer.socket.deeds.at(-1)).toBe("terminate");
    expect(venue.stage.system.snapshot()[2]?.children).toEqual([]);
  });

  it("is gone with the peer's close, and cuts nobody off", async () => {
    const venue = new Venue();
    const peer = venue.enter("ada");
    peer.events.received(new Uint8Array(1));
    await venue.stage.settle();
    peer.events.closed(1003);
    await venue.stage.advance(60_000);
    expect(peer.socket.deeds).toHaveLength(1);
    expect(venue.stage.system.snapshot()[2]?.children).toEqual([]);
  });

  it("does nothing any more once it is closing", async () => {
    const venue = new Venue();
    const peer = await venue.member("ada");
    peer.events.received(new Uint8Array(1));
    await venue.stage.settle();
    peer.say({ type: "message", room: "lobby", content: "too late" });
    await venue.stage.settle();
    const other = await venue.member("other");
    expect(other.last("joined")).toMatchObject({ seq: 0, messages: [] });
  });

  it("is told 1011 where it fails, and its rooms that it is gone", async () => {
    const venue = new Venue(soon);
    const peer = await venue.member("ada");
    const healthy = await venue.member("healthy");
    peer.socket.send = () => {
      throw new Error("a bug");
    };
    peer.say({ type: "ping" });
    await venue.stage.advance(1_000);
    expect(peer.socket.deeds).toEqual(["close 1011 internal error", "terminate"]);
    expect(await membersOf(venue)).toEqual(["guest:healthy", "guest:asking"]);
    expect(healthy.socket.deeds).toEqual([]);
    expect(venue.stage.events).toMatchObject([{ type: "failed", outcome: "stopped" }]);
  });
});

describe("draining", () => {
  it("tells every client when to come back, spread, and does no more commands", async () => {
    const venue = new Venue();
    const peers = await Promise.all(["ada", "grace", "edsger"].map((name) => venue.member(name)));
    venue.house.connections.tell({ type: "drain", spreadMs: 10_000 });
    await venue.stage.settle();
    const waits = peers.map((peer) => peer.last("draining")?.["reconnect"] as number);
    expect(waits.every((ms) => ms >= 500 && ms < 10_500)).toBe(true);
    expect(new Set(waits).size).toBe(3);
    peers[0]?.say({ type: "ping" });
    await venue.stage.settle();
    expect(peers[0]?.of("pong")).toEqual([]);
  });

  it("still hands on what is under way, then closes with 1012 and says when all are gone", async () => {
    const venue = new Venue();
    const [ada, grace] = [await venue.member("ada"), await venue.member("grace")];
    ada.say({ type: "message", room: "lobby", content: "last words", id: 1 });
    venue.stage.scheduler.step();
    venue.house.connections.tell({ type: "drain", spreadMs: 100 });
    await venue.stage.settle();
    expect(ada.last("ack")).toMatchObject({ id: 1, seq: 1 });
    expect(grace.last("message")).toMatchObject({ content: "last words" });
    const closed: string[] = [];
    venue.house.connections.tell({ type: "close", byMs: 0, reply: () => void closed.push("all") as undefined });
    await venue.stage.settle();
    expect([ada.socket.closeCode, grace.socket.closeCode, closed]).toEqual([1012, 1012, []]);
    for (const peer of [ada, grace]) peer.events.closed(1012);
    await venue.stage.settle();
    expect(closed).toEqual(["all"]);
  });

  it("says at once that all are gone where nobody is there", async () => {
    const venue = new Venue();
    const closed: string[] = [];
    venue.house.connections.tell({ type: "close", byMs: 0, reply: () => void closed.push("all") as undefined });
    await venue.stage.settle();
    expect(closed).toEqual(["all"]);
  });
});

describe("echo()", () => {
  it("says everything back, text as text and bytes as bytes, in one write a turn", async () => {
    const venue = new Venue();
    const peer = venue.echo();
    const bytes = new Uint8Array([1, 2, 3]);
    for (const message of ["one", bytes, ""]) peer.events.received(message);
    await venue.stage.settle();
    expect(peer.socket.raw).toEqual(["one", bytes, ""]);
  });

  it("takes nothing more from a peer that does not read, and goes on once it does", async () => {
    const venue = new Venue({ limits: { outboxBytes: 10_000 } });
    const peer = venue.echo({ reads: false });
    for (let at = 0; at < 100; at += 1) {
      peer.events.received("x".repeat(1_000));
      await venue.stage.settle();
    }
    expect(peer.socket.peakBytes).toBeLessThanOrEqual(12_000);
    for (let round = 0; round < 100; round += 1) {
      peer.socket.read();
      await venue.stage.settle();
    }
    expect(peer.socket.raw).toHaveLength(100);
  });

  it("says what comes too soon back at its rate, and all of it", async () => {
    const venue = new Venue({ rateLimits: true, limits: { echoMessagesPerSecond: 10, echoBurst: 5 } });
    const peer = venue.echo();
    for (let at = 0; at < 15; at += 1) peer.events.received(`${at}`);
    await venue.stage.settle();
    expect(peer.socket.raw).toHaveLength(5);
    await venue.stage.advance(500);
    expect(peer.socket.raw).toHaveLength(10);
    await venue.stage.advance(500);
    expect(peer.socket.raw).toEqual(Array.from({ length: 15 }, (_, at) => `${at}`));
    expect(peer.socket.closeCode).toBeUndefined();
  });

  it("is closed with 4429 by whoever goes on and on", async () => {
    const venue = new Venue({ rateLimits: true, limits: { echoMessagesPerSecond: 10, echoBurst: 5 } });
    const peer = venue.echo();
    for (let at = 0; at < 40; at += 1) peer.events.received(`${at}`);
    await venue.stage.advance(1_400);
    expect(peer.socket.closeCode).toBeUndefined();
    await venue.stage.advance(300);
    expect(peer.socket.closeCode).toBe(4429);
    expect(peer.socket.raw).toHaveLength(20);
  });

  it("is held to no rate where clients are held to none", async () => {
    const venue = new Venue({ rateLimits: false, limits: { echoMessagesPerSecond: 10, echoBurst: 5 } });
    const peer = venue.echo();
    for (let at = 0; at < 100; at += 1) peer.events.received(`${at}`);
    await venue.stage.settle();
    expect(peer.socket.raw).toHaveLength(100);
  });
});
