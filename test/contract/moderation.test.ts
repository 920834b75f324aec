import { describe, expect } from "vitest";
import type { Client } from "./client.ts";
import { test } from "./contract-test.ts";
import { freshRoom, stage } from "./stage.ts";
import { tokenEnv, tokenFor } from "./tokens.ts";

const { open, member } = stage({ env: tokenEnv });

/** Someone who moderates every room, and has joined one. */
async function moderator(room: string, id = "mod"): Promise<Client> {
  const token = await tokenFor(id, { rooms: { "*": ["read", "write", "signal", "moderate"] } });
  const client = await open("/ws", { headers: { authorization: `Bearer ${token}` } });
  await client.next("welcome");
  await client.request({ type: "join", room }, "joined");
  return client;
}

describe("kick", () => {
  test("takes a user out at once, on all connections, and the others see it leave", async () => {
    const room = freshRoom();
    const mod = await moderator(room);
    const [here, there] = [await member(room, "ada"), await member(room, "ada")];
    await mod.next("presence", ({ joined }) => joined?.some(({ id }) => id === "guest:ada") === true);
    await mod.request({ type: "kick", room, user: "guest:ada", reason: "noise" }, "ack");
    for (const client of [here, there])
      expect(await client.next("kicked")).toEqual({ type: "kicked", room, reason: "noise" });
    expect(await mod.next("presence", ({ left }) => left !== undefined)).toMatchObject({
      left: ["guest:ada"],
      count: 1,
    });
    await mod.request({ type: "message", room, content: "gone" }, "ack");
    expect(await here.request({ type: "message", room, content: "no" }, "error")).toMatchObject({ code: "not_joined" });
    await here.settled();
    expect(here.events.filter(({ type }) => type === "message")).toEqual([]);
    expect(await here.request({ type: "join", room }, "joined")).toMatchObject({ seq: 1 });
  });

  test("with seconds keeps its user out for as long, and says when that is over", async () => {
    const room = freshRoom();
    const mod = await moderator(room);
    const ada = await member(room, "ada");
    // Long enough that it lasts still when it is asked for, on a machine that stands still for seconds.
    const askedAt = Date.now();
    await mod.request({ type: "kick", room, user: "guest:ada", seconds: 8 }, "ack");
    expect((await ada.next("kicked")).until).toBeGreaterThan(askedAt + 7_000);
    const { code, retryAfter = 0 } = await ada.request({ type: "join", room }, "error");
    expect(code).toBe("banned");
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(8_000);
    await new Promise((resolve) => setTimeout(resolve, retryAfter));
    await ada.request({ type: "join", room }, "joined");
  });

  test("meets a leave and a join that are under way, and each is answered once", async () => {
    const room = freshRoom();
    const mod = await moderator(room);
    const ada = await member(room, "ada");
    const kicked = mod.request({ type: "kick", room, user: "guest:ada" }, "ack");
    const answers = [ada.request({ type: "leave", room }, "left"), ada.request({ type: "join", room }, "joined")];
    await Promise.allSettled([kicked, ...answers]);
    await ada.settled();
    const inside = ada.events.findLast(({ type }) => type === "joined" || type === "kicked" || type === "left");
    const said = { type: "message", room, content: "here?" };
    if (inside?.type === "joined") await ada.request(said, "ack");
    else expect(await ada.request(said, "error")).toMatchObject({ code: "not_joined" });
  });
});

describe("ban", () => {
  test("keeps a user out until it is lifted, and of this room only", async () => {
    const room = freshRoom();
    const mod = await moderator(room);
    const ada = await member(room, "ada");
    await mod.request({ type: "ban", room, user: "guest:ada", reason: "spam" }, "ack");
    expect(await ada.next("kicked")).toEqual({ type: "kicked", room, reason: "spam" });
    expect(await ada.request({ type: "join", room }, "error")).toMatchObject({ code: "banned" });
    await ada.request({ type: "join", room: freshRoom() }, "joined");
    const again = await open(`/ws/${room}?name=ada`);
    expect(await again.next("error")).toMatchObject({ room, code: "banned" });
    await mod.request({ type: "unban", room, user: "guest:ada" }, "ack");
    await ada.request({ type: "join", room }, "joined");
  });
});

describe("mute", () => {
  test("lets nothing in of its user behind its ack, and everything of the others", async () => {
    const room = freshRoom();
    const [mod, ada, bob] = [await moderator(room), await member(room, "ada"), await member(room, "bob")];
    const muting = mod.request({ type: "mute", room, user: "guest:ada", seconds: 60 }, "ack");
    for (let at = 0; at < 100; at += 1) {
      ada.send({ type: "message", room, content: `a${at}` });
      bob.send({ type: "message", room, content: `b${at}` });
    }
    await muting;
    const { seq: head } = await mod.request({ type: "message", room, content: "from here on" }, "ack");
    expect(await ada.request({ type: "message", room, content: "late" }, "error")).toMatchObject({ code: "muted" });
    await bob.take("ack", 100);
    const { messages } = await mod.request({ type: "history", room, after: head ?? 0, limit: 200 }, "history");
    expect(messages.filter((entry) => entry.type === "message" && entry.sender.id === "guest:ada")).toEqual([]);
    const said = (await bob.take("message", 100, ({ sender }) => sender.id === "guest:bob")).map(
      ({ content }) => content,
    );
    expect(said).toEqual(Array.from({ length: 100 }, (_, at) => `b${at}`));
  });

  test("is answered with how long it lasts still, and is over then", async () => {
    const room = freshRoom();
    const [mod, ada] = [await moderator(room), await member(room, "ada")];
    await mod.request({ type: "mute", room, user: "guest:ada", seconds: 8 }, "ack");
    const { retryAfter = 0 } = await ada.request({ type: "message", room, content: "no" }, "error");
    expect(retryAfter).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, retryAfter));
    await ada.request({ type: "message", room, content: "yes" }, "ack");
  });
});

describe("redact", () => {
  test("leaves a tombstone: for those who are there, for the history and for those who come", async () => {
    const room = freshRoom();
    const [mod, ada] = [await moderator(room), await member(room, "ada")];
    await ada.request({ type: "message", room, content: "secret", data: { deep: "secret" }, key: "k" }, "ack");
    expect(await mod.request({ type: "redact", room, seq: 1, reason: "spam" }, "ack")).toMatchObject({ seq: 2 });
    expect(await ada.next("redacted")).toMatchObject({ room, seq: 2, target: 1, by: "mod", reason: "spam" });
    const history = await ada.request({ type: "history", room }, "history");
    const { joined } = await member(room, "eve");
    for (const messages of [history.messages, joined.messages]) {
      expect(messages).toMatchObject([
        { seq: 1, redacted: true },
        { seq: 2, target: 1 },
      ]);
      expect(JSON.stringify(messages)).not.toContain("secret");
    }
    expect(await mod.request({ type: "redact", room, seq: 1 }, "error")).toMatchObject({ code: "not_found" });
  });

  test("is for one's own messages only, where one does not moderate", async () => {
    const room = freshRoom();
    const [ada, bob] = [await member(room, "ada"), await member(room, "bob")];
    await ada.request({ type: "message", room, content: "mine" }, "ack");
    expect(await bob.request({ type: "redact", room, seq: 1 }, "error")).toMatchObject({ code: "forbidden" });
    expect(await ada.request({ type: "redact", room, seq: 1 }, "ack")).toMatchObject({ seq: 2 });
    expect(await bob.next("redacted")).toMatchObject({ target: 1, by: "guest:ada" });
  });
});

describe("policy", () => {
  test("makes a room slow, or lets moderators alone write there", async () => {
    const room = freshRoom();
    const [mod, ada] = [await moderator(room), await member(room, "ada")];
    await mod.request({ type: "policy", room, slow: 60 }, "ack");
    await ada.request({ type: "message", room, content: "one" }, "ack");
    const { code, retryAfter } = await ada.request({ type: "message", room, content: "two" }, "error");
    expect(code).toBe("rate_limited");
    expect(retryAfter).toBeGreaterThan(30_000);
    await mod.request({ type: "policy", room, slow: 0, readOnly: true }, "ack");
    expect(await ada.request({ type: "message", room, content: "two" }, "error")).toMatchObject({ code: "forbidden" });
    await mod.request({ type: "message", room, content: "news" }, "ack");
    await mod.request({ type: "policy", room, readOnly: false }, "ack");
    await ada.request({ type: "message", room, content: "two" }, "ack");
  });
});
