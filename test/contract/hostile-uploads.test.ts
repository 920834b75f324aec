import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect } from "vitest";
import type { Client } from "./client.ts";
import { test } from "./contract-test.ts";
import { comesBack, weighed } from "./memory.ts";
import { parcel, uploadFile } from "./parcel.ts";
import { startServer } from "./server.ts";
import { freshRoom, stage } from "./stage.ts";

const data = mkdtempSync(join(tmpdir(), "greenroom-hostile-"));
const house = stage({ main: weighed.main, env: { ...weighed.env, GREENROOM_LOG: "sqlite", GREENROOM_DATA: data } });
const { member } = house;
afterAll(() => rmSync(data, { recursive: true, force: true }));

const KIB = 1024;
const upload = { type: "upload", name: "a.bin", media: "application/octet-stream" } as const;

/** What lies in the store that was not kept. */
function leftovers(): readonly string[] {
  try {
    return readdirSync(join(data, "files", "incoming"));
  } catch {
    return []; // nothing has come yet
  }
}

/** Resolves once nothing is left that was not kept; a disk takes its time. */
async function nothingLeft(): Promise<void> {
  for (const endMs = performance.now() + 20_000; leftovers().length > 0 && performance.now() < endMs; ) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(leftovers()).toEqual([]);
}

afterEach(async () => {
  await nothingLeft();
  await house.stillServes();
});

/** Someone whose upload is under way. */
async function uploader(size: number): Promise<Client & { readonly room: string }> {
  const room = freshRoom();
  const client = await member(room);
  client.send({ ...upload, room, id: "u", size });
  await client.next("ready");
  return Object.assign(client, { room });
}

describe("an upload", () => {
  for (const [what, size, frames, code] of [
    ["that is longer than said", 100, [101], "too_large"],
    ["that is longer than said by a frame of its own", 100, [99, 2], "too_large"],
    ["of empty frames", 100, [0], "bad_command"],
    ["of frames of one byte", 100_000, Array.from({ length: 1_100 }, () => 1), "bad_command"],
  ] as const) {
    test(`${what} is answered with ${code}, publishes nothing, and the next one works`, async () => {
      const client = await uploader(size);
      // In one go, so that no progress is waited for.
      for (const length of frames) client.socket.send(parcel(length));
      expect(await client.next("error")).toMatchObject({ id: "u", code });
      await client.settled();
      const { seq } = await uploadFile(client, parcel(10), { room: client.room });
      expect(seq).toBe(1);
    });
  }

  test("whose frame is too large is answered with too_large in the batch form", async () => {
    const room = freshRoom();
    const client = await member(room, undefined, { protocols: ["greenroom.v1.batch"] });
    client.send({ ...upload, room, id: "u", size: 200_000 });
    await client.next("ready");
    client.socket.send(parcel(65_537));
    expect(await client.next("error")).toMatchObject({ id: "u", code: "too_large" });
  });

  test("whose frame is too large closes with 1009 otherwise", async () => {
    const client = await uploader(200_000);
    client.socket.send(parcel(65_537));
    expect((await client.closed).code).toBe(1009);
  });

  test("that says a size past the limit is refused before a byte of it, and what comes all the same is passed over", async () => {
    const room = freshRoom();
    const client = await member(room);
    client.send({ ...upload, room, id: "u", size: 10 * KIB * KIB + 1 });
    for (let at = 0; at < 8; at += 1) client.socket.send(parcel(64 * KIB));
    expect(await client.next("error")).toMatchObject({ id: "u", code: "too_large" });
    await client.settled();
  });

  test("whose bytes come before it is ready is ended", async () => {
    const room = freshRoom();
    const client = await member(room);
    client.send({ ...upload, room, id: "u", size: 100 });
    client.socket.send(parcel(100));
    // Where the store was ready in between, it is an upload like any other.
    const answered = await Promise.race([
      client.next("error", ({ id }) => id === "u"),
      client.next("ack", ({ id }) => id === "u"),
    ]);
    if (answered.type === "error") expect(answered.code).toBe("bad_command");
    await client.settled();
  });

  test("beside another is refused, and the first goes on", async () => {
    const client = await uploader(100);
    client.send({ ...upload, room: client.room, id: "second", size: 100 });
    expect(await client.next("error")).toMatchObject({ id: "second", code: "bad_command" });
    client.socket.send(parcel(100));
    expect(await client.next("ack")).toMatchObject({ id: "u", seq: 1 });
  });

  for (const [how, hangUp] of [
    ["closed", (client: Client) => client.socket.close()],
    ["cut", (client: Client) => client.socket.terminate()],
  ] as const) {
    test(`whose connection is ${how} leaves nothing`, async () => {
      const client = await uploader(1024 * KIB);
      const bob = await member(client.room);
      client.socket.send(parcel(64 * KIB));
      await client.settled();
      expect(leftovers()).toHaveLength(1);
      hangUp(client);
      await nothingLeft();
      expect(bob.untaken("message")).toEqual([]);
    });
  }

  test("to a room that was left meanwhile is refused, and leaves nothing", async () => {
    const client = await uploader(100);
    await client.request({ type: "leave", room: client.room }, "left");
    client.socket.send(parcel(100));
    expect(await client.next("error")).toMatchObject({ id: "u", code: "not_joined" });
  });

  test("with fields of the wrong kind is a bad_command", async () => {
    const room = freshRoom();
    const client = await member(room);
    for (const wrong of [
      { size: -1 },
      { size: 1.5 },
      { size: "1" },
      { size: null },
      { name: "" },
      { name: "a\0b" },
      { name: 1 },
      { name: "x".repeat(256) },
      { media: "no type" },
      { media: "a/b; c" },
      { media: 1 },
      { content: "" },
      { key: "" },
      { room: "../up" },
    ]) {
      const error = await client.request({ ...upload, room, size: 1, ...wrong }, "error");
      expect(error.code, JSON.stringify(wrong)).toBe("bad_command");
    }
  });

  test("whose name is a path stays where it belongs", async () => {
    const room = freshRoom();
    const client = await member(room);
    await uploadFile(client, parcel(10), { room, name: "../../../etc/passwd" });
    const { attachment } = await client.next("message");
    expect(attachment?.name).toBe("../../../etc/passwd");
    expect(attachment?.file).toMatch(/^[\w-]{24}$/);
  });
});

describe("binary", () => {
  test("where none was announced closes with 1003", async () => {
    const client = await member(freshRoom());
    client.socket.send(parcel(1));
    expect((await client.closed).code).toBe(1003);
  });

  test("past the rest of a cancelled upload closes with 1003", async () => {
    const client = await uploader(1_000);
    client.send({ type: "cancel" });
    client.socket.send(parcel(1_000));
    await client.settled();
    client.socket.send(parcel(1));
    expect((await client.closed).code).toBe(1003);
  });
});

describe("a download", () => {
  test("by an id that is a path or a hash is not_found, over the socket and over HTTP", async () => {
    const room = freshRoom();
    const client = await member(room);
    await uploadFile(client, parcel(10), { room });
    const { attachment } = await client.next("message");
    for (const file of ["../greenroom.db", "%2e%2e%2f", attachment?.sha256 ?? "", "__proto__"]) {
      expect(await client.request({ type: "download", file }, "error")).toMatchObject({ code: "not_found" });
      const answer = await fetch(house.url(`/files/${encodeURIComponent(file)}`).replace("ws:", "http:"));
      expect(answer.status, file).toBe(404);
    }
  });
});

describe("memory", () => {
  test("stands where it was after uploads that come to nothing and downloads that nobody reads", async () => {
    const room = freshRoom();
    const ada = await member(room, "ada");
    await uploadFile(ada, parcel(8 * KIB * KIB), { room });
    const { attachment } = await ada.next("message", undefined, 20_000);
    const stalled = { onBinary: () => undefined };
    await comesBack(house.server, async () => {
      const clients = await Promise.all(Array.from({ length: 20 }, () => uploader(1024 * KIB)));
      for (const client of clients) for (let at = 0; at < 3; at += 1) client.socket.send(parcel(64 * KIB));
      const readers = await Promise.all(Array.from({ length: 20 }, () => house.guest(undefined, stalled)));
      for (const reader of readers) {
        reader.socket.pause();
        reader.send({ type: "download", file: attachment?.file });
      }
      await Promise.all(clients.map((client) => client.settled()));
      for (const { socket } of [...clients, ...readers]) socket.terminate();
      await Promise.all([...clients, ...readers].map(({ closed }) => closed));
    });
  }, 120_000);
});

describe("a server that was killed in the middle of uploads", () => {
  test("comes back with what was acknowledged, and without the rest", async () => {
    const folder = mkdtempSync(join(tmpdir(), "greenroom-killed-"));
    const env = { GREENROOM_LOG: "sqlite", GREENROOM_DATA: folder };
    try {
      const first = await startServer({ env });
      const url = (port: number, path: string): string => `http://127.0.0.1:${port}${path}`;
      const where = url(first.port, "/api/rooms/lobby/files?name=ada");
      const kept = await fetch(where, { method: "POST", body: new Uint8Array(parcel(1_000)) });
      const { attachment } = (await kept.json()) as { readonly attachment: { readonly url: string } };
      // Half of it has come, and waits for the rest.
      await new Promise<void>((resolve) => {
        const posting = request(where, { method: "POST", headers: { "content-length": "200000" } });
        posting.on("error", () => undefined);
        posting.write(parcel(100_000), () => resolve());
      });
      const incoming = (): readonly string[] => readdirSync(join(folder, "files", "incoming"));
      await expect.poll(incoming, { timeout: 20_000 }).toHaveLength(1);
      first.signal("SIGKILL");
      await first.exited;
      expect(incoming()).toHaveLength(1);
      const second = await startServer({ env });
      const answer = await fetch(url(second.port, attachment.url));
      expect(answer.status).toBe(200);
      expect((await answer.arrayBuffer()).byteLength).toBe(1_000);
      await second.stop();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 90_000);
});
