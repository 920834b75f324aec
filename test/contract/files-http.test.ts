import { Buffer } from "node:buffer";
import { request } from "node:http";
import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { hashOf, parcel } from "./parcel.ts";
import { freshRoom, stage } from "./stage.ts";

const house = stage();
const MIB = 1024 ** 2;

interface Posted {
  readonly room: string;
  readonly seq: number;
  readonly duplicate?: true;
  readonly attachment: Readonly<Record<string, unknown>> & { readonly url: string };
}

function at(path: string): string {
  return house.url(path).replace("ws:", "http:");
}

function uploadTo(room: string, query: Readonly<Record<string, string>> = {}): string {
  return at(`/api/rooms/${room}/files?${new URLSearchParams({ name: "ada", ...query })}`);
}

function send(url: string, bytes: Uint8Array, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(url, { method: "POST", body: bytes as Uint8Array<ArrayBuffer>, headers });
}

async function posted(
  room: string,
  bytes: Uint8Array,
  { media = "", ...query }: Readonly<Record<string, string>> = {},
): Promise<Posted> {
  const response = await send(uploadTo(room, query), bytes, media === "" ? {} : { "content-type": media });
  expect(response.status).toBe(201);
  return (await response.json()) as Posted;
}

const png = parcel(5_000);
png.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

describe("a file over HTTP", () => {
  for (const [what, size] of [
    ["nothing", 0],
    ["one byte", 1],
    ["10 MiB", 10 * MIB],
  ] as const) {
    test(`of ${what} is published, and comes back whole`, async () => {
      const room = freshRoom();
      const bob = await house.member(room, "bob");
      const bytes = parcel(size);
      const { seq, attachment } = await posted(room, bytes, { filename: "cät.bin", content: "look" });
      const message = await bob.next("message");
      expect(message).toMatchObject({ room, seq, content: "look", sender: { id: "guest:ada" }, attachment });
      expect(attachment).toMatchObject({ name: "cät.bin", size, sha256: hashOf(bytes) });
      const response = await fetch(at(attachment.url));
      expect(response.status).toBe(200);
      expect(hashOf(new Uint8Array(await response.arrayBuffer()))).toBe(hashOf(bytes));
    });
  }

  test("that is streamed without its length is published", async () => {
    const room = freshRoom();
    const answer = await streamed(uploadTo(room), 300_000);
    expect(answer).toMatchObject({ status: 201 });
    expect(JSON.parse(answer.body)).toMatchObject({ attachment: { size: 300_000 } });
  });

  test("repeated under its key yields the same message", async () => {
    const room = freshRoom();
    const first = await posted(room, parcel(10), { key: "k" });
    const second = await send(uploadTo(room, { key: "k" }), parcel(20));
    expect(second.status).toBe(200);
    expect(await second.json()).toEqual({ room, seq: first.seq, duplicate: true });
  });

  test("is announced by HEAD, and answered in ranges", async () => {
    const { attachment } = await posted(freshRoom(), png);
    const url = at(attachment.url);
    const head = await fetch(url, { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(head.headers.get("accept-ranges")).toBe("bytes");
    expect(await head.text()).toBe("");
    for (const [range, from, to] of [
      ["bytes=0-9", 0, 10],
      ["bytes=4990-", 4_990, 5_000],
      ["bytes=-5", 4_995, 5_000],
      ["bytes=4000-999999", 4_000, 5_000],
    ] as const) {
      const part = await fetch(url, { headers: { range } });
      expect(part.status, range).toBe(206);
      expect(part.headers.get("content-range")).toBe(`bytes ${from}-${to - 1}/5000`);
      expect(hashOf(new Uint8Array(await part.arrayBuffer()))).toBe(hashOf(png.subarray(from, to)));
    }
    const beyond = await fetch(url, { headers: { range: "bytes=5000-" } });
    expect(beyond.status).toBe(416);
    expect(beyond.headers.get("content-range")).toBe("bytes */5000");
  });

  test("is sent again only where it is not known", async () => {
    const { attachment } = await posted(freshRoom(), png);
    const url = at(attachment.url);
    const tag = `"${hashOf(png)}"`;
    expect((await fetch(url)).headers.get("etag")).toBe(tag);
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, "*"]) {
      expect((await fetch(url, { headers: { "if-none-match": known } })).status, known).toBe(304);
    }
    expect((await fetch(url, { headers: { "if-none-match": '"other"' } })).status).toBe(200);
    expect((await fetch(url, { headers: { range: "bytes=0-9", "if-range": tag } })).status).toBe(206);
    expect((await fetch(url, { headers: { range: "bytes=0-9", "if-range": '"other"' } })).status).toBe(200);
  });

  for (const [what, media, bytes, type] of [
    ["a picture", "image/png", png, "image/png"],
    ["HTML that claims to be a picture", "image/png", Buffer.from("<script>alert(1)</script>"), undefined],
    ["HTML", "text/html", Buffer.from("<script>alert(1)</script>"), undefined],
    ["SVG", "image/svg+xml", Buffer.from("<svg onload='alert(1)'/>"), undefined],
    ["a script", "text/javascript", Buffer.from("alert(1)"), undefined],
    ["plain text", "text/plain; charset=latin1", Buffer.from("<b>hi</b>"), "text/plain; charset=utf-8"],
    ["text with a NUL in it", "text/plain", Buffer.from("a\0b"), undefined],
  ] as const) {
    test(`that is ${what} is ${type === undefined ? "only to be saved" : `shown as ${type}`}`, async () => {
      const { attachment } = await posted(freshRoom(), bytes, { media, filename: 'a "b".html' });
      const { headers } = await fetch(at(attachment.url));
      expect(headers.get("content-type")).toBe(type ?? "application/octet-stream");
      expect(headers.get("content-disposition")).toBe(
        `${type === undefined ? "attachment" : "inline"}; filename="a _b_.html"; filename*=UTF-8''a%20%22b%22.html`,
      );
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toContain("sandbox");
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(headers.get("cache-control")).toBe("private, max-age=31536000, immutable");
    });
  }

  test("has an id that says nothing of it and is never the same", async () => {
    const room = freshRoom();
    const [first, second] = [await posted(room, png), await posted(room, png)];
    expect(first.attachment["file"]).toMatch(/^[\w-]{24}$/);
    expect(first.attachment["file"]).not.toBe(second.attachment["file"]);
    expect(first.attachment["sha256"]).toBe(second.attachment["sha256"]);
    expect((await fetch(at(`/files/${first.attachment["sha256"]}`))).status).toBe(404);
  });
});

describe("an upload over HTTP that is refused", () => {
  for (const [why, room, query, code] of [
    ["for its room", "-", {}, "bad_command"],
    ["for its guest's name", "lobby", { name: "!" }, "bad_command"],
    ["for its file's name", "lobby", { filename: "a\nb" }, "bad_command"],
    ["for its content", "lobby", { content: "x".repeat(1_001) }, "bad_command"],
    ["for its key", "lobby", { key: "k".repeat(65) }, "bad_command"],
  ] as const) {
    test(`${why} is answered with ${code}`, async () => {
      const response = await send(uploadTo(room, query), parcel(10));
      expect(response.status).toBe(400);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(await response.json()).toMatchObject({ status: 400, code });
    });
  }

  test("since it says that it is too large is answered before its body has come", async () => {
    const answer = await streamed(uploadTo(freshRoom()), 65_536, { "content-length": `${10 * MIB + 1}` });
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body)).toMatchObject({ code: "too_large" });
  });

  test("since more comes than a file may have publishes nothing", async () => {
    const room = freshRoom();
    const bob = await house.member(room, "bob");
    const { status } = await streamed(uploadTo(room), 11 * MIB);
    // Whoever is still sending may find its connection closed before it reads why.
    expect([413, 0]).toContain(status);
    await bob.settled();
    expect(bob.untaken("message")).toEqual([]);
    await house.stillServes();
  });

  test("since it comes from another site's page is 403", async () => {
    const response = await send(uploadTo(freshRoom()), parcel(10), { origin: "https://evil.example" });
    expect(response.status).toBe(403);
  });

  test("since it breaks off publishes nothing", async () => {
    const room = freshRoom();
    const bob = await house.member(room, "bob");
    await broken(uploadTo(room));
    await bob.settled();
    expect(bob.untaken("message")).toEqual([]);
    expect((await posted(room, parcel(10))).seq).toBe(1);
  });
});

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Posts so many bytes in chunks; status 0 where the connection was closed before there was an answer. */
function streamed(url: string, bytes: number, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return new Promise((resolve) => {
    const posting = request(url, { method: "POST", headers }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString()));
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, body });
        posting.destroy();
      });
    });
    posting.on("error", () => resolve({ status: 0, body: "" }));
    const whole = parcel(bytes);
    let sent = 0;
    const go = (): void => {
      while (sent < bytes) {
        const part = whole.subarray(sent, sent + 65_536);
        sent += part.length;
        if (!posting.write(part)) return void posting.once("drain", go);
      }
      if (headers["content-length"] === undefined) posting.end();
    };
    go();
  });
}

/** Announces 1,000 bytes, sends a part of them, and hangs up. */
function broken(url: string): Promise<void> {
  return new Promise((resolve) => {
    const posting = request(url, { method: "POST", headers: { "content-length": "1000" } });
    posting.on("error", () => undefined);
    posting.on("close", () => resolve());
    posting.write(parcel(500), () => posting.destroy());
  });
}
