import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Greenroom, greenroom } from "../../src/mod.ts";
import type { Server } from "../../src/runtime/server.ts";
import { keepSecret } from "../contract/watchword.ts";
import { harmless } from "./harmless.ts";
import { PlainClient, serveHere } from "./serving.ts";

const ADMIN = "an-admin-token-of-more-than-32-bytes";
keepSecret("the admin token", ADMIN);

describe("the routes of moderators", () => {
  let house: Greenroom;
  let server: Server;

  async function open(adminToken: string | undefined = ADMIN): Promise<void> {
    house = greenroom({ door: adminToken === "" ? {} : { adminToken } });
    server = await serveHere({ port: 0, fetch: house.routes.fetch });
  }

  beforeEach(() => open());
  afterEach(async () => {
    await house.drain({ deadlineMs: 1_000 });
    await server.close();
  });

  async function api(method: string, path: string, body?: unknown, token = ADMIN): Promise<Answer> {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const text = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
    const response = await harmless(fetch(`${server.url}${path}`, { method, headers, ...text }));
    return { status: response.status, type: response.headers.get("content-type"), said: await response.json() };
  }

  async function member(name: string): Promise<PlainClient> {
    const client = new PlainClient(`${server.url.replace("http", "ws")}/ws/lobby?name=${name}`);
    await client.next("joined");
    return client;
  }

  it("kick, ban and mute what stands in the room's address, and say what was done", async () => {
    const ada = await member("ada");
    const kicked = await api("POST", "/api/rooms/lobby/kick", { user: "guest:ada", reason: "noise" });
    expect(kicked).toMatchObject({
      status: 200,
      said: { action: "kick", by: "host:admin", path: "api", room: "lobby", user: "guest:ada", reason: "noise" },
    });
    expect(await ada.next("kicked")).toEqual({ type: "kicked", room: "lobby", reason: "noise" });
    ada.say({ type: "join" });
    await ada.next("joined");
    await api("POST", "/api/rooms/lobby/mute", { user: "guest:ada", seconds: 60 });
    ada.say({ type: "message", content: "hello" });
    expect(await ada.next("error")).toMatchObject({ code: "muted" });
    await api("POST", "/api/rooms/lobby/unmute", { user: "guest:ada" });
    ada.say({ type: "message", content: "hello" });
    expect(await ada.next("ack")).toMatchObject({ seq: 1 });
    await api("POST", "/api/rooms/lobby/ban", { user: "guest:ada" });
    await ada.next("kicked");
    ada.say({ type: "join" });
    expect(await ada.next("error")).toMatchObject({ code: "banned" });
    await api("POST", "/api/rooms/lobby/unban", { user: "guest:ada" });
    ada.say({ type: "join" });
    await ada.next("joined");
  });

  it("redact in rooms that are open, and in those that are not", async () => {
    const ada = await member("ada");
    ada.say({ type: "message", content: "one" });
    await ada.next("ack");
    expect(await api("POST", "/api/rooms/lobby/redact", { seq: 1, reason: "spam" })).toMatchObject({
      status: 200,
      said: { action: "redact", seq: 1, redacted: 2, user: "guest:ada" },
    });
    expect(await ada.next("redacted")).toMatchObject({ seq: 2, target: 1, by: "host:admin", reason: "spam" });
    expect(await api("POST", "/api/rooms/lobby/redact", { seq: 1 })).toMatchObject({ status: 404 });
    expect(await api("POST", "/api/rooms/attic/redact", { seq: 1 })).toMatchObject({ status: 404 });
  });

  it("set a room's policy, and show what holds there", async () => {
    const ada = await member("ada");
    await api("POST", "/api/rooms/lobby/policy", { readOnly: true });
    await api("POST", "/api/rooms/lobby/policy", { slow: 5 });
    expect((await api("GET", "/api/rooms/lobby/policy")).said).toEqual({ room: "lobby", slow: 5, readOnly: true });
    ada.say({ type: "message", content: "hello" });
    expect(await ada.next("error")).toMatchObject({ code: "forbidden" });
    await api("POST", "/api/rooms/lobby/mute", { user: "guest:bob", seconds: 60, reason: "caps" });
    await api("POST", "/api/rooms/lobby/ban", { user: "eve" });
    expect((await api("GET", "/api/rooms/lobby/sanctions")).said).toEqual({
      room: "lobby",
      sanctions: [
        { kind: "ban", user: "eve", at: expect.any(Number), by: "host:admin" },
        {
          kind: "mute",
          user: "guest:bob",
          at: expect.any(Number),
          by: "host:admin",
          until: expect.any(Number),
          reason: "caps",
        },
      ],
    });
  });

  it("revoke a user: what is open is closed with 4403, and its return refused", async () => {
    const [ada, bob] = [await member("ada"), await member("bob")];
    expect(await api("POST", "/api/revocations", { user: "guest:ada", reason: "left the firm" })).toMatchObject({
      status: 200,
      said: { action: "revoke", user: "guest:ada", reason: "left the firm" },
    });
    expect(await ada.closed).toBe(4403);
    const again = new Request(`${server.url}/ws?name=ada`, { headers: handshake });
    expect((await house.routes.fetch(again, { greenroom: {} })).status).toBe(403);
    bob.say({ type: "ping" });
    await bob.next("pong");
    expect((await api("GET", "/api/revocations")).said).toEqual({
      revocations: [{ user: "guest:ada", at: expect.any(Number), by: "host:admin", reason: "left the firm" }],
    });
    expect(await api("DELETE", "/api/revocations?user=guest:ada")).toMatchObject({ status: 200 });
    expect((await api("GET", "/api/revocations")).said).toEqual({ revocations: [] });
    await (await member("ada")).close();
  });

  it("keep an audit log of it all, newest first, a page at a time", async () => {
    await api("POST", "/api/rooms/lobby/ban", { user: "eve" });
    await api("POST", "/api/rooms/attic/policy", { slow: 3, reason: "raid" });
    await api("POST", "/api/revocations", { token: "t-1", until: Date.now() + 60_000 });
    const first = (await api("GET", "/api/audit?limit=2")).said as { deeds: unknown[]; cursor: string };
    expect(first.deeds).toMatchObject([
      { action: "revoke", token: "t-1", by: "host:admin", path: "api" },
      { action: "policy", room: "attic", slow: 3, reason: "raid" },
    ]);
    const second = (await api("GET", `/api/audit?limit=2&cursor=${first.cursor}`)).said;
    expect(second).toEqual({
      deeds: [{ at: expect.any(Number), action: "ban", by: "host:admin", path: "api", room: "lobby", user: "eve" }],
    });
  });

  it.each([
    ["POST", "/api/rooms/lobby/kick", {}],
    ["POST", "/api/rooms/lobby/kick", { user: "with space" }],
    ["POST", "/api/rooms/lobby/ban", { user: "ada", seconds: 0 }],
    ["POST", "/api/rooms/lobby/mute", { user: "ada", reason: "" }],
    ["POST", "/api/rooms/lobby/policy", { slow: -1 }],
    ["POST", "/api/rooms/lobby/policy", []],
    ["POST", "/api/rooms/lobby/redact", { seq: 0 }],
    ["POST", "/api/rooms/.lobby/kick", { user: "ada" }],
    ["POST", "/api/rooms/lobby/kick", "{"],
    ["POST", "/api/revocations", {}],
    ["POST", "/api/revocations", { user: "ada", token: "t" }],
    ["POST", "/api/revocations", { user: "ada", until: 1 }],
    ["DELETE", "/api/revocations", undefined],
    ["GET", "/api/audit?limit=0", undefined],
  ])("answer %s %s with %j by a problem document", async (method, path, body) => {
    expect(await api(method, path, body)).toMatchObject({ status: 400, type: "application/problem+json" });
  });

  it("take the admin token and nothing else", async () => {
    const tries = ["", "wrong", ADMIN.slice(1), `${ADMIN}x`];
    for (const token of tries) {
      expect((await api("POST", "/api/rooms/lobby/kick", { user: "ada" }, token)).status).toBe(401);
      for (const path of ["/api/audit", "/api/revocations", "/api/rooms/lobby/sanctions", "/api/rooms/lobby/policy"]) {
        expect((await api("GET", path, undefined, token)).status).toBe(401);
      }
    }
    expect(((await api("GET", "/api/audit")).said as { deeds: unknown }).deeds).toEqual([]);
  });

  it("are not there without an admin token", async () => {
    await house.drain({ deadlineMs: 1_000 });
    await server.close();
    await open("");
    expect((await api("POST", "/api/rooms/lobby/kick", { user: "ada" })).status).toBe(404);
    for (const path of ["/api/audit", "/api/revocations"]) expect((await api("GET", path)).status).toBe(404);
  });

  it("are left out, and the commands with them, where rooms are not moderated", async () => {
    await house.drain({ deadlineMs: 1_000 });
    await server.close();
    house = greenroom({ moderation: false, door: { adminToken: ADMIN } });
    server = await serveHere({ port: 0, fetch: house.routes.fetch });
    const ada = await member("ada");
    ada.say({ type: "redact", seq: 1 });
    expect(await ada.next("error")).toMatchObject({ code: "unknown_type" });
    const kick = { method: "POST", headers: { authorization: `Bearer ${ADMIN}` }, body: "{}" };
    const answer = await fetch(`${server.url}/api/rooms/lobby/kick`, kick);
    await answer.body?.cancel();
    expect(answer.status).toBe(404);
    expect((await api("POST", "/api/revocations", { user: "guest:ada" })).status).toBe(200);
    expect(await ada.closed).toBe(4403);
  });

  it("wait for no body of those who bring no admin token", async () => {
    for (const path of ["/api/rooms/lobby/kick", "/api/revocations"]) {
      const init = { method: "POST", body: new ReadableStream(), duplex: "half" } as RequestInit;
      expect((await house.routes.request(path, init)).status).toBe(401);
    }
  });

  it("read no more than they need", async () => {
    expect((await api("POST", "/api/rooms/lobby/kick", { user: "ada", x: "y".repeat(5_000) })).status).toBe(413);
  });
});

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly said: unknown;
}

const handshake = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  "sec-websocket-version": "13",
};
