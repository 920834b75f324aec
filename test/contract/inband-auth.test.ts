import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { freshRoom, stage } from "./stage.ts";
import { tokenEnv, tokenFor } from "./tokens.ts";

const inband = { ...tokenEnv, GREENROOM_INBAND_AUTH: "on" };

describe("a connection that has shown nothing yet", () => {
  const { open, upgraded } = stage({ env: { ...inband, GREENROOM_GUESTS: "off" } });

  test("is welcomed once its first command shows who it is", async () => {
    const client = await open();
    const id = "first";
    client.send({ type: "auth", token: await tokenFor("ada", { name: "Ada" }), id });
    expect((await client.next("welcome")).user).toEqual({ id: "ada", name: "Ada", guest: false });
    expect((await client.next("ack", (ack) => ack.id === id)).expires).toBeGreaterThan(Date.now());
    await client.settled();
  });

  test("joins the rooms of its URL only then", async () => {
    const room = freshRoom();
    const client = await open(`/ws/${room}`);
    client.send({ type: "auth", token: await tokenFor("ada") });
    await client.next("joined");
    expect(client.events.map(({ type }) => type).slice(0, 2)).toEqual(["welcome", "ack"]);
  });

  test("has what comes behind auth wait, in order", async () => {
    const room = freshRoom();
    const client = await open();
    client.send({ type: "auth", token: await tokenFor("ada") });
    client.send({ type: "join", room });
    for (let id = 0; id < 30; id++) client.send({ type: "message", room, content: `message ${id}`, id });
    const acks = await client.take("ack", 31);
    expect(acks.slice(1).map(({ seq }) => seq)).toEqual(Array.from({ length: 30 }, (_, at) => at + 1));
  });

  test("may send auth and what follows in one batch", async () => {
    const room = freshRoom();
    const client = await open("/ws", { protocols: ["greenroom.v1.batch"] });
    const token = await tokenFor("ada");
    client.send([
      { type: "auth", token },
      { type: "join", room },
      { type: "message", room, content: "hi", id: 1 },
    ]);
    expect(await client.next("ack", ({ id }) => id === 1)).toMatchObject({ seq: 1 });
  });

  for (const [what, command] of Object.entries({
    "a join": { type: "join", room: "lobby", id: 7 },
    "a message": { type: "message", room: "lobby", content: "hi", id: 7 },
    "a ping": { type: "ping", id: 7 },
    "something else": { type: "dance", id: 7 },
    "a bad token": { type: "auth", token: "bad", id: 7 },
  })) {
    test(`is closed with 4401 over ${what} as its first command`, async () => {
      const client = await open("/ws/lobby");
      client.send(command);
      expect(await client.next("error")).toMatchObject({ id: 7, code: "unauthorized" });
      expect(await client.closed).toMatchObject({ code: 4401 });
      expect(client.events.map(({ type }) => type)).toEqual(["error"]);
    });
  }

  test("is closed with 4401 after five seconds", async () => {
    const startedMs = performance.now();
    const client = await open();
    expect(await client.closed).toMatchObject({ code: 4401 });
    expect(performance.now() - startedMs).toBeGreaterThan(4_500);
    expect(performance.now() - startedMs).toBeLessThan(8_000);
  });

  test("is closed with 1009 over a message of more than 4 KiB", async () => {
    const client = await open();
    client.send({ type: "auth", token: "x".repeat(4_096) });
    expect(await client.closed).toMatchObject({ code: 1009 });
  });

  test("may send longer messages once it has shown who it is", async () => {
    const client = await open();
    client.send({ type: "auth", token: await tokenFor("ada") });
    await client.next("welcome");
    client.sendText(JSON.stringify({ type: "ping", id: 1, more: "x".repeat(20_000) }));
    await client.next("pong");
  });

  test("is closed with 1003 over bytes", async () => {
    const socket = await upgraded();
    const { frame } = await import("./raw.ts");
    socket.write(frame("bytes", { opcode: 2 }));
    expect(await socket.closeCode()).toBe(1003);
  });
});

describe("a guest, where tokens may come in commands", () => {
  const { guest } = stage({ env: inband });

  test("becomes a user by its first command, and is welcomed as one", async () => {
    const client = await guest("ada");
    client.send({ type: "auth", token: await tokenFor("ada") });
    expect((await client.next("welcome")).user).toEqual({ id: "ada", name: "ada", guest: false });
    const { members } = await client.request({ type: "join", room: freshRoom() }, "joined");
    expect(members).toEqual([{ id: "ada", name: "ada" }]);
  });

  test("stays the guest it is once it has joined a room", async () => {
    const client = await guest("ada");
    await client.request({ type: "join", room: freshRoom() }, "joined");
    const error = await client.request({ type: "auth", token: await tokenFor("ada") }, "error");
    expect(error.code).toBe("unauthorized");
    await client.settled();
  });
});

describe("a guest, where tokens may not come in commands", () => {
  const { guest } = stage();

  test("is refused by auth, and goes on", async () => {
    const client = await guest("ada");
    expect(await client.request({ type: "auth", token: await tokenFor("ada") }, "error")).toMatchObject({
      code: "unauthorized",
    });
    await client.settled();
  });
});
