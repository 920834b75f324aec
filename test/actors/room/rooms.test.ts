import { describe, expect, it } from "vitest";
import type { RoomsPage } from "../../../src/actors/room/mod.ts";
import { memoryLog } from "../../../src/logs/memory.ts";
import { Venue } from "../connection/venue.ts";
import { UnrulyLog } from "./unruly-log.ts";

const IDLE_MS = 300_000;

/** What the registry lists, by name and count. */
async function listed(venue: Venue, query: { prefix?: string; limit?: number; cursor?: string } = {}) {
  const pages: RoomsPage[] = [];
  const { prefix = "", limit = 100, cursor } = query;
  venue.rooms.tell({ type: "list", prefix, limit, cursor, reply: (page) => void pages.push(page) as undefined });
  await venue.stage.settle();
  const [page] = pages;
  return { rooms: page?.rooms.map(({ room, count }) => `${room} ${count}`), cursor: page?.cursor };
}

describe("rooms()", () => {
  it("has a room born when someone wants in, and not before", async () => {
    const venue = new Venue();
    expect(venue.roomNames).toEqual([]);
    await venue.member("ada", "one");
    await venue.member("grace", "one");
    await venue.member("edsger", "two");
    expect(venue.roomNames).toEqual(["one", "two"]);
  });

  it("ends a room that nobody has been in for 5 min, and loses nothing of it", async () => {
    const venue = new Venue();
    const ada = await venue.member("ada");
    await venue.talk(ada, 3);
    ada.say({ type: "leave", room: "lobby" });
    await venue.stage.advance(IDLE_MS - 1);
    expect(venue.roomNames).toEqual(["lobby"]);
    await venue.stage.advance(1);
    expect(venue.roomNames).toEqual([]);
    const { epoch } = ada.last("joined") as { epoch?: string };
    const grace = await venue.member("grace");
    expect(grace.last("joined")).toMatchObject({ epoch, seq: 3 });
    expect(grace.seqs()).toEqual([1, 2, 3]);
  });

  it("keeps a room that someone has come back to", async () => {
    const venue = new Venue();
    const ada = await venue.member("ada");
    /** Lets time go by in which the client answers its pings. */
    async function alive(seconds: number): Promise<void> {
      for (let at = 0; at < seconds; at += 20) {
        await venue.stage.advance(20_000);
        ada.events.alive();
      }
      await venue.stage.settle();
    }
    ada.say({ type: "leave", room: "lobby" });
    await alive(280);
    await venue.join(ada);
    await alive(600);
    expect(venue.roomNames).toEqual(["lobby"]);
    await venue.talk(ada, 1);
    expect(ada.seqs()).toEqual([1]);
    ada.events.closed(1006);
    await venue.stage.advance(IDLE_MS);
    expect(venue.roomNames).toEqual([]);
  });

  it("keeps a room that someone may come back to, however soon it would end, and then ends it", async () => {
    const venue = new Venue({ limits: { roomIdleMs: 100 } });
    const ada = await venue.member("ada");
    ada.events.closed(1006);
    await venue.stage.advance(4_999);
    const grace = await venue.member("grace");
    expect(grace.last("joined")).toMatchObject({ count: 2 });
    grace.say({ type: "leave", room: "lobby" });
    await venue.stage.advance(10_000);
    expect(venue.roomNames).toEqual([]);
  });

  it("loses nobody who comes in while a room is about to end", async () => {
    const venue = new Venue();
    const ada = await venue.member("ada");
    ada.say({ type: "leave", room: "lobby" });
    await venue.stage.settle();
    venue.stage.clock.moveTo(venue.stage.clock.now() + IDLE_MS);
    // The room's word that it is idle, and these who want in, are under way at the same time.
    const newcomers = ["grace", "edsger", "barbara"].map((name) => venue.enter(name, { asked: ["lobby"] }));
    await venue.stage.settle();
    for (const peer of newcomers) expect(peer.of("joined", "error")).toMatchObject([{ type: "joined" }]);
    await venue.talk(newcomers[0]!, 1);
    for (const peer of newcomers) expect(peer.seqs()).toEqual([1]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("loses nobody who comes in %d turns into that", async (turns) => {
    const venue = new Venue();
    const ada = await venue.member("ada");
    ada.say({ type: "leave", room: "lobby" });
    await venue.stage.settle();
    venue.stage.clock.moveTo(venue.stage.clock.now() + IDLE_MS);
    const slowpoke = venue.stage.system.spawn<string>(() => (): undefined => {
      venue.stage.clock.moveTo(venue.stage.clock.now() + 10);
    });
    for (let turn = 0; turn < turns; turn += 1) {
      slowpoke.tell("take the rest of the turn");
      venue.stage.scheduler.step();
    }
    const grace = venue.enter("grace", { asked: ["lobby"] });
    await venue.stage.settle();
    await venue.talk(grace, 1);
    expect(grace.of("error")).toEqual([]);
    expect(grace.seqs()).toEqual([1]);
  });

  it("lists rooms with members, by name, with how many", async () => {
    const venue = new Venue();
    await venue.member("ada", "b");
    await venue.member("grace", "b");
    await venue.member("edsger", "a");
    await venue.stage.advance(250);
    expect(await listed(venue)).toEqual({ rooms: ["a 1", "b 2"], cursor: undefined });
  });

  it("leaves out rooms that nobody is in any more", async () => {
    const venue = new Venue();
    const ada = await venue.member("ada", "a");
    await venue.member("grace", "b");
    ada.say({ type: "leave", room: "a" });
    await venue.stage.advance(500);
    expect(await listed(venue)).toEqual({ rooms: ["b 1"], cursor: undefined });
  });

  it("lists by prefix, a page at a time, to the end and without repeating any", async () => {
    const venue = new Venue();
    const names = Array.from({ length: 25 }, (_, at) => `game:${String(at).padStart(2, "0")}`);
    for (const name of ["alpha", ...names, "zulu"]) await venue.member(`in_${name.slice(-2)}`, name);
    await venue.stage.advance(250);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listed(venue, { prefix: "game:", limit: 10, ...(cursor !== undefined && { cursor }) });
      seen.push(...(page.rooms ?? []));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(names.map((name) => `${name} 1`));
  });

  it("names no further page where this one ends with the last room", async () => {
    const venue = new Venue();
    for (const room of ["a", "b"]) await venue.member("ada", room);
    await venue.stage.advance(250);
    expect(await listed(venue, { limit: 2 })).toEqual({ rooms: ["a 1", "b 1"], cursor: undefined });
  });

  it("answers the rooms command so", async () => {
    const venue = new Venue();
    const ada = await venue.member("ada", "a");
    await venue.join(ada, { room: "b" });
    await venue.stage.advance(250);
    ada.say({ type: "rooms", limit: 1, id: 7 });
    await venue.stage.settle();
    expect(ada.last("rooms")).toEqual({ type: "rooms", id: 7, rooms: [{ room: "a", count: 1 }], cursor: "a" });
  });

  it("turns away who comes while the log does not answer, and lets in who comes later", async () => {
    const log = new UnrulyLog(memoryLog());
    const venue = new Venue({ log });
    log.reads = "fail";
    const ada = await venue.member("ada");
    expect(ada.last("error")).toMatchObject({ room: "lobby", code: "unavailable", retryAfter: 1_000 });
    log.reads = "pass";
    await venue.stage.advance(1_000);
    await venue.join(ada);
    expect(ada.last("joined")).toMatchObject({ room: "lobby", seq: 0 });
  });

  it("closes the connections of a room that failed too often with 1011, and opens it anew for who comes back", async () => {
    const venue = new Venue({
      layers: [
        () => (_, next) => (message) => {
          if (message.type === "signal") throw new Error("poison");
          return next(message);
        },
      ],
    });
    const ada = await venue.member("ada");
    const elsewhere = await venue.member("elsewhere", "other");
    await venue.talk(ada, 2);
    for (let round = 0; round < 4; round += 1) {
      ada.say({ type: "signal", room: "lobby", name: "poison" });
      await venue.stage.advance(500);
    }
    expect([ada.socket.closeCode, elsewhere.socket.closeCode]).toEqual([1011, undefined]);
    const again = await venue.member("ada");
    expect(again.seqs()).toEqual([1, 2]);
  });
});
