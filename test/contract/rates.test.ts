import { describe, expect } from "vitest";
import { target, test } from "./contract-test.ts";
import type { EventOf } from "./inbox.ts";
import { freshRoom, stage } from "./stage.ts";

const { guest, member, stillServes } = stage({ env: { GREENROOM_RATE_LIMITS: "on" } });

describe("commands per connection", () => {
  test("past the burst of 60 are rate_limited, with the time until the next is taken", async () => {
    const client = await guest();
    const beganMs = performance.now();
    for (let id = 0; id < 160; id++) client.send({ type: "ping", id });
    const errors = await client.take("error", 10);
    for (const { code, retryAfter } of errors) {
      expect(code).toBe("rate_limited");
      expect(retryAfter).toBeGreaterThan(0);
      expect(retryAfter).toBeLessThan(10_000);
    }
    const answered = client.untaken("pong").length;
    expect(answered).toBeGreaterThanOrEqual(59);
    expect(answered).toBeLessThanOrEqual(60 + (20 * (performance.now() - beganMs)) / 1_000 + 1);
  });

  test("bear their id when they are refused", async () => {
    const client = await guest();
    // Far past it: a client that stands still in the middle of them has a few more taken meanwhile.
    for (let id = 1; id <= 160; id++) client.send({ type: "ping", id });
    const refused = await client.next("error");
    expect(refused.id).toBeGreaterThan(50);
  });

  test("are charged one by one in a batch, within which those in the burst are done", async () => {
    const client = await guest("ada", { protocols: ["greenroom.v1.batch"] });
    client.send(Array.from({ length: 80 }, (_, id) => ({ type: "ping", id })));
    const pongs = await client.take("pong", 59);
    expect(pongs.map(({ id }) => id)).toEqual(Array.from({ length: 59 }, (_, id) => id));
    expect((await client.next("error")).code).toBe("rate_limited");
  });

  test("are taken again after the time the error names", async () => {
    const client = await guest();
    for (let id = 0; id < 160; id++) client.send({ type: "ping", id });
    let refused: EventOf<"error"> = await client.next("error");
    const answered = async (): Promise<boolean> => {
      client.send({ type: "ping", id: "again" });
      return await Promise.race([
        client.next("pong", ({ id }) => id === "again").then(() => true),
        client.next("error", ({ id }) => id === "again").then((error) => !(refused = error)),
      ]);
    };
    // The bucket may owe for a while; each error says how long, and a well-behaved client waits as long.
    for (let tries = 0; tries < 20; tries++) {
      await new Promise((resolve) => setTimeout(resolve, refused.retryAfter));
      if (await answered()) return;
    }
    expect.unreachable("no command was taken, however long the client waited");
  });

  test("that go on and on close with 4429", async () => {
    const client = await guest();
    const flood = setInterval(() => {
      for (let at = 0; at < 20 && client.socket.readyState === client.socket.OPEN; at++) client.send({ type: "ping" });
    }, 10);
    try {
      // Native Deno may end the connection with bytes of the flood unread, upon which TCP resets it (RFC 9293 §3.6.1)
      // and the close frame can be lost on its way.
      const codes = target.transport === "deno-native" ? [4429, 1006] : [4429];
      expect(codes).toContain((await client.closed).code);
    } finally {
      clearInterval(flood);
    }
    await stillServes();
  });

  test("of a key's repeat cost nothing", async () => {
    const room = freshRoom();
    const client = await member(room, "keyed");
    await client.request({ type: "message", room, content: "once", key: "k" }, "ack");
    for (let at = 0; at < 100; at++) client.send({ type: "message", room, content: "once", key: "k" });
    expect(await client.take("ack", 100)).toHaveLength(100);
  });
});

describe("other limits", () => {
  test("messages are bounded per user, over all connections", async () => {
    const room = "lobby";
    const clients = [];
    for (let at = 0; at < 4; at++) clients.push(await member(room, "talker"));
    for (const client of clients)
      for (let at = 0; at < 40; at++) client.send({ type: "message", room, content: `${at}` });
    const refused = await Promise.any(clients.map((client) => client.next("error")));
    expect(refused.code).toBe("rate_limited");
  });
});
