import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { connect } from "./client.ts";
import { test } from "./contract-test.ts";
import { startServer } from "./server.ts";
import { freshRoom, stage } from "./stage.ts";
import { tokenEnv, tokenFor } from "./tokens.ts";

const ADMIN = "an-admin-token-of-this-suite-36-bytes";
const held = stage({ env: { ...tokenEnv, GREENROOM_ADMIN_TOKEN: ADMIN } });
const { open, member } = held;

/** Asks as an operator; answers the status, and what was said. */
async function api(method: string, path: string, body?: object): Promise<{ status: number; said: unknown }> {
  const headers = { authorization: `Bearer ${ADMIN}`, "content-type": "application/json" };
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
  const response = await fetch(`http://127.0.0.1:${held.server.port}${path}`, init);
  return { status: response.status, said: await response.json() };
}

/** Whether an upgrade is refused, and with which status. */
async function refusalOf(path: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  return open(path, { headers }).then(
    () => "none",
    (error: unknown) => /status (\d+)/.exec(String(error))?.[1] ?? String(error),
  );
}

describe("the admin API", () => {
  test("moderates a room, and shows what holds there and who did what", async () => {
    const room = freshRoom();
    const ada = await member(room, "ada");
    expect(await api("POST", `/api/rooms/${room}/mute`, { user: "guest:ada", reason: "caps" })).toMatchObject({
      status: 200,
      said: { action: "mute", room, user: "guest:ada", by: "host:admin", path: "api", reason: "caps" },
    });
    expect(await ada.request({ type: "message", room, content: "NO" }, "error")).toMatchObject({ code: "muted" });
    expect((await api("GET", `/api/rooms/${room}/sanctions`)).said).toMatchObject({
      sanctions: [{ kind: "mute", user: "guest:ada" }],
    });
    await api("POST", `/api/rooms/${room}/unmute`, { user: "guest:ada" });
    // What is lifted is heard of by the room a moment later; what is laid on someone holds at once.
    const said = async (): Promise<boolean> =>
      await ada.request({ type: "message", room, content: "yes" }, "ack").then(
        () => true,
        () => false,
      );
    await expect.poll(said, { timeout: 10_000 }).toBe(true);
    expect(await api("POST", `/api/rooms/${room}/redact`, { seq: 1 })).toMatchObject({ said: { redacted: 2 } });
    expect(await ada.next("redacted")).toMatchObject({ target: 1, by: "host:admin" });
    await api("POST", `/api/rooms/${room}/kick`, { user: "guest:ada", seconds: 60 });
    expect(await ada.next("kicked")).toMatchObject({ room, until: expect.any(Number) });
    expect((await api("GET", "/api/audit?limit=4")).said).toMatchObject({
      deeds: [{ action: "kick" }, { action: "redact", seq: 1 }, { action: "unmute" }, { action: "mute" }],
    });
  });

  test("is not there for anybody else", async () => {
    const url = `http://127.0.0.1:${held.server.port}/api/audit`;
    for (const authorization of ["", "Bearer nope", `Bearer ${ADMIN}x`, `Basic ${ADMIN}`]) {
      const response = await fetch(url, { headers: { authorization } });
      expect([response.status, response.headers.get("content-type")]).toEqual([401, "application/problem+json"]);
      await response.body?.cancel();
    }
  });
});

describe("a revocation", () => {
  test("closes all connections of a user with 4403 within a second, and refuses its return", async () => {
    const headers = { authorization: `Bearer ${await tokenFor("eve")}` };
    const [one, other] = [await open("/ws", { headers }), await open("/ws?room=lobby", { headers })];
    await other.next("joined");
    const at = performance.now();
    expect((await api("POST", "/api/revocations", { user: "eve" })).status).toBe(200);
    expect([(await one.closed).code, (await other.closed).code]).toEqual([4403, 4403]);
    expect(performance.now() - at).toBeLessThan(1_000);
    expect(await refusalOf("/ws", headers)).toBe("403");
    await api("DELETE", "/api/revocations?user=eve");
    expect(await refusalOf("/ws", headers)).toBe("none");
  });

  test("of a token leaves its user's other tokens alone", async () => {
    const bearer = async (jti: string): Promise<Record<string, string>> => ({
      authorization: `Bearer ${await tokenFor("bob", { jti })}`,
    });
    const [lost, kept] = [await bearer("lost"), await bearer("kept")];
    const [thief, owner] = [await open("/ws", { headers: lost }), await open("/ws", { headers: kept })];
    expect((await api("POST", "/api/revocations", { token: "lost", until: Date.now() + 600_000 })).status).toBe(200);
    expect((await thief.closed).code).toBe(4403);
    await owner.next("welcome");
    await owner.request({ type: "ping" }, "pong");
    expect([await refusalOf("/ws", lost), await refusalOf("/ws", kept)]).toEqual(["403", "none"]);
  });

  test("of a guest's name counts for whoever takes it, also by join", async () => {
    const room = freshRoom();
    const guest = await member(room, "mallory");
    expect((await api("POST", "/api/revocations", { user: "guest:mallory" })).status).toBe(200);
    expect((await guest.closed).code).toBe(4403);
    expect(await refusalOf("/ws?name=mallory")).toBe("403");
    const renamed = await open("/ws");
    renamed.send({ type: "join", room, username: "mallory" });
    expect((await renamed.closed).code).toBe(4403);
  });
});

describe("a ban on a server whose records are on disk", () => {
  test("is in force again after a kill", async () => {
    const folder = mkdtempSync(join(tmpdir(), "greenroom-ban-"));
    const env = { GREENROOM_LOG: "sqlite", GREENROOM_DATA: folder, GREENROOM_ADMIN_TOKEN: ADMIN };
    const first = await startServer({ env });
    try {
      const body = JSON.stringify({ user: "guest:ada", reason: "spam" });
      const headers = { authorization: `Bearer ${ADMIN}`, "content-type": "application/json" };
      const ban = `http://127.0.0.1:${first.port}/api/rooms/lobby/ban`;
      const answer = await fetch(ban, { method: "POST", headers, body });
      expect(answer.status, await answer.text()).toBe(200);
    } finally {
      await first.stop();
    }
    const second = await startServer({ env });
    try {
      const ada = await connect(`ws://127.0.0.1:${second.port}/ws/lobby?name=ada`);
      expect(await ada.next("error")).toMatchObject({
        room: "lobby",
        code: "banned",
        message: expect.stringContaining("spam"),
      });
      const bob = await connect(`ws://127.0.0.1:${second.port}/ws/lobby?name=bob`);
      await bob.request({ type: "message", content: "hello" }, "ack");
      ada.socket.terminate();
      bob.socket.terminate();
    } finally {
      await second.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
