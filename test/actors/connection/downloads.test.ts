import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Blobs, Reading } from "../../../src/mod.ts";
import { MemoryBlobs, memoryLog } from "../../../src/mod.ts";
import type { Peer } from "./peer.ts";
import { type EntryOptions, Venue } from "./venue.ts";

const MIB = 1024 ** 2;

/** A file of so many bytes that a message names, and who has asked for nothing yet. */
async function reader(
  size: number,
  { blobs = new MemoryBlobs(), ...entry }: EntryOptions & { readonly blobs?: Blobs } = {},
): Promise<{ venue: Venue; bob: Peer; bytes: Uint8Array }> {
  const venue = new Venue({ blobs, log: memoryLog({ roomEntries: 3 }) });
  const ada = await venue.member("ada");
  const bytes = Uint8Array.from({ length: size }, (_, at) => at % 251);
  const media = "application/octet-stream";
  const incoming = venue.house.files?.receive({ room: "lobby", user: "guest:ada", name: "a.bin", media, size });
  await incoming?.write(bytes);
  const outcome = await incoming?.finish();
  if (outcome?.type !== "arrived") throw new Error("Cannot go on: the file was refused");
  const { attachment } = outcome;
  venue.rooms.tell({
    type: "pass",
    room: "lobby",
    message: {
      type: "publish",
      listener: { user: ada.of("welcome")[0]?.["user"], reply: () => undefined, grants: () => [] } as never,
      id: undefined,
      content: "look",
      data: undefined,
      key: undefined,
      attachment,
      outside: true,
      answer: () => incoming?.settle("named"),
    },
  });
  await venue.stage.advance(1);
  const bob = await venue.member("bob", "lobby", entry);
  bob.forget();
  bob.socket.order.length = 0;
  return { venue, bob, bytes };
}

function received({ socket }: Peer): Buffer {
  return Buffer.concat(socket.raw.filter((part) => typeof part !== "string"));
}

describe("a download", () => {
  it("is announced, comes whole and in order, and is acknowledged", async () => {
    const { venue, bob, bytes } = await reader(100_000);
    bob.say({ type: "download", file: "file-1", id: "d" });
    await venue.stage.advance(1);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const about = { name: "a.bin", media: "application/octet-stream", size: 100_000, sha256 };
    expect(bob.heard).toEqual([
      { type: "file", id: "d", ...about },
      { type: "ack", id: "d" },
    ]);
    expect(received(bob).equals(bytes)).toBe(true);
    const [first, last] = [bob.socket.order[0], bob.socket.order.at(-1)];
    expect([typeof first, typeof last]).toEqual(["string", "string"]);
  });

  it("of nothing is announced and acknowledged", async () => {
    const { venue, bob } = await reader(0);
    bob.say({ type: "download", file: "file-1" });
    await venue.stage.advance(1);
    expect(bob.heard.map(({ type }) => type)).toEqual(["file", "ack"]);
  });

  it("of a file that is not there is not_found", async () => {
    const { venue, bob } = await reader(1);
    bob.say({ type: "download", file: "nothing", id: "d" });
    await venue.stage.advance(1);
    expect(bob.heard).toMatchObject([{ type: "error", id: "d", code: "not_found" }]);
  });

  it("is refused while another is under way", async () => {
    const { venue, bob } = await reader(MIB, { reads: false });
    bob.say({ type: "download", file: "file-1", id: 1 }, { type: "download", file: "file-1", id: 2 });
    await venue.stage.advance(1);
    expect(bob.of("error")).toMatchObject([{ id: 2, code: "bad_command" }]);
  });

  it("keeps no more than 128 KiB under way for one who does not read", async () => {
    const { venue, bob, bytes } = await reader(MIB, { reads: false });
    bob.say({ type: "download", file: "file-1" });
    await venue.stage.advance(1);
    expect(bob.socket.bufferedBytes).toBeGreaterThan(0);
    for (let round = 0; round < 100 && bob.last("ack") === undefined; round += 1) {
      bob.socket.read();
      await venue.stage.advance(1);
    }
    expect(bob.last("ack")).toBeDefined();
    expect(received(bob).equals(bytes)).toBe(true);
    expect(bob.socket.peakBytes).toBeLessThanOrEqual(131_072);
  });

  it("has messages between its pieces, none behind more than 128 KiB of it", async () => {
    const { venue, bob } = await reader(10 * MIB, { reads: false });
    const carol = await venue.member("carol");
    bob.say({ type: "download", file: "file-1" });
    await venue.stage.advance(1);
    const ahead: number[] = [];
    for (let said = 0; bob.last("ack") === undefined; said += 1) {
      carol.say({ type: "message", content: `message ${said}` });
      await venue.stage.advance(1);
      ahead.push(bob.socket.bufferedBytes);
      bob.socket.read();
      await venue.stage.advance(1);
    }
    // Each message stands behind what waited when it was said, and what is said later behind it.
    expect(Math.max(...ahead)).toBeLessThanOrEqual(132_000);
    expect(ahead.length).toBeGreaterThan(50);
    expect(bob.of("message")).toHaveLength(ahead.length);
    expect(bob.of("lagged")).toEqual([]);
  });

  it("goes on to its end where the file is let go meanwhile", async () => {
    const { venue, bob, bytes } = await reader(MIB, { reads: false });
    bob.say({ type: "download", file: "file-1" });
    await venue.stage.advance(1);
    const carol = await venue.member("carol");
    await venue.talk(carol, 5);
    expect(await venue.house.files?.open("file-1")).toBeUndefined();
    for (let round = 0; round < 100 && bob.last("ack") === undefined; round += 1) {
      bob.socket.read();
      await venue.stage.advance(1);
    }
    expect(received(bob).equals(bytes)).toBe(true);
  });

  it("ends when it is cancelled: both are answered, and nothing more comes", async () => {
    const { venue, bob } = await reader(MIB, { reads: false });
    bob.say({ type: "download", file: "file-1", id: "d" });
    await venue.stage.advance(1);
    const before = bob.socket.raw.length;
    bob.say({ type: "cancel", id: "c" });
    await venue.stage.advance(1);
    bob.socket.read();
    await venue.stage.advance(1);
    expect(bob.of("error", "ack")).toMatchObject([{ id: "d", code: "bad_command" }, { id: "c" }]);
    expect(bob.socket.raw.length).toBe(before);
    expect(bob.socket.closeCode).toBeUndefined();
  });

  it.each([["cancelled"], ["abandoned"], ["finished"]])("that is %s closes what it reads", async (end) => {
    const blobs = new MemoryBlobs();
    let open = 0;
    const counted: Blobs = Object.assign(Object.create(blobs) as Blobs, {
      async open(sha256: string): Promise<Reading | undefined> {
        const reading = await blobs.open(sha256);
        if (reading === undefined) return undefined;
        open += 1;
        const close = (): Promise<void> => {
          open -= 1;
          return Promise.resolve();
        };
        return { size: reading.size, read: (at, length) => reading.read(at, length), close };
      },
      deposit: () => blobs.deposit(),
      delete: (sha256: string) => blobs.delete(sha256),
      keptBefore: (time: number) => blobs.keptBefore(time),
      tidy: () => blobs.tidy(),
    });
    const { venue, bob } = await reader(MIB, { reads: end === "finished", blobs: counted });
    bob.say({ type: "download", file: "file-1", id: "d" });
    await venue.stage.advance(1);
    if (end === "cancelled") bob.say({ type: "cancel" });
    if (end === "abandoned") bob.events.closed(1006);
    await venue.stage.advance(100);
    expect(open).toBe(0);
  });

  it("that the store cannot go on with ends with an error", async () => {
    const blobs = new MemoryBlobs();
    const failing: Blobs = Object.assign(Object.create(blobs) as Blobs, {
      open: () =>
        Promise.resolve({
          size: 10,
          read: () => Promise.reject(new Error("Cannot read: the disk is broken")),
          close: () => Promise.resolve(),
        }),
      deposit: () => blobs.deposit(),
      keptBefore: (time: number) => blobs.keptBefore(time),
      tidy: () => blobs.tidy(),
    });
    const { venue, bob } = await reader(10, { blobs: failing });
    bob.say({ type: "download", file: "file-1", id: "d" });
    await venue.stage.advance(1);
    expect(bob.heard.map(({ type, code }) => code ?? type)).toEqual(["file", "unavailable"]);
  });
});
