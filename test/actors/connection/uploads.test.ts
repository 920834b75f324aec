import { describe, expect, it } from "vitest";
import { MemoryBlobs } from "../../../src/mod.ts";
import type { Peer } from "./peer.ts";
import { Venue, type VenueOptions } from "./venue.ts";

const WINDOW = 262_144;

/** Everything that was begun has been done: promises of the store and the platform included. */
async function settled(venue: Venue): Promise<void> {
  for (let round = 0; round < 8; round += 1) {
    await venue.stage.settle();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await venue.stage.settle();
}

async function uploader(options: VenueOptions = {}): Promise<{ venue: Venue; ada: Peer; blobs: MemoryBlobs }> {
  const blobs = new MemoryBlobs();
  const venue = new Venue({ blobs, ...options });
  const ada = await venue.member("ada");
  ada.forget();
  return { venue, ada, blobs };
}

async function begin(venue: Venue, peer: Peer, command: object = {}): Promise<void> {
  peer.say({ type: "upload", id: "u", name: "a.bin", media: "application/octet-stream", size: 10, ...command });
  await settled(venue);
}

function bytes(length: number, fill = 7): Uint8Array {
  return new Uint8Array(length).fill(fill);
}

/** Sends frames of 64 KiB as the window allows. */
async function send(venue: Venue, peer: Peer, size: number): Promise<void> {
  for (let sent = 0; sent < size; ) {
    const told = (peer.last("progress")?.["received"] as number | undefined) ?? 0;
    const length = Math.min(65_536, size - sent, told + WINDOW - sent);
    if (length === 0) throw new Error("Cannot go on: the window is used up, and no progress has come");
    peer.events.received(bytes(length));
    sent += length;
    await settled(venue);
  }
}

describe("an upload", () => {
  it("is ready with a window, and becomes a message once its bytes have come", async () => {
    const { venue, ada, blobs } = await uploader();
    const bob = await venue.member("bob");
    await begin(venue, ada, { content: "look", key: "k" });
    expect(ada.heard).toEqual([{ type: "ready", id: "u", window: WINDOW }]);
    ada.events.received(bytes(10));
    await settled(venue);
    expect(ada.last("ack")).toEqual({ type: "ack", id: "u", room: "lobby", seq: 1 });
    const attachment = { file: "file-1", name: "a.bin", media: "application/octet-stream", size: 10 };
    expect(bob.last("message")).toMatchObject({ seq: 1, content: "look", attachment, sender: { id: "guest:ada" } });
    expect(blobs.bytes).toBe(10);
  });

  it("without content says its name", async () => {
    const { venue, ada } = await uploader();
    await begin(venue, ada);
    ada.events.received(bytes(10));
    await settled(venue);
    expect(ada.last("message")).toMatchObject({ content: "a.bin" });
  });

  it("of nothing needs no bytes", async () => {
    const { venue, ada } = await uploader();
    await begin(venue, ada, { size: 0 });
    expect(ada.of("ready", "ack").map(({ type }) => type)).toEqual(["ready", "ack"]);
  });

  it("of ten MiB goes on by its progress, and other commands go on meanwhile", async () => {
    const { venue, ada } = await uploader();
    const size = 10 * 1024 ** 2;
    await begin(venue, ada, { size });
    await send(venue, ada, size - 65_536);
    ada.say({ type: "message", content: "meanwhile", id: "m" });
    await settled(venue);
    expect(ada.last("ack")).toMatchObject({ id: "m", seq: 1 });
    ada.events.received(bytes(65_536));
    await settled(venue);
    expect(ada.last("ack")).toMatchObject({ id: "u", seq: 2 });
    expect(ada.of("progress").length).toBeGreaterThanOrEqual(size / WINDOW);
  });

  it("repeated under its key is the same message, and keeps no second file", async () => {
    const { venue, ada, blobs } = await uploader();
    for (const fill of [1, 2]) {
      await begin(venue, ada, { key: "k" });
      ada.events.received(bytes(10, fill));
      await settled(venue);
    }
    expect(ada.of("ack")).toMatchObject([{ seq: 1 }, { seq: 1, duplicate: true }]);
    expect(ada.of("message")).toHaveLength(1);
    expect(blobs.bytes).toBe(10);
    expect(await venue.house.files?.open("file-2")).toBeUndefined();
    expect(await venue.house.files?.open("file-1")).toBeDefined();
  });

  it("waits behind the pending join of its room", async () => {
    const { venue } = await uploader();
    const bob = venue.enter("bob");
    bob.say({ type: "join" }, { type: "upload", id: "u", name: "a", media: "a/b", size: 1 });
    await settled(venue);
    expect(bob.of("joined", "ready").map(({ type }) => type)).toEqual(["joined", "ready"]);
  });
});

describe("a refused upload", () => {
  it.each([
    ["past the size of a file", { size: 10_485_761 }, "too_large"],
    ["in a room that is not joined", { room: "elsewhere" }, "not_joined"],
  ])("%s is answered, and its bytes are passed over", async (_, command, code) => {
    const { venue, ada } = await uploader();
    await begin(venue, ada, command);
    expect(ada.heard).toMatchObject([{ type: "error", id: "u", code }]);
    ada.events.received(bytes(10));
    await settled(venue);
    expect(ada.socket.closeCode).toBeUndefined();
  });

  it.each([["upload"], ["write"]] as const)("without the grant %s is forbidden", async (missing) => {
    const { venue } = await uploader();
    const all = ["read", "write", "signal", "upload"] as const;
    const user = { id: "bob", name: "bob", guest: false };
    const grants = (): readonly (typeof all)[number][] => all.filter((grant) => grant !== missing);
    const pass = { user, grants, deferred: false, endsAt: undefined, issuedAt: undefined, token: undefined };
    const bob = await venue.member("bob", "lobby", { pass });
    await begin(venue, bob);
    expect(bob.last("error")).toMatchObject({ id: "u", room: "lobby", code: "forbidden" });
  });

  it("past what a room may keep is too_large", async () => {
    const { venue, ada } = await uploader({ limits: { roomFileBytes: 10_000 } });
    await begin(venue, ada, { size: 6_000 });
    await send(venue, ada, 6_000);
    expect(ada.last("ack")).toMatchObject({ seq: 1 });
    await begin(venue, ada, { size: 6_000 });
    expect(ada.last("error")).toMatchObject({ code: "too_large" });
  });

  it("past what may come in at once is overloaded, and the next may come when one has ended", async () => {
    const { venue, ada } = await uploader({ limits: { uploadsPerUser: 1 } });
    const again = await venue.member("ada");
    await begin(venue, ada);
    await begin(venue, again);
    expect(again.last("error")).toMatchObject({ code: "overloaded", retryAfter: 1_000 });
    ada.events.received(bytes(10));
    await settled(venue);
    await begin(venue, again);
    expect(again.last("ready")).toBeDefined();
  });

  it("of a guest, past what may come at once from its address under whatever names, is overloaded", async () => {
    const { venue } = await uploader({ limits: { uploadsPerAddress: 1 } });
    const [first, second] = [
      await venue.member("one", "lobby", { address: "192.0.2.1" }),
      await venue.member("two", "lobby", { address: "192.0.2.1" }),
    ];
    const elsewhere = await venue.member("three", "lobby", { address: "192.0.2.2" });
    const user = await venue.member("four", "lobby", { guest: false, address: "192.0.2.1" });
    for (const peer of [first, second, elsewhere, user]) await begin(venue, peer);
    expect(second.last("error")).toMatchObject({ code: "overloaded" });
    for (const peer of [first, elsewhere, user]) expect(peer.last("ready")).toBeDefined();
    first.say({ type: "cancel" });
    await settled(venue);
    await begin(venue, second);
    expect(second.last("ready")).toBeDefined();
  });

  it("where another is under way leaves that one alone", async () => {
    const { venue, ada } = await uploader();
    await begin(venue, ada);
    await begin(venue, ada, { id: "second" });
    expect(ada.last("error")).toMatchObject({ id: "second", code: "bad_command" });
    ada.events.received(bytes(10));
    await settled(venue);
    expect(ada.last("ack")).toMatchObject({ id: "u", seq: 1 });
  });

  it("by its rate is passed over as well", async () => {
    const { venue, ada } = await uploader({ rateLimits: true, limits: { messagesPerUserPerMinute: 1 } });
    await begin(venue, ada);
    ada.events.received(bytes(10));
    await settled(venue);
    await begin(venue, ada, { id: "second" });
    expect(ada.last("error")).toMatchObject({ id: "second", code: "rate_limited" });
    ada.events.received(bytes(10));
    await settled(venue);
    expect(ada.socket.closeCode).toBeUndefined();
  });

  it("where the store is full is unavailable, and leaves nothing", async () => {
    const blobs = new MemoryBlobs({ totalBytes: 5 });
    const { venue, ada } = await uploader({ blobs });
    await begin(venue, ada);
    ada.events.received(bytes(10));
    await settled(venue);
    expect(ada.last("error")).toMatchObject({ id: "u", code: "unavailable" });
    expect(blobs.bytes).toBe(0);
  });
});

describe("a hostile upload", () => {
  it.each([
    ["longer than said", [4, 7], "too_large"],
    ["by a frame that is too large", [65_537], "too_large"],
    ["beyond its window", [65_536, 65_536, 65_536, 65_536, 1], "bad_command"],
    ["by empty frames", [0], "bad_command"],
  ] as const)("that comes %s is ended, and leaves nothing", async (_, frames, code) => {
    const { venue, ada, blobs } = await uploader();
    await begin(venue, ada, { size: frames[0] === 4 ? 10 : 1_000_000 });
    for (const length of frames) ada.events.received(bytes(length));
    await settled(venue);
    expect(ada.last("error")).toMatchObject({ id: "u", code });
    expect(ada.socket.closeCode).toBeUndefined();
    expect(blobs.bytes).toBe(0);
    expect(ada.of("message", "ack")).toEqual([]);
    await begin(venue, ada);
    ada.events.received(bytes(10));
    await settled(venue);
    expect(ada.last("ack")).toMatchObject({ seq: 1 });
  });

  it("whose bytes come before it is ready is ended", async () => {
    const { venue, ada, blobs } = await uploader();
    ada.say({ type: "upload", id: "u", name: "a", media: "a/b", size: 10 });
    ada.events.received(bytes(10));
    await settled(venue);
    expect(ada.of("error", "ack")).toMatchObject([{ id: "u", code: "bad_command" }]);
    expect(blobs.bytes).toBe(0);
  });

  it("by frames of one byte each is ended before there are many", async () => {
    const { venue, ada } = await uploader();
    await begin(venue, ada, { size: 100_000 });
    for (let at = 0; at < 1_025; at += 1) ada.events.received(bytes(1));
    await settled(venue);
    expect(ada.last("error")).toMatchObject({ id: "u", code: "bad_command" });
  });

  it("that stands still for 30 s is ended, and not before", async () => {
    const { venue, ada, blobs } = await uploader();
    await begin(venue, ada);
    await venue.stage.advance(20_000);
    ada.events.received(bytes(4));
    await settled(venue);
    await venue.stage.advance(29_000);
    expect(ada.of("error")).toEqual([]);
    await venue.stage.advance(2_000);
    await settled(venue);
    expect(ada.last("error")).toMatchObject({ id: "u", code: "bad_command" });
    expect(blobs.bytes).toBe(0);
  });

  it("that is abandoned leaves nothing", async () => {
    const { venue, ada, blobs } = await uploader();
    const bob = await venue.member("bob");
    await begin(venue, ada);
    ada.events.received(bytes(4));
    await settled(venue);
    expect(blobs.bytes).toBe(4);
    ada.events.closed(1006);
    await settled(venue);
    expect(blobs.bytes).toBe(0);
    expect(bob.of("message")).toEqual([]);
  });

  it("in the middle of a drain leaves nothing, and holds nothing up", async () => {
    const { venue, ada, blobs } = await uploader();
    await begin(venue, ada);
    ada.events.received(bytes(4));
    await settled(venue);
    venue.house.connections.tell({ type: "drain", spreadMs: 1_000 });
    venue.house.connections.tell({ type: "close", byMs: 1e9, reply: () => undefined });
    await venue.stage.advance(100);
    expect(ada.socket.closeCode).toBe(1012);
    ada.events.closed(1012);
    await settled(venue);
    expect(blobs.bytes).toBe(0);
  });

  it("of which more comes than was announced closes with 1003", async () => {
    const { venue, ada } = await uploader();
    await begin(venue, ada);
    ada.events.received(bytes(10));
    await settled(venue);
    ada.events.received(bytes(1));
    await settled(venue);
    expect(ada.socket.closeCode).toBe(1003);
  });

  it("that was ended may not send more than the rest of it", async () => {
    const { venue, ada } = await uploader();
    await begin(venue, ada, { size: 1_000 });
    ada.events.received(bytes(400));
    ada.say({ type: "cancel", id: "c" });
    ada.events.received(bytes(600));
    await settled(venue);
    expect(ada.socket.closeCode).toBeUndefined();
    ada.events.received(bytes(1));
    await settled(venue);
    expect(ada.socket.closeCode).toBe(1003);
  });
});

describe("cancel", () => {
  it("ends an upload under way, answers both, and leaves nothing", async () => {
    const { venue, ada, blobs } = await uploader();
    await begin(venue, ada);
    ada.events.received(bytes(4));
    ada.say({ type: "cancel", id: "c" });
    await settled(venue);
    expect(ada.of("error", "ack")).toMatchObject([
      { type: "error", id: "u", code: "bad_command" },
      { type: "ack", id: "c" },
    ]);
    expect(blobs.bytes).toBe(0);
  });

  it("is answered where nothing is under way", async () => {
    const { venue, ada } = await uploader();
    ada.say({ type: "cancel", id: "c" });
    await settled(venue);
    expect(ada.heard).toEqual([{ type: "ack", id: "c" }]);
  });
});

describe("binary", () => {
  it("where none was announced closes with 1003", async () => {
    const { venue, ada } = await uploader();
    ada.events.received(bytes(1));
    await settled(venue);
    expect(ada.socket.closeCode).toBe(1003);
  });
});

describe("without a place for files", () => {
  it("their commands are unknown", async () => {
    const venue = new Venue();
    const ada = await venue.member("ada");
    ada.forget();
    for (const type of ["upload", "download", "cancel"]) ada.say({ type, name: "a", media: "a/b", size: 1, file: "f" });
    await settled(venue);
    expect(ada.heard.map(({ code }) => code)).toEqual(["unknown_type", "unknown_type", "unknown_type"]);
  });
});
