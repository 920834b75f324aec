import { Hono } from "hono";
import { describe, expect, it, vi } from "vitest";
import { type Blobs, type GreenroomOptions, greenroom, MemoryBlobs, type Reading } from "../../src/mod.ts";
import { fileStream } from "../../src/routes/file-stream.ts";
import { realPorts } from "../../src/runtime/ports.ts";
import { VirtualClock } from "../../src/testing/mod.ts";
import { keepSecret } from "../contract/watchword.ts";

const where = "http://localhost/api/rooms/lobby/files?name=ada";

function appOf(options: GreenroomOptions = {}): Hono {
  return new Hono().route("/", greenroom(options).routes);
}

/** What may change while a file comes. */
interface Meanwhile {
  readonly revoke: (whom: object) => Promise<void>;
  readonly clock: { date: () => number };
  readonly rights: { upload: boolean };
}

/** A body that says some bytes and then nothing, and whether it was given up. */
function stalling(first: Uint8Array): { readonly body: ReadableStream; readonly cancelled: () => boolean } {
  let cancelled = false;
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(first),
    cancel: () => void (cancelled = true),
  });
  return { body, cancelled: () => cancelled };
}

function post(
  app: Hono,
  body: string | ReadableStream,
  headers: Record<string, string> = {},
  query = "",
): Promise<Response> {
  const init = { method: "POST", body, headers, duplex: "half" } as RequestInit;
  return Promise.resolve(app.request(where + query, init));
}

describe("POST of a file", () => {
  it("whose bytes stand still is answered with 408, and nothing of it is left", async () => {
    const blobs = new MemoryBlobs();
    const app = appOf({ blobs, limits: { uploadIdleMs: 20 } });
    const { body, cancelled } = stalling(new Uint8Array(100));
    const response = await post(app, body);
    expect(response.status).toBe(408);
    expect(await response.json()).toMatchObject({ code: "bad_command" });
    expect(cancelled()).toBe(true);
    expect((await post(app, "hello")).status).toBe(201);
    expect(blobs.bytes).toBe(5);
  });

  it("is refused with its reason where the store is full, and taken once there is room", async () => {
    const app = appOf({ blobs: new MemoryBlobs({ totalBytes: 5 }) });
    const refused = await post(app, "too much");
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(await refused.json()).toMatchObject({ code: "unavailable" });
    expect((await post(app, "fits!")).status).toBe(201);
  });

  it("past the room's files is 413", async () => {
    const app = appOf({ limits: { roomFileBytes: 5_000 } });
    expect((await post(app, "one", { "content-length": "3" })).status).toBe(201);
    const refused = await post(app, "two", { "content-length": "3" });
    expect([refused.status, await refused.json()]).toMatchObject([413, { code: "too_large" }]);
  });

  it("past the rate of its user's messages is 429, and a repeated key costs nothing", async () => {
    const app = appOf({ limits: { messagesPerUserPerMinute: 2 } });
    for (const [key, status] of [
      ["a", 201],
      ["a", 200],
      ["b", 201],
      ["c", 429],
    ] as const) {
      const response = await post(app, "hello", {}, `&key=${key}`);
      expect([key, response.status]).toEqual([key, status]);
    }
  });

  it("of guests, past what may come at once from one address under whatever names, is 503", async () => {
    for (const rateLimits of [true, false]) {
      const app = appOf({ rateLimits, limits: { uploadsPerAddress: 1, uploadIdleMs: 1_000 } });
      const from = (peer: string, name: string, body: string | ReadableStream): Promise<Response> => {
        const init = { method: "POST", body, duplex: "half" } as RequestInit;
        return Promise.resolve(app.request(`/api/rooms/lobby/files?name=${name}`, init, { peer }));
      };
      const { readable, writable } = new TransformStream<Uint8Array>();
      const writer = writable.getWriter();
      const first = from("192.0.2.1", "one", readable);
      await writer.write(new Uint8Array(1));
      expect((await from("192.0.2.1", "two", "more")).status).toBe(rateLimits ? 503 : 201);
      expect((await from("192.0.2.2", "three", "more")).status).toBe(201);
      await writer.close();
      expect((await first).status).toBe(201);
      expect((await from("192.0.2.1", "two", "more")).status).toBe(201);
    }
  });

  it("without the grants is forbidden", async () => {
    for (const guestGrants of [
      ["read", "write"],
      ["read", "upload"],
    ] as const) {
      const app = appOf({ door: { guestGrants } });
      const response = await post(app, "hello");
      expect([response.status, await response.json()]).toMatchObject([403, { code: "forbidden" }]);
    }
  });

  for (const [what, status, change] of [
    ["whose user is revoked", 403, ({ revoke }) => revoke({ user: "ada" })],
    ["whose token is revoked", 403, ({ revoke }) => revoke({ token: "session" })],
    ["whose credentials end", 401, ({ clock }) => void (clock.date = () => 2_000)],
    ["whose user may no longer upload", 403, ({ rights }) => void (rights.upload = false)],
  ] as readonly (readonly [string, number, (house: Meanwhile) => unknown])[]) {
    it(`${what} while it comes publishes nothing, and leaves nothing`, async () => {
      const adminToken = "an-admin-token-for-what-is-uploaded";
      keepSecret("the admin token", adminToken);
      const clock = { ...realPorts().clock, date: (): number => 1_000 };
      const rights = { upload: true };
      const blobs = new MemoryBlobs();
      const app = appOf({
        blobs,
        ports: { ...realPorts(), clock },
        door: { adminToken },
        authenticate: () => ({ id: "ada", token: "session", endsAt: 2_000 }),
        authorize: (_, __, action) => (action === "upload" ? rights.upload : true),
      });
      const revoke = async (whom: object): Promise<void> => {
        const init = { method: "POST", body: JSON.stringify(whom), headers: { authorization: `Bearer ${adminToken}` } };
        expect((await app.request("/api/revocations", init)).status).toBe(200);
      };
      const { readable, writable } = new TransformStream<Uint8Array>();
      const writer = writable.getWriter();
      const answer = post(app, readable);
      await writer.write(new Uint8Array(10));
      await change({ revoke, clock, rights });
      await writer.close();
      expect((await answer).status).toBe(status);
      await vi.waitFor(() => expect(blobs.bytes).toBe(0));
    });
  }

  it("while the server drains is 503", async () => {
    const room = greenroom();
    const app = new Hono().route("/", room.routes);
    await room.drain({ deadlineMs: 100 });
    expect((await post(app, "hello")).status).toBe(503);
  });

  it("without bytes is a file of nothing", async () => {
    const response = await Promise.resolve(appOf().request(where, { method: "POST" }));
    expect(await response.json()).toMatchObject({
      attachment: { size: 0, name: "file", media: "application/octet-stream" },
    });
  });
});

describe("GET of a file", () => {
  it("that the store cannot read at present is 503", async () => {
    const blobs = new MemoryBlobs();
    const broken: Blobs = Object.assign(Object.create(blobs) as Blobs, {
      deposit: () => blobs.deposit(),
      open: () => Promise.reject(new Error("Cannot read: the disk is broken")),
      keptBefore: (time: number) => blobs.keptBefore(time),
      tidy: () => blobs.tidy(),
    });
    const app = appOf({ blobs: broken });
    const { attachment } = (await (await post(app, "hello")).json()) as {
      readonly attachment: { readonly url: string };
    };
    expect((await Promise.resolve(app.request(attachment.url))).status).toBe(503);
  });
});

describe("fileStream()", () => {
  function reading(size: number): Reading & { closed: number } {
    return {
      closed: 0,
      size,
      read: (at, length) => Promise.resolve(new Uint8Array(Math.min(length, size - at))),
      close() {
        this.closed += 1;
        return Promise.resolve();
      },
    };
  }
  const whole = (size: number): { readonly at: number; readonly length: number } => ({ at: 0, length: size });

  it("reads as it is taken, and closes behind the last piece", async () => {
    const file = reading(200_000);
    const stream = fileStream(file, { range: whole(200_000), clock: new VirtualClock(), idleMs: 1_000 });
    let bytes = 0;
    for await (const piece of stream) bytes += piece.length;
    expect([bytes, file.closed]).toEqual([200_000, 1]);
  });

  it("closes where it is given up", async () => {
    const file = reading(200_000);
    const reader = fileStream(file, { range: whole(200_000), clock: new VirtualClock(), idleMs: 1_000 }).getReader();
    await reader.read();
    await reader.cancel();
    expect(file.closed).toBe(1);
  });

  it("ends and closes where nobody takes anything for long", async () => {
    const file = reading(200_000);
    const clock = new VirtualClock();
    const reader = fileStream(file, { range: whole(200_000), clock, idleMs: 1_000 }).getReader();
    await reader.read();
    clock.moveTo(999);
    expect(file.closed).toBe(0);
    clock.moveTo(1_000);
    await expect(reader.read()).rejects.toThrow("nobody takes it");
    expect(file.closed).toBe(1);
  });

  it("breaks off where the bytes are not what was kept", async () => {
    const file = reading(200_000);
    let reads = 0;
    const { read } = file;
    file.read = (at, length) => {
      reads += 1;
      return reads === 3 ? Promise.reject(new Error("Cannot read: not what was kept")) : read(at, length);
    };
    const reader = fileStream(file, { range: whole(200_000), clock: new VirtualClock(), idleMs: 1_000 }).getReader();
    await reader.read();
    await reader.read();
    await expect(reader.read()).rejects.toThrow("not what was kept");
    expect(file.closed).toBe(1);
  });
});
